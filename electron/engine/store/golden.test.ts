/** A file of every shipped schema, opened with today's code: nothing that a user stored is lost or changed on the way. */
import Database from 'better-sqlite3';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrations } from './migrations/index.ts';
import { openStore, type Store } from './store.ts';

type Row = Readonly<Record<string, unknown>>;
type Rows = Readonly<Record<string, readonly Row[]>>;

const goldenFolder = join(import.meta.dirname, 'golden');
const golden = (schema: number): string => join(goldenFolder, `schema-${schema}.db.gz`);
/** From here on samples are packed; the file has those of the file before it. */
const firstPacked = 4;
const shipped = Array.from({ length: migrations.length - 1 }, (_, i) => i + 1);

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ward-golden-'));
  file = join(folder, 'ward-console.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('every schema before the newest has its golden file', () => {
  expect(readdirSync(goldenFolder).filter(name => name.endsWith('.gz')).sort()).toEqual(expect.arrayContaining(shipped.map(schema => `schema-${schema}.db.gz`)));
});

describe.each(shipped)('a file of schema %i', schema => {
  beforeEach(() => writeFileSync(file, gunzipSync(readFileSync(golden(schema)))));

  test('keeps its devices, states, alerts, settings, journal and checks', async () => {
    const before = rowsOf(file);
    expect(Object.fromEntries(Object.entries(before).map(([table, rows]) => [table, rows.length]))).toMatchObject({ device: 4, device_state: schema > 2 ? 4 : 3, alert: 3, event: schema > 1 ? 7 : 6, secret: 1, audit: 1 });
    const store = await open();
    const { devices, alerts, settings, journal, checks, interfaces } = await store.remembered();
    await store.close();
    expect(columnsOf(rowsOf(file), before)).toEqual(before);
    // And the engine understands them.
    expect(devices.map(({ device: { name, enabled, parentIds }, state }) => ({ name, enabled, parentIds, state: state?.state }))).toEqual([
      { name: 'Device 1', enabled: true, parentIds: [], state: 'up' },
      { name: 'Device 2', enabled: true, parentIds: schema > 1 ? [1] : [], state: 'up' },
      { name: 'Device 3', enabled: true, parentIds: [], state: 'down' },
      { name: 'Paused one', enabled: false, parentIds: [], state: schema > 2 ? 'paused' : undefined },
    ]);
    expect(alerts.map(({ deviceName, clearedBy, note }) => ({ deviceName, clearedBy, note }))).toEqual([
      { deviceName: 'Device 3', clearedBy: null, note: 'On it.' },
      { deviceName: 'Device 5', clearedBy: 'removed', note: null },
      { deviceName: 'Device 2', clearedBy: 'recovered', note: null },
    ]);
    expect(settings).toMatchObject({ polling: '{"intervalMs":10000,"timeoutMs":1500}', station: '{"name":"Kvareli office"}' });
    expect(journal.map(({ kind }) => kind)).toEqual(schema > 1 ? ['clock-step', 'blind'] : []);
    expect(checks.map(({ check, state }) => [check.kind, state.state])).toEqual(schema > 2 ? [['tcp', 'ok'], ['heartbeat', 'waiting']] : []);
    expect(interfaces.map(({ record, isSampled, mark, critical }) => [record.name, record.aliasProvider, isSampled, mark, critical])).toEqual(schema > 3 ? [['Fa3', 'Magti', true, null, null], ['Fa4', null, true, { provider: 'Silknet' }, null]] : []);
  });

  test('has the schema of a fresh file afterwards', async () => {
    await (await open()).close();
    const migrated = schemaOf(file);
    rmSync(file);
    await (await open()).close();
    expect(migrated).toEqual(schemaOf(file));
  });

  test('is kept as it was beside the migrated one', async () => {
    const before = { rows: rowsOf(file), schema: schemaOf(file) };
    await (await open()).close();
    const kept = `${file}.before-schema-${schema + 1}`;
    expect({ rows: rowsOf(kept), schema: schemaOf(kept) }).toEqual(before);
    expect(existsSync(`${kept}-wal`)).toBe(false);
  });

  test('is kept whole though an earlier start was cut short while it was being kept', async () => {
    const before = rowsOf(file);
    const kept = `${file}.before-schema-${schema + 1}`;
    writeFileSync(`${kept}.partial`, 'the beginning of a copy');
    await (await open()).close();
    expect([rowsOf(kept), readdirSync(folder).filter(name => name.includes('partial'))]).toEqual([before, []]);
  });

  test('has every sample of its devices afterwards, and none of those removed', async () => {
    if (schema >= firstPacked) writeFileSync(`${file}.samples`, gunzipSync(readFileSync(golden(firstPacked - 1))));
    const samples = samplesOf(schema < firstPacked ? file : `${file}.samples`);
    expect([...samples.values()].map(each => each.length)).toEqual([1_080, 1_080, 360, 181]);
    const store = await open();
    for (const [deviceId, expected] of samples) {
      const series = await rawSeries(store, deviceId);
      expect(series).toEqual(expected);
    }
    expect(await rawSeries(store, 5)).toBeNull();
    await store.close();
  });
});

