/** How quickly the screen is there: from the start of the process to the first row, and what big batches cost the page. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from '@playwright/test';
import { startDesktop, electronHost } from '../e2e/support/desktop.ts';
import { startHeadless } from '../e2e/support/headless.ts';
import { addressOf } from '../e2e/support/page.ts';
import { LiveTable } from '../electron/engine/live/live-table.ts';
import { listen } from '../electron/engine/serving/listener.ts';
import { api, contractHash, contractVersion, type Api } from '../shared/api/index.ts';
import { DeviceRow } from '../shared/model/device.ts';
import type { HealthRow } from '../shared/model/health.ts';
import { AppError } from '../shared/rpc/contract.ts';
import { serve, type Handlers } from '../shared/rpc/server.ts';
import { folderWithDevices } from './support/data-folder.ts';
import { median, medianOf, report } from './support/figure.ts';

const runs = 5;
const firstRow = (page: Page): Promise<void> => page.locator('.ag-row').first().waitFor({ state: 'visible' });

const browser = await openBrowser();
const folder = await folderWithDevices(1_000);
const home = mkdtempSync(join(tmpdir(), 'ward-bench-home-'));
try {
  const desktopMs = await medianOf(runs, async () => {
    const began = performance.now();
    const desktop = await startDesktop(folder, home);
    await firstRow(desktop.page);
    const tookMs = performance.now() - began;
    await desktop.close();
    return tookMs;
  });
  report({ name: 'cold_start_ms', value: desktopMs, unit: `ms (desktop, ${electronHost()})` }, { atMost: 2_000 });

  const browserMs = await medianOf(runs, async () => {
    const page = await browser.newPage();
    const began = performance.now();
    const headless = await startHeadless(folder);
    await page.goto(headless.url);
    await firstRow(page);
    const tookMs = performance.now() - began;
    await page.close();
    await headless.stop();
    return tookMs;
  });
  report({ name: 'cold_start_browser_ms', value: browserMs, unit: 'ms (headless, in an open browser)' }, { atMost: 2_000 });

  await grid(browser);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
  rmSync(home, { recursive: true, force: true });
}

/** The built page over the real wire, fed by tables that this program fills: 10,000 rows at first, then 2,000 of them at a time. */
async function grid(withBrowser: Browser): Promise<void> {
  const devices = new LiveTable<DeviceRow>();
  const rows = Array.from({ length: 10_000 }, (_, i) => deviceRow(i));
  for (const row of rows) devices.upsert(row);
  const handlers = tablesOnly(devices, rows.length);
  const token = 'bench-token-bench-token';
  const listener = await listen({
    host: '127.0.0.1', port: 0, token, pageDir: fileURLToPath(new URL('../out/renderer', import.meta.url)),
    serve: pipe => serve(pipe, api, handlers, { report: bug => { throw bug; } }),
    report: bug => { throw bug; },
  });
  const url = `http://127.0.0.1:${listener.port}/#token=${token}`;
  const measures = (page: Page, name: string): Promise<{ ms: number; rows: number }[]> =>
    page.evaluate(wanted => performance.getEntriesByName(wanted).map(entry => ({ ms: entry.duration, rows: Number(Reflect.get(Object(Reflect.get(entry, 'detail')), 'rows')) })), name);

  const paintMs = await medianOf(runs, async () => {
    const page = await withBrowser.newPage();
    await page.goto(url);
    await page.waitForFunction(() => performance.getEntriesByName('ward:grid-first-paint').length > 0);
    const [first] = await measures(page, 'ward:grid-first-paint');
    await page.close();
    if (first?.rows !== rows.length) throw new Error(`the first batch had ${first?.rows ?? 0} rows`);
    return first.ms;
  });
  report({ name: 'grid_first_paint_10k_ms', value: paintMs, unit: 'ms' }, { atMost: 300 });

  const page = await withBrowser.newPage();
  await page.goto(url);
  await page.waitForFunction(() => performance.getEntriesByName('ward:grid-first-paint').length > 0);
  const batches = 30;
  for (let batch = 1; batch <= batches; batch++) {
    for (let i = 0; i < 2_000; i++) {
      const row = rows[(batch * 2_000 + i) % rows.length];
      // A tenth of them go down or come back: their place in the order changes too.
      const state = i % 10 === 0 ? (batch % 2 ? 'down' : 'up') : undefined;
      if (row) devices.upsert({ ...row, rttUs: 1_000 * batch + i, lastCheckAt: Date.now(), ...(state ? { state, downSince: state === 'down' ? Date.now() : null } : {}) });
    }
    devices.flush();
    await page.waitForFunction(count => performance.getEntriesByName('ward:grid-batch').length >= count, batch);
    // A page takes the next batch a moment after it has applied the last; it asks for it, and that must have arrived.
    await page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve))));
  }
  const applied = (await measures(page, 'ward:grid-batch')).filter(entry => entry.rows === 2_000);
  if (applied.length < batches / 2) throw new Error(`only ${applied.length} batches of 2,000 rows arrived whole`);
  report({ name: 'grid_batch_2000_ms', value: median(applied.map(entry => entry.ms)), unit: 'ms' }, { atMost: 30 });
  // The order is made anew at most every five seconds, so a run has one or two batches that pay for it.
  report({ name: 'grid_batch_2000_max_ms', value: Math.max(...applied.map(entry => entry.ms)), unit: 'ms' });
  await page.close();
  await listener.close();
}

function deviceRow(i: number): DeviceRow {
  const down = i % 10 === 0;
  return DeviceRow.parse({
    id: randomUUID(), name: `Device ${i}`, address: addressOf(i), type: 'router', branch: `Branch ${i % 128}`, region: `Region ${i % 10}`,
    state: down ? 'down' : 'up', stateSince: Date.now() - i * 1_000, downSince: down ? Date.now() - i * 1_000 : null, rttUs: down ? null : 500 + i, lossPct: down ? 100 : 0,
    lastCheckAt: Date.now(), intervalMs: 10_000, acknowledged: i % 20 === 0, knownDown: null, maintenanceUntil: null, tags: [], ispLink: false, snmp: 'off', sysName: null, simulated: false, sharedAddress: false, behind: null, blindCause: null, checkCount: 0, failingChecks: 0, problem: null,
  });
}

/** As much of the engine as a page needs to show its grid; anything else is refused. */
function tablesOnly(devices: LiveTable<DeviceRow>, total: number): Handlers<Api> {
  const health = new LiveTable<HealthRow>();
  health.upsert({ id: 'fleet', level: 'ok', message: null, total, up: total, degraded: 0, down: 0, knownDown: 0, unreachable: 0, notObserved: 0, noData: 0, paused: 0, maintenance: 0, openAlerts: 0, demo: false });
  const refuse = (): never => {
    throw new AppError('unavailable', 'Not in this benchmark.');
  };
  const nothing = Object.fromEntries(Object.entries(api).map(([name, { kind }]) => [name, kind === 'live' ? () => new LiveTable() : refuse]));
  return {
    ...(nothing as unknown as Handlers<Api>), // Every operation of the contract is there, and each answers with nothing.
    'devices.live': () => devices,
    'system.health': () => health,
    'system.hello': () => ({ product: 'Ward Console', version: '0', contractVersion, contractHash: contractHash(), readOnly: false, startedAt: Date.now(), station: 'bench' }),
  };
}

async function openBrowser(): Promise<Browser> {
  const executablePath = process.env['WARD_CHROMIUM'] ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);
  return chromium.launch({ ...(executablePath ? { executablePath } : {}), args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}
