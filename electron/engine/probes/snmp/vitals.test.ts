/** How devices are, of agents of our own with made-up figures, and of a real snmpd. */
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasSnmpd, startSnmpd } from '../../../../e2e/support/snmpd.ts';
import type { SnmpProber } from '../probe.ts';
import { agentWith, gauge, integer, objectId, signed, text, type Lies, type TestAgent } from './agent-for-tests.ts';
import { openSnmpProber } from './snmp.ts';
import { vitalNames, type Vitals, type VitalsOutcome, type VitalsReader } from './vitals.ts';

let prober: SnmpProber & VitalsReader;
let agent: TestAgent;
beforeAll(async () => {
  prober = await openSnmpProber();
  agent = await agentWith(new Map());
});
afterAll(() => Promise.all([prober.close(), agent.close()]));
afterEach(() => {
  agent.lies = {};
  agent.asked.length = 0;
});

type Objects = Readonly<Record<string, Buffer>>;
type Of = Parameters<VitalsReader['readVitals']>[1];

function read(objects: Objects, of: Partial<Of> = {}, lies: Lies = {}, timeoutMs = 2_000): Promise<VitalsOutcome> {
  agent.objects = new Map([['1.3.6.1.2.1.1.3.0', gauge(1)], ...Object.entries(objects)]);
  agent.lies = lies;
  return prober.readVitals({ address: agent.address, port: agent.port, community: 'made-up', timeoutMs }, { sysObjectId: anyone, sources: null, ...of });
}
const anyone = '1.3.6.1.4.1.8072.3.2.10';
const cisco = '1.3.6.1.4.1.9.1.1378';
const vitals = async (objects: Objects, of: Partial<Of> = {}): Promise<Vitals | string> => {
  const outcome = await read(objects, of);
  return outcome.kind === 'vitals' ? outcome.vitals : outcome.kind;
};

/** A column of a table, by index. */
const column = (oid: string, cells: Readonly<Record<number, Buffer>>): Objects => Object.fromEntries(Object.entries(cells).map(([index, cell]) => [`${oid}.${index}`, cell]));

type Storage = { readonly type: number; readonly name: string; readonly unit?: number; readonly size: number; readonly used: number };
const storageEntry = '1.3.6.1.2.1.25.2.3.1';
const ram = 2;
const disk = 4;
const stores = (list: Readonly<Record<number, Storage>>): Objects => Object.fromEntries(Object.entries(list).flatMap(([index, each]) => [
  [`${storageEntry}.2.${index}`, objectId(`1.3.6.1.2.1.25.2.1.${each.type}`)], [`${storageEntry}.3.${index}`, text(each.name)], [`${storageEntry}.4.${index}`, integer(each.unit ?? 4_096)],
  [`${storageEntry}.5.${index}`, signed(each.size)], [`${storageEntry}.6.${index}`, signed(each.used)],
]));
const fileSystems = (list: Readonly<Record<number, readonly [storageIndex: number, access: 1 | 2]>>): Objects => Object.fromEntries(Object.entries(list).flatMap(([index, [storageIndex, access]]) => [[`1.3.6.1.2.1.25.3.8.1.5.${index}`, integer(access)], [`1.3.6.1.2.1.25.3.8.1.7.${index}`, integer(storageIndex)]]));

const processorLoad = '1.3.6.1.2.1.25.3.3.1.2';
const ucd = (total: number, free: number, buffers: number, cached: number): Objects => ({ '1.3.6.1.4.1.2021.4.5.0': integer(total), '1.3.6.1.4.1.2021.4.6.0': integer(free), '1.3.6.1.4.1.2021.4.14.0': integer(buffers), '1.3.6.1.4.1.2021.4.15.0': integer(cached) });
const processEntry = '1.3.6.1.4.1.9.9.109.1.1.1.1';
const poolEntry = '1.3.6.1.4.1.9.9.48.1.1.1';
const environmentEntry = '1.3.6.1.4.1.9.9.13.1.3.1';
const branchRouter: Objects = {
  ...column(`${processEntry}.7`, { 1: gauge(31) }), ...column(`${processEntry}.8`, { 1: gauge(17) }),
  ...column(`${poolEntry}.2`, { 1: text('Processor'), 2: text('I/O') }), ...column(`${poolEntry}.5`, { 1: gauge(60_000_000), 2: gauge(19_000_000) }), ...column(`${poolEntry}.6`, { 1: gauge(140_000_000), 2: gauge(1_000_000) }),
  ...column(`${environmentEntry}.3`, { 1: gauge(41), 2: gauge(0), 3: gauge(99) }), ...column(`${environmentEntry}.6`, { 1: integer(1), 2: integer(1), 3: integer(5) }),
};

