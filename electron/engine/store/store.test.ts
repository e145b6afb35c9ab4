/** The store with real files: what goes in comes out, and a file that cannot be used is told from one that can. */
import Database from 'better-sqlite3';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AlertRow } from '../../../shared/model/alert.ts';
import { alert } from './alert-for-tests.ts';
import { configureWriter, connectTo, type Db } from './connection.ts';
import { device } from './device-for-tests.ts';
import { migrate, NewerDatabase } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { openDatabase } from './open.ts';
import type { SampleColumns } from './history/writer.ts';
import { openStore, setAside, setAsideName, type Store } from './store.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ward-store-'));
  file = join(folder, 'ward-console.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const samples = (probes: readonly (readonly [deviceId: number, at: number, rttUs: number | null])[]): SampleColumns => ({
  deviceId: Int32Array.from(probes, ([id]) => id),
  at: Float64Array.from(probes, ([, at]) => at),
  outcome: Uint8Array.from(probes, ([, , rtt]) => (rtt === null ? 1 : 0)),
  rttUs: Int32Array.from(probes, ([, , rtt]) => rtt ?? -1),
});
const noTick = { at: 0, values: [], stateChanges: [], alerts: [], snmp: [], journal: [], checks: [], interfaces: [] };
/** The first hours of a device, every sample a point. */
const pings = async (store: Store, deviceId: number): Promise<Awaited<ReturnType<typeof store.read<'series'>>>> =>
  store.read('series', await store.peek('openParts', [{ deviceId, metric: 'ping', object: '' }], 0, 9e6), { from: 0, to: 9e6, maxPoints: 5_000 }, { deviceId, from: 0, to: 9e6, now: 9e6 });
const died = (reason: unknown): void => { throw reason; };

async function open(): Promise<Store> {
  const opened = await openStore({ file, onDeath: died });
  if (opened.kind !== 'ok') throw new Error(JSON.stringify(opened));
  return opened.store;
}

describe('what was written', () => {
  test('is, of a device, its tags, whether it leads to a provider, and what somebody said of it, whatever else of it is written', async () => {
    const mark = { reason: 'Scrapped.', until: 9, by: 'operator', at: 5 };
    const first = await open();
    const one = device(1);
    await first.write('insertDevices', [{ ...one, device: { ...one.device, tags: ['core', 'vip'] } }, device(2)]);
    await first.write('knownDown', [1, 2, 99], mark);
    await first.write('knownDown', [2], null);
    await first.write('updateDevice', 1, { device: { ...one.device, tags: ['vip'], ispLink: true } });
    await first.close();
    const second = await open();
    const { devices } = await second.remembered();
    await second.close();
    expect(devices.map(({ device: { tags, ispLink }, knownDown }) => ({ tags, ispLink, knownDown }))).toEqual([{ tags: ['vip'], ispLink: true, knownDown: mark }, { tags: [], ispLink: false, knownDown: null }]);
  });

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
    expect(await pings(store, 1)).toEqual({ resolution: 'raw', stepMs: 0, t: [5_000], min: [42], avg: [42], max: [42], p95: [42], sent: [1], lost: [0], spans: [], unreadable: [] });
    await store.close();
  });

  test('of a removed device is gone with it, its branch too when it was the last, and late probes of it are harmless', async () => {
    const store = await open();
    await store.write('insertDevices', [device(1)]);
    await store.write('removeDevices', [1]);
    store.writeTick({ ...noTick, samples: samples([[1, 5_000, 42]]), stateChanges: [{ deviceId: 1, at: 5, state: 'down', since: 5, downSince: 5 }] });
    await store.ticksWritten();
    expect(await store.remembered()).toMatchObject({ devices: [], branches: [] });
    await store.close();
  });
});

test('an acknowledgement and an end that are stored stay, whatever older row of the alert comes after them', async () => {
  const store = await open();
  const raised = alert(10);
  const known: AlertRow = { ...raised, acknowledgedAt: 3, acknowledgedBy: 'op', note: 'called' };
  const held: Parameters<Store['writeTick']>[0] = { ...noTick, samples: samples([]), alerts: [raised] };
  await store.write('alertWork', [known], [], []);
  store.writeTick(held);
  await store.ticksWritten();
  expect((await store.remembered()).alerts).toEqual([known]);
  await store.write('alertWork', [{ ...known, note: null }], [], []);
  store.writeTick({ ...noTick, samples: samples([]), alerts: [{ ...known, phase: 'ended', clearedAt: 9, clearedBy: 'removed' }] });
  await store.ticksWritten();
  store.writeTick(held);
  await store.ticksWritten();
  expect((await store.remembered()).alerts).toEqual([{ ...known, note: null, phase: 'ended', clearedAt: 9, clearedBy: 'removed' }]);
  await store.close();
});

