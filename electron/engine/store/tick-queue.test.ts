import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AlertRow } from '../../../shared/model/alert.ts';
import type { IncidentEvent } from '../../../shared/model/incident.ts';
import { alert } from './alert-for-tests.ts';
import type { TickWrite } from './operations.ts';
import { TickQueue, type NewTick } from './tick-queue.ts';

const samples = (count: number): NewTick['samples'] => ({ deviceId: new Int32Array(count), at: new Float64Array(count), outcome: new Uint8Array(count), rttUs: new Int32Array(count) });
const endedAt = (clearedAt: number | null): AlertRow => alert(1, { clearedAt, clearedBy: clearedAt === null ? null : 'recovered' });
const change = (at: number): TickWrite['stateChanges'][number] => ({ deviceId: 1, at, state: 'down', since: at, downSince: at });
const fail = (error: unknown): never => { throw error; };

/** A disk that takes or refuses each write as the script says, and takes everything after its end. */
function scripted(takes: readonly boolean[]): { written: TickWrite[]; write: (tick: TickWrite) => Promise<boolean> } {
  const written: TickWrite[] = [];
  const script = [...takes];
  return {
    written,
    write: tick => {
      const taken = script.shift() ?? true;
      if (taken) written.push(tick);
      return Promise.resolve(taken);
    },
  };
}

test('one write is under way at a time; what comes meanwhile goes with the next', async () => {
  let release: () => void = () => {};
  const writes: number[] = [];
  const queue = new TickQueue(tick => new Promise(resolve => {
    writes.push(tick.samples.length);
    release = () => resolve(true);
  }), fail);
  for (let i = 0; i < 4; i++) queue.push({ at: 0, values: [], samples: samples(1), stateChanges: [], alerts: [], snmp: [], journal: [], checks: [], interfaces: [] });
  release();
  await new Promise(resolve => setImmediate(resolve));
  release();
  await queue.drained();
  expect(writes).toEqual([1, 3]);
});

test('of what happened in incidents a disk that refuses for weeks holds up the newest only, and every message', async () => {
  const { written, write } = scripted([false]);
  const queue = new TickQueue(write, fail);
  const happened = (n: number): IncidentEvent => ({ id: String(n), incidentId: endedAt(null).incidentId, at: n, kind: 'suppressed', alertId: null, by: null, text: '' });
  for (const tick of [[0], Array.from({ length: 100_000 }, (_, n) => n + 1)]) {
    queue.push({ at: 0, values: [], samples: samples(0), stateChanges: [], alerts: [], snmp: [], journal: [], checks: [], interfaces: [], alerting: { states: [], incidents: [], events: tick.map(happened), messages: [], told: [] } });
  }
  await queue.drained();
  expect(written.map(({ alerting }) => [alerting?.events.length, alerting?.events[0]?.id])).toEqual([[100_000, '1']]);
});

test('an alert that was raised in vain and ended since is written once, ended', async () => {
  const { written, write } = scripted([false]);
  const queue = new TickQueue(write, fail);
  queue.push({ at: 0, values: [], samples: samples(0), stateChanges: [], alerts: [endedAt(null)], snmp: [], journal: [], checks: [], interfaces: [] });
  queue.push({ at: 0, values: [], samples: samples(0), stateChanges: [], alerts: [endedAt(9)], snmp: [], journal: [], checks: [], interfaces: [] });
  await queue.drained();
  expect(written.flatMap(tick => tick.alerts)).toEqual([endedAt(9)]);
});

test('of an interface that was read while the disk refused, its latest reading is written', async () => {
  const { written, write } = scripted([false]);
  const queue = new TickQueue(write, fail);
  const read = (deviceId: number, ifIndex: number, at: number): NewTick['interfaces'][number] => ({ deviceId, ifIndex, at, name: 'Fa0', alias: null, operStatus: 'up', adminUp: true, speedBps: null, aliasProvider: null, inOctetsPerS: null, outOctetsPerS: null });
  for (const interfaces of [[read(1, 1, 5), read(1, 2, 5), read(2, 1, 5)], [read(1, 1, 6)]]) queue.push({ at: 0, values: [], samples: samples(0), stateChanges: [], alerts: [], snmp: [], journal: [], checks: [], interfaces });
  await queue.drained();
  expect(written.flatMap(tick => tick.interfaces)).toEqual([read(1, 1, 6), read(1, 2, 5), read(2, 1, 5)]);
});

test('a disk that does not answer costs the oldest readings, and counts them', async () => {
  let release: () => void = () => {};
  const queue = new TickQueue(() => new Promise(resolve => (release = () => resolve(true))), fail);
  for (let i = 0; i < 100; i++) queue.push({ at: 0, values: [], samples: samples(10), stateChanges: [], alerts: [], snmp: [], journal: [], checks: [], interfaces: [] });
  expect(queue.unwrittenReadings).toBe(390);
  release();
});

test('whatever the disk refuses, every change is written once and in order, and every reading is written or counted', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 40 }), fc.integer({ min: 1, max: 60 }), async (takes, ticks) => {
    const { written, write } = scripted(takes);
    const queue = new TickQueue(write, fail);
    for (let at = 0; at < ticks; at++) {
      queue.push({ at: 0, values: [], samples: samples(3), stateChanges: [change(at)], alerts: [], snmp: [], journal: [], checks: [], interfaces: [] });
      await Promise.resolve();
    }
    for (let i = 0; i <= takes.length; i++) await queue.drained();
    const changes = written.flatMap(tick => tick.stateChanges.map(each => each.at));
    const readings = written.flatMap(tick => tick.samples).reduce((sum, columns) => sum + columns.deviceId.length, 0);
    expect(changes).toEqual(Array.from({ length: ticks }, (_, at) => at));
    expect(readings + queue.unwrittenReadings).toBe(3 * ticks);
  }));
});
