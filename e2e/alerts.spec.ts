/** Alerts as operators live with them: a real outage from its incident to its two signed messages, the work on it, rules, maintenance, what is known, and why it is silent. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { RuleInput } from '../shared/model/rule.ts';
import { callerOf, rowsOf, type Caller } from './support/caller.ts';
import { startHeadless, type Headless } from './support/headless.ts';
import { bringBack, cutOff, inLab, whyNoLab } from './support/lab.ts';
import { expectCount, open, rowWith } from './support/page.ts';

const key = 'the key of the test';
const kvareli = ['127.60.0.1', '127.60.0.2', '127.60.0.3'];
const telavi = ['127.61.0.1', '127.61.0.2', '127.61.0.3'];
const camera = '127.62.0.1';
const printer = '127.62.0.2';
const inventory = [
  'name,address,type,branch,region',
  `Kvareli router,${kvareli[0]},router,Kvareli,Kakheti`, `Kvareli ATM,${kvareli[1]},atm,Kvareli,Kakheti`, `Kvareli paybox,${kvareli[2]},paybox,Kvareli,Kakheti`,
  ...telavi.map((address, i) => `Telavi ATM ${i + 1},${address},atm,Telavi,Kakheti`),
  `Gori camera,${camera},nvr,Gori,Shida Kartli`, `Gori printer,${printer},printer,Gori,Shida Kartli`,
  ...[1, 2, 3, 4].map(n => `Batumi switch ${n},127.63.0.${n},switch,Batumi,Adjara`),
].join('\n');

type Told = { readonly kind: string; readonly title: string; readonly isSigned: boolean };
const told: Told[] = [];

let folder: string;
let data: string;
let headless: Headless;
let caller: Caller;
let receiver: Server;
let page: Page;

test.skip(!inLab, whyNoLab);
test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
  if (!inLab) return;
  folder = mkdtempSync(join(tmpdir(), 'ward-alerts-'));
  data = join(folder, 'data');
  receiver = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { message } = JSON.parse(body) as { message: { kind: string; title: string } }; // What the console documents of its webhook.
      const signature = createHmac('sha256', key).update(`${String(request.headers['x-ward-timestamp'])}.${body}`).digest('hex');
      told.push({ kind: message.kind, title: message.title, isSigned: request.headers['x-ward-signature'] === `sha256=${signature}` });
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  headless = await startHeadless(data);
  caller = await callerOf(data);
  await caller.client.ask('settings.update', { patch: { polling: { intervalMs: 1_000, timeoutMs: 300 }, alerting: { gatherMs: 1_000 } } });
  await caller.client.ask('devices.import', { contentBase64: Buffer.from(inventory).toString('base64'), mode: 'commit' });
  const router = (await rowsOf(caller.client, 'devices.live')).find(row => row.name === 'Kvareli router');
  if (router) await caller.client.ask('devices.update', { id: router.id, patch: { branchRouter: true } });
  // A new outage that pulses keeps a browser without a graphics card busy.
  page = await browser.newPage({ reducedMotion: 'reduce' });
  await page.goto(headless.url);
  await expectCount(page, 'Up', 12, 10_000);
});

test.afterAll(async () => {
  if (!inLab) return;
  for (const address of silent) bringBack(address);
  caller.close();
  await headless.stop();
  receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

const silent = new Set<string>();
const silence = (addresses: readonly string[]): void => addresses.forEach(address => {
  cutOff(address);
  silent.add(address);
});
const answerAgain = (addresses: readonly string[]): void => addresses.forEach(address => {
  bringBack(address);
  silent.delete(address);
});

const drawer = (title: string): ReturnType<Page['locator']> => page.getByRole('dialog').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
const part = (name: string): ReturnType<Page['locator']> => page.getByRole('dialog').getByRole('region', { name });
const view = (name: 'Incidents' | 'Alerts' | 'Shift handover'): Promise<void> => page.getByRole('radiogroup', { name: 'What is shown' }).getByText(name, { exact: true }).click();
const incidentsOf = async (words: string): Promise<number> => (await rowsOf(caller.client, 'incidents.live')).filter(row => row.title.includes(words)).length;
const pick = async (label: string, option: string): Promise<void> => {
  await page.getByRole('combobox', { name: label, exact: true }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
};

/** As a person writes it: 2026-11-28 22:05. */
function localMinute(at: number): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  const when = new Date(at);
  return `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())} ${two(when.getHours())}:${two(when.getMinutes())}`;
}

