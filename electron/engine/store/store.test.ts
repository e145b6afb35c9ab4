/** The store with real files: what goes in comes out, and a file that cannot be used is told from one that can. */
import Database from 'better-sqlite3';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AlertRow } from '../../../shared/model/alert.ts';
import { AlertId, DeviceId } from '../../../shared/model/ids.ts';
import { configureWriter, connectTo, type Db } from './connection.ts';
import type { DeviceWrite } from './devices.ts';
import { migrate, NewerDatabase } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { openDatabase } from './open.ts';
import { rttSeries, type SampleColumns } from './samples.ts';
import { openStore, setAside, setAsideName, type Store } from './store.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ward-store-'));
  file = join(folder, 'ward-console.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const device = (n: number): DeviceWrite => ({
  device: {
    publicId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`, name: `Device ${n}`, address: `127.0.0.${n}`, type: 'router', branch: 'Kvareli', region: 'East',
    vendor: null, model: null, location: null, notes: null, intervalMs: null, timeoutMs: null, enabled: true, snmpPort: 161, pingEnabled: true, probesPerInterval: null, payloadBytes: null, dscp: null, dontFragment: false, canary: false, branchRouter: false, parentIds: [], parentsNeeded: 'any', simulated: false, createdAt: 1, updatedAt: 1,
  },
  secret: { nonce: new Uint8Array([1]), box: new Uint8Array([2, 3]) },
});

const samples = (probes: readonly (readonly [deviceId: number, at: number, rttUs: number | null])[]): SampleColumns => ({
  deviceId: Int32Array.from(probes, ([id]) => id),
  at: Float64Array.from(probes, ([, at]) => at),
  outcome: Uint8Array.from(probes, ([, , rtt]) => (rtt === null ? 1 : 0)),
  rttUs: Int32Array.from(probes, ([, , rtt]) => rtt ?? -1),
});
const noTick = { stateChanges: [], alerts: [], snmp: [], journal: [], checks: [] };
const died = (reason: unknown): void => { throw reason; };

async function open(): Promise<Store> {
  const opened = await openStore({ file, onDeath: died });
  if (opened.kind !== 'ok') throw new Error(JSON.stringify(opened));
  return opened.store;
}

describe('what was written', () => {
  test('is there after closing and opening again', async () => {
    const first = await open();
    const { ids, branches } = await first.write('insertDevices', [device(1), device(2)]);
    first.writeTick({ ...noTick, samples: samples([[1, 1_000, 250], [2, 1_001, null]]), stateChanges: [{ deviceId: 2, at: 1_500, state: 'down', since: 1_001, downSince: 1_001 }] });
    await first.ticksWritten();
    await first.write('settings', { polling: '{"intervalMs":5000}' });
    await first.close();
    expect(ids).toEqual([1, 2]);
    expect(branches.map(branch => branch.name)).toEqual(['Kvareli']);
    expect(readdirSync(folder).sort()).toEqual(['console.lock', 'ward-console.db']);

    const second = await open();
    const { devices, settings } = await second.remembered();
    expect(devices.map(({ device: { name, branch }, state, latest, secret }) => ({ name, branch, state, latest, secret: secret && [...secret.box] }))).toEqual([
      { name: 'Device 1', branch: 'Kvareli', state: null, latest: { at: 1_000, outcome: 0, rttUs: 250 }, secret: [2, 3] },
      { name: 'Device 2', branch: 'Kvareli', state: { state: 'down', since: 1_001, downSince: 1_001 }, latest: { at: 1_001, outcome: 1, rttUs: null }, secret: [2, 3] },
    ]);
    expect(settings).toEqual({ polling: '{"intervalMs":5000}' });
    await second.close();
  });

  test('is seen by the reader as soon as the write is acknowledged', async () => {
    const store = await open();
    await store.write('insertDevices', [device(1)]);
    store.writeTick({ ...noTick, samples: samples([[1, 5_000, 42]]) });
    await store.ticksWritten();
    expect(await store.read('rttSeries', { deviceId: 1, from: 0, to: 9_000, maxPoints: 10, now: 9_000 })).toEqual({ stepMs: 0, t: [5_000], minUs: [42], avgUs: [42], maxUs: [42], sent: [1], lost: [0], spans: [] });
    await store.close();
  });

  test('of a removed device is gone with it, its branch too when it was the last, and late probes of it are harmless', async () => {
    const store = await open();
    await store.write('insertDevices', [device(1)]);
    await store.write('removeDevices', [1], []);
    store.writeTick({ ...noTick, samples: samples([[1, 5_000, 42]]), stateChanges: [{ deviceId: 1, at: 5, state: 'down', since: 5, downSince: 5 }] });
    await store.ticksWritten();
    expect(await store.remembered()).toMatchObject({ devices: [], branches: [] });
    await store.close();
  });
});

test('an acknowledgement and an end that are stored stay, whatever older row of the alert comes after them', async () => {
  const store = await open();
  const raised: AlertRow = {
    id: AlertId.parse('00000000-0000-4000-8000-00000000000a'), deviceId: DeviceId.parse('00000000-0000-4000-8000-00000000000b'), deviceName: 'A', address: '127.0.0.1', branch: null, rule: 'device-down', severity: 'critical',
    since: 1, raisedAt: 2, clearedAt: null, clearedBy: null, acknowledgedAt: null, acknowledgedBy: null, note: null, simulated: false,
  };
  const known: AlertRow = { ...raised, acknowledgedAt: 3, acknowledgedBy: 'op', note: 'called' };
  const held: Parameters<Store['writeTick']>[0] = { ...noTick, samples: samples([]), alerts: [raised] };
  await store.write('acknowledge', known);
  store.writeTick(held);
  await store.ticksWritten();
  expect((await store.remembered()).alerts).toEqual([known]);
  await store.write('acknowledge', { ...known, note: null });
  await store.write('removeDevices', [], [{ ...known, clearedAt: 9, clearedBy: 'removed' }]);
  store.writeTick(held);
  await store.ticksWritten();
  expect((await store.remembered()).alerts).toEqual([{ ...known, note: null, clearedAt: 9, clearedBy: 'removed' }]);
  await store.close();
});

test('another program that holds the database for a while ends nothing: it is told, and storing resumes', async () => {
  const store = await open();
  const other = new Database(file, { timeout: 0 });
  other.exec('BEGIN IMMEDIATE');
  await expect(store.write('settings', { station: '{}' })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('Another program holds the database') });
  expect(store.health().failure).toBe('busy');
  other.exec('ROLLBACK');
  other.close();
  await store.write('settings', { station: '{}' });
  expect(store.health().failure).toBeNull();
  await store.close();
});

test('samples of a removed device go in slices, those of the others stay, and the work is done once', async () => {
  const store = await open();
  await store.write('insertDevices', [device(1), device(2)]);
  const hour = Array.from({ length: 120 }, (_, i) => i * 30_000);
  store.writeTick({ ...noTick, samples: samples(hour.flatMap(at => [[1, at, 5], [2, at, 5]] as const)) });
    await store.ticksWritten();
  expect(await store.write('forgetOrphans', 0)).toBeNull(); // Nothing was removed.
  await store.write('removeDevices', [1], []);
  let slices = 0;
  for (let next: number | null = 0; next !== null; slices++) next = await store.write('forgetOrphans', next);
  const left = (deviceId: number): Promise<number> => store.read('rttSeries', { deviceId, from: 0, to: 1e9, maxPoints: 500, now: 1e12 }).then(series => series.t.length);
  expect({ slices, gone: await left(1), kept: await left(2) }).toEqual({ slices: 13, gone: 0, kept: 120 });
  expect((await store.remembered()).settings).toEqual({});
  await store.close();
});

describe('a file that cannot be used', () => {
  test('is refused as newer when a later build wrote it, and left alone', () => {
    const db = connectTo(file);
    configureWriter(db);
    migrate(db, migrations, () => {});
    db.pragma(`application_id = ${0x57415244}`);
    db.pragma(`user_version = ${migrations.length + 1}`);
    db.close();
    const before = readFileSync(file);
    expect(openDatabase(file)).toMatchObject({ kind: 'newer', message: expect.stringContaining('newer Ward Console') });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('is refused as damaged when it is no database, and left alone', async () => {
    writeFileSync(file, 'this is not a database, but it is long enough to look at. '.repeat(200));
    const before = readFileSync(file);
    expect(await openStore({ file, onDeath: died })).toMatchObject({ kind: 'damaged' });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('is refused as damaged when its pages are overwritten', async () => {
    const store = await open();
    await store.write('insertDevices', Array.from({ length: 250 }, (_, i) => device(i + 1)));
    await store.close();
    const bytes = readFileSync(file);
    bytes.fill(0xa5, 4_096 * 2, 4_096 * 12);
    writeFileSync(file, bytes);
    expect(await openStore({ file, onDeath: died })).toMatchObject({ kind: 'damaged' });
  });

  test('is refused as damaged when it is empty, or gone while its log is there', async () => {
    writeFileSync(file, '');
    expect(await openStore({ file, onDeath: died })).toMatchObject({ kind: 'damaged', reason: 'the file is empty' });
    rmSync(file);
    writeFileSync(`${file}-wal`, 'what was written last');
    expect(await openStore({ file, onDeath: died })).toMatchObject({ kind: 'damaged', reason: expect.stringContaining('its log is still there') });
    expect(readFileSync(`${file}-wal`, 'utf8')).toBe('what was written last');
  });

  test('is refused as damaged when a table is missing, or it does not say its schema', async () => {
    await (await open()).close();
    const change = (sql: string): void => {
      const db = new Database(file);
      db.exec(sql);
      db.close();
    };
    change('PRAGMA user_version = 0');
    expect(await openStore({ file, onDeath: died })).toMatchObject({ kind: 'damaged' });
    change(`PRAGMA user_version = ${migrations.length}; DROP TABLE alert`);
    expect(await openStore({ file, onDeath: died })).toMatchObject({ kind: 'damaged', reason: 'no such table: alert' });
  });

  test('is left alone with its log when it is refused', async () => {
    await (await open()).close();
    const newer = new Database(file);
    newer.pragma('user_version = 999');
    // A copy of file and log as a crash leaves them: what makes it newer stands in the log alone.
    const crashed = join(folder, 'crashed');
    mkdirSync(crashed);
    const copy = join(crashed, 'ward-console.db');
    for (const suffix of ['', '-wal']) copyFileSync(file + suffix, copy + suffix);
    newer.close();
    const contents = (): string[] => ['', '-wal'].map(suffix => readFileSync(copy + suffix, 'latin1'));
    const before = contents();
    expect(await openStore({ file: copy, onDeath: died })).toMatchObject({ kind: 'newer' });
    expect(contents()).toEqual(before);
  });

  test('is not to blame for a lock file with something in it', async () => {
    await (await open()).close();
    writeFileSync(join(folder, 'console.lock'), 'rubbish '.repeat(200));
    await (await open()).close();
  });

  test('that is deleted under a running console is told, and no command is acknowledged into it', async () => {
    const store = await open();
    rmSync(file);
    await expect(store.write('settings', { station: '{}' })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('moved or deleted') });
    expect(store.health().message).toContain('moved or deleted');
    await expect(store.read('rttSeries', { deviceId: 1, from: 0, to: 1, maxPoints: 10, now: 9_000 })).rejects.toMatchObject({ code: 'unavailable' });
    await store.close();
  });

  test('is set aside whole, beside a fresh one', async () => {
    writeFileSync(file, 'rubbish '.repeat(1_000));
    const name = setAsideName(file, Date.UTC(2026, 0, 2, 3, 4, 5));
    setAside(file, name);
    const store = await open();
    await store.close();
    expect(readFileSync(name, 'utf8')).toBe('rubbish '.repeat(1_000));
    expect(name).toBe(`${file}.damaged-2026-01-02-030405`);
  });

  test('is refused when another program made it', () => {
    const other = new Database(file);
    other.exec('CREATE TABLE recipe (id INTEGER)');
    other.close();
    expect(openDatabase(file)).toMatchObject({ kind: 'unusable', message: expect.stringContaining('another program') });
  });

  test('is refused while another console has the folder', async () => {
    const store = await open();
    expect(await openStore({ file, onDeath: died })).toMatchObject({ kind: 'in-use', message: expect.stringContaining('Another Ward Console') });
    await store.close();
    await (await open()).close();
  });
});

describe('migrations', () => {
  const memory = (): Db => new Database(':memory:');

  test('bring an empty file to the newest schema, once', () => {
    const db = memory();
    expect(migrate(db, migrations, () => {})).toEqual(migrations.map(migration => migration.id));
    expect(migrate(db, migrations, () => {})).toEqual([]);
  });

  test('a failing step leaves the file at the step before it', () => {
    const db = memory();
    const broken = [...migrations, { id: migrations.length + 1, name: 'broken', up: (each: Db) => each.exec('CREATE TABLE half (id INTEGER); SELECT nonsense') }];
    expect(() => migrate(db, broken, () => {})).toThrow();
    expect(db.pragma('user_version', { simple: true })).toBe(migrations.length);
    expect(db.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'half'").pluck().get()).toBe(0);
  });

  test('an older file is copied before it changes, a fresh one is not', () => {
    const db = memory();
    const backups: number[] = [];
    migrate(db, migrations, from => backups.push(from));
    migrate(db, [...migrations, { id: migrations.length + 1, name: 'next', up: () => {} }], from => backups.push(from));
    expect(backups).toEqual([migrations.length]);
  });

  test('a newer file and a gap in the ids are refused', () => {
    const db = memory();
    db.pragma('user_version = 99');
    expect(() => migrate(db, migrations, () => {})).toThrow(NewerDatabase);
    expect(() => migrate(memory(), [{ id: 2, name: 'gap', up: () => {} }], () => {})).toThrow('expected id 1');
  });
});

describe('a series', () => {
  function filled(count: number): Db {
    const db = new Database(':memory:');
    migrate(db, migrations, () => {});
    const insert = db.prepare('INSERT INTO hot (ts, device_id, outcome, rtt_us) VALUES (?, ?, ?, ?)');
    for (let i = 0; i < count; i++) {
      insert.run(i * 1_000, 1, i % 10 === 9 ? 1 : 0, i % 10 === 9 ? null : 100 + i);
      insert.run(i * 1_000, 2, 0, 7);
    }
    return db;
  }

  test('has every probe while they fit', () => {
    expect(rttSeries(filled(10), { deviceId: 1, from: 8_000, to: 20_000, maxPoints: 10 })).toEqual({ stepMs: 0, t: [8_000, 9_000], minUs: [108, null], avgUs: [108, null], maxUs: [108, null], sent: [1, 1], lost: [0, 1] });
  });

  test('is summed up in steps when they do not, with no probe lost and every spike kept', () => {
    const series = rttSeries(filled(1_000), { deviceId: 1, from: 0, to: 999_999, maxPoints: 100 });
    expect(series.stepMs).toBe(10_000);
    expect(series.t).toHaveLength(100);
    expect(series.sent.reduce((sum, n) => sum + n, 0)).toBe(1_000);
    expect(series.lost.every(n => n === 1)).toBe(true);
    expect(series.maxUs.at(-1)).toBe(100 + 998);
  });

  test('is found through the key of the hot table', () => {
    const plan = filled(1).prepare('EXPLAIN QUERY PLAN SELECT ts, outcome, rtt_us AS rttUs FROM hot WHERE ts BETWEEN ? AND ? AND device_id = ? ORDER BY ts').all(0, 1, 1) as { detail: string }[];
    expect(plan.map(step => step.detail)).toEqual([expect.stringMatching(/^SEARCH hot USING PRIMARY KEY \(ts>\? AND ts<\?\)/)]);
  });
});
