import { afterEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../clock.ts';
import type { InterfaceReading, InterfacesOutcome } from '../probes/snmp/if-table.ts';
import { InterfacePoller, type InterfaceNow, type InterfaceRecord } from './interface-poller.ts';
import type { SnmpDevice } from './snmp-poller.ts';
import type { ValueSample } from './value-sample.ts';

const device = (part: Partial<SnmpDevice> = {}): SnmpDevice => ({ id: 1, address: '192.0.2.1', port: 161, community: 'made-up', periodMs: 60_000, ...part });
const pollers: InterfacePoller[] = [];
afterEach(() => {
  for (const poller of pollers.splice(0)) poller.stop();
});

/** An interface that has carried a million octets a minute in since the clock began, and two out. */
const port = (clock: ManualClock, part: Partial<InterfaceReading> = {}): InterfaceReading => {
  const minutes = clock.monotonicMs() / 60_000;
  const carried = (perMinute: number): { value: bigint; bits: 64 } => ({ value: BigInt(Math.floor(minutes * perMinute)), bits: 64 });
  return {
    ifIndex: 1, name: 'Fa1', alias: null, type: 6, adminUp: true, operStatus: 'up', speedBps: 100_000_000, discontinuity: null, afterMs: 0,
    counters: { inOctets: carried(6_000_000), outOctets: carried(12_000_000), inErrors: null, outErrors: null, inDiscards: null, outDiscards: null }, ...part,
  };
};

type Device = { says: (clock: ManualClock) => readonly InterfaceReading[] | Exclude<InterfacesOutcome, { kind: 'interfaces' }>; isBlind: boolean; takesMs: number };

/** A poller that has polled nothing yet; one device that `answers`, or is not known to. */
function polling(answers = true) {
  const clock = new ManualClock();
  const records: InterfaceRecord[] = [];
  const samples: ValueSample[] = [];
  const bugs: unknown[] = [];
  let now: readonly InterfaceNow[] = [];
  const world: Device = { says: now => [port(now)], isBlind: false, takesMs: 5 };
  let asked = 0;
  const poller = new InterfacePoller({
    clock, isBlind: () => world.isBlind, onBug: error => bugs.push(error),
    onRead: (read, measured, standing) => {
      now = standing;
      records.push(...read);
      samples.push(...measured);
    },
    reader: { readInterfaces: () => new Promise((resolve, reject) => {
      asked++;
      clock.after(world.takesMs, () => {
        try {
          const said = world.says(clock);
          resolve('kind' in said ? said : { kind: 'interfaces', interfaces: said, upTimeMs: 1e9 + clock.monotonicMs(), whole: true });
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    }) },
  });
  pollers.push(poller);
  poller.set(device(), answers);
  poller.start();
  const told = (): string[] => samples.splice(0).map(({ metric, object, outcome, value }) => `${metric} ${object}: ${outcome} ${String(value)}`);
  return { clock, poller, world, records, samples, bugs, told, asked: () => asked, now: () => now };
}

const measured = ['if-status 1: 0 1', 'if-in 1: 0 100000', 'if-out 1: 0 200000'];

test('an interface has a status at once, and rates from its second reading', async () => {
  const { clock, told, records } = polling();
  await clock.advance(60_000);
  const first = told();
  await clock.advance(60_000);
  expect([first, told(), records]).toEqual([
    ['if-status 1: 0 1'], measured,
    [expect.objectContaining({ inOctetsPerS: null, at: expect.any(Number) }), { deviceId: 1, ifIndex: 1, name: 'Fa1', alias: null, operStatus: 'up', adminUp: true, speedBps: 100_000_000, aliasProvider: null, at: expect.any(Number), inOctetsPerS: 100_000, outOctetsPerS: 200_000 }],
  ]);
});

test('a device that has not answered SNMP is not asked; once it has, it is asked at once', async () => {
  const { clock, poller, asked } = polling(false);
  await clock.advance(180_000);
  const before = asked();
  poller.heard(1);
  await clock.advance(1_000);
  expect([before, asked()]).toEqual([0, 1]);
});

test('when each row of a long table was read decides its rate', async () => {
  const { clock, world, told } = polling();
  // Each reading comes one second later within its question than the one before: 61 s lie between them.
  let late = 0;
  world.says = now => [port(now, { afterMs: 5 + 1_000 * late++ })];
  await clock.advance(120_000);
  expect(told().at(-2)).toBe(`if-in 1: 0 ${Math.round(6_000_000 / 61)}`);
});

describe('the status', () => {
  test.for<[string, Partial<InterfaceReading>, string[]]>([
    ['of one that went down is a loss', { operStatus: 'down' }, ['if-status 1: 1 null']],
    ['of one that is dormant is up', { operStatus: 'dormant' }, ['if-status 1: 0 1']],
    ['of one whose module is missing is a loss', { operStatus: 'not-present' }, ['if-status 1: 1 null']],
    ['that the agent does not know is not observed', { operStatus: 'unknown' }, ['if-status 1: 4 null']],
    ['of one that was switched off is nothing', { operStatus: 'down', adminUp: false }, []],
  ])('%s', async ([, part, expected]) => {
    const { clock, world, told } = polling();
    await clock.advance(60_000);
    told();
    world.says = now => [port(now, part)];
    await clock.advance(60_000);
    expect(told().filter(each => each.startsWith('if-status'))).toEqual(expected);
  });

  test('of a device that does not answer, or cannot be seen, is not observed; its interfaces had to be seen before', async () => {
    const { clock, world, told, asked } = polling();
    world.says = () => ({ kind: 'no-answer' });
    await clock.advance(60_000);
    const never = told();
    world.says = now => [port(now), port(now, { ifIndex: 2, adminUp: false })];
    await clock.advance(60_000);
    told();
    world.says = () => ({ kind: 'bad-answer', reason: 'The agent met an error' });
    await clock.advance(60_000);
    const silent = told();
    world.isBlind = true;
    const before = asked();
    await clock.advance(60_000);
    // A port that is switched off has no status, seen or not.
    expect([never, silent, told(), asked() - before]).toEqual([[], ['if-status 1: 4 null'], ['if-status 1: 4 null'], 0]);
  });
});

describe('what is recorded', () => {
  test('a port that was never in use has no history, and is told when it changes', async () => {
    const { clock, world, told, records } = polling();
    world.says = now => [port(now, { operStatus: 'down' })];
    await clock.advance(180_000);
    const unused = [told(), records.splice(0).length];
    world.says = now => [port(now, { operStatus: 'down', alias: 'Spare' })];
    await clock.advance(60_000);
    expect([unused, records.map(each => each.alias), told()]).toEqual([[[], 1], ['Spare'], []]);
  });

  test('a provider\'s link is, also while it was never up: by its alias, or by hand', async () => {
    const { clock, world, poller, told, records } = polling();
    world.says = now => [port(now, { operStatus: 'down', alias: 'Magti_Internet' }), port(now, { ifIndex: 2, operStatus: 'down' }), port(now, { ifIndex: 3, operStatus: 'down', alias: 'Silknet_Internet' })];
    await clock.advance(1);
    poller.restore([{ record: { deviceId: 1, ifIndex: 3, name: 'Fa3', alias: null, operStatus: 'down', adminUp: true, speedBps: null, aliasProvider: null, at: 1, inOctetsPerS: null, outOctetsPerS: null }, isSampled: false, mark: { provider: null }, critical: null }]);
    await clock.advance(60_000);
    const byAlias = told();
    poller.mark(1, 2, { provider: 'Silknet' });
    await clock.advance(60_000);
    expect([byAlias, told().filter(each => each.startsWith('if-status')), records.map(each => each.aliasProvider).slice(0, 3)]).toEqual([['if-status 1: 1 null'], ['if-status 1: 1 null', 'if-status 2: 1 null'], ['Magti', null, 'Silknet']]);
  });

  test('the loopback interface is not', async () => {
    const { clock, world, told, records } = polling();
    world.says = now => [port(now, { type: 24 })];
    await clock.advance(60_000);
    expect([told(), records]).toEqual([[], []]);
  });

  test('an interface that is gone is told once, and its history ends', async () => {
    const { clock, world, told, records } = polling();
    await clock.advance(60_000);
    world.says = () => [];
    told();
    records.length = 0;
    await clock.advance(180_000);
    expect([told(), records.map(({ ifIndex, operStatus }) => [ifIndex, operStatus])]).toEqual([[], [[1, 'not-present']]]);
  });

  test('of interfaces that were seen before a restart it is known that they are not observed', async () => {
    const { clock, world, poller, told } = polling();
    world.says = () => ({ kind: 'no-answer' });
    const record = { deviceId: 1, ifIndex: 1, name: 'Fa1', alias: null, operStatus: 'up', adminUp: true, speedBps: null, aliasProvider: null, at: 1, inOctetsPerS: null, outOctetsPerS: null } as const;
    poller.restore([{ record, isSampled: true, mark: null, critical: null }, { record: { ...record, ifIndex: 2 }, isSampled: false, mark: null, critical: null }]);
    await clock.advance(60_000);
    expect(told()).toEqual(['if-status 1: 4 null']);
  });
});

describe('whoever decides about alerts', () => {
  test('learns of every interface, errors and discards of both directions together', async () => {
    const { clock, world, now } = polling();
    const counted = (perMinute: number): { value: bigint; bits: 32 } => ({ value: BigInt(Math.floor((clock.monotonicMs() / 60_000) * perMinute)), bits: 32 });
    world.says = each => {
      const { counters } = port(each);
      return [port(each, { alias: 'Magti_Internet', counters: { ...counters, inErrors: counted(60), outErrors: counted(120), inDiscards: counted(30) } }), port(each, { ifIndex: 2, operStatus: 'down' })];
    };
    await clock.advance(60_000);
    const first = now().map(({ errorsPerS, discardsPerS }) => [errorsPerS, discardsPerS]);
    await clock.advance(60_000);
    expect([first, now().map(({ ifIndex, operStatus, ispProvider, critical, errorsPerS, discardsPerS }) => ({ ifIndex, operStatus, ispProvider, critical, errorsPerS, discardsPerS }))]).toEqual([
      [[null, null], [null, null]],
      [{ ifIndex: 1, operStatus: 'up', ispProvider: 'Magti', critical: true, errorsPerS: 3, discardsPerS: 0.5 }, { ifIndex: 2, operStatus: 'down', ispProvider: null, critical: false, errorsPerS: null, discardsPerS: null }],
    ]);
  });

  test('learns what was set by hand, before a restart or now, whatever the provider says', async () => {
    const { clock, poller, world, now } = polling();
    world.says = each => [port(each, { alias: 'Magti_Internet' }), port(each, { ifIndex: 2 })];
    const { ifIndex: _ifIndex, ...record } = { deviceId: 1, ifIndex: 1, name: 'Fa1', alias: null, operStatus: 'up', adminUp: true, speedBps: null, aliasProvider: null, at: 1, inOctetsPerS: null, outOctetsPerS: null } as const;
    poller.restore([{ record: { ...record, ifIndex: 1 }, isSampled: true, mark: null, critical: false }]);
    await clock.advance(60_000);
    poller.setCritical(1, 2, true);
    const before = now().map(({ critical }) => critical);
    await clock.advance(60_000);
    expect([before, now().map(({ critical }) => critical), poller.interfacesOf(1).map(({ critical }) => critical)]).toEqual([[false, false], [false, true], [false, true]]);
  });

  test('is given nothing while the device does not answer', async () => {
    const { clock, world, now } = polling();
    await clock.advance(60_000);
    const read = now().length;
    world.says = () => ({ kind: 'no-answer' });
    await clock.advance(60_000);
    expect([read, now()]).toEqual([1, []]);
  });
});

describe('rates begin anew', () => {
  test('after a longer silence, and not after one missed reading', async () => {
    const { clock, world, told } = polling();
    const says = world.says;
    await clock.advance(60_000);
    world.says = () => ({ kind: 'no-answer' });
    await clock.advance(60_000);
    world.says = says;
    told();
    await clock.advance(60_000);
    const afterOne = told();
    world.says = () => ({ kind: 'no-answer' });
    await clock.advance(240_000);
    world.says = says;
    told();
    await clock.advance(60_000);
    expect([afterOne, told()]).toEqual([measured, ['if-status 1: 0 1']]);
  });

  test('when this computer stood still, also in the middle of a question', async () => {
    const { clock, poller, world, told, asked } = polling();
    await clock.advance(120_000);
    told();
    world.takesMs = 10_000;
    // Its turn comes at some moment of the minute.
    const before = asked();
    while (asked() === before) await clock.advance(1_000);
    clock.sleep(3_600_000);
    poller.skipTurns();
    await clock.advance(10_000);
    const slept = told();
    world.takesMs = 5;
    await clock.advance(60_000);
    const first = told();
    await clock.advance(60_000);
    expect([slept, first, told()]).toEqual([[], ['if-status 1: 0 1'], measured]);
  });

  test('when the device has another address', async () => {
    const { clock, poller, told } = polling();
    await clock.advance(60_000);
    poller.set(device({ periodMs: 60_000, address: '192.0.2.2' }), true);
    told();
    await clock.advance(60_000);
    expect(told()).toEqual(['if-status 1: 0 1']);
  });
});

test('a reader with a bug is told, and its device is not observed', async () => {
  const { clock, world, told, bugs } = polling();
  await clock.advance(60_000);
  told();
  world.says = () => { throw new Error('a bug'); };
  await clock.advance(60_000);
  expect([told(), bugs.map(String)]).toEqual([['if-status 1: 4 null'], ['Error: a bug']]);
});

test('of a thousand devices at most 64 are asked at a time, and each has its turn', async () => {
  const { clock, poller, world, asked, samples } = polling();
  world.takesMs = 3_000;
  for (let id = 2; id <= 1_000; id++) poller.set(device({ id }), true);
  await clock.advance(5_000);
  const busy = asked();
  await clock.advance(70_000);
  expect([busy <= 128, new Set(samples.map(each => each.deviceId)).size]).toEqual([true, 1_000]);
});

test('a paused device is not asked, and what was known of it stands; a removed one is forgotten', async () => {
  const { clock, poller, world, told, asked } = polling();
  await clock.advance(60_000);
  poller.pause(1);
  const before = asked();
  await clock.advance(120_000);
  const paused = asked() - before;
  told();
  world.says = () => ({ kind: 'no-answer' });
  poller.set(device(), true);
  await clock.advance(60_000);
  const resumed = told();
  poller.remove(1);
  poller.set(device(), true);
  await clock.advance(60_000);
  expect([paused, resumed, told()]).toEqual([0, ['if-status 1: 4 null'], []]);
});