test('a built-in rule is made quicker, and says that it was changed', async () => {
  await open(page, 'Rules');
  await rowWith(page, 'Device down').getByText('Device down', { exact: true }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Looks at 12 devices' })).toBeVisible();
  await page.getByRole('textbox', { name: 'Value of after' }).first().fill('3');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(rowWith(page, 'Device down')).toContainText('Built in, changed');
});

test('a recipient is made on the settings page, and its test arrives, signed', async () => {
  const address = receiver.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  await open(page, 'Settings');
  await page.getByRole('button', { name: 'Add recipient' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add recipient' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Tickets');
  await pick('How', 'Webhook');
  await dialog.getByRole('textbox', { name: 'Address' }).fill('ftp://127.0.0.1/hook');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(dialog.getByText('That is not the address of a webhook; write one that begins with https://.')).toBeVisible();
  await dialog.getByRole('textbox', { name: 'Address' }).fill(`http://127.0.0.1:${address.port}/hook`);
  await dialog.getByLabel('Key of the signature (HMAC)').fill(key);
  await dialog.getByRole('button', { name: 'Send a test' }).click();
  await expect.poll(() => told).toEqual([{ kind: 'test', title: expect.any(String), isSigned: true }]);
  await expect(dialog.getByRole('status')).toBeVisible();
  // A hand that presses twice makes one recipient.
  await dialog.getByRole('button', { name: 'Add', exact: true }).dblclick();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('region', { name: 'Recipients' }).getByRole('button', { name: 'Tickets', exact: true })).toHaveCount(1);
  told.length = 0;
});

test('a branch that goes dark is one incident with its verdict, is acknowledged, and ends with one message for its beginning and one for its end', async () => {
  await open(page, 'Alerts');
  silence(kvareli);
  const row = rowWith(page, 'Kvareli is down');
  await expect(row).toContainText('Branch router', { timeout: 20_000 });
  await row.getByText('Kvareli is down').click();
  await expect(drawer('Kvareli is down')).toBeVisible();
  await expect(part('Affected')).toContainText('Kvareli ATM');
  await expect(part('Alerts')).toContainText('Branch down');
  await expect(part('What happened')).toContainText('Branch down: Kvareli');
  await expect.poll(() => told).toEqual([{ kind: 'problem', title: 'Kvareli is down', isSigned: true }]);
  await expect(part('Who was told')).toContainText('Tickets', { timeout: 12_000 });

  await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge…' }).click();
  const dialog = page.getByRole('dialog', { name: /^Acknowledge \d/ });
  await dialog.getByRole('textbox').fill('ISP called, ticket 4711');
  await page.keyboard.press('Control+Enter');
  await expect(dialog).toBeHidden();
  await expect(part('What happened')).toContainText('ISP called, ticket 4711');
  await expect(row).toContainText('Acknowledged');
  await page.keyboard.press('Escape');
  await expect(drawer('Kvareli is down')).toBeHidden();

  answerAgain(kvareli);
  await expect(row).toContainText('Closed', { timeout: 25_000 });
  await expect.poll(() => told).toEqual([{ kind: 'problem', title: 'Kvareli is down', isSigned: true }, { kind: 'recovery', title: 'Kvareli is down', isSigned: true }]);
});

test('several incidents are ticked, and are commented on, assigned and snoozed at once', async () => {
  silence(telavi);
  for (const n of [1, 2, 3]) await expect(rowWith(page, `Telavi ATM ${n} is down`)).toBeVisible({ timeout: 20_000 });
  for (const n of [1, 2]) await rowWith(page, `Telavi ATM ${n} is down`).getByRole('checkbox').check();
  const tools = page.getByRole('toolbar', { name: 'What can be done with the selected' });
  await expect(tools).toContainText('2 selected');
  const act = async (action: string, fill: (dialog: ReturnType<Page['locator']>) => Promise<void>): Promise<void> => {
    for (const n of [1, 2]) await rowWith(page, `Telavi ATM ${n} is down`).getByRole('checkbox').check();
    await tools.getByRole('button', { name: action }).click();
    const dialog = page.getByRole('dialog');
    await fill(dialog);
    await dialog.locator('button[type=submit]').click();
    await expect(dialog).toBeHidden();
    await expect(tools).toBeHidden();
  };
  await act('Comment…', dialog => dialog.getByRole('textbox', { name: 'Comment' }).fill('Power cut in the street'));
  await act('Assign…', dialog => dialog.getByRole('textbox', { name: 'Your name' }).fill('Nino'));
  await act('Snooze…', async () => {});
  for (const n of [1, 2]) {
    await expect(rowWith(page, `Telavi ATM ${n} is down`)).toContainText('Nino');
    await expect(rowWith(page, `Telavi ATM ${n} is down`)).toContainText('Snoozed until');
  }
  await expect(rowWith(page, 'Telavi ATM 3 is down')).toContainText('Open');
});

test('the keys lead from the list into the drawer and back', async () => {
  await rowWith(page, 'Telavi ATM 1 is down').getByText('Telavi', { exact: true }).click();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('Enter');
  await expect(part('What happened')).toContainText('Power cut in the street');
  await expect.poll(() => page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null)).toBe(true);
  await page.keyboard.press('Escape');
  await expect.poll(() => page.evaluate(() => document.activeElement?.closest('[role=row]') !== null)).toBe(true);
});

