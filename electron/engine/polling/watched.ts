/** What the poller keeps of each device between its probes. */
import type { DeviceState } from '../../../shared/model/device.ts';
import type { BlindCause } from '../../../shared/model/observation.ts';
import { nothingKnown, type CheckSummary } from './checks/check-summary.ts';
import type { StateReading } from './device-state.ts';
import { defaultPolicy, stillDown, type Liveness, type Policy } from './liveness.ts';
import { LossWindow } from './loss-window.ts';
import { turnMsOf, type ProbedDevice } from './prober.ts';
import { RttRing } from './rtt-ring.ts';

/** What was known of a device before a restart. */
export type RememberedReading = { readonly state: DeviceState; readonly since: number; readonly downSince: number | null; readonly lastCheckAt: number | null; readonly rttUs: number | null };

/** What the poller needs to know of a device. What it stands behind is told by the dependencies. */
export type PolledDevice = ProbedDevice & { readonly pingEnabled: boolean; readonly canary: boolean; readonly remembered: RememberedReading | null };

/** A device as it stands. Times are UTC ms. */
export type DeviceReading = {
  readonly deviceId: number;
  readonly state: DeviceState;
  readonly since: number | null;
  readonly downSince: number | null;
  readonly rttUs: number | null;
  readonly lossPct: number | null;
  readonly lastCheckAt: number | null;
  readonly problem: string | null;
  /** The device that is down and that this one stands behind; null unless unreachable. */
  readonly behindId: number | null;
  readonly blindCause: BlindCause | null;
  readonly checks: CheckSummary;
};

export type Watched = {
  device: PolledDevice;
  liveness: Liveness;
  readonly window: LossWindow;
  ring: RttRing;
  /** What was judged last, whether or not it can be seen now. */
  judged: StateReading;
  /** The state that its history says: as judged last, unless nothing was to be told of that yet. */
  told: DeviceState;
  /** Since when it could not be seen, until it is judged again; null while it is seen. */
  unseen: { readonly since: number; readonly cause: BlindCause } | null;
  /** The parent that it is cut off by. */
  behind: number | null;
  checks: CheckSummary;
  /** It is down by its checks only once that was judged. */
  checksJudged: boolean;
  /** The last probe's. */
  rttUs: number | null;
  lastCheckAt: number | null;
  problem: string | null;
  reading: DeviceReading;
  /** How the present or next suspicion is judged. */
  policy: Policy;
  lastHeardMs: number;
  /** When the newest probe that has an outcome was sent, of the forward clock. */
  newestMs: number;
  /** What was sent before this moment and lost proves nothing. */
  lossesCountFromMs: number;
};

export const ringFor = (device: ProbedDevice): RttRing => new RttRing(turnMsOf(device));

export function beginning(device: PolledDevice, nowMs: number): Watched {
  const remembered = device.remembered;
  const down = remembered?.state === 'down' && remembered.downSince !== null ? remembered.downSince : null;
  const judged: StateReading = down === null ? { state: 'no-data', since: null, downSince: null } : { state: 'down', since: down, downSince: down };
  return {
    device,
    liveness: down === null || !device.pingEnabled ? { kind: 'unknown' } : stillDown(down),
    window: new LossWindow(), ring: ringFor(device),
    judged, told: remembered?.state ?? 'no-data', unseen: null, behind: null, checks: nothingKnown, checksJudged: false,
    rttUs: remembered?.rttUs ?? null, lastCheckAt: remembered?.lastCheckAt ?? null, problem: null,
    reading: {
      deviceId: device.id, ...judged, rttUs: remembered?.rttUs ?? null, lossPct: null, lastCheckAt: remembered?.lastCheckAt ?? null, problem: null,
      behindId: null, blindCause: null, checks: nothingKnown,
    },
    policy: defaultPolicy, lastHeardMs: nowMs, newestMs: -Infinity, lossesCountFromMs: -Infinity,
  };
}

/** As a person is shown it: what was judged, unless it cannot be seen. `behindId` names whom an unreachable device is behind. */
export function readingOf(watched: Watched, behindId: number | null): DeviceReading {
  const { device, judged, unseen, checks } = watched;
  const { pct } = watched.window.loss();
  return {
    deviceId: device.id,
    ...(unseen ? { state: 'not-observed' as const, since: unseen.since, downSince: null } : judged),
    rttUs: watched.rttUs,
    lossPct: pct === null ? null : Math.round(pct * 10) / 10,
    lastCheckAt: watched.lastCheckAt,
    problem: watched.problem ?? checks.problem,
    behindId: !unseen && judged.state === 'unreachable' ? behindId : null,
    blindCause: unseen?.cause ?? null,
    checks,
  };
}
