/** What it costs to keep history: how quickly samples are taken, how long any work on them holds the writer, what they take on the disk, and what the disk has to write. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inTransaction, type Db } from '../electron/engine/store/connection.ts';
import { dayMs, dayOf, hourMs, hourOf, hoursADay, keyOf } from '../electron/engine/store/history/keys.ts';
import type { Shrinking } from '../electron/engine/store/history/retention.ts';
import { chunkOf, insertChunk } from '../electron/engine/store/history/writer.ts';
import { openDatabase } from '../electron/engine/store/open.ts';
import { writes } from '../electron/engine/store/operations.ts';
import { openStore, type Store } from '../electron/engine/store/store.ts';
import { Upkeep } from '../electron/engine/upkeep.ts';
import { Settings } from '../shared/model/settings.ts';
import { report } from './support/figure.ts';
import { waitedForProcessorMs } from './support/process-usage.ts';
import { deviceNumber, Samples, startMs } from './support/sampled.ts';
import { SwiftClock } from './support/swift-clock.ts';
import { writtenBytes } from './support/written.ts';

const settings = Settings.parse({ polling: {}, alerting: {}, heartbeat: {}, history: {}, backup: {}, demo: {}, station: {} });
const graceMs = 125_000;
const fail = (reason: unknown): never => {
  throw reason instanceof Error ? reason : new Error(String(reason));
};

await bytesASample();
await ingest();
await diskADay();
for (const series of [1_000, 10_000]) await blocks(series);

async function inFolder(run: (file: string) => Promise<void> | void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ward-bench-'));
  try {
    await run(join(folder, 'ward-console.db'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The writer's own connection, with its operations run here: each is timed with its commit and its checkpoint. */
function openWriter(file: string, devices: number): { readonly db: Db; readonly close: () => void } {
  const opened = openDatabase(file);
  if (opened.kind !== 'ok') throw new Error(JSON.stringify(opened));
  const { db, lock } = opened;
  inTransaction(db, () => writes.insertDevices(db, Array.from({ length: devices }, (_, i) => deviceNumber(i + 1))));
  return { db, close: () => [db, lock].forEach(each => each.close()) };
}

/** Three days of a hundred devices by the way that they go in the product: ticks, folded hours, closed days. */
async function bytesASample(): Promise<void> {
  const [devices, days, tickMs] = [100, 3, 5_000];
  await inFolder(file => {
    const { db, close } = openWriter(file, devices);
    const samples = new Samples(devices);
    let count = 0;
    const end = startMs + days * dayMs;
    for (let at = startMs; at < end; at += tickMs) {
      const tick = samples.tick(at, at + tickMs);
      count += tick.samples.deviceId.length;
      inTransaction(db, () => writes.tick(db, { ...tick, samples: [tick.samples] }));
      if (at % hourMs === 0) foldAll(db, at, () => {});
    }
    foldAll(db, end + hourMs, () => {});
    for (let after: number | null = 0; after !== null; ) after = inTransaction(db, () => writes.closeDays(db, after ?? 0, end + hourMs).next);
    const bytes = db.prepare("SELECT sum(pgsize) FROM dbstat WHERE name IN ('chunk', 'five_min', 'day', 'hot', 'series')").pluck().get() as number; // SQLite: an integer.
    const raw = db.prepare("SELECT sum(pgsize) FROM dbstat WHERE name = 'chunk'").pluck().get() as number; // As above.
    report({ name: 'bytes_per_sample', value: bytes / count, unit: `bytes of pages, keys and sums of five minutes, hours and days (${count} samples; ${(raw / count).toFixed(2)} without the sums)` }, { atMost: 4 });
    close();
  });
}

