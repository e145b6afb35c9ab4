/** What the console noticed about itself, blind time above all, and when devices lay in maintenance. */
import type { BlindCause, JournalRow } from '../../../shared/model/observation.ts';
import { prepared, type Db } from './connection.ts';

/** `deviceIds`: who could not be seen, or lay in the window; null: everything. */
export type JournalWrite = { readonly row: JournalRow; readonly deviceIds: readonly number[] | null };

const columns = 'public_id AS id, kind, cause, from_at AS "from", to_at AS "to", devices, detail';

/** Writes entries that began, grew or ended. */
export function writeJournal(db: Db, entries: readonly JournalWrite[]): void {
  if (entries.length === 0) return;
  const upsert = prepared(db, `
    INSERT INTO journal (public_id, kind, cause, from_at, to_at, devices, detail) VALUES (@id, @kind, @cause, @from, @to, @devices, @detail)
    ON CONFLICT (public_id) DO UPDATE SET to_at = excluded.to_at, devices = excluded.devices, detail = excluded.detail RETURNING id`).pluck();
  // A device may have been removed meanwhile.
  const member = prepared(db, 'INSERT OR IGNORE INTO journal_device (device_id, journal_id) SELECT id, ?2 FROM device WHERE id = ?1');
  for (const { row, deviceIds } of entries) {
    const id = upsert.get(row);
    for (const deviceId of deviceIds ?? []) member.run({ 1: deviceId, 2: id });
  }
}

/** The newest entries, newest first. */
export function listJournal(db: Db, most: number): JournalRow[] {
  return db.prepare(`SELECT ${columns} FROM journal ORDER BY from_at DESC, journal.id DESC LIMIT ?`).all(most) as JournalRow[]; // Columns are named after the fields; the table is STRICT.
}

/** The note is written every minute: a probe much later than it is of a clock that was ahead, and would hide every absence until then. */
const mostAfterNoteMs = 600_000;

/** Kept with the settings: a console that cannot see records no probe, and runs all the same. */
const aliveNote = 'internal.alive';

export function noteAlive(db: Db, at: number): void {
  db.prepare('INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value').run(aliveNote, String(at));
}

/** When this console was last known to run: by its note, or by the last probe that it recorded. Null before its first. */
export function lastAliveAt(db: Db): number | null {
  const noted = Number(db.prepare('SELECT value FROM setting WHERE name = ?').pluck().get(aliveNote) ?? Number.NaN);
  const until = Number.isFinite(noted) ? noted + mostAfterNoteMs : never;
  const recorded = db.prepare('SELECT max(at) FROM (SELECT max(last_ts) AS at FROM hot WHERE last_ts <= ?1 UNION ALL SELECT max(ts) FROM latest WHERE ts <= ?1)').pluck().get({ 1: until }) as number | null; // An integer column.
  return Number.isFinite(noted) ? Math.max(noted, recorded ?? 0) : recorded;
}

/** Ends what a crash cut short. */
export function endOpenJournal(db: Db, at: number): void {
  db.prepare('UPDATE journal SET to_at = max(from_at, ?) WHERE to_at IS NULL').run(at);
}

/** Later than any time a journal has. */
const never = 8_640_000_000_000_000;

/** What is laid over the states of devices: in either nothing is judged. */
type Kind = 'blind' | 'maintenance';
export type UnjudgedTime = { readonly from: number; readonly to: number; readonly cause: BlindCause | null };
type Span = { readonly deviceId: number; readonly from: number; readonly to: number };

/** Written out, not bound: each kind has an index of its own. */
const overlapping = (kind: Kind): string => `j.kind = '${kind}' AND coalesce(j.to_at, ${never}) > @from AND j.from_at < @to`;

/** When a device could not be seen, in order, within a range; intervals may overlap. What still lasts ends with the range. */
export const blindTimesOf = (db: Db, span: Span): UnjudgedTime[] => timesOf(db, 'blind', span);
/** The same of when it lay in a maintenance window; there is no cause. */
export const maintenanceOf = (db: Db, span: Span): UnjudgedTime[] => timesOf(db, 'maintenance', span);

function timesOf(db: Db, kind: Kind, span: Span): UnjudgedTime[] {
  return prepared(db, `
    SELECT max(j.from_at, @from) AS "from", min(coalesce(j.to_at, @to), @to) AS "to", j.cause FROM journal j
    WHERE ${overlapping(kind)} AND (j.devices IS NULL OR EXISTS (SELECT 1 FROM journal_device m WHERE m.device_id = @deviceId AND m.journal_id = j.id))
    ORDER BY j.from_at`).all(span) as UnjudgedTime[]; // Columns are named after the fields.
}

/** The same for any device, asked once for all of them. */
export function allTimes(db: Db, kind: Kind, from: number, to: number): (deviceId: number) => readonly UnjudgedTime[] {
  const rows = prepared(db, `
    SELECT max(j.from_at, @from) AS "from", min(coalesce(j.to_at, @to), @to) AS "to", j.cause, iif(j.devices IS NULL, NULL, m.device_id) AS deviceId
    FROM journal j LEFT JOIN journal_device m ON j.devices IS NOT NULL AND m.journal_id = j.id
    WHERE ${overlapping(kind)} AND (j.devices IS NULL OR m.device_id IS NOT NULL)
    ORDER BY j.from_at`).all({ from, to }) as (UnjudgedTime & { readonly deviceId: number | null })[]; // Columns are named after the fields.
  const common = rows.flatMap(({ deviceId, ...time }) => (deviceId === null ? [time] : []));
  const own = new Map<number, UnjudgedTime[]>();
  for (const { deviceId, ...time } of rows) {
    if (deviceId === null) continue;
    const there = own.get(deviceId);
    if (there) there.push(time);
    else own.set(deviceId, [time]);
  }
  return deviceId => {
    const its = own.get(deviceId);
    return its ? [...common, ...its].sort((a, b) => a.from - b.from) : common;
  };
}

/** The same for one series after the other over the same hours: what was seen by all is asked once. */
export class BlindTimes {
  readonly #db: Db;
  readonly #anyBlind = new Map<number, boolean>();

  constructor(db: Db) {
    this.#db = db;
  }

  of(seriesId: number, from: number, to: number): UnjudgedTime[] {
    const any = this.#anyBlind.get(from) ?? prepared(this.#db, `SELECT 1 FROM journal WHERE kind = 'blind' AND coalesce(to_at, ${never}) > ? AND from_at < ? LIMIT 1`).get(from, to) !== undefined;
    this.#anyBlind.set(from, any);
    const deviceId = any ? (prepared(this.#db, 'SELECT device_id FROM series WHERE id = ?').pluck().get(seriesId) as number | undefined) : undefined; // An integer column.
    return deviceId === undefined ? [] : blindTimesOf(this.#db, { deviceId, from, to });
  }
}