describe('a Cisco device', () => {
  test('tells its five minutes of load, the memory that programs run in, and the hottest sensor that works', async () => {
    expect(await read(branchRouter, { sysObjectId: cisco })).toEqual({ kind: 'vitals', vitals: { cpu: 17, memory: 30, disk: null, temperature: 41 }, sources: ['cisco-process', 'cisco-memory-pools', 'cisco-environment'] });
  });

  test.for<[string, Objects, Partial<Vitals>]>([
    ['the busiest of several processors counts, and the fullest memory', { ...column(`${processEntry}.8`, { 1: gauge(3), 2: gauge(72), 3: gauge(8) }), ...column(`${processEntry}.12`, { 1: gauge(100), 2: gauge(600) }), ...column(`${processEntry}.13`, { 1: gauge(900), 2: gauge(400) }) }, { cpu: 72, memory: 60 }],
    ['one minute where there are no five', column(`${processEntry}.7`, { 1: gauge(31) }), { cpu: 31 }],
    ['an old one tells a single average', { '1.3.6.1.4.1.9.2.1.57.0': integer(12), '1.3.6.1.4.1.9.2.1.58.0': integer(9) }, { cpu: 9 }],
    ['without a pool of programs the fullest counts', { ...column(`${poolEntry}.2`, { 7: text('Driver text'), 8: text('Fast') }), ...column(`${poolEntry}.5`, { 7: gauge(1), 8: gauge(3) }), ...column(`${poolEntry}.6`, { 7: gauge(9), 8: gauge(1) }) }, { memory: 75 }],
  ])('%s', async ([, objects, expected]) => {
    expect(await vitals(objects, { sysObjectId: cisco })).toEqual({ cpu: null, memory: null, disk: null, temperature: null, ...expected });
  });

  test('is not asked for what another maker\'s would have, nor another for its', async () => {
    const objects = { ...branchRouter, '1.3.6.1.4.1.12356.101.4.1.3.0': gauge(88), '1.3.6.1.4.1.12356.101.4.1.4.0': gauge(77) };
    expect([await vitals(objects, { sysObjectId: '1.3.6.1.4.1.12356.101.1.644' }), await vitals(objects, { sysObjectId: '1.3.6.1.4.1.99' })]).toEqual([{ cpu: 88, memory: 77, disk: null, temperature: null }, { cpu: null, memory: null, disk: null, temperature: null }]);
  });
});