/** Flat out, through the writer's thread, with hours folded as time goes by; everything that came is folded when the clock stops. */
async function ingest(): Promise<void> {
  const [devices, hours, tickMs, ahead] = [4_000, 2, 500, 20];
  await inFolder(async file => {
    const { store, clock, upkeep } = await drivenStore(file, devices);
    const samples = new Samples(devices);
    let count = 0;
    let ticks = 0;
    const began = performance.now();
    for (let at = startMs; at < startMs + hours * hourMs; at += tickMs) {
      const tick = samples.tick(at, at + tickMs);
      count += tick.samples.deviceId.length;
      store.writeTick(tick);
      await clock.advance(tickMs);
      if (++ticks % ahead === 0) await store.ticksWritten();
    }
    await store.ticksWritten();
    await clock.advance(hourMs);
    while ((await store.write('fold', startMs + (hours + 1) * hourMs)).left);
    while (await store.write('purge'));
    const seconds = (performance.now() - began) / 1_000;
    report({ name: 'ingest_rows_per_s', value: count / seconds, unit: `samples/s (${count} of ${devices} devices, ticks of ${(devices * tickMs) / 5_000})` }, { atLeast: 200_000 });
    if (store.health().unwrittenReadings > 0) throw new Error(`${store.health().unwrittenReadings} samples were dropped: the rate would not mean anything`);
    await upkeep.stop();
    await store.close();
  });
}

async function drivenStore(file: string, devices: number): Promise<{ readonly store: Store; readonly clock: SwiftClock; readonly upkeep: Upkeep }> {
  const opened = await openStore({ file, onDeath: fail });
  if (opened.kind !== 'ok') throw new Error(JSON.stringify(opened));
  const { store } = opened;
  await store.write('insertDevices', Array.from({ length: devices }, (_, i) => deviceNumber(i + 1)));
  const clock = new SwiftClock(startMs);
  const upkeep = new Upkeep({ clock, store, settings: () => settings, lastDailyRunAt: startMs + dayMs, backUp: () => Promise.resolve(), onBug: fail });
  upkeep.start();
  return { store, clock, upkeep };
}

/** Two hours of a thousand devices in ticks of half a second, and the daily work of a day: what they have the disk write, for a whole day. */
async function diskADay(): Promise<void> {
  const [devices, hours, tickMs] = [1_000, 2, 500];
  let hoursBytes = 0;
  await inFolder(async file => {
    const { store, clock, upkeep } = await drivenStore(file, devices);
    const samples = new Samples(devices);
    const before = writtenBytes();
    for (let at = startMs; at < startMs + hours * hourMs + graceMs; at += tickMs) {
      store.writeTick(samples.tick(at, at + tickMs));
      // As many transactions as ticks, as in a day that does not hurry.
      await store.ticksWritten();
      await clock.advance(tickMs);
    }
    while ((await store.write('fold', startMs + hours * hourMs + graceMs)).left);
    while (await store.write('purge'));
    hoursBytes = writtenBytes() - before;
    await upkeep.stop();
    await store.close();
  });
  await inFolder(file => {
    const { db, close } = openWriter(file, devices);
    fillDays(db, devices, hoursADay);
    db.pragma('wal_checkpoint(TRUNCATE)');
    const before = writtenBytes();
    dailyWork(db, () => {});
    db.pragma('wal_checkpoint(TRUNCATE)');
    const dailyBytes = writtenBytes() - before;
    const gb = (hoursBytes * (hoursADay / hours) + dailyBytes) / 1e9;
    report({ name: 'disk_gb_per_day', value: gb, unit: `GB (${(hoursBytes / hours / 1e6).toFixed(0)} MB an hour with its folding, ${(dailyBytes / 1e6).toFixed(0)} MB for the daily work)` }, { atMost: 3 });
    close();
  });
}

