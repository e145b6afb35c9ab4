/** Alerts for tests of what stores them. */
import type { AlertRow } from '../../../shared/model/alert.ts';
import { AlertId, DeviceId, IncidentId, RuleId } from '../../../shared/model/ids.ts';

/** Of device `n`, open since 1. */
export function alert(n: number, with_: Partial<AlertRow> = {}): AlertRow {
  const uuid = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  const deviceId = DeviceId.parse(uuid);
  return {
    id: AlertId.parse(uuid), incidentId: IncidentId.parse(uuid), rule: RuleId.parse('device-down'), ruleName: 'Device down', severity: 'critical', subject: { kind: 'device', deviceId }, subjectName: `Device ${n}`, deviceId, deviceName: `Device ${n}`,
    address: '127.0.0.1', branch: null, region: null, phase: 'firing', value: 'down for 10 s, at least 10 s', since: 1, raisedAt: 1, clearedAt: null, clearedBy: null, flapping: false, suppression: null,
    acknowledgedAt: null, acknowledgedBy: null, note: null, snoozedUntil: null, assignee: null, simulated: false, ...with_,
  };
}
