/** History as a person meets it: charts from minutes to years, reports as files, what a maximum size comes to, backups and their restore, exports. On months that `npm run seed` made. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, type Page } from '@playwright/test';
import { callerOf, rowsOf } from './support/caller.ts';
import { startHeadless, type Headless } from './support/headless.ts';
import { open, rowWith } from './support/page.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
let seeded: string;
let data: string;
let headless: Headless;

test.beforeAll(() => {
  seeded = mkdtempSync(join(tmpdir(), 'ward-seeded-'));
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/seed.ts'), '--devices', '20', '--days', '50', '--data', seeded], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
});
test.afterAll(() => rmSync(seeded, { recursive: true, force: true }));

test.beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'ward-history-'));
  copyFileSync(join(seeded, 'ward-console.db'), join(data, 'ward-console.db'));
  headless = await startHeadless(data);
});
test.afterEach(async () => {
  await headless.stop();
  rmSync(data, { recursive: true, force: true });
});

/** A branch router: it has interfaces, and its name ends so. */
async function routerName(): Promise<string> {
  const caller = await callerOf(data);
  const router = (await rowsOf(caller.client, 'devices.live')).find(row => row.type === 'router');
  caller.close();
  if (!router) throw new Error('no router was made');
  return router.name;
}

const section = (page: Page, name: string): ReturnType<Page['locator']> => page.getByRole('form', { name, exact: true });

test('a chart leads from the device to its months, into an hour of them, and back', async ({ page }) => {
  const name = await routerName();
  await page.goto(headless.url);
  await rowWith(page, name).first().click();
  await page.getByRole('button', { name: 'Open the whole history' }).click();
  await expect(page.getByText('From single samples')).toBeVisible();
  await page.getByText('30 days', { exact: true }).click();
  await expect(page.getByText('From 5 min figures')).toBeVisible();
  await expect(page.getByText(/^observed \d/)).toBeVisible();
  const plot = page.locator('.u-over').first();
  const box = await plot.boundingBox();
  if (!box) throw new Error('no chart');
  await page.mouse.move(box.x + box.width * 0.5, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.52, box.y + 40, { steps: 4 });
  await page.mouse.up();
  await expect(page.getByText('From single samples')).toBeVisible();
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await expect(page.getByText('From 5 min figures')).toBeVisible();
});

test('a month of the ISP links is a file to send on', async ({ page }) => {
  await page.goto(headless.url);
  await open(page, 'Reports');
  await page.getByText('ISP links', { exact: true }).click();
  await expect(rowWith(page, 'Silknet').first()).toBeVisible();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as CSV' }).click()]);
  const lines = readFileSync(await download.path(), 'utf8').trim().split('\r\n');
  expect(lines[0]).toContain('Provider');
  expect(lines.slice(1).filter(line => line.includes('Magti')).length).toBeGreaterThan(0);
});

test('a maximum size says beforehand what it keeps, and one that cannot be kept to is not saved', async ({ page }) => {
  await page.goto(headless.url);
  await open(page, 'Settings');
  const card = section(page, 'History');
  await card.getByRole('switch', { name: 'Limit the size' }).check();
  await card.getByLabel('Maximum size').fill('64');
  await card.getByLabel('Single samples').fill('300');
  await expect(card.getByText(/instead of 300 days/)).toBeVisible();
  await card.getByRole('button', { name: 'Save' }).click();
  const caller = await callerOf(data);
  await expect.poll(async () => (await caller.client.ask('settings.get', {})).values.history.maxSizeMb).toBe(64);
  // Far more devices than 64 MB can hold two days of.
  const lines = Array.from({ length: 4_000 }, (_, i) => `Far ${i},127.90.${i >> 8}.${i & 255}`);
  await caller.client.ask('settings.update', { patch: { history: { maxSizeMb: 5_000 } } });
  await caller.client.ask('devices.import', { contentBase64: Buffer.from(['name,address', ...lines].join('\n')).toString('base64'), mode: 'commit' });
  await page.reload();
  await open(page, 'Settings');
  await card.getByLabel('Maximum size').fill('64');
  await expect(card.getByText(/This estate needs at least \d+ MB/)).toBeVisible();
  await expect(card.getByRole('button', { name: 'Save' })).toBeDisabled();
  caller.close();
});

test('a backup brings back what was removed, in front of a window that watches', async ({ page }) => {
  const name = await routerName();
  await page.goto(headless.url);
  await open(page, 'Settings');
  const card = section(page, 'Backups');
  await card.getByRole('button', { name: 'Back up now' }).click();
  await expect(page.getByRole('button', { name: 'Restore…' })).toBeVisible();
  const caller = await callerOf(data);
  const router = (await rowsOf(caller.client, 'devices.live')).find(row => row.name === name);
  await caller.client.ask('devices.remove', { ids: router ? [router.id] : [] });
  caller.close();
  await page.getByRole('button', { name: 'Restore…' }).click();
  await page.getByRole('dialog', { name: 'Restore this backup?' }).getByRole('button', { name: 'Restore', exact: true }).click();
  await expect(page.getByText(/The backup was restored with 20 devices/)).toBeVisible();
  await open(page, 'Devices');
  await expect(rowWith(page, name).first()).toBeVisible();
});

test('an export is a file with every sum that the chart is made of', async ({ page }) => {
  const name = await routerName();
  await page.goto(headless.url);
  await rowWith(page, name).first().click();
  await page.getByRole('button', { name: 'Open the whole history' }).click();
  await page.getByText('30 days', { exact: true }).click();
  await page.getByRole('button', { name: 'Export' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export history' });
  await dialog.getByRole('button', { name: 'Export', exact: true }).click();
  const path = dialog.getByText(/ward-samples-.*\.csv/);
  await expect(path).toBeVisible();
  const caller = await callerOf(data);
  const job = (await rowsOf(caller.client, 'jobs.live')).find(row => row.kind === 'export' && row.state === 'done');
  caller.close();
  if (!job || !existsSync(job.file)) throw new Error('no export was made');
  const lines = readFileSync(job.file, 'utf8').trim().split('\r\n');
  expect(lines.length - 1).toBe(job.rows);
  expect(lines.every((line, i) => i === 0 || line.startsWith(name))).toBe(true);
});
