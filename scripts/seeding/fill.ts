/** Fills an empty data folder: rows are made by threads and written by this one, in the order in which a console that ran all the time would have written them. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { writeAlerts, writeStateChanges } from '../../electron/engine/store/alerts.ts';
import { writeIncidents } from '../../electron/engine/store/incidents.ts';
import { inTransaction, prepared, type Db } from '../../electron/engine/store/connection.ts';
import { insertDevices } from '../../electron/engine/store/devices.ts';
import { insertDay } from '../../electron/engine/store/history/days.ts';
import { dayMs, dayOf, hourOf, hoursADay, keyOf, slotOf } from '../../electron/engine/store/history/keys.ts';
import { expire, giveBack } from '../../electron/engine/store/history/retention.ts';
import { historyOf, insertChunk } from '../../electron/engine/store/history/writer.ts';
import { noteAlive, writeJournal } from '../../electron/engine/store/journal.ts';
import { openDatabase } from '../../electron/engine/store/open.ts';
import { writeSettings } from '../../electron/engine/store/settings.ts';
import { readSettings } from '../../electron/engine/settings.ts';
import { dailyRunSetting, lastMoment } from '../../electron/engine/upkeep.ts';
import { uuidOf } from './chance.ts';
import { estateOf, type Estate } from './estate.ts';
import { lifeOf, type Life } from './life.ts';
import type { SeedOptions } from './options.ts';
import { byHour, chunksIn, sumsIn, type DayOfRows, type DayPlan } from './rows.ts';
import { plansOf, type SeededSeries } from './series.ts';
import { samplesIn, weekDays } from './signals.ts';

/** The folder cannot be filled; the message is for the user. */
export class SeedRefused extends Error {}

export type Filled = { readonly devices: number; readonly series: number; readonly samples: number; readonly bytes: number };

const unfinishedName = 'unfinished-seed';
/** As the writer waits for late samples. */
const graceMs = 120_000;
/** More threads would wait for the one that writes. */
const mostThreads = 4;
const cacheKb = 262_144;

/** `tell` is told how far it is. A file that is half filled is not left behind. */
export async function fill(options: SeedOptions, tell: (progress: string) => void, stop: AbortSignal = AbortSignal.any([])): Promise<Filled> {
  const { dataDir } = options;
  const file = join(dataDir, 'ward-console.db');
  if (existsSync(file)) throw new SeedRefused(`"${dataDir}" already has a database; choose another folder with --data.`);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const unfinished = join(dataDir, `${unfinishedName}-${process.pid}.db`);
  const opened = openDatabase(unfinished);
  if (opened.kind !== 'ok') throw new SeedRefused(opened.kind === 'damaged' ? opened.reason : opened.message);
  const { db, lock } = opened;
  // The folder is ours now: also what a run left that was killed can go.
  const remove = (): void => readdirSync(dataDir).filter(name => name.startsWith(unfinishedName) && (!db.open || !name.includes(`-${process.pid}.db`))).forEach(name => rmSync(join(dataDir, name)));
  remove();
  try {
    // Nobody needs half of it: it may be lost with the power, and is on the disk before it gets its name.
    for (const pragma of ['journal_mode = MEMORY', 'locking_mode = EXCLUSIVE', 'synchronous = OFF']) db.pragma(pragma);
    db.pragma(`cache_size = -${cacheKb}`);
    const filled = await write(db, options, tell, stop);
    for (const pragma of ['locking_mode = NORMAL', 'journal_mode = WAL']) db.pragma(pragma);
    db.close();
    sync(unfinished);
    renameSync(unfinished, file);
    return { ...filled, bytes: statSync(file).size };
  } finally {
    if (db.open) db.close();
    remove();
    lock.close();
  }
}

