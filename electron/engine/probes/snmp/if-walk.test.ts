/** Interfaces by SNMP, of agents of our own that tell the truth and lie, and of a real snmpd. */
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasSnmpd, startSnmpd } from '../../../../e2e/support/snmpd.ts';
import type { SnmpProber } from '../probe.ts';
import { agentWith, counter64, gauge, ifEntry, ifXEntry, integer, interfaceObjects, text, tlv, type Lies, type Objects, type TestAgent, type ToldInterface } from './agent-for-tests.ts';
import type { InterfaceReader, InterfacesOutcome } from './if-table.ts';
import { openSnmpProber } from './snmp.ts';

let prober: SnmpProber & InterfaceReader;
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

async function read(objects: Objects, lies: Lies = {}, timeoutMs = 2_000): Promise<InterfacesOutcome> {
  agent.objects = objects;
  agent.lies = lies;
  const outcome = await prober.readInterfaces({ address: agent.address, port: agent.port, community: 'made-up', timeoutMs });
  if (outcome.kind !== 'interfaces') return outcome;
  return { ...outcome, interfaces: outcome.interfaces.map(each => ({ ...each, afterMs: 0 })) };
}
const ports = (count: number, told: ToldInterface = {}): Record<number, ToldInterface> => Object.fromEntries(Array.from({ length: count }, (_, i) => [i + 1, told]));
const indexes = (outcome: InterfacesOutcome): number[] => (outcome.kind === 'interfaces' ? outcome.interfaces.map(each => each.ifIndex) : []);
const c32 = (value: number) => ({ value: BigInt(value), bits: 32 }) as const;
const c64 = (value: bigint) => ({ value, bits: 64 }) as const;
const few = { inErrors: c32(2), outErrors: c32(4), inDiscards: c32(1), outDiscards: c32(3) };

test('every interface is read, with the wide counters where there are any', async () => {
  const outcome = await read(interfaceObjects({
    4: { descr: 'FastEthernet3', name: 'Fa3', alias: 'Magti_Internet', highSpeed: 100, octets64: 18_446_744_073_709_551_615n, discontinuity: 7 },
    70_001: { type: 135, admin: 2, oper: 2, speed: 0, octets32: 4_294_967_295 },
  }));
  expect(outcome).toEqual({
    kind: 'interfaces', upTimeMs: 90_000, whole: true,
    interfaces: [
      { ifIndex: 4, name: 'Fa3', alias: 'Magti_Internet', type: 6, adminUp: true, operStatus: 'up', speedBps: 100_000_000, discontinuity: 7, afterMs: 0, counters: { inOctets: c64(18_446_744_073_709_551_615n), outOctets: c64(18_446_744_073_709_551_615n), ...few } },
      { ifIndex: 70_001, name: 'FastEthernet70001', alias: null, type: 135, adminUp: false, operStatus: 'down', speedBps: null, discontinuity: null, afterMs: 0, counters: { inOctets: c32(4_294_967_295), outOctets: c32(4_294_967_295), ...few } },
    ],
  });
});

test.for<[string, Partial<ToldInterface>, object]>([
  ['what a layer below holds down is down', { oper: 7 }, { operStatus: 'down' }],
  ['dormant is its own state', { oper: 5 }, { operStatus: 'dormant' }],
  ['what is being tested is unknown', { oper: 3 }, { operStatus: 'unknown' }],
  ['a state that nobody defined is unknown', { oper: 99 }, { operStatus: 'unknown' }],
  ['a missing module is not present', { oper: 6 }, { operStatus: 'not-present' }],
  ['ten gigabit are told in megabits', { speed: 4_294_967_295, highSpeed: 10_000 }, { speedBps: 10_000_000_000 }],
  ['a slow line has no megabits', { speed: 64_000, highSpeed: 0 }, { speedBps: 64_000 }],
  ['minus one megabit is no speed', { speed: 0, highSpeed: 4_294_967_295 }, { speedBps: null }],
  ['a name of blanks is none', { name: ' \0', alias: ' ' }, { name: 'FastEthernet1', alias: null }],
  ['without any name it is its number', { descr: '' }, { name: '#1' }],
  ['wide counters that never count are passed over', { octets64: 0n, octets32: 9 }, { counters: { inOctets: c32(9), outOctets: c32(9), ...few } }],
])('%s', async ([, told, expected]) => {
  expect(await read(interfaceObjects({ 1: told }))).toMatchObject({ interfaces: [expected] });
});

