/** The poller on a clock that is moved by hand, with probes whose answers are scripted. */
import { beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../clock.ts';
import type { NetworkView } from '../probes/own-network.ts';
import { plainEcho, type Pinger, type PingOutcome } from '../probes/probe.ts';
import { Dependencies } from './dependencies.ts';
import { Poller, type PolledDevice, type Tick } from './poller.ts';

let clock: ManualClock;
let ticks: Tick[];
/** What an address does now; absent: it answers. */
let behaviour: Map<string, 'silent' | 'failed' | 'not-sent'>;
let poller: Poller;
let pings: string[];
let bugs: string[];
let dependencies: Dependencies;
let view: NetworkView;

beforeEach(() => {
  clock = new ManualClock();
  ticks = [];
  pings = [];
  bugs = [];
  behaviour = new Map();
  dependencies = new Dependencies();
  view = loopbackOnly;
  const pinger: Pinger = {
    backend: 'ping', refused: [], close: () => Promise.resolve(),
    ping: (address, timeoutMs) => new Promise<PingOutcome>(resolve => {
      pings.push(address);
      const sentAt = clock.now();
      const how = behaviour.get(address);
      if (how === 'silent') clock.after(timeoutMs, () => resolve({ kind: 'timeout', sentAt }));
      else if (how) resolve({ kind: how, sentAt, reason: 'This computer has no route to that network.' });
      else clock.after(5, () => resolve({ kind: 'reply', sentAt, rttUs: 5_000 }));
    }),
  };
  poller = pollerWith(pinger);
  poller.start();
});

function pollerWith(pinger: Pinger): Poller {
  return new Poller({
    clock, pingers: { real: pinger, simulated: pinger }, network: { look: () => view }, names: { resolve: () => ({ kind: 'failed', reason: 'There are no names here.' }) },
    dependencies, settings: { limits: { perS: 20_000, perBranchPerS: 20_000 }, recoveryReplies: 2 }, onTick: tick => ticks.push(tick), onLookAgain: () => {}, onBug: error => bugs.push(String(error)),
  });
}

const device = (id: number, more: Partial<PolledDevice> = {}): PolledDevice => ({ id, address: `127.0.0.${id}`, intervalMs: 10_000, timeoutMs: 1_000, simulated: false, branch: null, probesPerInterval: 2, echo: plainEcho, pingEnabled: true, canary: false, remembered: null, ...more });
const loopbackOnly: NetworkView = { interfaces: [{ name: 'lo', addresses: [{ family: 4, address: Uint8Array.of(127, 0, 0, 1), bits: 8 }] }], routes: [] };
const changes = (): string[] => ticks.flatMap(tick => tick.changes.map(change => `${change.deviceId} ${change.state}`));

test('two probes are sent per interval, and each is in a tick once', async () => {
  poller.set(device(1));
  await clock.advance(60_000);
  expect(ticks.reduce((sum, tick) => sum + tick.samples.deviceId.length, 0)).toBe(12);
});

test('a silent device is waited for, not counted as missed', async () => {
  poller.set(device(1, { intervalMs: 1_000 }));
  poller.set(device(2, { intervalMs: 2_000, timeoutMs: 1_000 }));
  for (const address of ['127.0.0.1', '127.0.0.2']) behaviour.set(address, 'silent');
  await clock.advance(60_000);
  expect(poller.counts().missed).toBe(0);
});

test('a shorter interval makes no healthy device a device without data', async () => {
  for (let id = 1; id <= 100; id++) poller.set(device(id, { intervalMs: 60_000 }));
  await clock.advance(60_000);
  for (let id = 1; id <= 100; id++) poller.set(device(id, { intervalMs: 1_000 }));
  await clock.advance(10_000);
  expect(changes().filter(change => !change.endsWith('up'))).toEqual([]);
});

test.each(['failed', 'not-sent'] as const)('what this computer could not send (%s) is no loss: the device has no data after a while, with the reason, and is never down', async how => {
  poller.set(device(1));
  await clock.advance(10_000);
  behaviour.set('127.0.0.1', how);
  await clock.advance(60_000);
  expect(changes()).toEqual(['1 up', '1 no-data']);
  expect(poller.reading(1)).toMatchObject({ state: 'no-data', lossPct: 0, problem: 'This computer has no route to that network.' });
  expect(poller.counts().unsent).toBeGreaterThan(5);
  behaviour.clear();
  await clock.advance(6_000);
  expect(poller.reading(1)).toMatchObject({ state: 'up', problem: null });
});

test('heavy loss is degraded, and up again only when the loss is well below', async () => {
  poller.set(device(1, { intervalMs: 2_000 }));
  for (let second = 0; second < 60; second++) {
    if (second % 5 === 0) behaviour.set('127.0.0.1', 'silent');
    else behaviour.clear();
    await clock.advance(1_000);
  }
  expect(poller.reading(1)?.state).toBe('degraded');
  behaviour.clear();
  await clock.advance(400_000);
  expect(poller.reading(1)).toMatchObject({ state: 'up', lossPct: 0 });
});

test('the loss of an outage that is over does not call the device degraded', async () => {
  poller.set(device(1));
  await clock.advance(120_000);
  behaviour.set('127.0.0.1', 'silent');
  await clock.advance(60_000);
  behaviour.clear();
  await clock.advance(12_000);
  expect(changes()).toEqual(['1 up', '1 down', '1 up']);
  expect(poller.reading(1)).toMatchObject({ state: 'up', lossPct: 0, downSince: null });
});

test('a device that is removed while its probe is under way leaves nothing behind', async () => {
  behaviour.set('127.0.0.1', 'silent');
  poller.set(device(1));
  await clock.advance(5_500);
  poller.remove(1);
  const before = ticks.length;
  await clock.advance(10_000);
  expect(ticks.slice(before).flatMap(tick => [...tick.samples.deviceId, ...tick.readings])).toEqual([]);
});

test('a wall clock set back by hours stops neither probing nor confirming', async () => {
  poller.set(device(1));
  await clock.advance(20_000);
  behaviour.set('127.0.0.1', 'silent');
  clock.setWallClockBack(3_600_000);
  await clock.advance(10_000);
  expect(poller.reading(1)?.state).toBe('down');
  behaviour.clear();
  await clock.advance(8_000);
  expect(poller.reading(1)?.state).toBe('up');
});

test('a median round trip above 200 ms is degraded, and up again when it is well below', async () => {
  let rttUs = 300_000;
  const slow: Pinger = {
    backend: 'ping', refused: [], close: () => Promise.resolve(),
    ping: () => Promise.resolve({ kind: 'reply', sentAt: clock.now(), rttUs }),
  };
  const other = pollerWith(slow);
  other.start();
  other.set(device(1));
  await clock.advance(60_000);
  expect(other.reading(1)?.state).toBe('degraded');
  rttUs = 180_000;
  await clock.advance(120_000);
  expect(other.reading(1)?.state).toBe('degraded');
  rttUs = 20_000;
  await clock.advance(120_000);
  expect(other.reading(1)?.state).toBe('up');
  expect(other.window(1, 1)).toMatchObject({ sent: 12, lost: 0, medianUs: 20_000, p95Us: 20_000, jitterUs: 0 });
});

describe('two devices at one address', () => {
  const twin = { address: '127.0.0.9' };

  test('are probed once and counted for both', async () => {
    poller.set(device(1, twin));
    poller.set(device(2, twin));
    await clock.advance(60_000);
    expect(pings).toHaveLength(12);
    expect(poller.counts().probes).toBe(12);
    const perDevice = [1, 2].map(id => ticks.reduce((sum, tick) => sum + tick.samples.deviceId.filter(each => each === id).length, 0));
    expect(perDevice).toEqual([12, 12]);
  });

  test('go down and come back together, with one set of extra probes', async () => {
    poller.set(device(1, twin));
    poller.set(device(2, twin));
    await clock.advance(600_000);
    behaviour.set(twin.address, 'silent');
    const before = pings.length;
    await clock.advance(10_000);
    expect(changes()).toEqual(['1 up', '2 up', '1 down', '2 down']);
    expect(pings.length - before).toBeLessThanOrEqual(2 + 15);
    behaviour.clear();
    await clock.advance(8_000);
    expect(changes().slice(4)).toEqual(['1 up', '2 up']);
  });

  test('are probed as often as the more eager wants, and go on when one of them goes', async () => {
    poller.set(device(1, { ...twin, intervalMs: 60_000 }));
    poller.set(device(2, { ...twin, intervalMs: 10_000 }));
    await clock.advance(60_000);
    expect(pings).toHaveLength(12);
    poller.remove(2);
    pings.length = 0;
    await clock.advance(60_000);
    expect(pings).toHaveLength(2);
    poller.set(device(1, { intervalMs: 10_000 }));
    pings.length = 0;
    await clock.advance(60_000);
    expect(new Set(pings)).toEqual(new Set(['127.0.0.1']));
  });
});

describe('a computer that sleeps or is stopped', () => {
  const fleet = 20;
  beforeEach(async () => {
    for (let id = 1; id <= fleet; id++) poller.set(device(id));
    await clock.advance(30_000);
    ticks = [];
  });
  const silenceAll = (): void => {
    for (let id = 1; id <= fleet; id++) behaviour.set(`127.0.0.${id}`, 'silent');
  };

  test('calls nothing down for the probes that were lost around it', async () => {
    silenceAll();
    await clock.advance(3_000); // Suspicions have begun.
    clock.standStill(60_000);
    behaviour.clear();
    await clock.advance(20_000);
    expect(changes()).toEqual([]);
    expect(poller.standstill?.forMs).toBeGreaterThan(59_000);
  });

  test('says down what is still silent afterwards, since after it woke', async () => {
    silenceAll();
    await clock.advance(1_000);
    clock.standStill(60_000);
    const wokeAt = clock.now();
    await clock.advance(12_000);
    const downs = ticks.flatMap(tick => tick.changes).filter(change => change.state === 'down');
    expect(downs).toHaveLength(fleet);
    expect(downs.every(change => (change.downSince ?? 0) >= wokeAt)).toBe(true);
  });

  test('leaves an outage from before it as it was', async () => {
    behaviour.set('127.0.0.1', 'silent');
    await clock.advance(15_000);
    const since = poller.reading(1)?.downSince;
    clock.standStill(600_000);
    await clock.advance(15_000);
    expect(poller.reading(1)).toMatchObject({ state: 'down', downSince: since });
  });
});

test('short interruptions with their extra probes do not make a link look lossy', async () => {
  poller.set(device(1));
  await clock.advance(120_000);
  for (let interruption = 0; interruption < 6; interruption++) {
    behaviour.set('127.0.0.1', 'silent');
    await clock.advance(1_400);
    behaviour.clear();
    await clock.advance(40_000 + 900 * interruption); // Each meets another part of the turn.
  }
  expect(changes()).toEqual(['1 up']);
  const window = poller.window(1, 5);
  expect({ lost: (window?.lost ?? 0) <= 6, sent: window?.sent }).toEqual({ lost: true, sent: 60 });
});

test.each(['throws', 'rejects'])('a pinger that %s takes down that probe with a reason, and nothing else', async how => {
  const other = pollerWith({
    backend: 'ping', refused: [], close: () => Promise.resolve(),
    ping: address => {
      if (address !== '127.0.0.1') return Promise.resolve({ kind: 'reply', sentAt: clock.now(), rttUs: 1_000 });
      if (how === 'throws') throw new Error('a bug');
      return Promise.reject(new Error('a bug'));
    },
  });
  other.start();
  for (const id of [1, 2]) other.set(device(id));
  await clock.advance(30_000);
  expect([other.reading(1), other.reading(2)]).toMatchObject([{ state: 'no-data', problem: 'Pinging met a fault of the console: a bug.' }, { state: 'up', problem: null }]);
  expect(new Set(bugs)).toEqual(new Set(['Error: a bug']));
});

describe('a thousand devices', () => {
  const perSecond = (): number[] => {
    const counts = new Map<number, number>();
    for (const atMs of sentMs) counts.set(Math.floor(atMs / 1_000), (counts.get(Math.floor(atMs / 1_000)) ?? 0) + 1);
    return [...counts.values()];
  };
  let sentMs: number[];
  beforeEach(() => {
    sentMs = [];
    const pinger: Pinger = {
      backend: 'ping', refused: [], close: () => Promise.resolve(),
      ping: () => {
        sentMs.push(clock.monotonicMs());
        return Promise.resolve({ kind: 'reply', sentAt: clock.now(), rttUs: 1_000 });
      },
    };
    poller = pollerWith(pinger);
    poller.configure({ limits: { perS: 400, perBranchPerS: 400 }, recoveryReplies: 2 });
    poller.start();
    for (let id = 1; id <= 1_000; id++) poller.set(device(id, { address: `127.0.${id >> 8}.${id & 255}`, intervalMs: 60_000 }));
  });

  test('that are asked for at once are asked within the limit, one after the other, and each once', async () => {
    for (let id = 1; id <= 1_000; id++) poller.checkNow(id);
    await clock.advance(4_000);
    expect(Math.max(...perSecond())).toBeLessThanOrEqual(500);
    expect(sentMs.length).toBeGreaterThanOrEqual(1_000);
    expect(sentMs.length).toBeLessThan(1_200); // Some had their own turn in these seconds as well.
  });

  test('whose interval is changed at once go on evenly', async () => {
    await clock.advance(60_000);
    sentMs = [];
    for (let id = 1; id <= 1_000; id++) poller.set(device(id, { address: `127.0.${id >> 8}.${id & 255}`, intervalMs: 10_000 }));
    await clock.advance(20_000);
    expect(Math.max(...perSecond())).toBeLessThan(260);
    expect(sentMs).toHaveLength(4_000);
    expect(poller.counts().missed).toBe(0);
  });
});
