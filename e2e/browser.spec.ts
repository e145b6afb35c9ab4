/** The same console in a browser: first run, a real SNMP agent, lost connections, and everything that can be wrong at the door. */
import { createServer } from 'node:net';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from '@playwright/test';
import { callerOf, rowsOf } from './support/caller.ts';
import { runHeadless, startHeadless, type Headless } from './support/headless.ts';
import { expectCount, importFile, open, rowWith } from './support/page.ts';
import { hasSnmpd, startSnmpd } from './support/snmpd.ts';

let data: string;
const running: Headless[] = [];
const start = async (args: readonly string[] = []): Promise<Headless> => {
  const headless = await startHeadless(data, args);
  running.push(headless);
  return headless;
};

test.beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'ward-browser-'));
});
test.afterEach(async () => {
  for (const headless of running.splice(0)) await headless.stop();
  rmSync(data, { recursive: true, force: true });
});

test('from the welcome to the first answer of a device it is two steps and less than two seconds', async ({ page }) => {
  await page.goto((await start()).url);
  await page.getByRole('button', { name: 'Add a device' }).click();
  await page.keyboard.type('127.0.0.1');
  await page.keyboard.press('Enter');
  const pressedAt = Date.now();
  await expect(rowWith(page, '127.0.0.1').first()).toContainText('Up', { timeout: 2_000 });
  expect(Date.now() - pressedAt).toBeLessThan(2_000);
});

