/** The work on history as a console does it: on a clock moved by hand, over a real database, while ticks go on. */
import Database from 'better-sqlite3';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { device } from './store/device-for-tests.ts';
import { addAndSee, clock, failure, folder, silent, start } from './engine-for-tests.ts';
import { openStore, type Store } from './store/store.ts';
import { isDailyRunDue, lastMoment, Upkeep } from './upkeep.ts';
import { Settings } from '../../shared/model/settings.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Steps that let the slices of the writer's thread come back in between. */
async function pass(ms: number, stepMs = 10 * 60_000): Promise<void> {
  for (let done = 0; done < ms; done += stepMs) await clock.advance(Math.min(stepMs, ms - done));
}

/** What the file holds, read beside the running console. */
function stored<T>(read: (db: Database.Database) => T): T {
  const db = new Database(join(folder, 'ward-console.db'), { readonly: true });
  try {
    return read(db);
  } finally {
    db.close();
  }
}
const count = (table: string): number => stored(db => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number); // SQLite: an integer.

describe('a console that runs for days', () => {
  test('folds each hour when it is over, sums each day up, also one that ended while it slept, and keeps history whole across a restart', async () => {
    const first = await start();
    const [device] = await addAndSee(first, 1);
    if (!device) throw new Error('no device');
    await first.client.ask('devices.update', { id: device.id, patch: { intervalMs: 60_000 } });
    await pass(hourMs + 10 * 60_000);
    const from = Math.floor(clock.now() / hourMs) * hourMs;
    expect(count('chunk')).toBe(1);
    expect(stored(db => db.prepare('SELECT min(hour) * 3600000 FROM hot').pluck().get())).toBeGreaterThanOrEqual(from);
    silent.add(device.address);
    await pass(20 * 60_000);
    silent.clear();
    await first.stop();
    const second = await start();
    await pass(60_000);
    clock.sleep(23 * hourMs);
    await pass(20 * 60_000);
    expect([count('day'), count('five_min')]).toEqual([1, 1]);
    const ask = (maxPoints: number) => second.client.ask('history.series', { target: { of: 'device', deviceId: device.id }, from, to: clock.now(), maxPoints });
    const [fine, coarse] = [await ask(20_000), await ask(20)];
    expect([fine.resolution, coarse.resolution]).toEqual(['raw', '5min']);
    const total = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0);
    expect({ sent: total(coarse.sent), lost: total(coarse.lost) }).toEqual({ sent: total(fine.sent), lost: total(fine.lost) });
    expect(total(fine.lost)).toBeGreaterThanOrEqual(19);
    const uptime = await second.client.ask('history.uptime', { target: { of: 'device', deviceId: device.id }, from, to: clock.now() });
    expect(uptime).toMatchObject({ outages: 1, maintenanceMs: 0 });
    expect(uptime.mttrMs).toBe(uptime.downMs);
    const { spans } = await second.client.ask('history.states', { deviceId: device.id, from, to: clock.now() });
    expect(spans.map(span => span.state)).toEqual(['up', 'down', 'up', 'not-observed', 'up']);
    const branch = [...(await rowsOfReport(second, from))];
    expect(branch).toMatchObject([{ name: 'Kvareli', devices: 1, outages: 1, uptimePct: uptime.uptimePct }]);
  }, 120_000);
});

async function rowsOfReport(session: Awaited<ReturnType<typeof start>>, from: number): Promise<unknown[]> {
  return (await session.client.ask('history.report', { by: 'branch', from, to: clock.now() })).rows;
}

test('a maximum that this estate cannot keep to is refused in one sentence, and nothing is changed', async () => {
  const session = await start();
  await addAndSee(session, 3);
  const lines = Array.from({ length: 3_000 }, (_, i) => `Far ${i},127.8.${i >> 8}.${i & 255}`);
  await session.client.ask('devices.import', { contentBase64: Buffer.from(['name,address', ...lines].join('\n')).toString('base64'), mode: 'commit' });
  const forecast = await session.client.ask('history.forecast', { patch: { maxSizeMb: 64 } });
  expect(forecast.verdict).toBe('impossible');
  expect(await failure(session.client.ask('settings.update', { patch: { history: { maxSizeMb: 64 } } }))).toEqual({ code: 'invalid-input', message: forecast.message });
  expect((await session.client.ask('settings.get', {})).values.history.maxSizeMb).toBeNull();
  const enough = await session.client.ask('history.forecast', { patch: { maxSizeMb: forecast.leastSizeMb + 200 } });
  expect(enough.verdict).toBe('shortened');
  expect(enough.rawDays).toBeGreaterThanOrEqual(2);
  await session.client.ask('settings.update', { patch: { history: { maxSizeMb: forecast.leastSizeMb + 200 } } });
});

test('a removed device takes its history with it, and the file gives the room back', async () => {
  const session = await start();
  const [device] = await addAndSee(session, 1);
  if (!device) throw new Error('no device');
  await pass(3 * hourMs);
  expect(count('chunk')).toBeGreaterThan(1);
  await session.client.ask('devices.remove', { ids: [device.id] });
  await pass(60_000, 1_000);
  expect([count('chunk'), count('gone_series')]).toEqual([0, 0]);
  expect(statSync(join(folder, 'ward-console.db')).size).toBeGreaterThan(0);
});

