/** What a person is told of a device: down or not by its liveness and its checks, up or degraded by loss, round trip and checks. Pure. */
import type { DeviceState } from '../../../shared/model/device.ts';
import type { CheckSummary } from './checks/check-summary.ts';
import type { Liveness } from './liveness.ts';
import type { RttWindow } from './rtt-ring.ts';

/** A state and since when, in UTC ms; `downSince` is null unless down. */
export type StateReading = { readonly state: DeviceState; readonly since: number | null; readonly downSince: number | null };

/** Everything that is known of a device when it is judged. */
export type Findings = {
  /** null for a device that is not pinged. */
  readonly liveness: Liveness | null;
  /** It is silent because what it stands behind is down. */
  readonly cutOff: boolean;
  readonly loss: { readonly pct: number | null; readonly probes: number };
  /** The last reply's; null for none. A median cannot rise above a limit by a reply that is below it. */
  readonly rttUs: number | null;
  /** The last minute of round trips; asked for only when it can matter. */
  readonly lately: () => RttWindow;
  readonly checks: CheckSummary;
  /** UTC ms of the newest finding. */
  readonly at: number;
};

/** Enough probes that a percentage of them means something. */
const fewestProbesForLoss = 20;
const lossyFromPct = 10;
const lossyUntilPct = 5;
/** A median round trip above this, over a minute with enough replies, is degraded as well. */
export const slowWindowMs = 60_000;
const fewestRepliesForSlow = 6;
const slowFromUs = 200_000;
const slowUntilUs = 160_000;

/**
 * The rule: a device is down when its ping is down, or a check that says so fails; then it is unreachable instead if what it stands behind is down. It is degraded
 * when it loses or delays too many probes, or a check that says so fails; otherwise it is up. While the ping is in doubt it stays what it was.
 */
export function stateOf(findings: Findings, before: StateReading): StateReading {
  const { liveness, checks, cutOff } = findings;
  const silentSince = silence(liveness);
  if (liveness && silentSince === null && liveness.kind !== 'up') return before;
  const failedSince = checks.consequence === 'down' ? checks.since : null;
  if (silentSince !== null || failedSince !== null) {
    const since = Math.min(silentSince ?? Infinity, failedSince ?? Infinity);
    if (cutOff) return before.state === 'unreachable' ? before : { state: 'unreachable', since, downSince: null };
    return before.state === 'down' ? before : { state: 'down', since, downSince: since };
  }
  if (!liveness && !checks.known) return checks.lost && before.state !== 'no-data' ? { state: 'no-data', since: findings.at, downSince: null } : before;
  const state = checks.consequence === 'degraded' || isPoor(findings, before.state === 'degraded') ? 'degraded' : 'up';
  if (state === before.state) return { state, since: before.since, downSince: null };
  const changedWhileUp = before.state === 'up' || before.state === 'degraded';
  return { state, since: changedWhileUp || liveness?.kind !== 'up' ? findings.at : liveness.since, downSince: null };
}

function silence(liveness: Liveness | null): number | null {
  if (liveness?.kind === 'down') return liveness.since.sentAt;
  return liveness?.kind === 'recovering' ? liveness.downSince.sentAt : null;
}

/** By loss or round trip, each with a gap between beginning and end so that it does not flicker. */
function isPoor({ liveness, loss, rttUs, lately }: Findings, already: boolean): boolean {
  if (!liveness) return false;
  if (loss.probes >= fewestProbesForLoss && loss.pct !== null && loss.pct >= (already ? lossyUntilPct : lossyFromPct)) return true;
  if (!already && (rttUs === null || rttUs <= slowFromUs)) return false;
  const { sent, lost, medianUs } = lately();
  return sent - lost >= fewestRepliesForSlow && medianUs !== null && medianUs > (already ? slowUntilUs : slowFromUs);
}