async function write(db: Db, options: SeedOptions, tell: (progress: string) => void, stop: AbortSignal): Promise<Omit<Filled, 'bytes'>> {
  const { until, days, seed } = options;
  const from = (dayOf(until) - days) * dayMs;
  const estate = estateOf(options.devices, from, until, seed);
  const life = lifeOf(estate, from, until, seed);
  const plans = plansOf(estate, options, from);
  inTransaction(db, () => begin(db, estate, plans, seed));
  const dayPlans = daysOf(from, until);
  const threads = startThreads(plans, seed);
  try {
    let next = threads.make(dayPlans[0]);
    for (const [i, plan] of dayPlans.entries()) {
      const parts = await next;
      stop.throwIfAborted();
      // The threads make the next day while this one is written.
      next = threads.make(dayPlans[i + 1]);
      inTransaction(db, () => {
        writeDay(db, plan, parts);
        writeLife(db, life, plan.day);
      });
      if (i % 5 === 4 || i + 1 === dayPlans.length) tell(`${new Date(plan.day * dayMs).toISOString().slice(0, 10)}, ${Math.round(((i + 1) / dayPlans.length) * 100)} %`);
    }
  } finally {
    await threads.end();
  }
  finish(db, plans, options);
  const samples = db.prepare('SELECT total(sent + unseen) FROM chunk').pluck().get() as number; // SQLite: a number.
  return { devices: estate.devices.length, series: plans.length, samples };
}

/** What each day is made of, after the last daily run before `until`: what that would have dropped is left out but for a day, which is then dropped as it would have been. */
function daysOf(from: number, until: number): DayPlan[] {
  const { history } = readSettings({}).values;
  const today = dayOf(lastMoment(history.dailyRunAt, until));
  const closedHour = hourOf(until - graceMs);
  const days = Array.from({ length: dayOf(until) - dayOf(from) + 1 }, (_, i) => dayOf(from) + i).filter(day => day >= today - history.hourDays);
  const plans = days.map((day): Omit<DayPlan, 'canCopy'> => ({
    day,
    samples: day >= today - history.rawDays - 1 ? { firstHour: day * hoursADay, endHour: Math.min((day + 1) * hoursADay, closedHour) } : null,
    sums: day >= today ? 'none' : day >= today - history.fiveMinDays - 1 ? 'five minutes' : 'hours',
  }));
  const isAlike = (a: Omit<DayPlan, 'canCopy'>, b: Omit<DayPlan, 'canCopy'> | undefined): boolean => b !== undefined && (a.samples === null) === (b.samples === null) && a.sums === b.sums && a.sums !== 'none';
  return plans.map((plan, i) => ({ ...plan, canCopy: isAlike(plan, plans[i - weekDays]) }));
}

function begin(db: Db, { devices }: Estate, plans: readonly SeededSeries[], seed: number): void {
  let branches = 0;
  insertDevices(db, devices.map(({ record }) => ({ device: record })), () => uuidOf(seed, `branch ${++branches}`));
  const series = db.prepare('INSERT INTO series (id, device_id, metric, object) VALUES (@id, @deviceId, @metric, @object)');
  for (const { id, deviceId, metric, object } of plans) series.run({ id, deviceId, metric, object });
  const link = db.prepare(`
    INSERT INTO interface (device_id, if_index, name, alias, oper_status, admin_up, speed_bps, isp_provider, isp_by_hand, at, in_octets_per_s, out_octets_per_s)
    VALUES (@deviceId, @ifIndex, @name, @alias, 'up', 1, 1e8, @provider, 0, NULL, NULL, NULL)`);
  devices.forEach(({ links }, i) => {
    for (const { ifIndex, name, alias, provider } of links) link.run({ deviceId: i + 1, ifIndex, name, alias, provider });
  });
}

/** Hour by hour, then the sums. */
function writeDay(db: Db, { day, samples, sums }: DayPlan, parts: readonly DayOfRows[]): void {
  const hours = parts.map(({ chunks }) => ({ chunks, rows: byHour(chunks, slotOf) }));
  const copied = JSON.stringify(parts.flatMap(part => [...part.copied]).toSorted((a, b) => a - b));
  for (let hour = samples?.firstHour ?? 0; hour < (samples?.endHour ?? 0); hour++) {
    for (const { chunks, rows } of hours) for (const chunk of chunksIn(chunks, rows.get(hour) ?? [])) insertChunk(db, chunk);
    copy(db, 'chunk', copied, hour, weekDays * hoursADay);
  }
  for (const part of parts) for (const row of sumsIn(part.sums)) insertDay(db, row);
  if (sums !== 'none') copy(db, 'day', copied, day, weekDays);
  if (sums === 'five minutes') copy(db, 'five_min', copied, day, weekDays);
}