test('objects of a wrong type, and rows that are no interface, harm nobody', async () => {
  const objects = interfaceObjects({ 1: {} });
  objects.set(`${ifEntry}.10.1`, text('many')).set(`${ifEntry}.8.1`, tlv(0x02, Buffer.from([0xff]))).set(`${ifXEntry}.1.1`, integer(7)).set(`${ifXEntry}.6.1`, tlv(0x46, Buffer.alloc(12, 1)));
  objects.set(`${ifXEntry}.6.9`, counter64(5n)).set(`${ifEntry}.3.2.7`, integer(6)).set(`${ifEntry}.5.0`, gauge(1));
  expect(await read(objects)).toMatchObject({ kind: 'interfaces', interfaces: [{ ifIndex: 1, name: 'FastEthernet1', operStatus: 'unknown', counters: { inOctets: null, outOctets: c32(2_000) } }] });
});

test('columns with holes are read whole', async () => {
  await fc.assert(fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: 2 ** 31 - 1 }), { maxLength: 40 }), fc.infiniteStream(fc.boolean()), async (ifIndexes, holes) => {
    const objects = interfaceObjects(Object.fromEntries(ifIndexes.map(ifIndex => [ifIndex, { name: `port ${ifIndex}`, alias: 'x'.repeat(ifIndex % 64), octets64: BigInt(ifIndex) }])));
    // The status stays: without anything of ifTable it is no interface.
    for (const oid of objects.keys()) if (!oid.startsWith(`${ifEntry}.8.`) && holes.next().value === true) objects.delete(oid);
    const outcome = await read(objects);
    expect(indexes(outcome)).toEqual(ifIndexes.toSorted((a, b) => a - b));
    if (outcome.kind !== 'interfaces') return;
    expect(outcome.interfaces.map(each => each.name === `port ${each.ifIndex}`)).toEqual(outcome.interfaces.map(each => objects.has(`${ifXEntry}.1.${each.ifIndex}`)));
    expect(outcome.interfaces.map(each => each.counters.inOctets?.bits === 64)).toEqual(outcome.interfaces.map(each => objects.has(`${ifXEntry}.6.${each.ifIndex}`)));
  }), { numRuns: 40 });
});

test('answers fit into a packet, also of long names, and fifty interfaces take few of them', async () => {
  const long = { name: 'TenGigabitEthernet1/0/1', alias: 'Connection to the second floor of the branch in Kvareli, panel 3', descr: 'Made-up port '.repeat(8), octets64: 1n };
  await read(interfaceObjects({ ...ports(50, long), 51: { ...long, descr: 'x'.repeat(255) } }));
  expect([Math.max(...agent.asked.map(each => each.bytes)) <= 1_400, agent.asked.length < 40]).toEqual([true, true]);
});

test('a chassis with more interfaces is read up to 512, and says so', async () => {
  const outcome = await read(interfaceObjects(ports(600)));
  expect([indexes(outcome).length, indexes(outcome).at(-1), outcome]).toEqual([512, 512, expect.objectContaining({ whole: false })]);
});

test('a device without interfaces has none', async () => {
  expect([await read(interfaceObjects({})), await read(new Map())]).toEqual([
    { kind: 'interfaces', interfaces: [], upTimeMs: 90_000, whole: true }, { kind: 'interfaces', interfaces: [], upTimeMs: null, whole: true },
  ]);
});

