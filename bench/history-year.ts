/** A year of a thousand devices: how large its file is, and how quickly a console that runs on it answers. */
import { spawnSync } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { callerOf, rowsOf } from '../e2e/support/caller.ts';
import { startHeadless, type Headless } from '../e2e/support/headless.ts';
import { openForReading, type Db } from '../electron/engine/store/connection.ts';
import type { DeviceRow } from '../shared/model/device.ts';
import type { Client } from '../shared/rpc/client.ts';
import type { Api } from '../shared/api/index.ts';
import { folderWithDevices } from './support/data-folder.ts';
import { median, report } from './support/figure.ts';
import { seededFolder } from './support/seeded.ts';
import { until as waitUntil } from './support/window.ts';

const devices = 1_000;
const days = 365;
const dayMs = 86_400_000;
const askedDevices = 60;
const coldDevices = 15;
const settleMs = 20_000;
/** As wide as a chart is. */
const maxPoints = 600;
const spans = [['24h', 1, 20], ['30d', 30, 30], ['1y', 365, 50]] as const;

const { folder, until, seconds, remove } = await seededFolder(devices, days);
const file = join(folder, 'ward-console.db');
try {
  size();
  latest();
  await answers();
} finally {
  remove();
}
await longList();

function size(): void {
  const gb = statSync(file).size / 1e9;
  const db = openForReading(file);
  const { samples, series, links } = db.prepare("SELECT (SELECT total(sent + unseen) FROM chunk) AS samples, (SELECT count(*) FROM series) AS series, (SELECT count(*) FROM interface) AS links").get() as { samples: number; series: number; links: number }; // Columns are named after the fields.
  const shares = sharesOf(db);
  const pings = shares.get('ping') ?? 0;
  db.close();
  if (seconds !== null) report({ name: 'seed_year_1000_devices_s', value: seconds, unit: 's' });
  report({ name: 'year_1000_devices_gb', value: gb, unit: `GB of ${days} days at default retention: pings of ${devices} devices every 10 s, a third of them down, and ${series - devices} series of ${links} internet links every 60 s (${Math.round(samples / 1e6)} million samples kept)` }, { atMost: 2 });
  report({ name: 'year_1000_devices_pings_gb', value: gb * pings, unit: 'GB of it for the pings' });
  report({ name: 'year_1000_devices_all_up_gb', value: (gb * pings * (shares.get('up') ?? 0)), unit: 'GB that the pings would take were every device up' });
}

/** Which share of what is stored belongs to pings; and how many times as much it would be if all devices were as those that are up. */
function sharesOf(db: Db): Map<string, number> {
  const bytes = (where: string): { bytes: number; series: number } => {
    const sum = (table: string, blob: string, row: number): string => `SELECT s.id, length(${blob}) + ${row} AS bytes FROM series s CROSS JOIN ${table} t ON t.id BETWEEN s.id * 1048576 AND s.id * 1048576 + 1048575 WHERE ${where}`;
    return db.prepare(`SELECT total(bytes) AS bytes, count(DISTINCT id) AS series FROM (${sum('chunk', 'samples', 45)} UNION ALL ${sum('five_min', 'buckets', 12)} UNION ALL ${sum('day', 'hours', 60)})`).get() as { bytes: number; series: number }; // Columns are named after the fields.
  };
  const all = bytes('1');
  const pings = bytes("s.metric = 'ping'");
  const up = bytes("s.metric = 'ping' AND NOT EXISTS (SELECT 1 FROM device_state d WHERE d.device_id = s.device_id AND d.down_since IS NOT NULL)");
  return new Map([['ping', pings.bytes / all.bytes], ['up', up.bytes / up.series / (pings.bytes / pings.series)]]);
}

function latest(): void {
  const db = openForReading(file);
  const ask = db.prepare("SELECT s.device_id, l.ts, l.outcome, l.value FROM series s JOIN latest l ON l.series_id = s.id WHERE s.metric = 'ping'");
  const tookMs = Array.from({ length: 50 }, () => timed(() => {
    if (ask.all().length !== devices) throw new Error('not every device has a latest sample');
  }));
  db.close();
  report({ name: 'latest_1000_ms', value: median(tookMs), unit: 'ms, from the store' }, { atMost: 2 });
}