describe('a server', () => {
  test('tells the mean of its processors, memory without copies of files, and its fullest disk', async () => {
    const objects = {
      ...column(processorLoad, { 196_608: integer(10), 196_609: integer(25) }), ...ucd(8_000_000, 1_000_000, 500_000, 2_500_000),
      ...stores({ 1: { type: ram, name: 'Physical memory', unit: 1_024, size: 8_000_000, used: 7_000_000 }, 3: { type: 3, name: 'Virtual memory', size: 100, used: 99 }, 31: { type: disk, name: '/', size: 1_000, used: 400 }, 32: { type: disk, name: '/var', size: 1_000, used: 815 } }),
    };
    expect(await read(objects)).toEqual({ kind: 'vitals', vitals: { cpu: 17.5, memory: 50, disk: 81.5, temperature: null }, sources: ['ucd-memory', 'host-processors', 'host-storage'] });
  });

  test('of another system tells its drives by their letters', async () => {
    const objects = stores({ 1: { type: disk, name: 'C:\\ Label:  Serial Number a0b1', size: 31_000_000, used: 27_900_000 }, 2: { type: 7, name: 'D:\\', size: 0, used: 0 }, 3: { type: 3, name: 'Virtual Memory', unit: 65_536, size: 1_000, used: 900 }, 4: { type: ram, name: 'Physical Memory', unit: 65_536, size: 60_000, used: 45_000 } });
    expect(await vitals(objects)).toEqual({ cpu: null, memory: 75, disk: 90, temperature: null });
  });

  test.for<[string, Objects, number | null]>([
    ['what cannot be written to is not full', { ...stores({ 31: { type: disk, name: '/', size: 100, used: 100 }, 32: { type: disk, name: '/data', size: 100, used: 100 }, 33: { type: disk, name: '/logs', size: 100, used: 7 } }), ...fileSystems({ 1: [31, 2], 2: [32, 1], 3: [33, 1] }) }, 100],
    ['an image that fills its device to the last unit is none, where nobody says', stores({ 31: { type: disk, name: '/', size: 262, used: 262 }, 32: { type: disk, name: '/jffs', size: 100, used: 4 } }), 4],
    ['snaps, devices and system folders are no disks', stores({ 31: { type: disk, name: '/snap/core/1', size: 100, used: 99 }, 32: { type: disk, name: '/dev/shm', size: 100, used: 98 }, 33: { type: disk, name: '/run/lock', size: 100, used: 97 }, 34: { type: disk, name: '/running', size: 100, used: 3 } }), 3],
    ['where a disk is mounted counts, not what its device is called', stores({ 1: { type: disk, name: '/dev/ad1s1a, mounted on: /var/log', size: 100, used: 12 }, 2: { type: disk, name: '/dev/md1, mounted on: /tmp', size: 100, used: 90 }, 3: { type: disk, name: '/, type: ufs, dev: /dev/ufsid/0', size: 100, used: 11 } }), 12],
    ['sizes beyond 31 bits come as negative numbers', stores({ 31: { type: disk, name: '/big', size: -1_294_967_296, used: 1_500_000_000 } }), 50],
    ['a network drive or memory is no disk', stores({ 1: { type: 10, name: '/mnt', size: 100, used: 99 }, 2: { type: 1, name: 'Other', size: 100, used: 99 } }), null],
    ['a disk of no size is none', stores({ 31: { type: disk, name: '/', size: 0, used: 0 } }), null],
  ])('%s', async ([, objects, expected]) => {
    expect(await vitals(objects)).toMatchObject({ disk: expected });
  });

  test('copies of files are taken off memory where they are told apart, unless the agent did that itself', async () => {
    const memory = (used: number): Objects => stores({ 1: { type: ram, name: 'Physical memory', size: 1_000, used }, 6: { type: 1, name: 'Memory buffers', size: 1_000, used: 100 }, 7: { type: 1, name: 'Cached memory', size: 300, used: 300 } });
    expect([await vitals(memory(900)), await vitals(memory(390))]).toMatchObject([{ memory: 50 }, { memory: 39 }]);
  });

  test('that tells only its idle time tells the rest', async () => {
    expect(await vitals({ '1.3.6.1.4.1.2021.11.11.0': integer(93) })).toMatchObject({ cpu: 7 });
  });

  test('tells its sensors in thousandths', async () => {
    expect(await vitals(column('1.3.6.1.4.1.2021.13.16.2.1.3', { 1: gauge(43_500), 2: gauge(0), 3: gauge(61_250) }))).toMatchObject({ temperature: 61.3 });
  });
});

describe('other devices', () => {
  test('a MikroTik router tells its temperature in tenths, or in a table of gauges', async () => {
    const health = '1.3.6.1.4.1.14988.1.1.3';
    const of = { sysObjectId: '1.3.6.1.4.1.14988.1' };
    const gauges = { ...column(`${health}.100.1.3`, { 13: integer(237), 14: integer(47) }), ...column(`${health}.100.1.4`, { 13: integer(3), 14: integer(1) }) };
    expect([await vitals({ [`${health}.10.0`]: integer(330), [`${health}.11.0`]: integer(0) }, of), await vitals(gauges, of)]).toMatchObject([{ temperature: 33 }, { temperature: 47 }]);
  });

  test('a video recorder tells it in words', async () => {
    const objects = { '1.3.6.1.4.1.39165.1.7.0': text('15 PERCENT'), '1.3.6.1.4.1.39165.1.11.0': text('83 PERCENT') };
    expect([await vitals(objects, { sysObjectId: '1.3.6.1.4.1.39165' }), await vitals(objects, { sysObjectId: null })]).toMatchObject([{ cpu: 15, memory: 83 }, { cpu: 15, memory: 83 }]);
  });

  test('a switch tells of its processor', async () => {
    expect(await vitals({ '1.3.6.1.4.1.11.2.14.11.5.1.9.6.1.0': integer(42) }, { sysObjectId: '1.3.6.1.4.1.11.2.3.7.8.5.2' })).toMatchObject({ cpu: 42 });
  });

  test('sensors are read by their scale and precision; those of other things, and broken ones, are not', async () => {
    const entry = '1.3.6.1.2.1.99.1.1.1';
    type Sensor = readonly [type: number, scale: number, precision: number, value: number, status?: number];
    const sensors = (...list: readonly Sensor[]): Objects => Object.fromEntries(list.flatMap(sensor => [1, 2, 3, 4, 5].map((each, i) => [`${entry}.${each}.${list.indexOf(sensor) + 1}`, signed(sensor[i] ?? 1)])));
    const hottest = async (...list: readonly Sensor[]): Promise<unknown> => vitals(sensors(...list));
    expect([
      await hottest([8, 9, 0, 41], [10, 9, 0, 4_200], [8, 9, 0, 80, 3]), await hottest([8, 9, 1, 365], [8, 8, 0, 35_250]), await hottest([8, 9, -2, 28]), await hottest([8, 9, 0, -5]), await hottest([8, 9, 0, 32_767]), await hottest([5, 9, 0, 12]),
    ]).toMatchObject([{ temperature: 41 }, { temperature: 36.5 }, { temperature: 28 }, { temperature: -5 }, { temperature: null }, { temperature: null }]);
  });
});

