/** Backups over a real store: the daily run, a copy beside ticks, and disks that refuse. */
import Database from 'better-sqlite3';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Settings } from '../../../shared/model/settings.ts';
import { ManualClock } from '../clock.ts';
import { newCopyControl, shareCopied } from '../store/copy.ts';
import { openStore, type Store } from '../store/store.ts';
import { Backups } from './backups.ts';
import { Jobs } from './jobs.ts';

const dayMs = 86_400_000;
const wholeDefaults = Settings.parse({ polling: {}, alerting: {}, heartbeat: {}, history: {}, backup: {}, demo: {}, station: {} });

let folder: string;
let file: string;
let clock: ManualClock;
let settings: Settings;
let store: Store;
let jobs: Jobs;
let backups: Backups;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ward-backups-'));
  file = join(folder, 'ward-console.db');
  clock = new ManualClock();
  settings = { ...wholeDefaults, backup: { enabled: true, folder: '', keep: 2 } };
  await open();
});
afterEach(async () => {
  await jobs.stop();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(): Promise<void> {
  const opened = await openStore({ file, onDeath: reason => { throw reason; } });
  if (opened.kind !== 'ok') throw new Error(JSON.stringify(opened));
  store = opened.store;
  jobs = new Jobs(clock, bug => { throw bug; });
  backups = new Backups({ clock, jobs, file, running: () => ({ store, settings }) });
}
const made = (): string[] => readdirSync(join(folder, 'backups')).sort();

describe('the daily backup', () => {
  test('keeps as many of its own as the settings say, and leaves those of a person and of other consoles', async () => {
    const byHand = backups.create('');
    await jobs.idle('backup');
    writeFileSync(join(folder, 'backups', 'ward-console-20251224-030000.db'), 'of another console');
    for (let day = 1; day <= 4; day++) {
      clock.sleep(dayMs);
      await backups.scheduled();
    }
    expect(backups.problem).toBeNull();
    expect(made()).toEqual(['ward-console-20251224-030000.db', byHand.file.slice(-'ward-console-20260101-000000.db'.length), 'ward-console-20260104-000000.db', 'ward-console-20260105-000000.db']);
    settings = { ...settings, backup: { ...settings.backup, enabled: false } };
    clock.sleep(dayMs);
    await backups.scheduled();
    expect(made()).toHaveLength(4);
  });

  test('that fails removes nothing, and says why until one succeeds', async () => {
    await backups.scheduled();
    const gone = join(folder, 'stick');
    settings = { ...settings, backup: { enabled: true, folder: gone, keep: 1 } };
    clock.sleep(dayMs);
    await backups.scheduled();
    expect(backups.problem).toBe(`The daily backup failed: The folder "${gone}" does not exist on this computer; make it, or choose another.`);
    expect(made()).toEqual(['ward-console-20260101-000000.db']);
    mkdirSync(gone);
    await backups.scheduled();
    expect(backups.problem).toBeNull();
    expect([made(), readdirSync(gone)]).toEqual([[], ['ward-console-20260102-000000.db']]);
  });

  test('clears away what a console that was killed had begun, but not what another may be writing now', async () => {
    await backups.scheduled();
    const old = join(folder, 'backups', 'ward-console-20251231-030000.db.partial');
    for (const name of [old, `${old}-journal`, join(folder, 'backups', 'ward-console-20260101-000001.db.partial')]) writeFileSync(name, '');
    for (const name of [old, `${old}-journal`]) utimesSync(name, new Date(0), new Date(0));
    clock.sleep(dayMs);
    await backups.scheduled();
    expect(made()).toEqual(['ward-console-20260101-000000.db', 'ward-console-20260101-000001.db.partial', 'ward-console-20260102-000000.db']);
  });
});

describe('a copy of a larger database', () => {
  beforeEach(async () => {
    await store.close();
    const db = new Database(file);
    db.exec(`
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
      INSERT INTO audit (at, operation, input, outcome) SELECT i, 'seed', hex(randomblob(1000)), 'done' FROM n`);
    db.close();
    await open();
  });

  test('lets writes come between, and has all that were made before its end', async () => {
    const control = newCopyControl();
    let whole = false;
    const copying = store.copyTo(join(folder, 'copy.db'), control).then(() => (whole = true));
    let between = 0;
    while (!whole) {
      await store.write('audit', { at: ++between, operation: 'between', input: '', outcome: 'done' });
    }
    await copying;
    expect(between).toBeGreaterThan(2);
    expect(shareCopied(control)).toBeGreaterThan(0.5);
    const copy = new Database(join(folder, 'copy.db'));
    expect(copy.pragma('quick_check', { simple: true })).toBe('ok');
    const copied = copy.prepare("SELECT count(*) FROM audit WHERE operation = 'between'").pluck().get();
    expect([between, between - 1, between - 2]).toContain(copied);
    copy.close();
  });

  test('cancelled on the way leaves nothing, and the database is as usable as before', async () => {
    const { id } = backups.create('');
    expect(await jobs.cancel(id)).toMatchObject({ state: 'cancelled' });
    expect(made()).toEqual([]);
    backups.create('');
    await jobs.idle('backup');
    expect(made()).toHaveLength(1);
  });

  const canMount = process.platform === 'linux' && process.getuid?.() === 0;
  describe.skipIf(!canMount && process.env['CI'] !== 'true')('onto a small disk', () => {
    let disk: string;
    beforeEach(() => {
      disk = mkdtempSync(join(tmpdir(), 'ward-small-disk-'));
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=80m', 'tmpfs', disk]);
    });
    afterEach(() => {
      execFileSync('umount', [disk]);
      rmdirSync(disk);
    });
    const row = async (id: string): Promise<unknown> => {
      await jobs.idle('backup');
      return jobs.rows.get(id);
    };

    test('is refused before it begins where there is no room, and ends in a sentence where room runs out', async () => {
      writeFileSync(join(disk, 'filler'), Buffer.alloc(20_000_000));
      const { id } = backups.create(disk);
      expect(await row(id)).toMatchObject({ state: 'failed', message: expect.stringMatching(/^The disk that holds ".*" has \d+ MB free, \d+ MB are needed; free some space, or choose another folder\.$/) });
      writeFileSync(join(disk, 'filler'), Buffer.alloc(65_000_000));
      await expect(store.copyTo(join(disk, 'copy.db'), newCopyControl())).rejects.toMatchObject({ failure: 'full' });
      expect(readdirSync(disk)).toEqual(['filler']);
      expect(store.health()).toMatchObject({ failure: null });
    });

    test('that is read-only is refused in a sentence', async () => {
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      expect(() => backups.create(disk)).toThrow(`The folder "${disk}" cannot be written to; give permission, or choose another.`);
      execFileSync('mount', ['-o', 'remount,rw', disk]);
      expect(readdirSync(disk)).toEqual([]);
    });
  });
});
