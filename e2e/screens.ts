/**
 * `npm run screens`: takes the pictures of docs/screens from the built console with its demo fleet, light and dark, English and Georgian.
 * `npm run screens -- WORDS`: only those whose names contain one of them.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from '@playwright/test';
import { callerOf, rowsOf } from './support/caller.ts';
import { startHeadless } from './support/headless.ts';
import { open, openAlertList, rowWith } from './support/page.ts';
import { atWork, silentDevice } from './support/at-work.ts';

const wanted = process.argv.slice(2);
const target = fileURLToPath(new URL('../docs/screens', import.meta.url));
mkdirSync(target, { recursive: true });

const executablePath = process.env['WARD_CHROMIUM'] ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);
const browser = await chromium.launch({
  ...(executablePath ? { executablePath } : {}),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  // Playwright hides scrollbars, a person's browser does not: the last column is as wide as it really is.
  ignoreDefaultArgs: ['--hide-scrollbars'],
});
const enoughAlerts = 20;
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
  // Something is over, and enough is not.
  await until(async () => {
    const alerts = await rowsOf(caller.client, 'alerts.live');
    return alerts.some(alert => alert.clearedAt !== null) && alerts.filter(alert => alert.clearedAt === null).length >= enoughAlerts;
  });
  const scene = await atWork(caller);
  const up = (await rowsOf(caller.client, 'devices.live')).find(row => row.state === 'up');
  const backup = await caller.client.ask('backup.create', {});
  await until(async () => (await rowsOf(caller.client, 'jobs.live')).some(job => job.id === backup.id && job.state === 'done'));

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
    await shot(`incidents-${scheme}`, scheme, async page => open(page, 'Alerts'));
    await shot(`alerts-${scheme}`, scheme, openAlertList);
    await shot(`incident-${scheme}`, scheme, async page => goTo(page, `/alerts?incident=${scene.incidentId}`));
    await shot(`handover-${scheme}`, scheme, async page => goTo(page, '/alerts?view=handover'));
    await shot(`rules-${scheme}`, scheme, async page => open(page, 'Rules'));
    await shot(`rule-${scheme}`, scheme, async page => rehearse(page, scene.ruleId, 'Rehearse'));
    await shot(`maintenance-${scheme}`, scheme, async page => open(page, 'Maintenance'));
    await shot(`window-${scheme}`, scheme, async page => goTo(page, `/maintenance?window=${scene.windowId}`));
    await shot(`recipients-${scheme}`, scheme, async page => {
      await open(page, 'Settings');
      await page.getByRole('region', { name: 'Recipients' }).evaluate(card => card.scrollIntoView());
    });
    await shot(`recipient-${scheme}`, scheme, async page => {
      await open(page, 'Settings');
      await page.getByRole('button', { name: 'Ticket system', exact: true }).click();
    });
    await shot(`messages-${scheme}`, scheme, async page => goTo(page, '/settings?show=messages'));
    await shot(`why-silent-${scheme}`, scheme, async page => {
      const name = await silentDevice(caller);
      await page.getByLabel('Search devices').fill(name);
      await rowWith(page, name).first().click();
      await page.getByRole('region', { name: 'Why silent?' }).waitFor();
    });
    for (const name of ['Branches', 'Reports', 'System', 'Settings'] as const) await shot(`${name.toLowerCase()}-${scheme}`, scheme, async page => open(page, name));
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
  const inGeorgian = (page: Page): Promise<void> => page.getByText('ქარ', { exact: true }).click();
  const georgian = (name: string, scheme: 'light' | 'dark', path: string): Promise<void> => shot(`${name}-georgian`, scheme, async page => {
    await inGeorgian(page);
    await goTo(page, path);
  });
  await georgian('incidents', 'dark', '/alerts');
  await georgian('incident', 'light', `/alerts?incident=${scene.incidentId}`);
  await georgian('handover', 'light', '/alerts?view=handover');
  await georgian('rules', 'light', '/rules');
  await shot('rule-georgian', 'dark', async page => {
    await inGeorgian(page);
    await rehearse(page, scene.ruleId, 'გაშვება');
  });
  await georgian('maintenance', 'light', '/maintenance');
  await georgian('window', 'dark', `/maintenance?window=${scene.windowId}`);
  await shot('recipients-georgian', 'light', async page => {
    await inGeorgian(page);
    await goTo(page, '/settings');
    await page.locator('.recipients').evaluate(table => table.parentElement?.scrollIntoView());
  });
  caller.close();
} finally {
  await headless.stop();
  await browser.close();
  rmSync(data, { recursive: true, force: true });
}

async function shot(name: string, scheme: 'light' | 'dark', prepare: (page: Page) => Promise<void>, withBrowser: Browser = browser): Promise<void> {
  if (wanted.length > 0 && !wanted.some(words => name.includes(words))) return;
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

/** To a rule, rehearsed where there is history to do so. */
async function rehearse(page: Page, id: string, button: string): Promise<void> {
  await goTo(page, `/rules?rule=${id}`);
  await page.getByRole('button', { name: button, exact: true }).click();
  await page.locator('.rehearsal .fired').waitFor({ timeout: 90_000 });
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
