/** Another program that reads and does not let go: the log stays bounded, decisions are stored all the same, and storing resumes by itself. */
import Database from 'better-sqlite3';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { device } from './device-for-tests.ts';
import { openStore, type Store } from './store.ts';

const mb = 2 ** 20;
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ward-log-'));
  file = join(folder, 'ward-console.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const perTick = 2_000;
let second = 0;
const write = async (store: Store): Promise<void> => {
  second++;
  store.writeTick({
    at: second * 1_000, values: [], interfaces: [], alerts: [], snmp: [], journal: [], checks: [],
    samples: { deviceId: new Int32Array(perTick).fill(1), at: Float64Array.from({ length: perTick }, (_, i) => second * perTick + i), outcome: new Uint8Array(perTick), rttUs: new Int32Array(perTick).fill(250) },
    stateChanges: [{ deviceId: 1, at: second * 1_000, state: second % 2 ? 'down' : 'up', since: second * 1_000, downSince: null }],
  });
  await store.ticksWritten();
};
const logBytes = (): number => statSync(`${file}-wal`).size;

test('a long reader bounds the log at the cost of samples, which are counted and told; when it ends, storing resumes and the log is folded in', async () => {
  const opened = await openStore({ file, onDeath: reason => { throw reason; }, logLimits: { foldBytes: mb, holdBytes: 3 * mb } });
  if (opened.kind !== 'ok') throw new Error(JSON.stringify(opened));
  const { store } = opened;
  await store.write('insertDevices', [device(1)]);
  for (let i = 0; i < 40; i++) await write(store);
  // Without a reader it never grows much beyond what SQLite folds in by itself.
  expect(logBytes()).toBeLessThan(8 * mb);

  const reader = new Database(file, { readonly: true });
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM event').get();
  while (store.health().failure === null && second < 2_000) await write(store);
  expect(store.health()).toMatchObject({ failure: 'held', message: expect.stringContaining('Another program has been reading') });
  const lost = store.health().unwrittenReadings;
  const held = logBytes();
  for (let i = 0; i < 50; i++) await write(store);
  expect(store.health().unwrittenReadings).toBe(lost + 50 * perTick);
  expect(logBytes()).toBeLessThan(held + mb);

  reader.exec('COMMIT');
  reader.close();
  while (store.health().failure !== null && second < 4_000) await write(store);
  expect(store.health().failure).toBeNull();
  expect(logBytes()).toBeLessThan(2 * mb);
  await store.close();
  const db = new Database(file, { readonly: true });
  // Every decision was stored, also those of the ticks whose samples were left out.
  expect(db.prepare('SELECT count(*) FROM event').pluck().get()).toBe(second);
  db.close();
});
