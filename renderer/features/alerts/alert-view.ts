/** What an alert row means to a person: its state, its place in the list, what finds it. */
import { severities, type AlertRow } from '../../../shared/model/alert.ts';
import type { HealthRow } from '../../../shared/model/health.ts';

type FleetCounts = Pick<Extract<HealthRow, { id: 'fleet' }>, 'total' | 'paused' | 'down' | 'knownDown' | 'unreachable' | 'notObserved' | 'noData'>;

export const alertStates = ['open', 'acknowledged', 'ended'] as const;
export type AlertState = (typeof alertStates)[number];

/** Open means that nobody has said yet that they know. */
export function stateOf(alert: AlertRow): AlertState {
  if (alert.clearedAt !== null) return 'ended';
  return alert.acknowledgedAt === null ? 'open' : 'acknowledged';
}

/** How long the trouble has lasted, in ms: until it ended, or until now. */
export function durationMs(alert: AlertRow, now: number): number {
  return Math.max(0, (alert.clearedAt ?? now) - alert.since);
}

/** Sort order of the list: open first, then acknowledged, then ended; the newest on top of each. */
export function byUrgency(a: AlertRow, b: AlertRow): number {
  return alertStates.indexOf(stateOf(a)) - alertStates.indexOf(stateOf(b)) || b.since - a.since || (a.id < b.id ? -1 : 1);
}

/** Critical first. */
export function severityRank(alert: AlertRow): number {
  return severities.indexOf(alert.severity);
}

/** What a search of the list looks through. */
export function searchTextOf(alert: AlertRow): string {
  return [alert.deviceName, alert.address, alert.branch, alert.acknowledgedBy, alert.note].filter(part => part !== null).join(' ');
}

/** What can truthfully be said where no alert is shown; `checked` leaves out the devices that are paused, and the `unseen` ones that are not observed. */
export type Quiet =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'no-devices' }
  | { readonly kind: 'all-answer'; readonly checked: number; readonly unseen: number }
  | { readonly kind: 'some-silent'; readonly checked: number; readonly silent: number; readonly unseen: number }
  | { readonly kind: 'blind'; readonly unseen: number };

/** Reads the fleet's counts; undefined while the engine has not told them. */
export function quietOf(fleet: FleetCounts | undefined): Quiet {
  if (!fleet) return { kind: 'unknown' };
  const unseen = fleet.notObserved;
  const checked = fleet.total - fleet.paused - unseen;
  const silent = fleet.down + fleet.knownDown + fleet.unreachable + fleet.noData;
  if (checked <= 0) return unseen > 0 ? { kind: 'blind', unseen } : { kind: 'no-devices' };
  return silent === 0 ? { kind: 'all-answer', checked, unseen } : { kind: 'some-silent', checked, silent, unseen };
}
