/** Backups, restores and exports over the contract: the real engine, real files, and windows that watch. */
import Database from 'better-sqlite3';
import { parse } from 'csv-parse/sync';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { JobRow } from '../../../shared/model/storage.ts';
import { addAndSee, clock, ended, failure, folder, silent, start, states, type Session } from '../engine-for-tests.ts';

const backups = (): string => join(folder, 'backups');
const exports = (): string => join(folder, 'exports');

async function backedUp(session: Session): Promise<string> {
  const row = await ended(session, await session.client.ask('backup.create', {}));
  expect(row).toMatchObject({ kind: 'backup', state: 'done', progress: 1, message: null });
  return row.file;
}

describe('a backup', () => {
  test('made while the console runs is one whole file with everything that was there', async () => {
    const session = await start();
    await addAndSee(session, 3);
    const file = await backedUp(session);
    expect(file).toBe(join(backups(), 'ward-console-20260101-000006.db'));
    expect(readdirSync(backups())).toEqual(['ward-console-20260101-000006.db']);
    const copy = new Database(file, { readonly: true });
    expect(copy.pragma('journal_mode', { simple: true })).toBe('delete');
    expect(copy.prepare('SELECT name FROM device ORDER BY id').pluck().all()).toEqual(['D1', 'D2', 'D3']);
    copy.close();
    expect(await session.client.ask('backup.list', {})).toEqual({
      folder: backups(),
      backups: [{ file, name: 'ward-console-20260101-000006.db', at: clock.now(), bytes: expect.any(Number), devices: 3, problem: null }],
    });
  });

  test('a second one in the same second has a name of its own', async () => {
    const session = await start();
    await backedUp(session);
    expect(await backedUp(session)).toBe(join(backups(), 'ward-console-20260101-000000-2.db'));
  });

  test('into a folder that cannot be used is refused in a sentence, and leaves nothing', async () => {
    const session = await start();
    const missing = join(folder, 'nowhere');
    writeFileSync(join(folder, 'a-file'), '');
    expect(await failure(session.client.ask('backup.create', { folder: missing }))).toEqual({ code: 'not-found', message: `The folder "${missing}" does not exist on this computer; make it, or choose another.` });
    expect(await failure(session.client.ask('backup.create', { folder: join(folder, 'a-file') }))).toEqual({ code: 'invalid-input', message: `"${join(folder, 'a-file')}" is a file, not a folder; choose another.` });
    expect(await failure(session.client.ask('backup.create', { folder: 'backups' }))).toMatchObject({ code: 'invalid-input' });
    expect(existsSync(missing)).toBe(false);
  });

  test('one at a time; cancelled it leaves nothing behind', async () => {
    const session = await start();
    await addAndSee(session, 2);
    const { id } = await session.client.ask('backup.create', {});
    const [second, cancelled] = await Promise.all([failure(session.client.ask('backup.create', {})), session.client.ask('jobs.cancel', { id })]);
    expect(second).toEqual({ code: 'conflict', message: 'A backup is under way; wait for its end, or cancel it.' });
    expect(cancelled).toMatchObject({ id, state: 'cancelled', endedAt: clock.now() });
    expect(readdirSync(backups())).toEqual([]);
    expect(await session.client.ask('jobs.cancel', { id })).toEqual(cancelled);
    expect(await failure(session.client.ask('jobs.cancel', { id: 'no such' }))).toMatchObject({ code: 'not-found' });
  });

  test('a list says of each file why it cannot be restored', async () => {
    const session = await start();
    await addAndSee(session, 1);
    const whole = await backedUp(session);
    writeFileSync(join(backups(), 'a-picture.db'), 'not a database at all, though it is called one');
    copyFileSync(whole, join(backups(), 'later.db'));
    changed(join(backups(), 'later.db'), db => db.pragma('user_version = 99'));
    copyFileSync(whole, join(backups(), 'others.db'));
    changed(join(backups(), 'others.db'), db => db.pragma('application_id = 7'));
    writeFileSync(join(backups(), 'short.db'), readFileSync(whole).subarray(0, 20_000));
    writeFileSync(join(backups(), 'empty.db'), '');
    writeFileSync(join(backups(), 'notes.txt'), 'passed over');
    const { backups: listed } = await session.client.ask('backup.list', {});
    expect(Object.fromEntries(listed.map(({ name, devices, problem }) => [name, problem ?? devices]))).toEqual({
      'ward-console-20260101-000006.db': 1,
      'a-picture.db': 'It is not a database, or its beginning is destroyed.',
      'later.db': expect.stringMatching(/^It was written by a newer Ward Console \(schema 99, this one knows up to \d+\)/),
      'others.db': 'It is an SQLite file of another program.',
      'short.db': expect.stringMatching(/^It is damaged: /),
      'empty.db': 'It is damaged: the file is empty.',
    });
    expect(readdirSync(backups()).filter(name => /-wal|-shm|partial/.test(name))).toEqual([]);
  });
});

