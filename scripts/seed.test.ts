/** A seeded folder is one that the console could have made: it opens, its sums are those of its samples, and the same numbers give the same history. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction, type Db } from '../electron/engine/store/connection.ts';
import { closeDay } from '../electron/engine/store/history/days.ts';
import { dayOf, keysOf, seriesOf, slotOf } from '../electron/engine/store/history/keys.ts';
import { openDatabase } from '../electron/engine/store/open.ts';
import { reads } from '../electron/engine/store/operations.ts';
import { estateOf } from './seeding/estate.ts';
import { fill } from './seeding/fill.ts';
import { parseSeedOptions, UsageError, type SeedOptions } from './seeding/options.ts';
import { chunksIn, rowsOf } from './seeding/rows.ts';
import { plansOf } from './seeding/series.ts';

let folder: string;
/** One that all may look at. */
let file: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ward-seed-'));
  file = await seeded('a');
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const dayMs = 86_400_000;
const until = Date.UTC(2026, 5, 30, 12, 30);
const options = (dataDir: string): SeedOptions => ({ dataDir, devices: 5, days: 40, intervalMs: 120_000, seed: 3, until });
const seeded = async (name: string): Promise<string> => {
  await fill(options(join(folder, name)), () => {});
  return join(folder, name, 'ward-console.db');
};
const opened = (file: string): { readonly db: Db; readonly close: () => void } => {
  const answer = openDatabase(file);
  if (answer.kind !== 'ok') throw new Error(JSON.stringify(answer));
  return { db: answer.db, close: () => [answer.db, answer.lock].forEach(each => each.close()) };
};
const tables = ['chunk', 'five_min', 'day', 'open_hour', 'latest', 'event', 'alert', 'journal', 'device'] as const;
const contentOf = (db: Db): Record<string, string> => Object.fromEntries(tables.map(table => [table, createHash('sha256').update(JSON.stringify(db.prepare(`SELECT * FROM ${table}`).raw().all())).digest('hex')]));

test('a seeded folder opens with its devices, has a file of its own only, and has the days that retention keeps', () => {
  expect(readdirSync(join(folder, 'a')).sort()).toEqual(['console.lock', 'ward-console.db']);
  const { db, close } = opened(file);
  const remembered = reads.remembered(db, 500);
  const daysOf = (table: string, slots: number): unknown => db.prepare(`SELECT count(DISTINCT (id % 1048576) / ${slots}) FROM ${table} WHERE id BETWEEN ? AND ?`).pluck().get(...keysOf(1));
  expect([remembered.devices.length, remembered.devices.every(({ state, latest }) => state !== null && latest !== null), daysOf('chunk', 24), daysOf('five_min', 1), daysOf('day', 1)]).toEqual([5, true, 31, 40, 40]);
  close();
});

test('the same numbers give the same history', async () => {
  const contents = [file, await seeded('b')].map(each => {
    const { db, close } = opened(each);
    const content = contentOf(db);
    close();
    return content;
  });
  expect(contents[0]).toEqual(contents[1]);
});

test('a day that is copied from the week before is the one that would have been made, and its sums are those that the console makes of its samples', () => {
  const { db, close } = opened(file);
  const from = (dayOf(until) - 40) * dayMs;
  const plans = plansOf(estateOf(5, from, until, 3), options(folder), from);
  const day = dayOf(until) - 3;
  const plan = { day, samples: { firstHour: day * 24, endHour: day * 24 + 24 }, sums: 'five minutes' } as const;
  const copied = new Set(rowsOf(plans, { ...plan, canCopy: true }, 3).copied);
  expect(copied.size).toBeGreaterThan(0);
  const { chunks } = rowsOf(plans, { ...plan, canCopy: false }, 3);
  const rows = [...chunksIn(chunks, Array.from({ length: chunks.ends.length }, (_, i) => i))].filter(({ id }) => copied.has(seriesOf(id)));
  const stored = db.prepare('SELECT id, sent, lost, unseen, observed_ms AS observedMs, min, avg, max, p95, samples FROM chunk WHERE id = ?');
  expect(rows.map(({ id }) => plain(stored.get(id)))).toEqual(rows.map(plain));
  const sums = (): unknown => db.prepare('SELECT d.*, f.buckets FROM day d JOIN five_min f ON f.id = d.id ORDER BY d.id').all().map(plain);
  const before = sums();
  const closed = (db.prepare('SELECT DISTINCT id FROM day').pluck().all() as number[]).filter(id => slotOf(id) > dayOf(until) - 31); // The primary key.
  inTransaction(db, () => closed.forEach(id => closeDay(db, seriesOf(id), slotOf(id))));
  expect(sums()).toEqual(before);
  close();
});

test('a folder that has a database already is refused, and stays as it was', async () => {
  await expect(fill(options(join(folder, 'a')), () => {})).rejects.toThrow(/already has a database/);
  const { db, close } = opened(file);
  expect(db.prepare('SELECT count(*) FROM device').pluck().get()).toBe(5);
  close();
});

test('numbers that make no sense are refused with the flag that they were given for', () => {
  const refusal = (...args: readonly string[]): string => {
    try {
      parseSeedOptions(args, {}, until);
    } catch (error) {
      if (error instanceof UsageError) return error.message;
      throw error;
    }
    return '';
  };
  expect([refusal('--devices', '0'), refusal('--days', 'x'), refusal('--until', 'soon'), refusal('--data', '')]).toEqual([
    '--devices "0" must be a whole number from 1 to 10000.', '--days "x" must be a whole number from 1 to 1000.', '--until "soon" is not a time; write it like 2026-01-31T12:00:00Z.', '--data needs a folder: --data DIR.',
  ]);
});

const plain = (row: unknown): unknown => Object.fromEntries(Object.entries(row as object).map(([name, value]) => [name, value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value]));