async function open(): Promise<Store> {
  const opened = await openStore({ file, onDeath: reason => { throw reason; } });
  if (opened.kind !== 'ok') throw new Error(JSON.stringify(opened));
  return opened.store;
}

function reading<T>(path: string, read: (db: Database.Database) => T): T {
  const db = new Database(path, { readonly: true });
  try {
    return read(db);
  } finally {
    db.close();
    // The golden files are in WAL mode, of which reading leaves traces.
    for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
  }
}

/** All that is stored but samples, which change their form, and what the store notes for itself. */
function rowsOf(path: string): Rows {
  return reading(path, db => {
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT IN ('hot', 'latest') ORDER BY name").pluck().all() as string[]; // Names are texts.
    const rows = (table: string): Row[] => db.prepare(`SELECT * FROM "${table}" ORDER BY 1`).all() as Row[]; // Objects of their columns.
    // That note asks for what the migration does.
    return Object.fromEntries(tables.map(table => [table, rows(table).filter(row => row['name'] !== 'internal.orphans')]));
  });
}

/** Of the rows of today only the tables and columns that there were before. */
function columnsOf(now: Rows, before: Rows): Rows {
  return Object.fromEntries(Object.entries(before).map(([table, rows]) => {
    const names = Object.keys(rows[0] ?? {});
    return [table, (now[table] ?? []).map(row => (names.length === 0 ? row : Object.fromEntries(names.map(name => [name, row[name]]))))];
  }));
}

const schemaOf = (path: string): unknown => reading(path, db => ({ version: db.pragma('user_version'), objects: db.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY type, name").all() }));

type Sample = { readonly at: number; readonly rttUs: number | null };

/** Of each device that is there, by its internal id. */
function samplesOf(path: string): Map<number, Sample[]> {
  return reading(path, db => {
    const of = db.prepare('SELECT ts AS at, rtt_us AS rttUs FROM hot WHERE device_id = ? ORDER BY ts');
    return new Map((db.prepare('SELECT id FROM device ORDER BY id').pluck().all() as number[]).map(id => [id, of.all(id) as Sample[]])); // Columns are named after the fields.
  });
}

/** Every single sample of a device's ping, as the store answers it; null where it knows of none. */
async function rawSeries(store: Store, deviceId: number): Promise<Sample[] | null> {
  const range = { from: Date.UTC(2026, 9, 30), to: Date.UTC(2026, 9, 31, 6), maxPoints: 20_000 };
  const parts = await store.peek('openParts', [{ deviceId, metric: 'ping', object: '' }], range.from, range.to);
  if (parts.length === 0) return null;
  const series = await store.read('series', parts, range, null);
  expect(series.stepMs).toBe(0);
  return series.t.map((at, i) => ({ at, rttUs: series.avg[i] ?? null }));
}
