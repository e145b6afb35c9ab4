/** `npm run screens`: takes the pictures of docs/screens from the built console with its demo fleet, light and dark, English and Georgian. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from '@playwright/test';
import { callerOf, rowsOf } from './support/caller.ts';
import { startHeadless } from './support/headless.ts';
import { open, rowWith } from './support/page.ts';

const target = fileURLToPath(new URL('../docs/screens', import.meta.url));
mkdirSync(target, { recursive: true });

const executablePath = process.env['WARD_CHROMIUM'] ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);
const browser = await chromium.launch({
  ...(executablePath ? { executablePath } : {}),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  // Playwright hides scrollbars, a person's browser does not: the last column is as wide as it really is.
  ignoreDefaultArgs: ['--hide-scrollbars'],
});
const data = dataFolder();
const headless = await startHeadless(data);
try {
  await shot('welcome-light', 'light', async () => {});
  await shot('import-light', 'light', async page => {
    await page.getByRole('button', { name: 'Import a file' }).click();
    const dialog = page.getByRole('dialog', { name: 'Import devices' });
    await dialog.getByLabel('Or paste the text').fill('name;ip;type;branch\nKvareli router;192.0.2.5;router;Kvareli\nKvareli ATM;192.0.2.31;ATM;Kvareli\nNo address;;ATM;Kvareli\n=1+1;192.0.2.40;ATM;Telavi\nTwin;192.0.2.5;router;Telavi\n');
    await dialog.getByRole('button', { name: 'Preview the text' }).click();
    await dialog.getByText('2 devices can be imported').waitFor();
  });
  const caller = await callerOf(data);
  await caller.client.ask('settings.update', { patch: { demo: { enabled: true }, station: { name: 'Night desk' } } });
  await until(async () => (await rowsOf(caller.client, 'alerts.live')).some(alert => alert.clearedAt !== null));
  for (const alert of (await rowsOf(caller.client, 'alerts.live')).filter(each => each.clearedAt === null).slice(0, 40)) await caller.client.ask('alerts.acknowledge', { id: alert.id, note: 'Switched off for rebuilding.' });
  const up = (await rowsOf(caller.client, 'devices.live')).find(row => row.state === 'up');
  const backup = await caller.client.ask('backup.create', {});
  await until(async () => (await rowsOf(caller.client, 'jobs.live')).some(job => job.id === backup.id && job.state === 'done'));
  caller.close();

  for (const scheme of ['light', 'dark'] as const) {
    await shot(`devices-${scheme}`, scheme, async page => rowWith(page, 'Down').first().waitFor());
    await shot(`device-${scheme}`, scheme, async page => {
      await page.getByLabel('Search devices').fill(up?.name ?? '');
      await rowWith(page, up?.name ?? '').first().click();
    });
    await shot(`history-${scheme}`, scheme, async page => {
      await goTo(page, `/history?device=${up?.id ?? ''}&span=hour`);
      await page.getByRole('figure').waitFor();
    });
    await shot(`history-settings-${scheme}`, scheme, async page => {
      await open(page, 'Settings');
      await scrollTo(page, 'History');
    });
    await shot(`backups-${scheme}`, scheme, async page => {
      await open(page, 'Settings');
      await scrollTo(page, 'Backups');
      await page.getByRole('button', { name: 'Restore…' }).first().waitFor();
    });
    for (const name of ['Branches', 'Alerts', 'Reports', 'System', 'Settings'] as const) await shot(`${name.toLowerCase()}-${scheme}`, scheme, async page => open(page, name));
  }
  await shot('device-form-light', 'light', async page => {
    await page.getByRole('button', { name: 'Add device' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add device' });
    await dialog.getByRole('textbox', { name: 'Address' }).fill('atm1.example');
    await dialog.getByRole('button', { name: 'Further checks' }).click();
    await dialog.getByRole('button', { name: 'Add a check' }).click();
    await page.getByRole('menuitem', { name: 'Web page' }).click();
  });
  await shot('export-light', 'light', async page => {
    await goTo(page, `/history?device=${up?.id ?? ''}&span=day`);
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('dialog', { name: 'Export history' }).waitFor();
  });
  await shot('history-georgian', 'dark', async page => {
    await page.getByText('ქარ', { exact: true }).click();
    await goTo(page, `/history?device=${up?.id ?? ''}&span=hour`);
  });
  await shot('reports-georgian', 'light', async page => {
    await open(page, 'Reports');
    await page.getByText('ქარ', { exact: true }).click();
  });
  await shot('settings-georgian', 'light', async page => {
    await open(page, 'Settings');
    await page.getByText('ქარ', { exact: true }).click();
  });
  await shot('devices-georgian', 'light', async page => page.getByText('ქარ', { exact: true }).click());
  await shot('alerts-georgian', 'dark', async page => {
    await open(page, 'Alerts');
    await page.getByText('ქარ', { exact: true }).click();
  });
} finally {
  await headless.stop();
  await browser.close();
  rmSync(data, { recursive: true, force: true });
}

async function shot(name: string, scheme: 'light' | 'dark', prepare: (page: Page) => Promise<void>, withBrowser: Browser = browser): Promise<void> {
  const context = await withBrowser.newContext({ viewport: { width: 1366, height: 768 }, colorScheme: scheme, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(headless.url);
  await page.getByRole('navigation').waitFor();
  await prepare(page);
  await page.waitForTimeout(1_500); // Charts draw and the first batches arrive.
  await page.screenshot({ path: join(target, `${name}.png`) });
  await context.close();
}

/** To a page that the rail does not lead to. */
async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate(to => void (location.hash = to), path);
}

/** To one of the cards of the settings. */
async function scrollTo(page: Page, card: string): Promise<void> {
  await page.getByRole('form', { name: card, exact: true }).evaluate(form => form.scrollIntoView());
}

/** Shown in the pictures: a place that means nothing, where it may be made. */
function dataFolder(): string {
  const neutral = '/srv/ward-console';
  try {
    if (existsSync(neutral)) throw new Error('it is in use');
    mkdirSync(neutral, { recursive: true });
    return neutral;
  } catch {
    return mkdtempSync(join(tmpdir(), 'ward-console-'));
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 120; attempt++) {
    if (await holds()) return;
    await new Promise(resolve => setTimeout(resolve, 1_000));
  }
  throw new Error('the demo fleet showed nothing worth a picture in two minutes');
}
