/** Alerts and state changes as stored. */
import type { AlertRow } from '../../../shared/model/alert.ts';
import type { DeviceState } from '../../../shared/model/device.ts';
import { prepared, type Db } from './connection.ts';

/** A device's state changed at `at`. `since` is when the new state began, which for `down` is the first lost probe. */
export type StateChange = { readonly deviceId: number; readonly at: number; readonly state: DeviceState; readonly since: number; readonly downSince: number | null };

const alertColumns = `public_id AS id, device_public_id AS deviceId, device_name AS deviceName, address, branch, rule, severity, since, raised_at AS raisedAt, cleared_at AS clearedAt,
  cleared_by AS clearedBy, acknowledged_at AS acknowledgedAt, acknowledged_by AS acknowledgedBy, note, simulated`;

type StoredAlert = Omit<AlertRow, 'simulated'> & { readonly simulated: number };
const fromStored = (row: StoredAlert): AlertRow => ({ ...row, simulated: row.simulated === 1 });

/** Every open alert, and the `ended` that ended last. */
export function listAlerts(db: Db, ended: number): AlertRow[] {
  const open = db.prepare(`SELECT ${alertColumns} FROM alert WHERE cleared_at IS NULL`).all() as StoredAlert[]; // Columns are named after the fields.
  const past = db.prepare(`SELECT ${alertColumns} FROM alert WHERE cleared_at IS NOT NULL ORDER BY cleared_at DESC LIMIT ?`).all(ended) as StoredAlert[]; // As above.
  return [...open, ...past].map(fromStored);
}

const insertAlert = `
  INSERT INTO alert (public_id, device_public_id, device_name, address, branch, simulated, rule, severity, since, raised_at, cleared_at, cleared_by, acknowledged_at, acknowledged_by, note)
  VALUES (@id, @deviceId, @deviceName, @address, @branch, @simulated, @rule, @severity, @since, @raisedAt, @clearedAt, @clearedBy, @acknowledgedAt, @acknowledgedBy, @note)`;
const toStored = (alert: AlertRow): StoredAlert => ({ ...alert, simulated: alert.simulated ? 1 : 0 });

/** Writes alerts that began or ended. An end and an acknowledgement that are stored stay: what a refusing disk held back may come after what it let through. */
export function writeAlerts(db: Db, alerts: readonly AlertRow[]): void {
  const upsert = prepared(db, `${insertAlert}
    ON CONFLICT (public_id) DO UPDATE SET
      cleared_at = coalesce(alert.cleared_at, excluded.cleared_at), cleared_by = coalesce(alert.cleared_by, excluded.cleared_by),
      note = iif(alert.acknowledged_at IS NULL, excluded.note, alert.note), acknowledged_by = coalesce(alert.acknowledged_by, excluded.acknowledged_by),
      acknowledged_at = coalesce(alert.acknowledged_at, excluded.acknowledged_at)`);
  for (const alert of alerts) upsert.run(toStored(alert));
}

/** Writes who knows of the alert and their note, in place of an earlier one. */
export function writeAcknowledgement(db: Db, alert: AlertRow): void {
  db.prepare(`${insertAlert} ON CONFLICT (public_id) DO UPDATE SET acknowledged_at = excluded.acknowledged_at, acknowledged_by = excluded.acknowledged_by, note = excluded.note`).run(toStored(alert));
}

/** The demo's, when it is over. */
export function forgetSimulatedAlerts(db: Db): void {
  db.prepare('DELETE FROM alert WHERE simulated = 1').run();
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
