/** What the console noticed about itself, and what of a device's history it could see. */
import type { BlindCause, HistorySpan, JournalRow, Uptime } from '../../../shared/model/observation.ts';
import type { DeviceState } from '../../../shared/model/device.ts';
import { prepared, type Db } from './connection.ts';

/** `deviceIds`: who could not be seen; null: everything. */
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
  return db.prepare(`SELECT ${columns} FROM journal ORDER BY from_at DESC, id DESC LIMIT ?`).all(most) as JournalRow[]; // Columns are named after the fields; the table is STRICT.
}

/** Kept with the settings: a console that cannot see records no probe, and runs all the same. */
const aliveNote = 'internal.alive';

export function noteAlive(db: Db, at: number): void {
  db.prepare('INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value').run(aliveNote, String(at));
}

/** When this console was last known to run: by its note, or by the last probe that it recorded. Null before its first. */
export function lastAliveAt(db: Db): number | null {
  const noted = Number(db.prepare('SELECT value FROM setting WHERE name = ?').pluck().get(aliveNote) ?? Number.NaN);
  const recorded = db.prepare('SELECT max(ts) FROM hot').pluck().get() as number | null; // An integer column.
  return Number.isFinite(noted) ? Math.max(noted, recorded ?? 0) : recorded;
}

/** Ends what a crash cut short. */
export function endOpenJournal(db: Db, at: number): void {
  db.prepare('UPDATE journal SET to_at = max(from_at, ?) WHERE to_at IS NULL').run(at);
}

type Segment = { readonly kind: DeviceState; readonly from: number; readonly to: number; readonly cause: BlindCause | null };
/** `now`: what comes later is not known. */
type Span = { readonly deviceId: number; readonly from: number; readonly to: number; readonly now: number };

/** Outages and blind time of one device in a range, in order. */
export function spansOf(db: Db, span: Span): HistorySpan[] {
  return timeline(db, span).flatMap(({ kind, from, to, cause }) => (kind === 'down' || kind === 'unreachable' || kind === 'not-observed' ? [{ kind, from, to, cause }] : []));
}

/** How much of a range the device was what. */
export function uptimeOf(db: Db, span: Span): Uptime {
  const sums = { upMs: 0, downMs: 0, unreachableMs: 0, notObservedMs: 0, noDataMs: 0 };
  for (const { kind, from, to } of timeline(db, span)) sums[counted[kind]] += to - from;
  const known = sums.upMs + sums.downMs + sums.unreachableMs + sums.notObservedMs;
  const judged = sums.upMs + sums.downMs;
  return {
    from: span.from, to: span.to, ...sums,
    uptimePct: judged === 0 ? null : (100 * sums.upMs) / judged,
    observedPct: known === 0 ? null : (100 * (known - sums.notObservedMs)) / known,
  };
}

const counted: Readonly<Record<DeviceState, 'upMs' | 'downMs' | 'unreachableMs' | 'notObservedMs' | 'noDataMs'>> = {
  up: 'upMs', degraded: 'upMs', down: 'downMs', unreachable: 'unreachableMs', 'not-observed': 'notObservedMs', 'no-data': 'noDataMs', paused: 'noDataMs',
};

/** The range cut into stretches of one state; blind time lies over whatever the state was. */
function timeline(db: Db, { deviceId, from, to, now }: Span): Segment[] {
  const before = db.prepare('SELECT kind FROM event WHERE device_id = ? AND at <= ? ORDER BY at DESC, id DESC LIMIT 1').pluck().get(deviceId, from) as DeviceState | undefined; // Written by writeStateChanges only.
  const events = db.prepare('SELECT at, kind FROM event WHERE device_id = ? AND at > ? AND at < ? ORDER BY at, id').all(deviceId, from, to) as { at: number; kind: DeviceState }[]; // As above.
  const blind = db.prepare(`
    SELECT max(j.from_at, @from) AS "from", min(coalesce(j.to_at, @to), @to) AS "to", j.cause FROM journal j
    WHERE j.kind = 'blind' AND j.from_at < @to AND coalesce(j.to_at, @to) > @from
      AND (j.devices IS NULL OR EXISTS (SELECT 1 FROM journal_device m WHERE m.device_id = @deviceId AND m.journal_id = j.id))
    ORDER BY j.from_at`).all({ deviceId, from, to }) as { from: number; to: number; cause: BlindCause | null }[]; // Columns are named after the fields.
  const states: Segment[] = [];
  let kind = before ?? 'no-data';
  let since = from;
  const future = now < to ? [{ at: Math.max(from, now), kind: 'no-data' as const }] : [];
  for (const event of [...events.filter(({ at }) => at <= now), ...future, { at: to, kind }]) {
    if (event.at > since) states.push({ kind, from: since, to: event.at, cause: null });
    since = event.at;
    kind = event.kind;
  }
  return overlaid(states, blind);
}

/** Both in order of time; the segments do not overlap, blind intervals may. Time before the device was known stays unknown. */
function overlaid(states: readonly Segment[], blind: readonly { readonly from: number; readonly to: number; readonly cause: BlindCause | null }[]): Segment[] {
  const out: Segment[] = [];
  const push = (segment: Segment): void => {
    const last = out.at(-1);
    if (segment.to <= segment.from) return;
    if (last && last.kind === segment.kind && last.cause === segment.cause && last.to === segment.from) out[out.length - 1] = { ...last, to: segment.to };
    else out.push(segment);
  };
  for (const segment of states) {
    let at = segment.from;
    if (segment.kind !== 'no-data' && segment.kind !== 'paused') {
      for (const { from, to, cause } of blind) {
        if (to <= at || from >= segment.to) continue;
        push({ ...segment, from: at, to: Math.max(at, from) });
        push({ kind: 'not-observed', from: Math.max(at, from), to: Math.min(to, segment.to), cause });
        at = Math.min(to, segment.to);
      }
    }
    push({ ...segment, from: at });
  }
  return out;
}
