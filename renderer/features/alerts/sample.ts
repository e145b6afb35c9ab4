/** An alert and an incident for the tests of this page. */
import { AlertRow } from '../../../shared/model/alert.ts';
import { IncidentRow } from '../../../shared/model/incident.ts';

export const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
let made = 0;

export function alert(fields: Partial<AlertRow>): AlertRow {
  return AlertRow.parse({
    id: idOf(++made), incidentId: idOf(900), rule: 'device-down', ruleName: 'Device down', severity: 'critical', subject: { kind: 'device', deviceId: idOf(99) }, subjectName: 'Kvareli router', deviceId: idOf(99),
    deviceName: 'Kvareli router', address: '192.0.2.5', branch: 'Kvareli', region: 'Kakheti', phase: 'firing', value: 'down for 12 s, at least 10 s', since: 1_000, raisedAt: 11_000, clearedAt: null, clearedBy: null,
    flapping: false, suppression: null, acknowledgedAt: null, acknowledgedBy: null, note: null, snoozedUntil: null, assignee: null, simulated: false, ...fields,
  });
}

export function incident(fields: Partial<IncidentRow>): IncidentRow {
  return IncidentRow.parse({
    id: idOf(++made), kind: 'branch', title: 'Kvareli is down', severity: 'critical', branch: 'Kvareli', region: 'Kakheti', affected: ['Kvareli router', 'Kvareli ATM'], affectedCount: 2, fault: 'branch-router',
    verdict: 'The router of Kvareli does not answer.', evidence: ['Both links are down.'], since: 1_000, openedAt: 11_000, closedAt: null, openAlerts: 2, alerts: 2, flapping: false, suppression: null,
    acknowledgedAt: null, acknowledgedBy: null, assignee: null, simulated: false, ...fields,
  });
}