test('a device says why it is silent, and leaves board and counters once it is known to be down', async () => {
  silence([printer]);
  await open(page, 'Devices');
  await expectCount(page, 'Down', 4, 20_000);
  await rowWith(page, 'Telavi ATM 1').getByText('Telavi ATM 1').click();
  await expect(page.getByRole('region', { name: 'Who knows' })).toContainText('Telavi ATM 1 is down: told to Tickets.');
  await rowWith(page, 'Gori printer').getByText('Gori printer').click();
  await page.getByRole('button', { name: 'Known down…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Known down', exact: true });
  await dialog.getByRole('textbox', { name: 'Why it is down' }).fill('Sent to be repaired');
  await dialog.getByRole('button', { name: 'Mark as known down' }).click();
  await expect(dialog).toBeHidden();
  await expectCount(page, 'Down', 3, 5_000);
  await expect(page.getByText(/^Known down since .*: Sent to be repaired/)).toBeVisible();
  await expect(page.getByRole('region', { name: 'Why silent?' })).toContainText('Sent to be repaired');
  await page.keyboard.press('Escape');
  await open(page, 'Alerts');
  await expect(rowWith(page, 'Gori printer is down')).toBeHidden();
});

test('in a maintenance window a device is told as such, and nobody is told of its outage', async () => {
  await open(page, 'Maintenance');
  await page.getByRole('button', { name: 'Add window' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Cameras of Gori');
  await page.getByRole('textbox', { name: 'Begins' }).fill(localMinute(Date.now() - 60_000));
  await pick('Branches', 'Gori');
  await expect(page.getByText('2 devices are in it')).toBeVisible();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(rowWith(page, 'Cameras of Gori')).toContainText('On now');
  told.length = 0;
  silence([camera]);
  await open(page, 'Devices');
  await expect(rowWith(page, 'Gori camera')).toContainText('Maintenance');
  await open(page, 'Alerts');
  await expect(rowWith(page, 'Gori camera is down')).toContainText('Maintenance until', { timeout: 20_000 });
  await open(page, 'Devices');
  await rowWith(page, 'Gori camera').getByText('Gori camera').click();
  await expect(page.getByRole('region', { name: 'Why silent?' })).toContainText('In maintenance: Cameras of Gori.');
  await page.keyboard.press('Escape');
  await open(page, 'Maintenance');
  await rowWith(page, 'Cameras of Gori').getByText('Cameras of Gori').click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(page.getByText('No maintenance is planned.')).toBeVisible();
  // What waited is told now, as it still holds.
  await expect.poll(() => told, { timeout: 15_000 }).toEqual([{ kind: 'problem', title: 'Gori camera is down', isSigned: true }]);
});

test('a rule is made, edited, switched off and removed, says what it would look at, and is not lost by leaving', async () => {
  await open(page, 'Rules');
  await page.getByRole('button', { name: 'Add rule' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Slow ATM');
  await page.getByRole('combobox', { name: 'What is looked at' }).click();
  await page.getByRole('option', { name: 'RTT', exact: true }).click();
  await page.getByRole('textbox', { name: 'Number' }).fill('-5');
  await expect(page.getByRole('status').filter({ hasText: 'It can never fire' }).or(page.getByRole('status').filter({ hasText: 'Looks at' })).first()).toBeVisible();
  await page.getByRole('textbox', { name: 'Number' }).fill('150');
  await pick('Device types', 'ATM');
  await expect(page.getByRole('status').filter({ hasText: 'Looks at 4 devices' })).toBeVisible();
  await open(page, 'Alerts');
  const leave = page.getByRole('dialog', { name: 'Leave without saving?' });
  await leave.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Slow ATM');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(rowWith(page, 'Slow ATM')).toContainText('Made here');
  await rowWith(page, 'Slow ATM').getByText('Slow ATM').click();
  await page.getByRole('switch', { name: 'On' }).press('Space');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(rowWith(page, 'Slow ATM')).toContainText('Off');
  await rowWith(page, 'Slow ATM').getByText('Slow ATM').click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(rowWith(page, 'Slow ATM')).toBeHidden();
  await rowWith(page, 'Device down').getByText('Device down', { exact: true }).click();
  await page.getByRole('button', { name: 'Put back' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Put back' }).click();
  await expect(rowWith(page, 'Device down')).not.toContainText('changed');
});

test('the next shift reads what is new, what nobody has acknowledged, and who did what', async () => {
  await open(page, 'Alerts');
  await view('Shift handover');
  const region = (name: string): ReturnType<Page['locator']> => page.getByRole('region', { name, exact: true });
  await expect(region('New')).toContainText('Telavi ATM 3 is down');
  await expect(region('Nobody has acknowledged')).toContainText('Telavi ATM 3 is down');
  await expect(region('Closed')).toContainText('Kvareli is down');
  await expect(region('What people did')).toContainText('Power cut in the street');
  await expect(region('What people did')).toContainText('ISP called, ticket 4711');
});

test('the console\'s alert about itself stands on every page', async () => {
  const disk = (await rowsOf(caller.client, 'rules.live')).find(rule => rule.id === 'console-disk');
  if (!disk) throw new Error('the rule about the disk is gone');
  const fields = RuleInput.keyof().options.map(field => [field, disk[field]]);
  await caller.client.ask('rules.update', { id: disk.id, rule: RuleInput.parse({ ...Object.fromEntries(fields), condition: { kind: 'compare', metric: 'disk-free', op: '<', value: 100, unit: '%' }, recovery: null }) });
  for (const where of ['Devices', 'Rules', 'Settings'] as const) {
    await open(page, where);
    await expect(page.getByRole('status').filter({ hasText: 'This console: ' })).toBeVisible({ timeout: 15_000 });
  }
  await caller.client.ask('rules.remove', { id: disk.id });
  await expect(page.getByRole('status').filter({ hasText: 'This console: ' })).toBeHidden({ timeout: 15_000 });
});

test('a console that was opened read-only shows all of it and offers none of the work', async () => {
  expect(await incidentsOf('Telavi')).toBe(3);
  caller.close();
  await headless.stop();
  headless = await startHeadless(data, ['--read-only']);
  caller = await callerOf(data);
  await page.goto(headless.url);
  await open(page, 'Alerts');
  await rowWith(page, 'Telavi ATM 3 is down').getByText('Telavi ATM 3 is down').click();
  await expect(part('What happened')).toContainText('Device down: Telavi ATM 3');
  const offered = ['Acknowledge…', 'Comment…', 'Snooze…', 'Assign…', 'Resolve…', 'Known down…', 'Add rule', 'Add window', 'Add recipient', 'Save', 'Remove'];
  const none = async (): Promise<void> => {
    for (const name of offered) await expect(page.getByRole('button', { name, disabled: false })).toHaveCount(0);
    await expect(page.getByRole('checkbox', { disabled: false })).toHaveCount(0);
  };
  await none();
  await page.keyboard.press('Escape');
  await open(page, 'Rules');
  await none();
  await rowWith(page, 'Device down').getByText('Device down', { exact: true }).click();
  await none();
  await open(page, 'Maintenance');
  await none();
});
