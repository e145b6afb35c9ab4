/** Rules over history in real files: what is found, what is passed over and said, and that a rehearsal holds nothing up. */
import Database from 'better-sqlite3';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DeviceState } from '../../shared/model/device.ts';
import { BranchId, CheckId, DeviceId, RuleId } from '../../shared/model/ids.ts';
import { RuleInput, type Condition, type Rehearsal } from '../../shared/model/rule.ts';
import { builtInRules } from './alerting/built-in-rules.ts';
import { Estate } from './alerting/estate.ts';
import { compileRule, ruleOf } from './alerting/rule.ts';
import { ManualClock } from './clock.ts';
import { Rehearsals } from './rehearsals.ts';
import { device } from './store/device-for-tests.ts';
import { openStore, type Store } from './store/store.ts';
import type { NewTick } from './store/tick-queue.ts';

const min = 60_000;
const hour = 60 * min;
const day = 24 * hour;
const start = Date.UTC(2026, 2, 1);
const now = start + 12 * hour;
const branchId = BranchId.parse('00000000-0000-4000-8000-0000000000b1');

let folder: string;
let store: Store;
let estate: Estate;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ward-rehearsal-'));
  const opened = await openStore({ file: join(folder, 'ward-console.db'), onDeath: reason => { throw reason; } });
  if (opened.kind !== 'ok') throw new Error(JSON.stringify(opened));
  store = opened.store;
  estate = new Estate();
  await store.write('insertDevices', [1, 2, 3].map(device));
  for (const n of [1, 2, 3]) {
    estate.setDevice({
      id: DeviceId.parse(device(n).device.publicId), internalId: n, name: `Device ${n}`, address: `127.0.0.${n}`, type: 'router', branch: 'Kvareli', region: 'East', tags: n === 3 ? ['slow'] : [], ispLink: false, simulated: false,
      branchRouter: n === 1, branchId, enabled: true, intervalMs: 10_000, timeoutMs: 1_000, samplesPerS: 0.1,
    });
  }
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const noSamples = { deviceId: new Int32Array(0), at: new Float64Array(0), outcome: new Uint8Array(0), rttUs: new Int32Array(0) };
const noTick: NewTick = { at: 0, samples: noSamples, values: [], stateChanges: [], alerts: [], snmp: [], journal: [], checks: [], interfaces: [] };

/** Pings of a device every ten seconds over all the time; `rttMs` null: lost. */
async function ping(deviceId: number, rttMs: (at: number) => number | null): Promise<void> {
  const at = Float64Array.from({ length: (now - start) / 10_000 }, (_, i) => start + i * 10_000);
  const rtts = Array.from(at, rttMs);
  store.writeTick({ ...noTick, samples: { deviceId: new Int32Array(at.length).fill(deviceId), at, outcome: Uint8Array.from(rtts, rtt => (rtt === null ? 1 : 0)), rttUs: Int32Array.from(rtts, rtt => (rtt === null ? -1 : rtt * 1_000)) } });
  await store.ticksWritten();
}

async function states(deviceId: number, ...changes: readonly (readonly [since: number, state: DeviceState])[]): Promise<void> {
  store.writeTick({ ...noTick, stateChanges: changes.map(([since, state]) => ({ deviceId, at: since, state, since, downSince: state === 'down' ? since : null })) });
  await store.ticksWritten();
}

async function fold(): Promise<void> {
  while ((await store.write('fold', now)).left);
}

const rehearsals = (clock = new ManualClock(now), rules = builtInRules): Rehearsals => new Rehearsals({ store, clock, estate, rules: () => rules.filter(({ enabled }) => enabled).map(rule => compileRule(rule, 5)), flapChanges: () => 5 });
const signal = new AbortController().signal;

async function rehearse(rule: Partial<RuleInput>, range = { from: start, to: now }): Promise<Rehearsal> {
  return rehearsals().rehearse({ rule: RuleInput.parse({ name: 'Rehearsed', severity: 'high', subject: 'device', ...rule }), id: null, ...range }, signal);
}

/** Hours, minutes and seconds since the beginning. */
const told = ({ firings }: Rehearsal): string[] => firings.map(({ subject, from, to, value }) => `${subject} ${since(from)}–${to === null ? '' : since(to)} ${value}`);
const since = (at: number): string => new Date(at).toISOString().slice(11, 19);
const builtIn = (id: string): RuleInput => {
  const rule = builtInRules.find(each => each.id === id);
  if (!rule) throw new Error(`no rule "${id}"`);
  const { id: _id, builtIn: _builtIn, ...input } = rule;
  return input;
};
const downFor = (after: number): Condition => ({ kind: 'compare', metric: 'down-for', op: '>=', value: after, unit: 's' });
const isAround = (at: number, from: number, lengthMs: number): boolean => at >= start + from && at < start + from + lengthMs;

