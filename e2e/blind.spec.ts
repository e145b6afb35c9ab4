/** A console that cannot see, on a real network that fails in each of the ways: it says so, calls nothing down, and tells an outage again as soon as it sees. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import type { DeviceRow } from '../shared/model/device.ts';
import type { JournalRow } from '../shared/model/observation.ts';
import { isConnectionLost } from '../shared/rpc/client.ts';
import type { AppError } from '../shared/rpc/contract.ts';
import { callerOf, type Caller } from './support/caller.ts';
import { farNetwork, type Far } from './support/far.ts';
import { startHeadless, type Headless } from './support/headless.ts';
import { inLab, whyNoLab } from './support/lab.ts';

const hosts = [1, 2, 3, 4, 5].flatMap(branch => [1, 2, 3].map(number => `192.0.2.${10 * branch + number}`));
/** Longer than a real outage would need to be told with the short intervals of this test. */
const longEnoughMs = 6_000;

let folder: string;
let far: Far;
let headless: Headless;
let caller: Caller;
const devices = new Map<string, DeviceRow>();
const journal = new Map<string, JournalRow>();
/** Every device that was ever seen down, by name. */
const everDown = new Set<string>();

test.skip(!inLab, whyNoLab);
test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  if (!inLab) return;
  folder = mkdtempSync(join(tmpdir(), 'ward-blind-'));
  far = farNetwork(hosts);
  headless = await startHeadless(folder);
  caller = await callerOf(folder);
  await caller.client.ask('settings.update', { patch: { polling: { intervalMs: 1_000, timeoutMs: 300 } } });
  const csv = ['name,address,branch', ...hosts.map(host => `host ${host},${host},Branch ${host.charAt(8)}`)].join('\n');
  await caller.client.ask('devices.import', { contentBase64: Buffer.from(csv).toString('base64'), mode: 'commit' });
  const failed = (error: AppError): void => {
    if (!isConnectionLost(error)) throw error; // The last test ends it.
  };
  caller.client.watch('devices.live', {}, batch => {
    for (const row of batch.upsert) {
      devices.set(row.id, row);
      if (row.state === 'down') everDown.add(row.name);
    }
  }, failed);
  caller.client.watch('system.journal', {}, batch => {
    for (const row of batch.upsert) journal.set(row.id, row);
  }, failed);
});

test.beforeEach(async () => {
  await all('up');
  everDown.clear();
  journal.clear();
});

test.afterAll(async () => {
  if (!inLab) return;
  caller.close();
  await headless.stop();
  far.remove();
  rmSync(folder, { recursive: true, force: true });
});

const states = (): string[] => [...new Set([...devices.values()].map(row => row.state))];
const all = (state: string): Promise<void> => expect.poll(states, { timeout: 25_000 }).toEqual([state]);
const entries = (): unknown => [...journal.values()].map(({ cause, devices: count, to }) => ({ cause, count, over: to !== null }));

for (const { title, cause, fail } of [
  { title: 'everything behind the gateway fails', cause: 'everything', fail: () => far.silenceHosts() },
  { title: 'the gateway is gone', cause: 'gateway', fail: () => far.silenceAll() },
  { title: 'its own cable is cut', cause: 'interface', fail: () => far.cutCable() },
]) {
  test(`when ${title}, nothing is called down, and the time is told as not observed`, async () => {
    fail();
    const failedAt = Date.now();
    await all('not-observed');
    await pause(longEnoughMs);
    expect(entries()).toEqual([{ cause, count: hosts.length, over: false }]);
    const mendedAt = Date.now();
    far.mend();
    await all('up');
    expect(everDown).toEqual(new Set());
    await expect.poll(entries).toEqual([{ cause, count: hosts.length, over: true }]);
    const [row] = journal.values();
    // From the last answer before it until the first one after it.
    expect([(row?.from ?? 0) <= failedAt, (row?.from ?? 0) > failedAt - 3_000, (row?.to ?? 0) >= mendedAt, (row?.to ?? 0) < mendedAt + 20_000]).toEqual([true, true, true, true]);
    const [device] = devices.keys();
    const uptime = await caller.client.ask('history.uptime', { target: { of: 'device', deviceId: devices.get(device ?? '')?.id ?? nobody() }, from: failedAt, to: mendedAt });
    expect(uptime).toMatchObject({ downMs: 0, notObservedMs: mendedAt - failedAt, uptimePct: null, observedPct: 0 });
  });
}

test('when the process is stopped for a while, the time is told as not observed and nothing is called down', async () => {
  const pid = headless.child.pid ?? nobody();
  const stoppedAt = Date.now();
  process.kill(pid, 'SIGSTOP');
  far.silenceAll(); // What was under way is lost as well.
  await pause(longEnoughMs);
  far.mend();
  process.kill(pid, 'SIGCONT');
  const wentOnAt = Date.now();
  await expect.poll(entries).toEqual([{ cause: 'stopped', count: null, over: true }]);
  await all('up');
  expect(everDown).toEqual(new Set());
  const [row] = journal.values();
  expect([Math.abs((row?.from ?? 0) - stoppedAt) < 1_000, Math.abs((row?.to ?? 0) - wentOnAt) < 1_000]).toEqual([true, true]);
});

test('afterwards it sees: what fails while the rest answers is down', async () => {
  const victims = hosts.slice(0, 3);
  far.silenceOnly(victims);
  await expect.poll(() => [...everDown].toSorted(), { timeout: 15_000 }).toEqual(victims.map(host => `host ${host}`));
  expect(entries()).toEqual([]);
  far.mend();
});

function nobody(): never {
  throw new Error('there is nothing to ask');
}