describe('an agent that lies', () => {
  const goesBack = /^The interfaces cannot be read: its table does not go forward/;
  test.for<[string, Lies, RegExp]>([
    ['always answers with the same object', { next: (oid, honest) => (oid.startsWith(ifEntry) ? [`${ifEntry}.3.1`, integer(6)] : honest) }, goesBack],
    ['goes round in a circle', { next: (_oid, honest) => (honest[0] === `${ifEntry}.8.9` ? [`${ifEntry}.8.2`, integer(1)] : honest) }, goesBack],
    ['answers with no objects', { answer: () => [] }, /^The interfaces cannot be read: it answered with no values at all$/],
    ['cannot send even one row', { mostBindings: 4 }, /^The agent cannot send one row/],
  ])('and %s is told so, and asked no more', async ([, lies, reason]) => {
    const outcome = await read(interfaceObjects(ports(20)), lies);
    expect(outcome).toEqual({ kind: 'bad-answer', reason: expect.stringMatching(reason) });
    expect(agent.asked.length).toBeLessThan(20);
  });

  test('and never ends is cut', async () => {
    // Every third ifIndex of every column, for ever.
    const endless: Lies = {
      next: oid => {
        const [, column, index = '0'] = /^(1\.3\.6\.1\.2\.1\.(?:2\.2\.1|31\.1\.1\.1)\.\d+)(?:\.(\d+))?$/.exec(oid) ?? [];
        return [column === undefined ? '1.3.6.1.2.1.1.3.0' : `${column}.${Number(index) + 3}`, integer(1)];
      },
    };
    const outcome = await read(new Map(), endless);
    expect([indexes(outcome).length, outcome]).toEqual([512, expect.objectContaining({ whole: false })]);
  });

  test('and leaves out the end of each answer is read all the same', async () => {
    expect(indexes(await read(interfaceObjects(ports(20)), { answer: bindings => bindings.slice(0, 9) }))).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  test('no bindings whatever leave the question open', async () => {
    const objects = interfaceObjects(ports(6));
    const oid = fc.constantFrom(...objects.keys(), '1.3.6.1.2.1.2.2.1.8', `${ifEntry}.8.99999`, '1.3');
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(oid, oid), { maxLength: 12 }), async swaps => {
      const lies = new Map(swaps);
      const outcome = await read(objects, { next: (asked, honest) => [lies.get(asked) ?? honest[0], honest[1]] });
      expect(['interfaces', 'bad-answer']).toContain(outcome.kind);
    }), { numRuns: 60 });
  });
});

describe('a network that loses', () => {
  test('some packets costs no reading, and large answers are asked for in smaller parts', async () => {
    const whole = indexes(await read(interfaceObjects(ports(60))));
    const questions = agent.asked.length;
    agent.asked.length = 0;
    const lossy = await read(interfaceObjects(ports(60)), { isLost: question => question === 5 || question === 6 }, 300);
    expect([indexes(lossy), agent.asked.length > questions]).toEqual([whole, true]);
  });

  test('everything gives no answer, soon', async () => {
    const began = performance.now();
    expect([await read(new Map(), { isLost: () => true }, 300), performance.now() - began < 1_500]).toEqual([{ kind: 'no-answer' }, true]);
  });
});

test.skipIf(!hasSnmpd)('a real snmpd (Debian package snmpd) tells of the loopback interface', async () => {
  const snmpd = await startSnmpd('127.0.0.52', 10_161);
  try {
    const outcome = await prober.readInterfaces({ ...snmpd, timeoutMs: 5_000 });
    const loopback = outcome.kind === 'interfaces' ? outcome.interfaces.find(each => each.name === 'lo') : undefined;
    expect([outcome, loopback]).toEqual([
      expect.objectContaining({ kind: 'interfaces', upTimeMs: expect.any(Number) }),
      expect.objectContaining({ type: 24, adminUp: true, operStatus: 'up', counters: expect.objectContaining({ inOctets: expect.objectContaining({ bits: 64 }) }) }),
    ]);
  } finally {
    await snmpd.stop();
  }
});