test('latency is found where it was, hours that are folded and hours that are open', async () => {
  await states(1, [start, 'up']);
  await ping(1, at => (isAround(at, 2 * hour, 5 * min) || isAround(at, 11.9 * hour, 2 * min) ? 300 : 20));
  await fold();
  const found = await rehearse(builtIn('high-latency'));
  expect({ told: told(found), subjects: found.subjects, branches: found.byBranch, limits: found.limits }).toEqual({
    told: ['Device 1 11:54:30–11:57:20 median RTT 300 ms over 1 min, more than 200 ms', 'Device 1 02:00:30–02:06:20 median RTT 300 ms over 1 min, more than 200 ms'],
    subjects: 3, branches: [{ branch: 'Kvareli', fired: 2, totalMs: 350_000 + 170_000 }], limits: null,
  });
});

test('loss is found, and an exception for a tag has its own limit', async () => {
  await states(1, [start, 'up']);
  await states(3, [start, 'up']);
  const lossy = (at: number): number | null => (isAround(at, 3 * hour, 20 * min) && at % 30_000 === 0 ? null : 20);
  await ping(1, lossy);
  await ping(3, lossy);
  const found = await rehearse({ ...builtIn('packet-loss'), overrides: [{ scope: { regions: [], branches: [], types: [], tags: ['slow'], deviceIds: [], ispLinks: 'any', interfaces: [] }, values: { limit: 50 } }] });
  expect(told(found)).toEqual(['Device 1 03:03:00–03:31:00 loss 23.3 % over 5 min, more than 10 %']);
});

test('of outages each `for` has its own count, in one pass', async () => {
  await states(1, [start, 'up'], [start + hour, 'down'], [start + hour + 25_000, 'up'], [start + 2 * hour, 'down'], [start + 2 * hour + 7 * min, 'up'], [start + 11 * hour, 'down']);
  const found = await rehearse({ condition: { kind: 'is', metric: 'state', words: ['down'] }, forMs: 90_000 });
  expect({ told: told(found), byFor: found.byFor.map(({ forMs, fired, totalMs, subjects }) => [forMs / 1_000, fired, totalMs / 1_000, subjects]) }).toEqual({
    told: ['Device 1 11:01:30– is down', 'Device 1 02:01:30–02:07:00 is down'],
    byFor: [[0, 3, 4045, 1], [10, 3, 4015, 1], [30, 2, 3960, 1], [60, 2, 3900, 1], [90, 2, 3840, 1], [120, 2, 3780, 1], [300, 2, 3420, 1], [600, 1, 3000, 1], [900, 1, 2700, 1], [1800, 1, 1800, 1], [3600, 0, 0, 0]],
  });
});

test('what goes and comes again and again is one alert while it flaps', async () => {
  const changes = Array.from({ length: 10 }, (_, i) => [start + hour + i * 30_000, i % 2 === 0 ? 'down' : 'up'] as const);
  await states(1, [start, 'up'], ...changes);
  expect(told(await rehearse({ condition: { kind: 'is', metric: 'state', words: ['down'] } }))).toEqual(['Device 1 01:02:00–01:09:30 is down', 'Device 1 01:01:00–01:01:30 is down', 'Device 1 01:00:00–01:00:30 is down']);
});

test('a branch is down when its router and enough of its devices are', async () => {
  await states(1, [start, 'up'], [start + hour, 'down'], [start + 2 * hour, 'up']);
  await states(2, [start, 'up'], [start + hour + 5_000, 'unreachable'], [start + 2 * hour + 5_000, 'up']);
  await states(3, [start, 'up'], [start + hour + 7_000, 'unreachable'], [start + 2 * hour + 5_000, 'up'], [start + 5 * hour, 'down'], [start + 6 * hour, 'up']);
  const found = await rehearse(builtIn('branch-down'));
  expect({ told: told(found), limits: found.limits }).toEqual({
    told: ['Kvareli 01:00:07–02:00:00 router down, 100 % of its devices down, at least 80 %'], limits: 'Devices that were known to be down or in maintenance then are counted like any other.',
  });
});

