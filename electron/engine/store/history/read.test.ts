/** What a chart is given where the data have gaps of their own: expired samples, late ones, resolutions kept for different times. */
import { expect, test } from 'vitest';
import { inTransaction, type Db } from '../connection.ts';
import { closeDays } from './days.ts';
import { databaseWith, foldAll, part, writePings, type Ping } from './history-for-tests.ts';
import { dayMs, hourMs } from './keys.ts';
import { find, seriesOf } from './read.ts';
import { expire, type KeptDays } from './retention.ts';
import { historyOf } from './writer.ts';

const start = Date.UTC(2026, 0, 5);
const hour = (day: number): Ping[] => Array.from({ length: 360 }, (_, i): Ping => [1, start + day * dayMs + i * 10_000, 500]);

/** The first hour of each day, summed up, and what is older than it is kept has expired. */
function afterDays(days: number, kept: KeptDays): { readonly db: Db; readonly now: number } {
  const db = databaseWith(1);
  const now = start + days * dayMs + hourMs;
  for (let day = 0; day < days; day++) writePings(db, hour(day));
  foldAll(db, now);
  inTransaction(db, () => closeDays(db, 0, now, 10_000));
  inTransaction(db, () => expire(db, kept, 0, now, 10_000));
  return { db, now };
}

function sentOn(db: Db, day: number): number {
  const [from, to] = [start + day * dayMs, start + (day + 1) * dayMs - 1];
  const { samples, buckets } = find(db, part(db, 1, from, to), from, to, 'raw');
  return samples.at.length + buckets.reduce((sum, { figures }) => sum + figures.sent, 0);
}

test('samples that come late to a day that has expired hide neither its sums nor those of the days after it', () => {
  const { db, now } = afterDays(10, { rawDays: 3, fiveMinDays: 180, hourDays: 1_000 });
  writePings(db, [[1, start + hourMs, 7], [1, start + 2 * dayMs + hourMs, 7]]);
  foldAll(db, now);
  expect(Array.from({ length: 10 }, (_, day) => sentOn(db, day))).toEqual([361, 360, 361, 360, 360, 360, 360, 360, 360, 360]);
});

test('five-minute figures are found as long as they are kept, though hours are kept for less', () => {
  const { db } = afterDays(60, { rawDays: 30, fiveMinDays: 180, hourDays: 31 });
  expect(find(db, part(db, 1, start, start + dayMs), start, start + dayMs - 1, '5min').buckets.length).toBe(12);
});

test('an average of small numbers is no less than their minimum', () => {
  const db = databaseWith(1);
  inTransaction(db, () => historyOf(db).writeValues(db, Array.from({ length: 100 }, (_, i) => ({ deviceId: 1, metric: 'if-in-errors' as const, object: '1', at: start + i * 1_000, outcome: 0 as const, value: 0.0004 }))));
  const seriesId = db.prepare('SELECT id FROM series').pluck().get() as number; // The primary key.
  const { min, avg, max } = seriesOf(db, [{ seriesId, deviceId: 1, open: historyOf(db).openSamples(seriesId, start, start + hourMs) }], start, start + hourMs, 10);
  expect([min, avg, max]).toEqual([[0.0004], [0.0004], [0.0004]]);
});
