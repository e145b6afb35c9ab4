import type { Db } from '../connection.ts';
import { hourMs, hourOf, isStorable, keyOf } from '../history/keys.ts';
import { slice, withBlindTime, type Samples } from '../history/samples.ts';
import { writeChunk } from '../history/writer.ts';
import { BlindTimes } from '../journal.ts';

/** Every old row, hour by hour, into one chunk a device, as if they were folded now: nothing is left in order of arrival. Rows of devices that are gone are not taken over. */
export function packHotRows(db: Db): void {
  const seriesOf = new Map<number, number>();
  const series = db.prepare("INSERT INTO series (device_id, metric, object) VALUES (?, 'ping', '')");
  for (const deviceId of db.prepare('SELECT id FROM device ORDER BY id').pluck().all() as number[]) seriesOf.set(deviceId, Number(series.run(deviceId).lastInsertRowid)); // The primary key.
  const next = db.prepare('SELECT min(ts) FROM old_hot WHERE ts >= ?').pluck();
  for (let at = next.get(0) as number | null; at !== null; at = next.get((hourOf(at) + 1) * hourMs) as number | null) { // An integer column.
    if (!isStorable(at)) return;
    packHour(db, hourOf(at), seriesOf);
  }
  const latest = db.prepare('INSERT INTO latest (series_id, ts, outcome, value) SELECT ?1, ts, outcome, rtt_us FROM old_latest WHERE device_id = ?2');
  for (const [deviceId, seriesId] of seriesOf) latest.run({ 1: seriesId, 2: deviceId });
}

function packHour(db: Db, hour: number, seriesOf: ReadonlyMap<number, number>): void {
  const from = hour * hourMs;
  // Read whole before anything is written: a connection does one thing at a time.
  const rows = db.prepare('SELECT device_id, ts, outcome, rtt_us FROM old_hot WHERE ts >= ? AND ts < ? ORDER BY device_id, ts').raw();
  const count = db.prepare('SELECT count(*) FROM old_hot WHERE ts >= ? AND ts < ?').pluck().get(from, from + hourMs) as number; // SQLite: an integer.
  const all: Samples = { at: new Float64Array(count), outcome: new Uint8Array(count), value: new Float64Array(count) };
  const ends: { deviceId: number; end: number }[] = [];
  let i = 0;
  for (const [deviceId, at, outcome, rttUs] of rows.iterate(from, from + hourMs) as IterableIterator<[number, number, number, number | null]>) {
    all.at[i] = at;
    all.outcome[i] = outcome;
    all.value[i] = rttUs ?? Number.NaN;
    i++;
    const last = ends.at(-1);
    if (last?.deviceId === deviceId) last.end = i;
    else ends.push({ deviceId, end: i });
  }
  const blind = new BlindTimes(db);
  let first = 0;
  for (const { deviceId, end } of ends) {
    const seriesId = seriesOf.get(deviceId);
    if (seriesId !== undefined) writeChunk(db, keyOf(seriesId, hour), withBlindTime(slice(all, first, end), blind.of(seriesId, from, from + hourMs)));
    first = end;
  }
}