describe('asking', () => {
  test('goes to what answered before only, with few questions', async () => {
    const all = await read(branchRouter, { sysObjectId: cisco });
    const first = agent.asked.length;
    agent.asked.length = 0;
    const again = await read(branchRouter, { sysObjectId: cisco, sources: all.kind === 'vitals' ? all.sources : null });
    expect([again, agent.asked.length <= 6, agent.asked.length < first]).toEqual([all, true, true]);
  });

  test('a device that tells nothing has nothing', async () => {
    expect(await read({})).toEqual({ kind: 'vitals', vitals: { cpu: null, memory: null, disk: null, temperature: null }, sources: [] });
  });

  test('an agent that lies about one table is believed about the others', async () => {
    const objects = { ...column(processorLoad, { 1: integer(10), 2: integer(20) }), ...ucd(100, 50, 0, 0) };
    const outcome = await read(objects, {}, { next: (asked, honest) => (asked === `${processorLoad}.2` ? [`${processorLoad}.1`, honest[1]] : honest) });
    expect(outcome).toMatchObject({ kind: 'vitals', vitals: { cpu: null, memory: 50 } });
  });

  test('an agent that does not answer is not asked for long', async () => {
    const began = performance.now();
    expect([await read({}, {}, { isLost: () => true }, 300), performance.now() - began < 1_500]).toEqual([{ kind: 'no-answer' }, true]);
  });

  test('no figures whatever make one that cannot be', async () => {
    const oids = [`${processorLoad}.1`, `${storageEntry}.4.1`, `${storageEntry}.5.1`, `${storageEntry}.6.1`, '1.3.6.1.4.1.2021.4.5.0', '1.3.6.1.4.1.2021.4.6.0', '1.3.6.1.4.1.2021.11.11.0', '1.3.6.1.2.1.99.1.1.1.4.1', '1.3.6.1.2.1.99.1.1.1.2.1', '1.3.6.1.2.1.99.1.1.1.3.1'];
    const cell = fc.oneof(fc.integer({ min: -2_147_483_648, max: 2_147_483_647 }).map(signed), fc.integer({ min: 0, max: 200 }).map(integer), fc.string({ maxLength: 5 }).map(text));
    await fc.assert(fc.asyncProperty(fc.array(cell, { minLength: oids.length, maxLength: oids.length }), async cells => {
      const objects = { [`${storageEntry}.2.1`]: objectId('1.3.6.1.2.1.25.2.1.4'), [`${storageEntry}.3.1`]: text('/'), '1.3.6.1.2.1.99.1.1.1.1.1': integer(8), ...Object.fromEntries(oids.map((oid, i) => [oid, cells[i] ?? integer(0)])) };
      const outcome = await read(objects);
      const told = outcome.kind === 'vitals' ? outcome.vitals : null;
      expect(vitalNames.map(name => told?.[name] ?? null).every((value, i) => value === null || (i === 3 ? value > -60 && value < 200 : value >= 0 && value <= 100))).toBe(true);
    }), { numRuns: 60 });
  });
});

test.skipIf(!hasSnmpd)('a real snmpd (Debian package snmpd) tells of memory and disk at once; of its processor after a minute', async () => {
  const snmpd = await startSnmpd('127.0.0.53', 10_162);
  try {
    const outcome = await prober.readVitals({ ...snmpd, timeoutMs: 5_000 }, { sysObjectId: anyone, sources: null });
    const told = outcome.kind === 'vitals' ? outcome.vitals : null;
    expect([told?.memory, told?.disk]).toEqual([expect.any(Number), expect.any(Number)]);
  } finally {
    await snmpd.stop();
  }
});
