/** What the writer must get right beside the usual: series that are gone, many samples of one moment, clocks that were ahead, and blocks that were damaged while the console was closed. */
import { expect, test } from 'vitest';
import { inTransaction, type Db } from '../connection.ts';
import { writes } from '../operations.ts';
import { databaseWith, foldAll, part, writePings, type Ping } from './history-for-tests.ts';
import { dayMs, hourMs } from './keys.ts';
import { find } from './read.ts';
import { forgetGone } from './retention.ts';
import type { ValueSample } from './series.ts';
import { historyOf, HistoryWriter, type FoldSlice } from './writer.ts';

const start = Date.UTC(2026, 0, 5);
const pings = (deviceId: number, from: number, to: number): Ping[] => Array.from({ length: Math.ceil((to - from) / 5_000) }, (_, i): Ping => [deviceId, from + i * 5_000, 14_000 + (i % 90)]);
const count = (db: Db, sql: string): number => db.prepare(`SELECT count(*) FROM ${sql}`).pluck().get() as number; // SQLite: an integer.
const foldOf = (db: Db, history: HistoryWriter, now: number): FoldSlice => inTransaction(db, () => history.fold(db, now, 10_000));

test('samples of a device that was removed before a crash make no history again', () => {
  const db = databaseWith(2);
  writePings(db, [1, 2].flatMap(id => pings(id, start, start + hourMs)));
  inTransaction(db, () => writes.removeDevices(db, [1]));
  while (inTransaction(db, () => forgetGone(db, 1_000)));
  const after = new HistoryWriter(db);
  foldOf(db, after, start + 2 * hourMs);
  expect([count(db, 'chunk'), after.open.hours()]).toEqual([1, []]);
});

test('more samples of one moment than a slice takes are purged all the same', () => {
  const db = databaseWith(20);
  const samples = Array.from({ length: 6_000 }, (_, i): ValueSample => ({ deviceId: 1 + (i % 20), metric: 'if-in', object: String(1 + Math.floor(i / 20)), at: start, outcome: 0, value: i }));
  inTransaction(db, () => historyOf(db).writeValues(db, samples));
  foldAll(db, start + 2 * hourMs);
  while (inTransaction(db, () => historyOf(db).purge(db)));
  expect(count(db, 'hot')).toBe(0);
});

test('what a clock that was ahead left behind is purged in slices, too', () => {
  const db = databaseWith(1);
  for (const ping of [...pings(1, start + 40 * dayMs, start + 40 * dayMs + hourMs), ...pings(1, start + 40 * dayMs + 1, start + 40 * dayMs + hourMs)]) writePings(db, [ping]);
  writePings(db, pings(1, start, start + 60_000));
  foldAll(db, start + 60_000);
  const left = [count(db, 'hot')];
  while (inTransaction(db, () => historyOf(db).purge(db))) left.push(count(db, 'hot'));
  left.push(count(db, 'hot'));
  expect(left).toEqual([1_441, 941, 441, 1]);
});

test('what was open when the console ended and is damaged since is told and forgotten, and what came after it stays', () => {
  const db = databaseWith(2);
  writePings(db, [1, 2].flatMap(id => pings(id, start, start + 600_000)));
  inTransaction(db, () => historyOf(db).putAway(db));
  for (const { id, samples } of db.prepare('SELECT id, samples FROM open_hour').all() as { id: number; samples: Uint8Array }[]) { // Columns are named after the fields.
    samples[20] = (samples[20] ?? 0) ^ 4;
    db.prepare('UPDATE open_hour SET samples = ? WHERE id = ?').run(samples, id);
  }
  const after = new HistoryWriter(db);
  inTransaction(db, () => after.writePings(db, { deviceId: Int32Array.of(1), at: Float64Array.of(start + 700_000), outcome: Uint8Array.of(0), rttUs: Int32Array.of(5) }));
  const slices = [foldOf(db, after, start + 2 * hourMs), foldOf(db, after, start + 2 * hourMs)];
  expect([slices.map(slice => slice.damaged), count(db, 'open_hour'), count(db, 'chunk')]).toEqual([[2, 0], 0, 1]);
});

test('a tick that is damaged when it is read back is told, and costs no other', () => {
  const db = databaseWith(1);
  for (const each of [0, 1, 2]) writePings(db, pings(1, start + each * 60_000, start + (each + 1) * 60_000));
  const block = db.prepare('SELECT samples FROM hot WHERE id = 2').pluck().get() as Uint8Array; // A BLOB column.
  block[9] = (block[9] ?? 0) ^ 1;
  db.prepare('UPDATE hot SET samples = ? WHERE id = 2').run(block);
  const after = new HistoryWriter(db);
  const slices = [foldOf(db, after, start + 2 * hourMs), foldOf(db, after, start + 2 * hourMs)];
  expect([slices.map(({ damaged }) => damaged), db.prepare('SELECT sent FROM chunk').pluck().all()]).toEqual([[1, 0], [24]]);
});

test('a reply without its time is no sample: the others keep theirs', () => {
  const db = databaseWith(1);
  inTransaction(db, () => historyOf(db).writePings(db, { deviceId: Int32Array.of(1, 1, 1), at: Float64Array.of(start, start + 1_000, start + 2_000), outcome: Uint8Array.of(0, 0, 0), rttUs: Int32Array.of(100, -1, 300) }));
  foldAll(db, start + 2 * hourMs);
  expect([...find(db, part(db, 1, start, start + hourMs), start, start + hourMs, 'raw').samples.value]).toEqual([100, 300]);
});