test('a real SNMP agent\'s name reaches the screen, and its community does not', async ({ page }) => {
  test.skip(!hasSnmpd, 'needs snmpd (Debian: apt-get install snmpd)');
  const agent = await startSnmpd('127.0.0.1', 16_161);
  try {
    await page.goto((await start()).url);
    await page.getByRole('button', { name: 'Add a device' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add device' });
    await dialog.getByRole('textbox', { name: 'Address' }).fill(agent.address);
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Kvareli router');
    await dialog.getByRole('button', { name: 'More fields' }).click();
    await dialog.getByLabel('SNMP community').first().fill(agent.community);
    await dialog.getByLabel('SNMP port').fill(String(agent.port));
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await rowWith(page, 'Kvareli router').getByText('Kvareli router').click();
    await expect(page.getByText(agent.sysName).last()).toBeVisible();
    await expect(page.getByText('Ward Console test agent')).toBeVisible();
    expect(await page.content()).not.toContain(agent.community);
  } finally {
    await agent.stop();
  }
});

test('a device is edited, and removed only after a question', async ({ page }) => {
  await page.goto((await start()).url);
  await page.getByRole('button', { name: 'Import a file' }).click();
  await importFile(page, 'name;ip;branch\nOne;127.0.0.1;Kvareli\nTwo;127.0.0.2;Telavi\n', 2);
  await rowWith(page, 'Two').getByText('Two').click();
  await page.getByRole('button', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit device' });
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Two renamed');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(rowWith(page, 'Two renamed')).toBeVisible();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByRole('button', { name: 'Remove 1 device' }).click();
  await expect(rowWith(page, 'Two renamed')).toBeHidden();
  await open(page, 'Branches');
  await expect(rowWith(page, 'Kvareli')).toBeVisible();
  await expect(rowWith(page, 'Telavi')).toBeHidden();
});

test('an import shows each row that fails and why, and writes nothing until it is confirmed', async ({ page }) => {
  await page.goto((await start()).url);
  await page.getByRole('button', { name: 'Import a file' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import devices' });
  await dialog.getByLabel('Or paste the text').fill('name,address\nGood,127.0.0.1\nNo address,\nBad,999.1.1.1\n=cmd(),127.0.0.3\nTwin,127.0.0.1\n');
  await dialog.getByRole('button', { name: 'Preview the text' }).click();
  await expect(dialog.getByText('4 rows cannot be imported')).toBeVisible();
  for (const reason of ['has no address', 'is neither an IP address nor a host name', 'begins like a spreadsheet formula', 'has the same address']) await expect(dialog.getByText(reason)).toBeVisible();
  const caller = await callerOf(data);
  expect(await rowsOf(caller.client, 'devices.live')).toEqual([]);
  await dialog.getByRole('button', { name: 'Import 1 device' }).click();
  await expect(dialog.getByText('1 device imported')).toBeVisible();
  expect((await rowsOf(caller.client, 'devices.live')).map(row => row.name)).toEqual(['Good']);
  caller.close();
});

test('a file that is dragged onto the dialog is read, whatever its encoding', async ({ page }) => {
  await page.goto((await start()).url);
  await page.getByRole('button', { name: 'Import a file' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import devices' });
  // "Роутер" in Windows-1251, as an old spreadsheet saves it.
  const file = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    const bytes = new Uint8Array([...new TextEncoder().encode('name;ip\r\n'), 0xd0, 0xee, 0xf3, 0xf2, 0xe5, 0xf0, ...new TextEncoder().encode(';127.0.0.1\r\n')]);
    transfer.items.add(new File([bytes], 'inventory.csv', { type: 'text/csv' }));
    return transfer;
  });
  await dialog.getByText('Drop a CSV file here').dispatchEvent('drop', { dataTransfer: file });
  await expect(dialog.getByText('Windows-1251')).toBeVisible();
  await dialog.getByRole('button', { name: 'Import 1 device' }).click();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(rowWith(page, 'Роутер')).toContainText('Up');
});

test('the demo fleet says DEMO on every page while it is on, and goes without a trace', async ({ page }) => {
  await page.goto((await start()).url);
  await page.getByRole('button', { name: 'Watch a demo fleet' }).click();
  await expect(page.getByRole('row').nth(5)).toBeVisible();
  for (const name of ['Branches', 'Alerts', 'System', 'Settings', 'Devices'] as const) {
    await open(page, name);
    await expect(page.getByText('DEMO', { exact: true }).first()).toBeVisible();
  }
  const caller = await callerOf(data);
  await caller.client.ask('settings.update', { patch: { demo: { enabled: false } } });
  await expect(page.getByText('Nothing is being watched yet')).toBeVisible();
  await expect(page.getByText('DEMO', { exact: true })).toHaveCount(0);
  expect(await rowsOf(caller.client, 'alerts.live')).toEqual([]);
  caller.close();
});

test('a lost connection is said, and mends itself when the console is back', async ({ page }) => {
  const tokenFile = join(data, 'token');
  const first = await start(['--token-file', tokenFile]);
  await page.goto(first.url);
  await page.getByRole('button', { name: 'Add a device' }).click();
  await page.keyboard.type('127.0.0.1');
  await page.keyboard.press('Enter');
  await expectCount(page, 'Up', 1, 5_000);
  expect(await first.stop()).toBe(0);
  await expect(page.getByText('Connection to the engine lost')).toBeVisible();
  await start(['--token-file', tokenFile, '--listen', new URL(first.url).host]);
  await expect(page.getByText('Connection to the engine lost')).toBeHidden({ timeout: 15_000 });
  await expectCount(page, 'Up', 1, 15_000);
});

test('a page with a wrong token is told so', async ({ page }) => {
  const { url } = await start();
  await page.goto(`${new URL(url).origin}/#token=wrong`);
  await expect(page.getByRole('heading', { name: 'This page is not allowed in' })).toBeVisible();
});

test('a read-only console shows everything and offers no change', async ({ page }) => {
  await page.goto((await start(['--read-only'])).url);
  await expect(page.getByText('This console was opened read-only').first()).toBeVisible();
  for (const name of ['Add a device', 'Import a file', 'Watch a demo fleet']) await expect(page.getByRole('button', { name, disabled: false })).toHaveCount(0);
  const caller = await callerOf(data);
  await expect(caller.client.ask('settings.update', { patch: {} })).rejects.toMatchObject({ code: 'forbidden' });
  caller.close();
});

test('a damaged database is told by name and set aside only after the user agrees', async ({ page }) => {
  const file = join(data, 'ward-console.db');
  writeFileSync(file, 'rubbish '.repeat(2_000));
  await page.goto((await start()).url);
  await expect(page.getByRole('heading', { name: 'The database file is damaged' })).toBeVisible();
  const caller = await callerOf(data);
  const store = (await rowsOf(caller.client, 'system.health')).find(row => row.id === 'store');
  const keptAs = store?.setAsideAs ?? 'no name told';
  caller.close();
  await expect(page.getByText(keptAs).first()).toBeVisible();
  expect(readFileSync(file, 'utf8')).toBe('rubbish '.repeat(2_000));
  await page.getByRole('button', { name: 'Set it aside and start fresh' }).click();
  await page.getByRole('button', { name: 'Start fresh', exact: true }).click();
  await expect(page.getByText('Nothing is being watched yet')).toBeVisible();
  expect(readFileSync(keptAs, 'utf8')).toBe('rubbish '.repeat(2_000));
});

test.describe('the console that cannot start says why in one sentence', () => {
  test('when the port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const attempt = await runHeadless(['--data', data, '--listen', `127.0.0.1:${port}`]);
    server.close();
    expect({ exitCode: attempt.exitCode, said: attempt.output().trim() }).toEqual({ exitCode: 1, said: `Port ${port} on 127.0.0.1 is already taken by another program; choose another with --listen 127.0.0.1:PORT (0 picks a free one).` });
  });

  test('when the database is of a newer version, which stays as it was', async () => {
    await (await start()).stop();
    const file = join(data, 'ward-console.db');
    const db = new Database(file);
    db.pragma('user_version = 999');
    db.close();
    const before = readFileSync(file);
    const attempt = await runHeadless(['--data', data, '--listen', '127.0.0.1:0']);
    expect({ exitCode: attempt.exitCode, said: attempt.output() }).toEqual({ exitCode: 1, said: expect.stringContaining('was written by a newer Ward Console') });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('when another console has the folder, or a flag is not known', async () => {
    await start();
    const second = await runHeadless(['--data', data, '--listen', '127.0.0.1:0']);
    expect({ exitCode: second.exitCode, said: second.output() }).toEqual({ exitCode: 1, said: expect.stringContaining('Another Ward Console already uses') });
    const third = await runHeadless(['--nonsense']);
    expect({ exitCode: third.exitCode, said: third.output() }).toEqual({ exitCode: 2, said: expect.stringContaining('--nonsense') });
  });
});

test('SIGTERM ends it within 5 s with everything written, and the endpoint file gone', async () => {
  const headless = await start();
  const caller = await callerOf(data);
  await caller.client.ask('devices.create', { address: '127.0.0.1' });
  const began = Date.now();
  expect(await headless.stop()).toBe(0);
  expect(Date.now() - began).toBeLessThan(5_000);
  expect([existsSync(join(data, 'endpoint.json')), existsSync(join(data, 'ward-console.db-wal'))]).toEqual([false, false]);
});
