import { afterEach, expect, test } from 'vitest';
import { ManualClock } from '../clock.ts';
import { noVitals, type Vitals, type VitalsOutcome } from '../probes/snmp/vitals.ts';
import type { SnmpDevice } from './snmp-poller.ts';
import { VitalsPoller, type VitalsReading } from './vitals-poller.ts';

const minute = 60_000;
const device = (part: Partial<SnmpDevice> = {}): SnmpDevice => ({ id: 1, address: '192.0.2.1', port: 161, community: 'made-up', periodMs: minute, ...part });
const pollers: VitalsPoller[] = [];
afterEach(() => {
  for (const poller of pollers.splice(0)) poller.stop();
});

const told = (part: Partial<Vitals> = { cpu: 12, memory: 34 }, sources: readonly string[] = ['host-processors', 'ucd-memory']): VitalsOutcome => ({ kind: 'vitals', vitals: { ...noVitals, ...part }, sources });

/** A poller that has asked nobody yet; one device that `answers`, or is not known to. */
function polling(answers = true) {
  const clock = new ManualClock();
  const world: { says: () => VitalsOutcome; isBlind: boolean; takesMs: number } = { says: told, isBlind: false, takesMs: 5 };
  const asked: { readonly sysObjectId: string | null; readonly sources: readonly string[] | null }[] = [];
  const samples: string[] = [];
  const readings: (VitalsReading | null)[] = [];
  const bugs: unknown[] = [];
  const poller = new VitalsPoller({
    clock, isBlind: () => world.isBlind, onBug: error => bugs.push(error),
    onRead: (measured, reading) => {
      samples.push(...measured.map(({ deviceId, metric, object, outcome, value }) => `${deviceId} ${metric}${object}: ${outcome} ${String(value)}`));
      readings.push(reading);
    },
    reader: { readVitals: (_target, of) => new Promise((resolve, reject) => {
      asked.push(of);
      clock.after(world.takesMs, () => {
        try {
          resolve(world.says());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    }) },
  });
  pollers.push(poller);
  poller.set(device(), '1.3.6.1.4.1.9.1.1', answers);
  poller.start();
  return { clock, poller, world, asked, bugs, readings, samples: () => samples.splice(0) };
}
const measured = ['1 cpu: 0 12', '1 memory: 0 34'];

test('what a device tells is measured every minute, and kept as it was last', async () => {
  const { clock, poller, samples } = polling();
  await clock.advance(2 * minute);
  expect([samples(), poller.reading(1)]).toEqual([[...measured, ...measured], { deviceId: 1, at: expect.any(Number), cpu: 12, memory: 34, disk: null, temperature: null }]);
});

test('everything is asked for first, then what answered; everything again after five minutes, and then every hour', async () => {
  const { clock, asked } = polling();
  await clock.advance(130 * minute);
  expect(asked.flatMap(({ sources }, i) => (sources === null ? [i] : []))).toEqual([0, 5, 65, 125]);
  expect(asked[1]).toEqual({ sysObjectId: '1.3.6.1.4.1.9.1.1', sources: ['host-processors', 'ucd-memory'] });
});

test('a device that tells nothing is asked rarely', async () => {
  const { clock, world, asked, readings } = polling();
  world.says = () => told({}, []);
  await clock.advance(130 * minute);
  expect([asked.length, readings]).toEqual([4, []]);
});

test('a device is asked once it has answered, and says what it is', async () => {
  const { clock, poller, asked, samples } = polling(false);
  await clock.advance(2 * minute);
  const before = asked.length;
  poller.heard(1, '1.3.6.1.4.1.14988.1');
  await clock.advance(1_000);
  poller.heard(1, '1.3.6.1.4.1.14988.1');
  await clock.advance(1_000);
  expect([before, asked, samples()]).toEqual([0, [{ sysObjectId: '1.3.6.1.4.1.14988.1', sources: null }], measured]);
});

test('what it told is not observed while it does not answer, or cannot be seen; what it never told is nothing', async () => {
  const { clock, poller, world, readings, samples } = polling();
  world.says = () => ({ kind: 'no-answer' });
  await clock.advance(minute);
  const before = samples();
  world.says = told;
  await clock.advance(minute);
  samples();
  world.says = () => ({ kind: 'no-answer' });
  await clock.advance(minute);
  const silent = [samples(), readings.at(-1), poller.reading(1)?.cpu];
  world.isBlind = true;
  await clock.advance(minute);
  expect([before, silent, samples()]).toEqual([[], [['1 cpu: 4 null', '1 memory: 4 null'], null, 12], ['1 cpu: 4 null', '1 memory: 4 null']]);
});

test('with another address it is another device; with another interval the same', async () => {
  const { clock, poller, asked } = polling();
  await clock.advance(minute);
  poller.set(device({ periodMs: 30_000 }), '1.3.6.1.4.1.9.1.1', true);
  await clock.advance(minute);
  const same = asked.slice(1).map(({ sources }) => sources?.length);
  poller.set(device({ address: '192.0.2.2' }), '1.3.6.1.4.1.9.1.1', true);
  const latest = poller.reading(1);
  await clock.advance(minute);
  expect([same, latest, asked.at(-1)?.sources]).toEqual([[2, 2], null, null]);
});

test('an answer that comes after its device is gone is passed over', async () => {
  const { clock, poller, world, asked, readings } = polling();
  world.takesMs = 5_000;
  while (asked.length === 0) await clock.advance(1_000);
  poller.remove(1);
  await clock.advance(minute);
  expect([readings, poller.reading(1), asked.length]).toEqual([[], null, 1]);
});

test('a reader with a bug is told, and its device is not observed', async () => {
  const { clock, world, bugs, samples } = polling();
  await clock.advance(minute);
  samples();
  world.says = () => { throw new Error('a bug'); };
  await clock.advance(minute);
  expect([bugs.map(String), samples()]).toEqual([['Error: a bug'], ['1 cpu: 4 null', '1 memory: 4 null']]);
});

test('of a thousand devices at most 64 are asked at a time, and each has its turn', async () => {
  const { clock, poller, world, asked, readings } = polling();
  world.takesMs = 3_000;
  for (let id = 2; id <= 1_000; id++) poller.set(device({ id }), null, true);
  await clock.advance(5_000);
  const busy = asked.length;
  await clock.advance(70_000);
  expect([busy <= 128, new Set(readings.map(reading => reading?.deviceId)).size]).toEqual([true, 1_000]);
});