describe('a restore into a running console', () => {
  test('shows every window exactly what the backup knew, and keeps the former database', async () => {
    const session = await start();
    const [first, second] = await addAndSee(session, 2);
    silent.add('127.9.0.2');
    await clock.advance(20_000);
    expect(states(session)).toEqual({ D1: 'up', D2: 'down' });
    const file = await backedUp(session);

    silent.delete('127.9.0.2');
    await clock.advance(20_000);
    await session.client.ask('devices.create', { name: 'Later', address: '127.9.0.9', branch: 'Gori' });
    await session.client.ask('devices.remove', { ids: [first?.id ?? ''] });
    await clock.advance(10_000);
    expect(states(session)).toEqual({ D2: 'up', Later: 'up' });

    const { keptAs, devices } = await session.client.ask('backup.restore', { file });
    expect({ keptAs, devices }).toEqual({ keptAs: join(folder, 'ward-console.db.before-restore-20260101-000056'), devices: 2 });
    expect(Object.keys(states(session)).sort()).toEqual(['D1', 'D2']);
    expect([...session.alerts.values()].map(({ deviceId, clearedAt }) => ({ deviceId, clearedAt }))).toEqual([{ deviceId: second?.id, clearedAt: null }]);
    expect([...session.journal.values()].map(({ cause, from, to, detail }) => ({ cause, from, to, detail }))).toEqual([
      { cause: 'not-running', from: expect.any(Number), to: clock.now(), detail: 'A backup was restored: what was seen after it was made is not in it.' },
    ]);

    // It goes on from there: the device that recovered meanwhile is found up, and what is made now is stored.
    await clock.advance(20_000);
    expect(states(session)).toEqual({ D1: 'up', D2: 'up' });
    await session.client.ask('devices.create', { name: 'After', address: '127.9.0.7' });
    expect(session.health.get('store')).toMatchObject({ state: 'ok', level: 'ok' });
    expect(readdirSync(folder).sort()).toEqual(['backups', 'console.lock', 'console.lock-journal', 'vault.key', 'ward-console.db', 'ward-console.db-shm', 'ward-console.db-wal', 'ward-console.db.before-restore-20260101-000056']);

    // And the former database can be had back the same way.
    await session.client.ask('backup.restore', { file: keptAs });
    expect(Object.keys(states(session)).sort()).toEqual(['D2', 'Later']);
    await session.stop();
    expect(Object.keys(states(await start())).sort()).toEqual(['D2', 'Later']);
  });

  test('of a foreign, newer, damaged or missing file changes nothing', async () => {
    const session = await start();
    await addAndSee(session, 2);
    const whole = await backedUp(session);
    const at = (name: string): string => join(folder, name);
    writeFileSync(at('picture.db'), 'not a database');
    copyFileSync(whole, at('newer.db'));
    changed(at('newer.db'), db => db.pragma('user_version = 99'));
    const bytes = readFileSync(whole);
    bytes.fill(0xff, 8_192, bytes.length - 4_096);
    writeFileSync(at('damaged.db'), bytes);
    const before = readdirSync(folder).sort();
    const restoring = (file: string): Promise<unknown> => failure(session.client.ask('backup.restore', { file }));
    expect(await restoring(at('picture.db'))).toEqual({ code: 'invalid-input', message: `"${at('picture.db')}" cannot be restored. It is not a database, or its beginning is destroyed. Nothing was changed.` });
    expect(await restoring(at('newer.db'))).toMatchObject({ code: 'invalid-input', message: expect.stringMatching(/newer Ward Console .* Nothing was changed\.$/) });
    expect(await restoring(at('damaged.db'))).toMatchObject({ code: 'invalid-input', message: expect.stringMatching(/cannot be restored\. It is damaged: .* Nothing was changed\.$/) });
    expect(await restoring(at('missing.db'))).toEqual({ code: 'not-found', message: `"${at('missing.db')}" cannot be restored. There is no such file. Nothing was changed.` });
    expect(await restoring('ward-console.db')).toMatchObject({ code: 'invalid-input', message: '"ward-console.db" is not a full path on this computer.' });
    expect(await restoring(at('ward-console.db'))).toMatchObject({ code: 'invalid-input', message: `"${at('ward-console.db')}" is the database in use, not a backup of it.` });
    expect(readdirSync(folder).sort()).toEqual(before);
    await clock.advance(10_000);
    expect(states(session)).toEqual({ D1: 'up', D2: 'up' });
  });

  test.each([
    ['lacks a table that is needed only later', 'DROP TABLE open_hour', 'the table "open_hour" is missing'],
    ['lacks a table that is needed at the start', 'DROP TABLE latest', 'the table "latest" is missing'],
    ['would change itself', 'CREATE TRIGGER gone AFTER INSERT ON audit BEGIN DELETE FROM device; END', 'the trigger "gone" is not this program\'s'],
    ['is of an earlier schema by its mark alone', 'PRAGMA user_version = 3', 'table series already exists'],
  ])('of a file that %s changes nothing', async (_what, sql, reason) => {
    const session = await start();
    await addAndSee(session, 2);
    const file = await backedUp(session);
    changed(file, db => db.exec(sql));
    const before = readdirSync(folder).sort();
    expect(await failure(session.client.ask('backup.restore', { file }))).toEqual({ code: 'invalid-input', message: `"${file}" cannot be restored. It is damaged: ${reason}. Nothing was changed.` });
    expect(readdirSync(folder).sort()).toEqual(before);
    await clock.advance(10_000);
    expect(states(session)).toEqual({ D1: 'up', D2: 'up' });
  });

  test('of a file with a destroyed page blames the file, not the database', async () => {
    const session = await start();
    await addAndSee(session, 2);
    const file = await backedUp(session);
    const bytes = readFileSync(file);
    const db = new Database(file, { readonly: true });
    const page = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'setting'").pluck().get() as number; // An integer column.
    db.close();
    bytes.fill(0x55, (page - 1) * 4_096, (page - 1) * 4_096 + 8);
    writeFileSync(file, bytes);
    expect(await failure(session.client.ask('backup.restore', { file }))).toMatchObject({ code: 'invalid-input', message: expect.stringMatching(/cannot be restored\. It is damaged: .* Nothing was changed\.$/) });
  });

  test('that turns out not to work leaves the console with what it had', async () => {
    const session = await start();
    await addAndSee(session, 2);
    const file = await backedUp(session);
    changed(file, db => db.exec("UPDATE branch SET public_id = 'no id at all' WHERE id = 1"));
    await session.client.ask('devices.create', { name: 'Later', address: '127.9.0.9' });
    expect(await failure(session.client.ask('backup.restore', { file }))).toMatchObject({ code: 'unavailable', message: expect.stringMatching(/^The backup could not be put in place \(incident \w{8}, see the log\); the console goes on with the database it had\.$/) });
    await clock.advance(10_000);
    expect(states(session)).toEqual({ D1: 'up', D2: 'up', Later: 'up' });
    expect(readdirSync(folder).filter(name => name.startsWith('ward-console.db')).sort()).toEqual(['ward-console.db', 'ward-console.db-shm', 'ward-console.db-wal']);
  });

  test('of a file that an earlier version wrote brings it to the newest schema first', async () => {
    const session = await start();
    const file = join(folder, 'from-long-ago.db');
    writeFileSync(file, gunzipSync(readFileSync(join(import.meta.dirname, '../store/golden/schema-1.db.gz'))));
    const before = readFileSync(file);
    expect(await session.client.ask('backup.restore', { file })).toMatchObject({ devices: 4 });
    await clock.advance(40_000);
    expect(states(session)).toEqual({ 'Device 1': 'up', 'Device 2': 'up', 'Device 3': 'up', 'Paused one': 'paused' });
    expect(readFileSync(file)).toEqual(before);
    expect(readdirSync(folder).filter(name => name.startsWith('from-'))).toEqual(['from-long-ago.db']);
  });

  test('is a way out of a damaged database', async () => {
    const first = await start();
    await addAndSee(first, 2);
    const file = await backedUp(first);
    await first.stop();
    writeFileSync(join(folder, 'ward-console.db'), 'no database any more');
    const session = await start();
    expect(session.health.get('store')).toMatchObject({ state: 'damaged' });
    expect((await session.client.ask('backup.list', {})).backups.map(backup => backup.file)).toEqual([file]);
    const { keptAs } = await session.client.ask('backup.restore', { file });
    expect(readFileSync(keptAs, 'utf8')).toBe('no database any more');
    await clock.advance(10_000);
    expect([states(session), session.health.get('store')?.level]).toEqual([{ D1: 'up', D2: 'up' }, 'ok']);
  });

  test('answers whoever asks meanwhile, if only that it cannot be now', async () => {
    const session = await start();
    const [device] = await addAndSee(session, 1);
    const file = await backedUp(session);
    let over = false;
    const restored = session.client.ask('backup.restore', { file }).finally(() => (over = true));
    const answers: unknown[] = [];
    const ask = async (question: () => Promise<unknown>): Promise<void> => {
      while (!over) answers.push(await failure(question()));
    };
    let n = 0;
    await Promise.all([
      ask(() => session.client.ask('devices.create', { name: `New ${++n}`, address: `127.9.1.${n % 250}`, allowSharedAddress: true })),
      ask(() => session.client.ask('history.series', { target: { of: 'device', deviceId: device?.id ?? '' }, from: 0, to: clock.now() })),
      ask(() => session.client.ask('settings.get', {})),
      ask(() => session.client.ask('export.start', { what: 'alerts', from: 0, to: 1, format: 'csv' })),
    ]);
    await restored;
    const kinds = new Set(answers.map(answer => JSON.stringify(answer).replace(/^\{"value":.*$/, 'answered')));
    expect([...kinds].filter(kind => kind !== 'answered' && !/^\{"code":"(unavailable|conflict)"/.test(kind))).toEqual([]);
    expect(kinds).toContain('answered');
    expect(kinds).toContain(JSON.stringify({ code: 'conflict', message: 'A restore is under way; wait for its end, or cancel it.' }));
    // What was done before it began is in the former database; what is asked once it is over is done again.
    expect(Object.keys(states(session))).toContain('D1');
    expect(Object.keys(states(session))).not.toContain('New 1');
  });
});

describe('the daily run', () => {
  test('makes a backup where the settings ask for one, and its failure is told by the health of the store', async () => {
    const session = await start();
    const missing = join(folder, 'stick');
    mkdirSync(missing);
    await session.client.ask('settings.update', { patch: { backup: { enabled: true, folder: missing } } });
    rmSync(missing, { recursive: true });
    const told = (): unknown => session.health.get('store')?.message;
    for (let minute = 0; minute < 30 && told() === null; minute++) await clock.advance(60_000);
    expect([told(), session.health.get('store')?.level]).toEqual([`The daily backup failed: The folder "${missing}" does not exist on this computer; make it, or choose another.`, 'warning']);
  });
});

describe('an export', () => {
  test('as CSV reads back as what was stored, and is harmless in a spreadsheet', async () => {
    const session = await start();
    await session.client.ask('devices.create', { name: '=1+1, "sum"', address: '127.9.0.1', branch: 'Kvareli' });
    await session.client.ask('devices.create', { name: 'Quiet', address: '127.9.0.2' });
    await clock.advance(6_000);
    silent.add('127.9.0.2');
    await clock.advance(20_000);
    const from = clock.now() - 3_600_000;
    const row = await ended(session, await session.client.ask('export.start', { what: 'states', from, to: clock.now() + 1, format: 'csv' }));
    expect(row).toMatchObject({ kind: 'export', state: 'done', rows: 3, file: join(exports(), 'ward-states-20251231-230026-20260101-000026.csv') });
    const text = readFileSync(row.file, 'utf8');
    expect(row.bytes).toBe(Buffer.byteLength(text));
    expect(text.split('\r\n')[0]).toBe('device,address,branch,at,at_ms,state');
    const rows: Record<string, string>[] = parse(text, { columns: true });
    expect(rows.map(({ device, state, branch }) => ({ device, state, branch }))).toEqual([
      { device: `'=1+1, "sum"`, state: 'up', branch: 'Kvareli' },
      { device: 'Quiet', state: 'up', branch: '' },
      { device: 'Quiet', state: 'down', branch: '' },
    ]);
    for (const each of rows) expect(Date.parse(each['at'] ?? '')).toBe(Number(each['at_ms']));
  });

  test('as an SQLite file has one table of the name and typed columns', async () => {
    const session = await start();
    const [, second] = await addAndSee(session, 2);
    silent.add('127.9.0.2');
    await clock.advance(20_000);
    const row = await ended(session, await session.client.ask('export.start', { what: 'alerts', targets: [{ of: 'device', deviceId: second?.id ?? '' }], from: 0, to: clock.now() + 1, format: 'sqlite' }));
    expect(row).toMatchObject({ state: 'done', rows: 1 });
    const file = new Database(row.file, { readonly: true });
    expect(file.prepare("SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'").all()).toEqual([{ name: 'alerts', strict: 1 }]);
    expect(file.prepare('SELECT device, severity, cleared_at_ms FROM alerts').all()).toEqual([{ device: 'D2', severity: expect.any(String), cleared_at_ms: null }]);
    file.close();
    expect(readdirSync(exports())).toHaveLength(1);
  });

  test('of samples has every one, folded and open, and of sums what a chart shows', async () => {
    const session = await start();
    const [first, second] = await addAndSee(session, 2);
    if (!first || !second) throw new Error('no devices');
    const from = clock.now();
    silent.add(second.address);
    await clock.advance(65 * 60_000);
    const to = clock.now();
    const ask = async (resolution: 'raw' | 'hour', targets: Parameters<typeof session.client.ask<'export.start'>>[1]['targets'] = []): Promise<Record<string, string>[]> => {
      const row = await ended(session, await session.client.ask('export.start', { what: 'samples', resolution, targets, from, to, format: 'csv' }));
      expect(row).toMatchObject({ state: 'done', message: null });
      const records: Record<string, string>[] = parse(readFileSync(row.file, 'utf8'), { columns: true });
      expect(row.rows).toBe(records.length);
      return records;
    };
    const shown = await session.client.ask('history.series', { target: { of: 'device', deviceId: first.id }, from, to: to - 1, maxPoints: 20_000 });
    expect((await ask('raw', [{ of: 'device', deviceId: first.id }])).map(row => [Number(row['at_ms']), row['outcome'], Number(row['value_us'])])).toEqual(shown.t.map((t, i) => [t, 'reply', shown.avg[i]]));
    const all = await ask('raw');
    expect(new Set(all.map(row => `${row['device']} ${row['outcome']}`))).toEqual(new Set(['D1 reply', 'D2 no-answer']));
    // Of the hours only the second begins in the range.
    const later = (name: string): number => all.filter(row => row['device'] === name && Number(row['at_ms']) >= from - (from % 3_600_000) + 3_600_000).length;
    expect((await ask('hour')).map(row => [row['device'], Number(row['sent']), Number(row['lost'])])).toEqual([['D1', later('D1'), 0], ['D2', later('D2'), later('D2')]]);
  });

  test('of samples of which some are damaged says so, and has the rest', async () => {
    const session = await start();
    await addAndSee(session, 2);
    const from = clock.now();
    await clock.advance(3 * 3_600_000);
    await session.stop();
    const db = new Database(join(folder, 'ward-console.db'));
    const damaged = db.prepare('UPDATE chunk SET samples = zeroblob(20) WHERE id = (SELECT min(id) + 1 FROM chunk)').run().changes;
    db.close();
    const again = await start();
    const row = await ended(again, await again.client.ask('export.start', { what: 'samples', resolution: 'raw', from, to: clock.now(), format: 'csv' }));
    expect([damaged, row]).toEqual([1, expect.objectContaining({ state: 'done', message: 'Stored data are damaged in 1 place: what was there is not in the file, or only summed up.' })]);
    expect(row.rows).toBeGreaterThan(2_000);
  });

  test('never overwrites a file', async () => {
    const session = await start();
    mkdirSync(exports());
    const ask = { what: 'journal', from: 0, to: 86_400_000, format: 'csv' } as const;
    const rows = [await ended(session, await session.client.ask('export.start', ask)), await ended(session, await session.client.ask('export.start', ask))];
    expect(rows.map(({ state, message }) => [state, message])).toEqual(Array(2).fill(['done', 'Nothing was stored of that in that time: the file has a header and no rows.']));
    expect(rows.map(row => row.file)).toEqual(['', '-2'].map(copy => join(exports(), `ward-journal-19700101-000000-19700102-000000${copy}.csv`)));
  });

  test.each(['csv', 'sqlite'] as const)('of many rows as %s is whole, and cancelled on the way it leaves nothing', async format => {
    const first = await start();
    await addAndSee(first, 1);
    await first.stop();
    changed(join(folder, 'ward-console.db'), db => db.exec(`
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
      INSERT INTO event (at, device_id, kind) SELECT i / 3, 1, iif(i % 2, 'down', 'up') FROM n`));
    const session = await start();
    const ask = { what: 'states', from: 0, to: 86_400_000, format } as const;
    const jobs = new Map<string, JobRow>();
    session.client.watch('jobs.live', {}, batch => batch.upsert.forEach(row => jobs.set(row.id, row)), () => {});
    const { id, file } = await session.client.ask('export.start', ask);
    while (!(jobs.get(id)?.rows ?? 0)) await clock.advance(250);
    expect(await session.client.ask('jobs.cancel', { id })).toMatchObject({ state: 'cancelled', file });
    expect(readdirSync(exports())).toEqual([]);
    expect(await ended(session, await session.client.ask('export.start', ask))).toMatchObject({ state: 'done', rows: 60_000, file });
    if (format === 'csv') expect(readFileSync(file, 'utf8').split('\r\n')).toHaveLength(60_002);
    else changed(file, db => expect(db.prepare('SELECT count(*), count(DISTINCT at_ms) FROM states').raw().get()).toEqual([60_000, 20_001]));
  });

  test('a metric that a target has not is refused', async () => {
    const session = await start();
    expect(await failure(session.client.ask('export.start', { what: 'samples', metric: 'ping', targets: [{ of: 'isp', provider: 'Example' }], from: 0, to: 1, format: 'csv' }))).toEqual({ code: 'invalid-input', message: 'The metric "ping" is not one of a provider.' });
  });
});

function changed(file: string, change: (db: Database.Database) => void): void {
  const db = new Database(file);
  change(db);
  db.close();
}