/** The longest that any operation holds the writer, for so many series. */
async function blocks(series: number): Promise<void> {
  await inFolder(file => {
    const { db, close } = openWriter(file, series);
    const samples = new Samples(series);
    const tickMs = 500;
    for (let at = startMs; at < startMs + hourMs; at += tickMs) {
      const tick = samples.tick(at, at + tickMs);
      inTransaction(db, () => writes.tick(db, { ...tick, samples: [tick.samples] }));
    }
    const longest = new Map<string, number>();
    const total = new Map<string, number>();
    const note = (operation: string, ms: number): void => {
      longest.set(operation, Math.max(longest.get(operation) ?? 0, ms));
      total.set(operation, (total.get(operation) ?? 0) + ms);
    };
    foldAll(db, startMs + hourMs + graceMs, note);
    fillDays(db, series, hoursADay / 2);
    db.pragma('wal_checkpoint(TRUNCATE)');
    dailyWork(db, note);
    inTransaction(db, () => writes.removeDevices(db, Array.from({ length: 100 }, (_, i) => i + 1)));
    repeat(db, note, 'forgetGone', () => writes.forgetGone(db));
    let going: Shrinking | null = null;
    repeat(db, note, 'shrink', () => {
      const slice = writes.shrink(db, 2 ** 20, going, startMs + 10 * dayMs);
      going = slice.next;
      return slice.more;
    });
    repeat(db, note, 'giveBack', () => writes.giveBack(db, 2 ** 20));
    const told = (operations: readonly string[]): string => operations.map(name => `${name} ${(longest.get(name) ?? 0).toFixed(0)} of ${(total.get(name) ?? 0).toFixed(0)}`).join(', ');
    const most = (operations: readonly string[]): number => Math.max(...operations.map(name => longest.get(name) ?? Number.NaN));
    const [folding, dropping] = [['fold', 'purge'], ['closeDays', 'expire', 'forgetGone', 'shrink', 'giveBack']];
    report({ name: `fold_block_ms_max${series === 1_000 ? '' : '_10k'}`, value: most(folding), unit: `ms with commit and checkpoint, ${series} series (longest and all, ms: ${told(folding)})` }, { atMost: 50 });
    report({ name: `purge_day_block_ms_max${series === 1_000 ? '' : '_10k'}`, value: most(dropping), unit: `ms, likewise (${told(dropping)})` }, { atMost: 50 });
    close();
  });
}

type Note = (operation: string, ms: number) => void;

function foldAll(db: Db, now: number, note: Note): void {
  repeat(db, note, 'fold', () => writes.fold(db, now).left);
  repeat(db, note, 'purge', () => writes.purge(db));
}

/** A day that has not been summed up yet, and one that is to expire. */
function fillDays(db: Db, series: number, hours: number): void {
  inTransaction(db, () => {
    const tick = new Samples(1).tick(startMs, startMs + hourMs).samples;
    const value = Float64Array.from(tick.rttUs, rtt => (rtt < 0 ? Number.NaN : rtt));
    for (const day of [dayOf(startMs) - 40, dayOf(startMs) + 1]) {
      for (let hour = day * hoursADay; hour < day * hoursADay + hours; hour++) {
        const chunk = chunkOf(keyOf(1, hour), { at: tick.at.map(at => at + (hour - hourOf(startMs)) * hourMs), outcome: tick.outcome, value });
        if (chunk) for (let id = 1; id <= series; id++) insertChunk(db, { ...chunk, id: keyOf(id, hour) });
      }
    }
    const insert = db.prepare("INSERT OR IGNORE INTO series (device_id, metric, object) VALUES (?, 'ping', '')");
    for (let id = 1; id <= series; id++) insert.run(id);
    db.prepare('UPDATE series SET closed_day = ?').run(dayOf(startMs) - 30);
  });
}

function dailyWork(db: Db, note: Note): void {
  const now = startMs + 2 * dayMs + hourMs;
  let after = 0;
  const onward = (next: number | null): boolean => {
    after = next ?? 0;
    return next !== null;
  };
  repeat(db, note, 'closeDays', () => onward(writes.closeDays(db, after, now).next));
  repeat(db, note, 'expire', () => onward(writes.expire(db, settings.history, after, now).next));
  repeat(db, note, 'giveBack', () => writes.giveBack(db, null));
}

function repeat(db: Db, note: Note, operation: string, run: () => boolean): void {
  for (let more = true; more; ) {
    const [began, waitedBefore] = [performance.now(), waitedForProcessorMs()];
    more = inTransaction(db, run);
    // What other programs take of the processor is theirs; waiting for the disk is ours.
    note(operation, performance.now() - began - (waitedForProcessorMs() - waitedBefore));
  }
}
