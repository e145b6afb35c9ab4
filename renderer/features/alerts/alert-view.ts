/** What the lists are searched by, and what can be said where they are empty. */
import type { AlertRow } from '../../../shared/model/alert.ts';
import type { HealthRow } from '../../../shared/model/health.ts';
import type { IncidentRow } from '../../../shared/model/incident.ts';

type FleetCounts = Pick<Extract<HealthRow, { id: 'fleet' }>, 'total' | 'paused' | 'up' | 'degraded' | 'notObserved' | 'maintenance'>;

const wordsOf = (parts: readonly (string | null)[]): string => parts.filter(part => part !== null).join(' ');

export function alertSearchText(alert: AlertRow): string {
  return wordsOf([alert.subjectName, alert.deviceName, alert.address, alert.branch, alert.region, alert.ruleName, alert.assignee, alert.acknowledgedBy, alert.note]);
}

/** Also by the name of each thing that it struck. */
export function incidentSearchText(incident: IncidentRow): string {
  return wordsOf([incident.title, incident.branch, incident.region, incident.verdict, ...incident.affected, incident.assignee, incident.acknowledgedBy]);
}

/** What can truthfully be said where no alert is shown; `checked` leaves out the devices that are paused or in maintenance, and the `unseen` ones that are not observed. */
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
  const checked = fleet.total - fleet.paused - unseen - (fleet.maintenance ?? 0);
  // Devices that are known to be down are in no counter of trouble, and silent all the same.
  const silent = checked - fleet.up - fleet.degraded;
  if (checked <= 0) return unseen > 0 ? { kind: 'blind', unseen } : { kind: 'no-devices' };
  return silent <= 0 ? { kind: 'all-answer', checked, unseen } : { kind: 'some-silent', checked, silent, unseen };
}