describe('the daily run', () => {
  const onBug = (error: unknown): void => { throw error; };
  const settings = Settings.parse({ polling: {}, alerting: {}, heartbeat: {}, history: {}, backup: {}, demo: {}, station: {} });

  /** The work alone, over a real store; `runs` counts the daily runs. */
  async function upkeep(lastDailyRunAt: number, backUp: () => Promise<void>): Promise<{ readonly store: Store; readonly work: Upkeep; readonly runs: () => Promise<number>; readonly spend: (ms: number) => Promise<void> }> {
    const opened = await openStore({ file: join(folder, 'ward-console.db'), onDeath: onBug });
    if (opened.kind !== 'ok') throw new Error(opened.kind);
    let runs = 0;
    const counted = (): Promise<void> => {
      runs++;
      return backUp();
    };
    const work = new Upkeep({ clock, store: opened.store, settings: () => settings, lastDailyRunAt, backUp: counted, onBug });
    work.start();
    // The store's answers come from another thread: time that is passed at once may be over before the first of them.
    const spend = async (ms: number, stepMs = 600_000): Promise<void> => {
      for (let done = 0; done < ms; done += stepMs) await opened.store.write('giveBack', null).then(() => clock.advance(stepMs));
    };
    const settled = async (): Promise<number> => {
      await spend(40_000, 1_000);
      return runs;
    };
    return { store: opened.store, work, runs: settled, spend };
  }

  test('goes on folding while a backup waits for a slow folder', async () => {
    let done = (): void => {};
    const { store, work, runs } = await upkeep(0, () => new Promise(resolve => void (done = resolve)));
    await store.write('insertDevices', [device(1)]);
    await clock.advance(130_000);
    expect(await runs()).toBe(1);
    const at = Math.floor(clock.now() / hourMs) * hourMs;
    store.writeTick({ at, samples: { deviceId: Int32Array.of(1), at: Float64Array.of(at), outcome: Uint8Array.of(0), rttUs: Int32Array.of(500) }, values: [], stateChanges: [], alerts: [], snmp: [], journal: [], checks: [], interfaces: [] });
    await store.ticksWritten();
    await clock.advance(hourMs + 130_000);
    await runs();
    expect(count('chunk')).toBe(1);
    done();
    await work.stop();
    await store.close();
  });

  test('that a clock of next year asks for waits an hour, for somebody to set it right', async () => {
    const { store, work, runs, spend } = await upkeep(clock.now(), () => Promise.resolve());
    clock.setWallClockBack(-365 * dayMs);
    await spend(600_000);
    const soon = await runs();
    clock.setWallClockBack(365 * dayMs);
    await spend(2 * hourMs);
    const setRight = await runs();
    clock.setWallClockBack(-365 * dayMs);
    await spend(2 * hourMs);
    expect([soon, setRight, await runs()]).toEqual([0, 0, 1]);
    await work.stop();
    await store.close();
  });

  test('is due though the last one was, by a clock that was years ahead, still to come', () => {
    const now = Date.UTC(2026, 2, 10, 12);
    expect([isDailyRunDue('03:00', now + 365 * dayMs, now), isDailyRunDue('03:00', now + hourMs, now), isDailyRunDue('03:00', now - 2 * dayMs, now)]).toEqual([true, false, true]);
  });
});

describe('the daily time', () => {
  const zone = process.env['TZ'];
  const at = (text: string): number => new Date(text).getTime();
  const inZone = <T>(name: string, run: () => T): T => {
    process.env['TZ'] = name;
    try {
      return run();
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  };

  test('is the last local moment of that name, today or yesterday', () => {
    inZone('Asia/Tbilisi', () => {
      expect(lastMoment('03:00', at('2026-03-10T10:00:00+04:00'))).toBe(at('2026-03-10T03:00:00+04:00'));
      expect(lastMoment('03:00', at('2026-03-10T02:59:59+04:00'))).toBe(at('2026-03-09T03:00:00+04:00'));
    });
  });

  test('comes once a day also where clocks change', () => {
    inZone('Europe/Berlin', () => {
      const moments = new Set<number>();
      for (let now = at('2026-03-27T12:00:00Z'); now < at('2026-04-01T12:00:00Z'); now += 10 * 60_000) moments.add(lastMoment('02:30', now));
      expect(moments.size).toBe(6);
      for (let now = at('2026-10-23T12:00:00Z'); now < at('2026-10-28T12:00:00Z'); now += 10 * 60_000) moments.add(lastMoment('02:30', now));
      expect(moments.size).toBe(12);
    });
  });
});

test('days of a clock that is set far ahead and back are summed up like any other', async () => {
  const session = await start();
  await addAndSee(session, 1);
  clock.setWallClockBack(-10 * dayMs);
  await pass(10 * 60_000);
  clock.setWallClockBack(10 * dayMs);
  await pass(5 * 60_000);
  const hours = stored(db => db.prepare('SELECT id % 1048576 FROM chunk ORDER BY id').pluck().all() as number[]); // The primary key.
  expect((hours[1] ?? 0) - (hours[0] ?? 0)).toBe(240);
});