async function answers(): Promise<void> {
  let headless = await startHeadless(folder);
  try {
    let caller = await callerOf(folder);
    const rows = await rowsOf(caller.client, 'devices.live');
    await settled(rows);
    const chosen = rows.filter((_, i) => i % Math.floor(devices / askedDevices) === 0);
    for (const [name, spanDays, atMost] of spans) {
      for (const row of chosen.slice(0, 10)) await series(caller.client, row, spanDays); // For the compiler.
      const tookMs: number[] = [];
      for (const row of chosen) {
        await series(caller.client, row, spanDays); // For the page cache.
        tookMs.push(await series(caller.client, row, spanDays));
      }
      report({ name: `series_${name}_ms`, value: median(tookMs), unit: `ms round trip, ${chosen.length} devices; longest ${Math.max(...tookMs).toFixed(1)}` }, { atMost });
    }
    const monthMs: number[] = [];
    for (let i = 0; i < 7; i++) monthMs.push(await timedAsync(() => caller.client.ask('history.report', { by: 'branch', from: until - 30 * dayMs, to: until })));
    const { rows: branches } = await caller.client.ask('history.report', { by: 'branch', from: until - 30 * dayMs, to: until });
    report({ name: 'uptime_report_128_branches_month_ms', value: median(monthMs), unit: `ms round trip, ${branches.length} branches` }, { atMost: 500 });
    const lists: number[] = [];
    const boards: number[] = [];
    for (let i = 0; i < 15; i++) {
      lists.push(await deviceList(folder, devices));
      boards.push(await dashboard(caller.client));
    }
    report({ name: 'device_list_1000_ms', value: median(lists), unit: 'ms round trip' }, { atMost: 20 });
    report({ name: 'dashboard_ms', value: median(boards), unit: 'ms round trip: branches, alerts, health, and the report by branch of the last day' }, { atMost: 50 });
    caller.close();
    // Cold: a process that has read nothing, and a file that the page cache has nothing of.
    await headless.stop();
    forgetPages();
    headless = await startHeadless(folder);
    caller = await callerOf(folder);
    await settled(await rowsOf(caller.client, 'devices.live'));
    for (const [name, spanDays] of spans) {
      const tookMs: number[] = [];
      for (const row of rows.filter((_, i) => i % Math.floor(devices / coldDevices) === 7)) {
        forgetPages();
        tookMs.push(await series(caller.client, row, spanDays));
      }
      report({ name: `series_${name}_cold_ms`, value: median(tookMs), unit: `ms round trip, first of all ${(tookMs[0] ?? 0).toFixed(1)}, longest ${Math.max(...tookMs).toFixed(1)}` });
    }
    caller.close();
  } finally {
    await headless.stop();
  }
}

/** A console that takes up a year has a minute's work at first; what it costs then is not what is asked for. */
async function settled(rows: readonly DeviceRow[]): Promise<void> {
  if (rows.length !== devices) throw new Error(`${rows.length} devices are listed`);
  const began = performance.now();
  await waitUntil('the console has settled', settleMs + 1_000, () => performance.now() - began > settleMs);
}

async function series(client: Client<Api>, { id }: DeviceRow, spanDays: number): Promise<number> {
  return timedAsync(async () => {
    const { t } = await client.ask('history.series', { target: { of: 'device', deviceId: id }, from: until - spanDays * dayMs, to: until, maxPoints });
    if (t.length < maxPoints / 4) throw new Error(`only ${t.length} points came of ${spanDays} days`);
  });
}

/** What the first page shows, asked for in one go. */
function dashboard(client: Client<Api>): Promise<number> {
  return timedAsync(() => Promise.all([rowsOf(client, 'branches.live'), rowsOf(client, 'alerts.live'), rowsOf(client, 'system.health'), client.ask('history.report', { by: 'branch', from: until - dayMs, to: until })]));
}

/** A window that has just been opened. */
async function deviceList(of: string, count: number): Promise<number> {
  const { client, close } = await callerOf(of);
  const tookMs = await timedAsync(async () => {
    const rows = await rowsOf(client, 'devices.live');
    if (rows.length !== count) throw new Error(`the list has ${rows.length} devices`);
  });
  close();
  return tookMs;
}

async function longList(): Promise<void> {
  const count = 10_000;
  const long = await folderWithDevices(count);
  let headless: Headless | null = null;
  try {
    headless = await startHeadless(long);
    const lists: number[] = [];
    for (let i = 0; i < 9; i++) lists.push(await deviceList(long, count));
    report({ name: 'device_list_10000_ms', value: median(lists), unit: 'ms round trip' }, { atMost: 200 });
  } finally {
    await headless?.stop();
    rmSync(long, { recursive: true, force: true });
  }
}

/** Has the kernel drop what it holds of the file. */
function forgetPages(): void {
  const { status, stderr } = spawnSync('dd', [`if=${file}`, 'iflag=nocache', 'count=0', 'status=none'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the page cache keeps the file: ${stderr}`);
}

function timed(run: () => void): number {
  const began = performance.now();
  run();
  return performance.now() - began;
}

async function timedAsync(run: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await run();
  return performance.now() - began;
}
