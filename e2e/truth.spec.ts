/** What a person is told of devices that do not simply answer: behind a dead router, failing a further check, out of sight. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { farNetwork, type Far } from './support/far.ts';
import { startHeadless, type Headless } from './support/headless.ts';
import { bringBack, cutOff, inLab, whyNoLab } from './support/lab.ts';
import { importFile, open, openAlertList, rowWith } from './support/page.ts';

let data: string;
let headless: Headless;
test.beforeEach(async ({ page }) => {
  data = mkdtempSync(join(tmpdir(), 'ward-truth-'));
  headless = await startHeadless(data);
  await page.goto(headless.url);
});
test.afterEach(async () => {
  await headless.stop();
  rmSync(data, { recursive: true, force: true });
});

test('a branch behind a dead router is told as behind it, with one alert; a circle of parents is refused in the form', async ({ page }) => {
  test.skip(!inLab, whyNoLab);
  await page.getByRole('button', { name: 'Import a file' }).click();
  await importFile(page, 'name,address,branch\nKvareli router,127.50.0.5,Kvareli\nKvareli ATM,127.50.0.87,Kvareli\nTelavi ATM,127.51.0.87,Telavi\n', 3);
  const edit = page.getByRole('dialog', { name: 'Edit device' });
  await rowWith(page, 'Kvareli router').getByText('Kvareli router').click();
  await page.getByRole('button', { name: 'Edit' }).click();
  await edit.getByRole('button', { name: 'Pinging and dependencies' }).click();
  await edit.getByRole('checkbox', { name: 'Branch router' }).check();
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(edit).toBeHidden();
  await expect(page.getByText('Branch router')).toBeVisible();

  await page.getByRole('button', { name: 'Edit' }).click();
  await edit.getByRole('combobox', { name: 'Stands behind' }).fill('Kvareli ATM');
  await page.getByRole('option', { name: /Kvareli ATM/ }).click();
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(edit.getByText('No device can stand behind itself: "Kvareli router" behind "Kvareli ATM" behind "Kvareli router".')).toBeVisible();
  await edit.getByRole('button', { name: 'Cancel' }).click();

  const victims = ['127.50.0.5', '127.50.0.87'];
  for (const address of victims) cutOff(address);
  try {
    await expect(rowWith(page, 'Kvareli ATM')).toContainText('Behind Kvareli router', { timeout: 15_000 });
    await expect(rowWith(page, 'Kvareli router')).toContainText('Down');
    await expect(rowWith(page, 'Telavi ATM')).toContainText('Up');
    await openAlertList(page);
    await expect(rowWith(page, 'Kvareli router')).toBeVisible();
    await expect(rowWith(page, 'Kvareli ATM')).toBeHidden();
  } finally {
    for (const address of victims) bringBack(address);
  }
  await open(page, 'Devices');
  await expect(rowWith(page, 'Kvareli ATM')).toContainText('Up', { timeout: 20_000 });
});

test('a further check that is added in the form makes its device degraded when it fails, and says why', async ({ page }) => {
  const server = createServer(socket => socket.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  await page.getByRole('button', { name: 'Add a device' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add device' });
  await dialog.getByRole('textbox', { name: 'Address' }).fill('127.0.0.1');
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Till');
  await dialog.getByRole('button', { name: 'Further checks' }).click();
  await dialog.getByRole('button', { name: 'Add a check' }).click();
  await page.getByRole('menuitem', { name: /TCP port/ }).click();
  const check = dialog.getByRole('group', { name: /TCP port/ });
  await check.getByRole('textbox', { name: 'Port' }).fill(String(address.port));
  await check.getByLabel('Ask every, s').fill('5');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(rowWith(page, 'Till')).toContainText('Up');
  await rowWith(page, 'Till').getByText('Till').click();
  const checks = page.getByRole('region', { name: 'Further checks' });
  await expect(checks).toContainText(`TCP port ${address.port}`);
  await expect(checks).toContainText('took a connection', { timeout: 15_000 });
  server.close();
  await expect(rowWith(page, 'Till')).toContainText('Degraded', { timeout: 20_000 });
  await expect(checks).toContainText('the connection was refused');
});

test('a console that cannot see says so on every page, and keeps it in its journal', async ({ page }) => {
  test.skip(!inLab, whyNoLab);
  const hosts = ['192.0.2.11', '192.0.2.12'];
  const far: Far = farNetwork(hosts);
  try {
    await page.getByRole('button', { name: 'Import a file' }).click();
    await importFile(page, `name,address\n${hosts.map((host, i) => `Far ${i + 1},${host}`).join('\n')}\n`, 2);
    await expect(rowWith(page, 'Far 1')).toContainText('Up', { timeout: 10_000 });
    await expect(rowWith(page, 'Far 2')).toContainText('Up', { timeout: 10_000 });
    far.cutCable();
    const banner = page.getByRole('status').filter({ hasText: 'Blind since' });
    await expect(banner).toContainText('its network interface is gone', { timeout: 15_000 });
    await expect(rowWith(page, 'Far 1')).toContainText('Not observed');
    await open(page, 'System');
    await expect(banner).toBeVisible();
    const entry = page.getByRole('row').filter({ hasText: 'Network interface gone' });
    await expect(entry).toContainText('The network interface out is gone or has no link.');
    await expect(entry).toContainText('now');
    far.mend();
    await expect(entry).not.toContainText('now', { timeout: 20_000 });
    await open(page, 'Devices');
    await expect(rowWith(page, 'Far 1')).toContainText('Up', { timeout: 15_000 });
    await openAlertList(page);
    await expect(page.getByText('All 2 devices that are checked answer.')).toBeVisible();
    await expect(rowWith(page, 'Far 1')).toBeHidden();
    await expect(rowWith(page, 'Far 2')).toBeHidden();
  } finally {
    far.remove();
  }
});
