/** Further checks of devices and their last known states: SQL and the mapping of rows. */
import { asksTheSame, CheckInput, type Check } from '../../../shared/model/check.ts';
import { prepared, type Db } from './connection.ts';

/** What was last known of a check. Times are UTC ms. */
export type CheckState = Pick<Check, 'state' | 'since' | 'at' | 'message' | 'elapsedMs'>;

/** A check as stored. `id` is what the contract calls `id`. */
export type CheckRecord = { readonly id: string; readonly deviceId: number; readonly check: CheckInput; readonly heartbeatToken: string | null; readonly state: CheckState };

type Row = CheckState & { readonly id: string; readonly deviceId: number; readonly settings: string; readonly heartbeatToken: string | null };

const columns = 'public_id AS id, device_id AS deviceId, settings, heartbeat_token AS heartbeatToken, state, since, at, message, elapsed_ms AS elapsedMs';
const untested: CheckState = { state: 'waiting', since: null, at: null, message: null, elapsedMs: null };

/** Every check, in the order of the devices and of each device's list. One that this version does not understand is left out, and stays stored until the list is replaced. */
export function listChecks(db: Db): CheckRecord[] {
  return recordsOf(db.prepare(`SELECT ${columns} FROM device_check ORDER BY device_id, position`).all());
}

function checksOf(db: Db, deviceId: number): CheckRecord[] {
  return recordsOf(db.prepare(`SELECT ${columns} FROM device_check WHERE device_id = ? ORDER BY position`).all(deviceId));
}

function recordsOf(rows: unknown[]): CheckRecord[] {
  // Columns are named after the fields; the table is STRICT.
  return (rows as Row[]).flatMap(({ id, deviceId, settings, heartbeatToken, ...state }) => {
    const check = CheckInput.safeParse(JSON.parse(settings));
    return check.success ? [{ id, deviceId, check: check.data, heartbeatToken, state }] : [];
  });
}

/**
 * Makes `checks` the whole list of a device. One with the id of a check that is there keeps it, its token, and its state unless it asks something else now; any
 * other is new. Answers with the list as it is then.
 */
export function replaceChecks(db: Db, deviceId: number, checks: readonly CheckInput[], make: { readonly id: () => string; readonly token: () => string }): CheckRecord[] {
  const before = new Map(checksOf(db, deviceId).map(record => [record.id, record]));
  const records = checks.map(({ id, ...given }): CheckRecord => {
    const known = id === undefined ? undefined : before.get(id);
    // A list that names one check twice has it once, and a new one.
    if (known) before.delete(known.id);
    const check: CheckInput = given;
    return {
      id: known?.id ?? make.id(),
      deviceId,
      check,
      heartbeatToken: check.kind === 'heartbeat' ? (known?.heartbeatToken ?? make.token()) : null,
      state: known && asksTheSame(known.check, check) ? known.state : untested,
    };
  });
  db.prepare('DELETE FROM device_check WHERE device_id = ?').run(deviceId);
  const insert = db.prepare(`
    INSERT INTO device_check (public_id, device_id, position, kind, settings, heartbeat_token, state, since, at, message, elapsed_ms)
    VALUES (@id, @deviceId, @position, @kind, @settings, @heartbeatToken, @state, @since, @at, @message, @elapsedMs)`);
  // Their history goes with them.
  db.prepare(`DELETE FROM series WHERE device_id = ? AND metric IN ('check-time', 'check-value') AND object NOT IN (SELECT value FROM json_each(?))`).run(deviceId, JSON.stringify(records.map(record => record.id)));
  records.forEach(({ id, check, heartbeatToken, state }, position) => insert.run({ id, deviceId, position, kind: check.kind, settings: JSON.stringify(check), heartbeatToken, ...state }));
  return records;
}

/** Writes what became of checks; those that were removed meanwhile are passed over. */
export function writeCheckStates(db: Db, states: readonly ({ readonly checkId: string } & CheckState)[]): void {
  const update = prepared(db, 'UPDATE device_check SET state = @state, since = @since, at = @at, message = @message, elapsed_ms = @elapsedMs WHERE public_id = @checkId');
  for (const state of states) update.run(state);
}