/** Writes the rows of so many slots before once more. */
function copy(db: Db, table: 'chunk' | 'day' | 'five_min', seriesIds: string, slot: number, slots: number): void {
  const columns = (db.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name).filter(name => name !== 'id').join(', '); // The pragma's documented result shape.
  prepared(db, `INSERT INTO ${table} (id, ${columns}) SELECT id + ${slots}, ${columns} FROM (SELECT value * ${keyOf(1, 0)} + ?2 AS before FROM json_each(?1)) CROSS JOIN ${table} ON ${table}.id = before`).run({ 1: seriesIds, 2: slot - slots });
}

function writeLife(db: Db, { changes, alerts, incidents, journal }: Life, day: number): void {
  const isToday = (at: number): boolean => dayOf(at) === day;
  writeStateChanges(db, changes.filter(({ at }) => isToday(at)));
  writeAlerts(db, alerts.filter(({ raisedAt }) => isToday(raisedAt)));
  writeIncidents(db, incidents.filter(({ openedAt }) => isToday(openedAt)));
  writeJournal(db, journal.filter(({ row }) => isToday(row.from)));
}

/** What is still open at the end, and what the last daily run left. */
function finish(db: Db, plans: readonly SeededSeries[], { until, seed }: SeedOptions): void {
  const { history } = readSettings({}).values;
  const lastRunAt = lastMoment(history.dailyRunAt, until);
  db.prepare('UPDATE series SET closed_day = ?').run(dayOf(lastRunAt) - 1);
  inTransaction(db, () => {
    const writer = historyOf(db);
    for (const plan of plans) {
      for (let hour = hourOf(until - graceMs); hour <= hourOf(until); hour++) {
        const its = samplesIn(plan, hour, until, seed);
        const { deviceId, metric, object } = plan;
        if (metric === 'ping') writer.writePings(db, { deviceId: new Int32Array(its.at.length).fill(deviceId), at: its.at, outcome: its.outcome, rttUs: Int32Array.from(its.value, value => (Number.isNaN(value) ? -1 : value)) });
        else writer.writeValues(db, Array.from(its.at, (at, i) => ({ deviceId, metric, object, at, outcome: outcomeOf(its.outcome[i]), value: its.outcome[i] === 0 ? (its.value[i] ?? null) : null })));
      }
    }
  });
  for (let after: number | null = 0; after !== null; ) after = inTransaction(db, () => expire(db, history, after ?? 0, lastRunAt, 1_000).next);
  while (inTransaction(db, () => giveBack(db, null, 1_000)));
  inTransaction(db, () => {
    historyOf(db).putAway(db);
    writeSettings(db, { [dailyRunSetting]: String(lastRunAt) });
    noteAlive(db, until);
  });
  prepared(db, 'ANALYZE').run();
}

const outcomeOf = (stored: number | undefined): 0 | 1 | 4 => (stored === 4 ? 4 : stored === 1 ? 1 : 0);

type Threads = { make(day: DayPlan | undefined): Promise<DayOfRows[]>; end(): Promise<void> };

/** Each makes its share of the series of every day. */
function startThreads(plans: readonly SeededSeries[], seed: number): Threads {
  const count = Math.max(1, Math.min(mostThreads, availableParallelism(), plans.length));
  const workers = Array.from({ length: count }, (_, share) => new Worker(new URL('./rows-worker.ts', import.meta.url), { workerData: { plans: plans.filter((_plan, i) => i % count === share), seed } }));
  const one = (worker: Worker, day: DayPlan): Promise<DayOfRows> =>
    new Promise((resolve, reject) => {
      worker.once('message', (rows: DayOfRows) => {
        worker.off('error', reject);
        resolve(rows);
      });
      worker.once('error', reject);
      worker.postMessage(day);
    });
  return {
    make: day => (day ? Promise.all(workers.map(worker => one(worker, day))) : Promise.resolve([])),
    end: async () => void (await Promise.all(workers.map(worker => worker.terminate()))),
  };
}

function sync(file: string): void {
  const descriptor = openSync(file, 'r+');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