test('in blind time nothing begins and nothing ends', async () => {
  await states(1, [start, 'up'], [start + hour, 'down'], [start + 3 * hour, 'up'], [start + 5 * hour + min, 'down'], [start + 5 * hour + 2 * min, 'up']);
  const journal = (n: number, from: number, to: number): NewTick['journal'][number] => ({ row: { id: `blind-${n}`, kind: 'blind', cause: 'slept', from, to, devices: null, detail: '' }, deviceIds: null });
  store.writeTick({ ...noTick, journal: [journal(1, start + 2 * hour, start + 4 * hour), journal(2, start + 5 * hour, start + 6 * hour)] });
  await store.ticksWritten();
  expect(told(await rehearse({ condition: downFor(10), recovery: { kind: 'is', metric: 'state', words: ['up', 'degraded'] } }))).toEqual(['Device 1 01:00:10–04:00:00 down for 10 s, at least 10 s']);
});

test('interfaces and checks have their values of then', async () => {
  estate.takeInterface(1, { ifIndex: 3, name: 'Gi0/3', alias: null, operStatus: 'up', adminUp: true, speedBps: 1e6, ispProvider: 'Silk', critical: true, inOctetsPerS: 0, outOctetsPerS: 0, at: now, errorsPerS: null, discardsPerS: null });
  const { checks } = await store.write('updateDevice', 2, { ...device(2), checks: [{ kind: 'tcp', port: 80, name: 'Web', intervalMs: min, timeoutMs: 1_000, enabled: true, consequence: 'nothing' }] });
  const checkId = CheckId.parse(checks?.[0]?.id);
  estate.takeCheck(2, { checkId, name: 'Web', state: 'ok', since: now, at: now, elapsedMs: 5, value: null, certificateLeftMs: null, overdueMs: () => 0 });
  await states(1, [start, 'up']);
  await states(2, [start, 'up']);
  const minutes = Array.from({ length: 12 * 60 }, (_, i) => start + i * min);
  const outcome = (at: number): 0 | 1 => (isAround(at, 4 * hour, 10 * min) ? 1 : 0);
  store.writeTick({ ...noTick, values: minutes.flatMap(at => [
    { deviceId: 1, metric: 'if-status' as const, object: '3', at, outcome: outcome(at), value: outcome(at) === 0 ? 1 : null },
    { deviceId: 1, metric: 'if-in-errors' as const, object: '3', at, outcome: 0 as const, value: isAround(at, 6 * hour, 10 * min) ? 0.8 : 0 },
    { deviceId: 1, metric: 'if-out-errors' as const, object: '3', at, outcome: 0 as const, value: isAround(at, 6 * hour, 10 * min) ? 0.8 : 0 },
    { deviceId: 2, metric: 'check-time' as const, object: checkId, at, outcome: outcome(at), value: outcome(at) === 0 ? 12 : null },
  ]) });
  await store.ticksWritten();
  await fold();
  const found = [await rehearse(builtIn('isp-link-down')), await rehearse(builtIn('interface-down')), await rehearse(builtIn('interface-errors')), await rehearse(builtIn('check-failing'))];
  expect(found.map(told)).toEqual([
    ['Device 1 Gi0/3 (Silk) 04:00:10–04:10:00 is down'],
    [], // It yields to the rule about links.
    ['Device 1 Gi0/3 (Silk) 06:03:00–06:13:00 errors 1.6/s, more than 1/s'],
    ['Device 2: Web 04:02:00–04:10:00 failing for 2 min, at least 1 min'],
  ]);
});

test('what is not kept is said, and a rule made of that alone is refused', async () => {
  await states(1, [start, 'up'], [start + hour, 'down'], [start + 2 * hour, 'up']);
  const snmp: Condition = { kind: 'compare', metric: 'snmp-silent-for', op: '>', value: 5, unit: 'min' };
  const refused = ['snmp-silent', 'certificate', 'console-disk'].map(id => rehearse(builtIn(id)).catch((error: unknown) => String(error)));
  const found = await rehearse({ condition: { kind: 'any', of: [snmp, downFor(60)] } });
  expect([await Promise.all(refused), told(found), found.limits]).toEqual([
    ['AppError: This rule cannot be rehearsed. What SNMP agents answered is not kept.', 'AppError: This rule cannot be rehearsed. How long certificates were valid is not kept.', 'AppError: This rule cannot be rehearsed. How this console itself was is not kept.'],
    ['Device 1 01:01:00–02:00:00 down for 1 min, at least 1 min'],
    'What SNMP agents answered is not kept: that part of the rule is left out.',
  ]);
});

