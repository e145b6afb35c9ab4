/** Alerts and state changes as stored. */
import { Subject, subjectKey, Suppression, type AlertRow } from '../../../shared/model/alert.ts';
import type { DeviceState } from '../../../shared/model/device.ts';
import { prepared, type Db } from './connection.ts';

/** A device's state changed at `at`. `since` is when the new state began, which for `down` is the first lost probe. */
export type StateChange = { readonly deviceId: number; readonly at: number; readonly state: DeviceState; readonly since: number; readonly downSince: number | null };

const alertColumns = `public_id AS id, incident_id AS incidentId, rule, rule_name AS ruleName, severity, subject, subject_name AS subjectName, device_public_id AS deviceId, device_name AS deviceName, address, branch,
  region, phase, value, since, raised_at AS raisedAt, cleared_at AS clearedAt, cleared_by AS clearedBy, flapping, suppression, acknowledged_at AS acknowledgedAt, acknowledged_by AS acknowledgedBy, note,
  snoozed_until AS snoozedUntil, assignee, simulated`;

type StoredAlert = Omit<AlertRow, 'simulated' | 'flapping' | 'subject' | 'suppression'> & { readonly simulated: number; readonly flapping: number; readonly subject: string; readonly suppression: string | null };

function fromStored({ subject, suppression, simulated, flapping, ...row }: StoredAlert): AlertRow {
  return { ...row, subject: subjectFrom(subject), suppression: suppression === null ? null : Suppression.parse(JSON.parse(suppression)), simulated: simulated === 1, flapping: flapping === 1 };
}

function subjectFrom(text: string): Subject {
  const [kind, first, second] = text.split(':');
  return Subject.parse(kind === 'branch' ? { kind, branchId: first } : { kind, deviceId: first, ifIndex: Number(second), checkId: second });
}

/** Every open alert, and the `ended` that ended last. */
export function listAlerts(db: Db, ended: number): AlertRow[] {
  const open = db.prepare(`SELECT ${alertColumns} FROM alert WHERE cleared_at IS NULL`).all() as StoredAlert[]; // Columns are named after the fields.
  const past = db.prepare(`SELECT ${alertColumns} FROM alert WHERE cleared_at IS NOT NULL ORDER BY cleared_at DESC LIMIT ?`).all(ended) as StoredAlert[]; // As above.
  return [...open, ...past].map(fromStored);
}

/** In the order in which they were raised. */
export function alertsOfIncident(db: Db, incidentId: string): AlertRow[] {
  return (prepared(db, `SELECT ${alertColumns} FROM alert WHERE incident_id = ? ORDER BY alert.id LIMIT 2000`).all(incidentId) as StoredAlert[]).map(fromStored); // As above.
}

const insertAlert = `
  INSERT INTO alert (public_id, incident_id, rule, rule_name, severity, subject, subject_name, device_public_id, device_name, address, branch, region, phase, value, since, raised_at, cleared_at, cleared_by, flapping,
    suppression, acknowledged_at, acknowledged_by, note, snoozed_until, assignee, simulated)
  VALUES (@id, @incidentId, @rule, @ruleName, @severity, @subject, @subjectName, @deviceId, @deviceName, @address, @branch, @region, @phase, @value, @since, @raisedAt, @clearedAt, @clearedBy, @flapping,
    @suppression, @acknowledgedAt, @acknowledgedBy, @note, @snoozedUntil, @assignee, @simulated)`;
const toStored = (alert: AlertRow): StoredAlert => ({ ...alert, subject: subjectKey(alert.subject), suppression: alert.suppression === null ? null : JSON.stringify(alert.suppression), simulated: alert.simulated ? 1 : 0, flapping: alert.flapping ? 1 : 0 });

/** Writes alerts that began, changed or ended. An end and what a person did that are stored stay: what a refusing disk held back may come after what it let through. */
export function writeAlerts(db: Db, alerts: readonly AlertRow[]): void {
  const upsert = prepared(db, `${insertAlert}
    ON CONFLICT (public_id) DO UPDATE SET
      incident_id = excluded.incident_id, phase = iif(alert.cleared_at IS NULL, excluded.phase, alert.phase), flapping = iif(alert.cleared_at IS NULL, excluded.flapping, 0),
      suppression = iif(alert.cleared_at IS NULL, excluded.suppression, NULL), cleared_at = coalesce(alert.cleared_at, excluded.cleared_at), cleared_by = coalesce(alert.cleared_by, excluded.cleared_by)`);
  for (const alert of alerts) upsert.run(toStored(alert));
}

/** Writes what a person did with alerts: they know, they ended it, whose it is. Where the end of the one before it is held back, it is raised after that, with what was done. */
export function writeAlertWork(db: Db, alerts: readonly AlertRow[]): void {
  const upsert = prepared(db, `${insertAlert}
    ON CONFLICT (public_id) DO UPDATE SET acknowledged_at = excluded.acknowledged_at, acknowledged_by = excluded.acknowledged_by, note = excluded.note, snoozed_until = excluded.snoozed_until, assignee = excluded.assignee,
      phase = iif(excluded.cleared_at IS NULL, alert.phase, 'ended'), flapping = iif(excluded.cleared_at IS NULL, alert.flapping, 0), suppression = iif(excluded.cleared_at IS NULL, alert.suppression, NULL), cleared_at = coalesce(alert.cleared_at, excluded.cleared_at), cleared_by = coalesce(alert.cleared_by, excluded.cleared_by)
    ON CONFLICT (subject, rule) WHERE cleared_at IS NULL DO NOTHING`);
  for (const alert of alerts) upsert.run(toStored(alert));
}

/** The demo's, when it is over. */
export function forgetSimulatedAlerts(db: Db): void {
  db.exec(`
    DELETE FROM incident_event WHERE incident_id IN (SELECT public_id FROM incident WHERE simulated = 1);
    DELETE FROM incident WHERE simulated = 1;
    DELETE FROM alert WHERE simulated = 1;`);
}

export function writeStateChanges(db: Db, changes: readonly StateChange[]): void {
  const exists = prepared(db, 'SELECT 1 FROM device WHERE id = ?').pluck();
  const event = prepared(db, 'INSERT INTO event (at, device_id, kind) VALUES (@since, @deviceId, @state)');
  const state = prepared(db, `
    INSERT INTO device_state (device_id, state, since, down_since) VALUES (@deviceId, @state, @since, @downSince)
    ON CONFLICT (device_id) DO UPDATE SET state = excluded.state, since = excluded.since, down_since = excluded.down_since`);
  for (const change of changes) {
    if (exists.get(change.deviceId) === undefined) continue; // Removed while its last probe was under way.
    event.run(change);
    state.run(change);
  }
}