test('work on an alert that a held-back tick is still to raise ends nothing: it comes with that tick, after the end of the one before it', async () => {
  const store = await open();
  const first = alert(10);
  const ended: AlertRow = { ...first, phase: 'ended', clearedAt: 5, clearedBy: 'recovered' };
  const second: AlertRow = { ...alert(11), subject: first.subject, acknowledgedAt: 8, acknowledgedBy: 'op' };
  store.writeTick({ ...noTick, samples: samples([]), alerts: [first] });
  await store.ticksWritten();
  await store.write('alertWork', [second], [], []);
  store.writeTick({ ...noTick, samples: samples([]), alerts: [ended, second] });
  await store.ticksWritten();
  expect((await store.remembered()).alerts).toEqual([second, ended]);
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

test('samples of a removed device go, open and folded, those of the others stay', async () => {
  const store = await open();
  await store.write('insertDevices', [device(1), device(2)]);
  const hours = Array.from({ length: 240 }, (_, i) => i * 30_000);
  store.writeTick({ ...noTick, samples: samples(hours.flatMap(at => [[1, at, 5], [2, at, 5]] as const)) });
  await store.ticksWritten();
  while ((await store.write('fold', 3_600_000 + 300_000)).left);
  await store.write('removeDevices', [1]);
  while (await store.write('forgetGone'));
  const left = (deviceId: number): Promise<number> => pings(store, deviceId).then(series => series.t.length);
  expect({ gone: await left(1), kept: await left(2) }).toEqual({ gone: 0, kept: 240 });
  await store.close();
  const db = new Database(file);
  expect(['chunk', 'open_hour', 'hot', 'latest', 'gone_series'].map(table => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get())).toEqual([1, 1, 0, 1, 0]);
  db.close();
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
    expect(await openStore({ file, onDeath: died })).toMatchObject({ kind: 'damaged', reason: 'the table "alert" is missing' });
  });

  test.each([
    ['DROP TABLE open_hour', 'the table "open_hour" is missing'],
    ['DROP TABLE chunk', 'the table "chunk" is missing'],
    ['ALTER TABLE five_min RENAME COLUMN buckets TO bucket', 'the table "five_min" has other columns'],
    ['DROP TRIGGER series_gone', 'the trigger "series_gone" is missing'],
    ['ALTER TABLE device RENAME TO all_devices; CREATE VIEW device AS SELECT * FROM all_devices', 'the table "device" is missing'],
  ])('is refused as damaged when it lacks what is only needed later: %s', async (sql, reason) => {
    await (await open()).close();
    const db = new Database(file);
    db.exec(sql);
    db.close();
    expect(await openStore({ file, onDeath: died })).toEqual({ kind: 'damaged', reason });
  });

  test('is refused as damaged when it lacks what its migration needs', async () => {
    const db = new Database(file);
    migrate(db, migrations.slice(0, 3), () => {});
    db.exec('DROP TABLE hot');
    db.close();
    expect(await openStore({ file, onDeath: died })).toMatchObject({ kind: 'damaged', reason: expect.stringContaining('no such table') });
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
    await expect(pings(store, 1)).rejects.toMatchObject({ code: 'unavailable' });
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

  test('what an older file holds as lost in blind time is not observed in the new one', () => {
    const db = memory();
    migrate(db, migrations.slice(0, 3), () => {});
    db.exec(`INSERT INTO device (id, public_id, name, address, type, enabled, snmp_port, simulated, created_at, updated_at) VALUES (1, 'a', 'A', '127.0.0.1', 'atm', 1, 161, 0, 1, 1);
      INSERT INTO journal (public_id, kind, from_at, to_at, detail) VALUES ('j', 'blind', 2000, 3000, 'It slept.');
      INSERT INTO hot (ts, device_id, outcome, rtt_us) VALUES (1000, 1, 0, 500), (2000, 1, 1, NULL), (3000, 1, 1, NULL)`);
    migrate(db, migrations, () => {});
    expect(db.prepare('SELECT sent, lost, unseen FROM chunk').all()).toEqual([{ sent: 2, lost: 1, unseen: 1 }]);
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