test('an hour that is damaged is passed over, and said', async () => {
  await states(1, [start, 'up']);
  await ping(1, at => (isAround(at, 2 * hour, 5 * min) || isAround(at, 6 * hour, 5 * min) ? 300 : 20));
  await fold();
  const db = new Database(store.file);
  db.prepare("UPDATE chunk SET samples = x'00112233' WHERE id = (SELECT id * 1048576 + ? FROM series WHERE metric = 'ping' AND device_id = 1)").run(Math.floor(start / hour) + 2);
  db.close();
  const found = await rehearse(builtIn('high-latency'));
  expect([told(found), found.limits]).toEqual([['Device 1 06:00:30–06:06:20 median RTT 300 ms over 1 min, more than 200 ms'], 'Stored data are damaged in 1 place, and were passed over.']);
});

test('a range that makes no sense is refused', async () => {
  const refusal = (from: number, to: number): Promise<string> => rehearse(builtIn('device-down'), { from, to }).then(() => 'none', (error: unknown) => String(error));
  expect([await refusal(now, start), await refusal(now + 1, now + day), await refusal(now - 32 * day, now)]).toEqual([
    'AppError: A rehearsal looks at a time that is over: it begins before it ends, and before now.', 'AppError: A rehearsal looks at a time that is over: it begins before it ends, and before now.', 'AppError: A rehearsal looks at 31 days at most.',
  ]);
});

test('one at a time, and a cancelled one makes room for the next', async () => {
  await states(1, [start, 'up']);
  await ping(1, () => 300);
  const all = rehearsals();
  const abort = new AbortController();
  const request = { rule: builtIn('high-latency'), id: RuleId.parse('high-latency'), from: start, to: now };
  const first = all.rehearse(request, abort.signal).catch((error: unknown) => String(error));
  const second = await all.rehearse(request, signal).catch((error: unknown) => String(error));
  abort.abort();
  expect([await first, second, (await all.rehearse(request, signal)).firings.length]).toEqual(['AppError: The rehearsal was cancelled.', 'AppError: Another rehearsal is under way; wait until it ends, or cancel it.', 1]);
});

test('after a minute it ends with what it has, and says so', async () => {
  const clock = new ManualClock(now);
  const all = new Rehearsals({ store, clock, estate, rules: () => [], flapChanges: () => 5 });
  const under = all.rehearse({ rule: builtIn('high-latency'), id: null, from: start, to: now }, signal);
  clock.standStill(61_000);
  const { subjects, limits } = await under;
  expect([subjects, limits]).toEqual([0, 'It was ended after 60 s: of 3 things, in order of branch and name, the first 0 were gone through. A shorter time or a narrower scope shows all.']);
});

test('a rule for much and long is looked at more rarely, never more rarely than it looks back or waits', async () => {
  for (let n = 4; n <= 400; n++) estate.setDevice({ ...[...estate.devices].slice(0, 1).map(({ facts }) => facts)[0], internalId: n, id: DeviceId.parse(device(n).device.publicId), name: `Device ${n}`, enabled: true } as Parameters<Estate['setDevice']>[0]); // As the first, with another id.
  const limitsOf = async (rule: Partial<RuleInput>): Promise<string | null> => (await rehearse(rule, { from: now - 31 * day, to: now })).limits;
  expect([await limitsOf({ condition: downFor(10) }), await limitsOf({ condition: downFor(10), forMs: 30_000 }), await limitsOf({ condition: downFor(10), forMs: 10_000 })]).toEqual([
    'For so much the rule was looked at every 60 s, and whenever a state changed.', 'For so much the rule was looked at every 30 s, and whenever a state changed.', null,
  ]);
});

test('a rule that is not on yields to none and is rehearsed as if it were', async () => {
  await states(1, [start, 'up'], [start + hour, 'down']);
  const isOn = ruleOf(RuleId.parse('other'), false, RuleInput.parse({ name: 'Other', severity: 'low', subject: 'device', condition: downFor(10) }));
  const all = rehearsals(new ManualClock(now), [isOn]);
  const count = async (yieldsTo: string[]): Promise<number> => (await all.rehearse({ rule: RuleInput.parse({ name: 'One', severity: 'low', subject: 'device', condition: downFor(10), enabled: false, yieldsTo }), id: null, from: start, to: now }, signal)).subjects;
  expect([await count([]), await count(['other']), await count(['nobody'])]).toEqual([3, 0, 3]);
});
