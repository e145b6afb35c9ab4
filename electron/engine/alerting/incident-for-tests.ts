/** Incidents, recipients and ids for tests of who is told what. */
import type { IncidentId, MessageId, TargetId } from '../../../shared/model/ids.ts';
import type { IncidentRow } from '../../../shared/model/incident.ts';
import { TargetInput } from '../../../shared/model/notification.ts';
import type { IncidentView, Recipient } from './routing.ts';

const uuid = (group: string, n: number): string => `00000000-0000-4000-${group}-${String(n).padStart(12, '0')}`;
// The layout of a UUID is all that the brands stand for.
export const incidentId = (n: number): IncidentId => uuid('8000', n) as IncidentId;
export const targetId = (n: number): TargetId => uuid('9000', n) as TargetId;
export const messageId = (n: number): MessageId => uuid('a000', n) as MessageId;

export const startedAt = Date.UTC(2026, 0, 5, 12);

export function incidentRow(n: number, change: Partial<IncidentRow> = {}): IncidentRow {
  return {
    id: incidentId(n), kind: 'device', title: 'Kvareli router is down', severity: 'high', branch: 'Kvareli', region: 'Kakheti', affected: ['Kvareli router'], affectedCount: 1, fault: 'device',
    verdict: 'The router does not answer.', evidence: ['No answer for 30 s.'], since: startedAt - 30_000, openedAt: startedAt, closedAt: null, mergedInto: null, openAlerts: 1, alerts: 1, flapping: false, suppression: null,
    acknowledgedAt: null, acknowledgedBy: null, assignee: null, simulated: false, ...change,
  };
}

export const suppressedBy = (reason: NonNullable<IncidentRow['suppression']>['reason'], detail = ''): Partial<IncidentRow> => ({ suppression: { reason, until: null, detail } });

export function view(row: IncidentRow, change: Partial<IncidentView> = {}): IncidentView {
  return { row, places: [{ id: 'device-1', type: 'router', branch: row.branch, region: row.region, tags: ['core'], ispLink: false }], gathered: true, ...change };
}

export function recipient(n: number, change: object = {}): Recipient {
  const { secret: _secret, ...input } = TargetInput.parse({ name: `Recipient ${n}`, config: { kind: 'desktop' }, severities: ['critical', 'high', 'medium', 'low'], ...change });
  return { id: targetId(n), name: input.name, input };
}
