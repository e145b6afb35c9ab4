/** What a person is told of a device: down or not by its liveness, up or degraded by loss and round trip. Pure. */
import type { DeviceState } from '../../../shared/model/device.ts';
import type { Liveness } from './liveness.ts';
import type { RttWindow } from './rtt-ring.ts';

/** A state and since when, in UTC ms; `downSince` is null unless down. */
type StateReading = { readonly state: DeviceState; readonly since: number | null; readonly downSince: number | null };

/** Enough probes that a percentage of them means something. */
const fewestProbesForLoss = 20;
const lossyFromPct = 10;
const lossyUntilPct = 5;
/** A median round trip above this, over a minute with enough replies, is degraded as well. */
export const slowWindowMs = 60_000;
const fewestRepliesForSlow = 6;
const slowFromUs = 200_000;
const slowUntilUs = 160_000;

/** What a person is told. A suspect keeps what it was; loss and round trip decide between up and degraded, each with a gap so that it does not flicker. */
export function stateOf(liveness: Liveness, loss: { readonly pct: number | null; readonly probes: number }, lately: () => RttWindow, before: StateReading, checkedAt: number): StateReading {
  switch (liveness.kind) {
    case 'unknown':
    case 'suspect':
      return { state: before.state, since: before.since, downSince: before.downSince };
    case 'down':
      return { state: 'down', since: liveness.since.sentAt, downSince: liveness.since.sentAt };
    case 'recovering':
      return { state: 'down', since: liveness.downSince.sentAt, downSince: liveness.downSince.sentAt };
    case 'up': {
      const limitPct = before.state === 'degraded' ? lossyUntilPct : lossyFromPct;
      const lossy = loss.probes >= fewestProbesForLoss && loss.pct !== null && loss.pct >= limitPct;
      const limitUs = before.state === 'degraded' ? slowUntilUs : slowFromUs;
      const state = lossy || isSlow(lately(), limitUs) ? 'degraded' : 'up';
      if (state === before.state) return { state, since: before.since, downSince: null };
      const since = before.state === 'up' || before.state === 'degraded' ? checkedAt : liveness.since;
      return { state, since, downSince: null };
    }
  }
}

const isSlow = ({ sent, lost, medianUs }: RttWindow, limitUs: number): boolean => sent - lost >= fewestRepliesForSlow && medianUs !== null && medianUs > limitUs;
