/** A rehearsal against the evaluator of live fed the same data step by step, for any history; and what its shortcuts may never leave out. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Metric } from '../../../shared/model/history.ts';
import { BranchId, CheckId, DeviceId, RuleId } from '../../../shared/model/ids.ts';
import { RuleInput, type Condition } from '../../../shared/model/rule.ts';
import type { DeviceState } from '../../../shared/model/device.ts';
import { Evaluator, type Bound } from './evaluator.ts';
import { neverHolds } from './never.ts';
import { Past, type Moment, type Need, type PastSamples, type Sums } from './past.ts';
import { copyOf, momentsOf, trackNames, trackOf, type StoredLife, type TrackName } from './past-of.ts';
import { rehearsable } from './rehearsable.ts';
import { binderOf, forsOf, rehearsed, type Firing, type Rehearsed } from './rehearsal.ts';
import { AppError } from '../../../shared/rpc/contract.ts';
import { compileRule, ruleOf, type CompiledRule } from './rule.ts';
import { BranchThing, CheckThing, DeviceThing, InterfaceThing, type DeviceFacts, type Thing } from './things.ts';

const hourMs = 3_600_000;
const start = Date.UTC(2026, 2, 1);
const hours = 9;
const [from, to] = [start + 2 * hourMs, start + hours * hourMs];
const flapChanges = 4;

const facts = (n: number, branchRouter = false): DeviceFacts => ({
  id: DeviceId.parse(`00000000-0000-4000-8000-${String(n).padStart(12, '0')}`), internalId: n, name: `Device ${n}`, address: `127.0.0.${n}`, type: 'router', branch: 'Kvareli', region: 'East', tags: [], ispLink: false,
  simulated: false, branchRouter, branchId: BranchId.parse('00000000-0000-4000-8000-0000000000b1'), enabled: true, intervalMs: 10_000, timeoutMs: 1_000, samplesPerS: 0.1,
});

const liveDevice = (n: number, router = false): DeviceThing => new DeviceThing(facts(n, router), 1);

function livePort(): InterfaceThing {
  return new InterfaceThing(liveDevice(1), { ifIndex: 3, name: 'Gi0/3', alias: null, operStatus: 'up', adminUp: true, speedBps: 1e6, ispProvider: null, critical: true, inOctetsPerS: null, outOctetsPerS: null, at: 1, errorsPerS: null, discardsPerS: null });
}

const liveCheck = (): CheckThing => new CheckThing(liveDevice(1), { checkId: CheckId.parse('00000000-0000-4000-8000-0000000000c1'), name: 'Web', state: 'ok', since: null, at: null, elapsedMs: null, value: null, certificateLeftMs: null, overdueMs: () => 0 });

function liveBranch(): BranchThing {
  const branch = new BranchThing(BranchId.parse('00000000-0000-4000-8000-0000000000b1'), 'Kvareli');
  for (const n of [1, 2, 3]) branch.devices.add(liveDevice(n, n === 1));
  return branch;
}

type Stored = { readonly samples: ReadonlyMap<string, PastSamples>; readonly lives: readonly StoredLife[] };
const nameOfTrack = ({ metric, object }: TrackName): string => `${metric}/${object}`;
const noSamples: PastSamples = { at: new Float64Array(0), outcome: new Uint8Array(0), value: new Float64Array(0) };

function between(samples: PastSamples, begin: number, end: number): PastSamples {
  const of = [...samples.at.keys()].filter(i => (samples.at[i] ?? 0) >= begin && (samples.at[i] ?? 0) < end);
  return { at: Float64Array.from(of, i => samples.at[i] ?? 0), outcome: Uint8Array.from(of, i => samples.outcome[i] ?? 0), value: Float64Array.from(of, i => samples.value[i] ?? 0) };
}

function sumsOf(samples: PastSamples): Map<number, Sums> {
  const sums = new Map<number, Sums>();
  for (const [i, at] of samples.at.entries()) {
    const before = sums.get(Math.floor(at / hourMs)) ?? { sent: 0, lost: 0, unseen: 0, min: null, max: null };
    const [outcome, value] = [samples.outcome[i], samples.value[i] ?? 0];
    const isUnseen = outcome === 4;
    sums.set(Math.floor(at / hourMs), {
      sent: before.sent + (isUnseen ? 0 : 1), lost: before.lost + (outcome === 1 ? 1 : 0), unseen: before.unseen + (isUnseen ? 1 : 0),
      min: outcome === 0 ? Math.min(before.min ?? Infinity, value) : before.min, max: outcome === 0 ? Math.max(before.max ?? -Infinity, value) : before.max,
    });
  }
  return sums;
}

/** Three failures in a row, and it fails. */
function judge(): (at: number, outcome: number) => { state: 'ok' | 'failing' | 'waiting'; since: number | null } {
  let [row, first, state, since] = [0, 0, 'waiting' as 'ok' | 'failing' | 'waiting', null as number | null];
  return (at, outcome) => {
    if (outcome === 1 && row++ === 0) first = at;
    if (outcome === 0) row = 0;
    if (outcome === 0 && state !== 'ok') [state, since] = ['ok', at];
    if (outcome === 1 && row >= 3 && state !== 'failing') [state, since] = ['failing', first];
    return { state, since };
  };
}

type Set = { readonly thing: Thing; readonly moments: readonly Moment[]; readonly tracks: readonly ReturnType<typeof trackOf>[]; readonly samples: readonly PastSamples[] };

function setUp(live: Thing, compiled: CompiledRule, metrics: readonly Metric[], { samples, lives }: Stored): Set {
  const { thing, devices } = copyOf(live, compiled.condition.windowMs, 400);
  const names = trackNames(live, metrics);
  const its = names.map(name => samples.get(nameOfTrack(name)) ?? noSamples);
  const one = judge();
  return {
    thing, samples: its, moments: devices.flatMap((device, i) => momentsOf(device, lives[i] ?? { events: [], blind: [] })).sort((a, b) => a.at - b.at),
    tracks: names.map((name, i) => trackOf(thing, name, sumsOf(its[i] ?? noSamples), one)),
  };
}

function rehearse(live: Thing, compiled: CompiledRule, metrics: readonly Metric[], stored: Stored, stepMs: number): Rehearsed & { readonly needs: readonly Need[] } {
  const { thing, moments, tracks, samples } = setUp(live, compiled, metrics, stored);
  const bound = binderOf(compiled, [])(live);
  if (!bound) throw new Error('the rule is not about it');
  const steps = rehearsed({ ...bound, thing }, new Past(thing, moments, tracks), { from, to, stepMs });
  const asked: Need[] = [];
  let turn = steps.next();
  while (turn.done !== true) {
    const needs = turn.value;
    if (needs) asked.push(...needs);
    turn = needs ? steps.next(needs.map(({ track, fromHour, toHour }) => between(samples[track] ?? noSamples, fromHour * hourMs, toHour * hourMs))) : steps.next();
  }
  return { ...turn.value, needs: asked };
}

/** Everything fed, and every step gone through, by the evaluator of live. */
function live(of: Thing, compiled: CompiledRule, metrics: readonly Metric[], stored: Stored, stepMs: number): Firing[] {
  const { thing, moments, tracks, samples } = setUp(of, compiled, metrics, stored);
  const evaluator = new Evaluator();
  evaluator.setRules([compiled]);
  evaluator.bind(thing);
  const feeds = [
    ...tracks.flatMap((track, i) => [...(samples[i] ?? noSamples).at].map((at, k) => ({ at, order: i, run: (): void => track.take(at, samples[i]?.outcome[k] ?? 0, samples[i]?.value[k] ?? 0) }))),
    ...moments.map(({ at, device, state, downSince }) => ({ at, order: 1e6, run: (): void => device.take({ state, since: at, downSince, lastCheckAt: null, failingChecks: 0, behindId: null }, at) })),
  ].sort((a, b) => a.at - b.at || a.order - b.order);
  const times = new Set(moments.map(({ at }) => at).filter(at => at >= from && at < to));
  for (let at = from; at < to; at += stepMs) times.add(at);
  const firings: Firing[] = [];
  let open: { from: number; value: string } | null = null;
  let next = 0;
  for (const now of [...times].sort((a, b) => a - b)) {
    for (; (feeds[next]?.at ?? Infinity) <= now; next++) feeds[next]?.run();
    if (thing.kind === 'branch') thing.count(() => false);
    for (const { bound, event } of evaluator.round(now, () => true)) {
      if (!open && (event === 'raised' || event === 'flapping')) open = { from: now, value: valueOf(bound, now) };
      if (open && (event === 'cleared' || event === 'lost-data')) {
        firings.push({ ...open, to: now });
        open = null;
      }
    }
  }
  return open ? [...firings, { from: open.from, to: null, value: open.value }] : firings;
}

const valueOf = ({ compiled, thing, parameters }: Bound, now: number): string => compiled.condition.found(thing, parameters, now).join(', ') || 'no value came';

/** A stretch of pings: how they go, and for how long. */
const stretch = fc.record({ lengthMs: fc.integer({ min: 20_000, max: 2 * hourMs }), kind: fc.constantFrom('good', 'good', 'slow', 'mixed', 'lossy', 'lost', 'blind', 'nothing') });
const usual: Readonly<Record<string, number>> = { 'ping': 20_000, 'cpu': 30, 'if-in': 10_000, 'if-out': 20_000, 'if-in-errors': 0.2, 'if-out-errors': 0.1, 'check-time': 100, 'check-value': 5, 'if-status': 1 };

function samplesArbitrary(metric: string, everyMs: number): fc.Arbitrary<PastSamples> {
  return fc.tuple(fc.array(stretch, { minLength: 1, maxLength: 10 }), fc.integer({ min: 1, max: 1e6 })).map(([stretches, seed]) => {
    let state = seed;
    const chance = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    const [at, outcome, value]: number[][] = [[], [], []];
    let [time, end, i] = [start, start, -1];
    let kind = 'good';
    for (; time < to; time += everyMs) {
      while (time >= end) {
        const next = stretches[++i % stretches.length];
        kind = next?.kind ?? 'good';
        end += next?.lengthMs ?? hourMs;
      }
      if (kind === 'nothing') continue;
      const isLost = kind === 'lost' || (kind === 'lossy' && chance() < 0.3);
      at?.push(Math.round(time + chance() * 400));
      outcome?.push(kind === 'blind' ? 4 : isLost ? 1 : 0);
      const size = kind === 'slow' || (kind === 'mixed' && chance() < 0.5) ? 12 : 1;
      value?.push(isLost || kind === 'blind' ? Number.NaN : metric === 'if-status' ? 1 : metric === 'ping' ? Math.round((usual[metric] ?? 1) * size * (0.9 + 0.2 * chance())) : (usual[metric] ?? 1) * (size === 1 ? 1 : 3) * (0.9 + 0.2 * chance()));
    }
    return { at: Float64Array.from(at ?? []), outcome: Uint8Array.from(outcome ?? []), value: Float64Array.from(value ?? []) };
  });
}

const time = fc.integer({ min: start - hourMs, max: to }).map(at => Math.round(at));
const life: fc.Arbitrary<StoredLife> = fc.record({
  events: fc.array(fc.record({ at: time, kind: fc.constantFrom<DeviceState>('up', 'down', 'degraded', 'unreachable', 'paused', 'up', 'down') }), { maxLength: 12 }).map(events => [{ at: start - 2 * hourMs, kind: 'up' as const }, ...events].sort((a, b) => a.at - b.at)),
  blind: fc.array(fc.tuple(time, fc.integer({ min: 1_000, max: hourMs })).map(([at, length]) => ({ from: at, to: at + length })), { maxLength: 2 }).map(blind => blind.sort((a, b) => a.from - b.from)),
});

const compare = (metric: string, op: '>' | '<' | '>=' | '=' | '!=', value: number, unit: string, more: object = {}): Condition => ({ kind: 'compare', metric, op, value, unit, ...more });
const is = (metric: string, ...words: string[]): Condition => ({ kind: 'is', metric, words });
const allOf = (...of: Condition[]): Condition => ({ kind: 'all', of });

const leaves: Readonly<Record<'device' | 'interface' | 'check' | 'branch', readonly Condition[]>> = {
  device: [
    is('state', 'up', 'degraded'), is('state', 'down'), compare('down-for', '>=', 10, 's'), compare('down-for', '>', 20, 'min'), compare('state-changes', '>=', 2, '', { windowMs: 300_000 }),
    compare('rtt', '>', 100, 'ms', { windowMs: 60_000, aggregate: 'median' }), compare('rtt', '>', 100, 'ms', { windowMs: 600_000, aggregate: 'p95' }), compare('rtt', '<', 100, 'ms', { windowMs: 60_000, aggregate: 'min' }),
    compare('loss', '>', 10, '%', { windowMs: 300_000 }), compare('loss', '=', 0, '%', { windowMs: 60_000 }), compare('jitter', '>', 20, 'ms', { windowMs: 300_000 }), compare('cpu', '>', 60, '%'),
  ],
  interface: [is('status', 'down', 'not-present'), is('status', 'up'), is('admin', 'up'), compare('in-rate', '>', 0.15, 'Mbit/s'), compare('in-use', '>', 10, '%'), compare('errors', '>', 0.5, '/s'), compare('status-changes', '>=', 2, '', { windowMs: 300_000 })],
  check: [is('state', 'failing'), is('state', 'ok'), compare('failing-for', '>=', 60, 's'), compare('elapsed', '>', 200, 'ms'), compare('value', '>', 10, '')],
  branch: [is('router', 'down'), is('router', 'up', 'none'), compare('down-share', '>=', 60, '%'), compare('devices-down', '>=', 2, ''), compare('devices', '>=', 3, '')],
};

const conditionOf = (subject: keyof typeof leaves): fc.Arbitrary<Condition> => {
  const leaf = fc.constantFrom(...leaves[subject]);
  return fc.oneof({ weight: 3, arbitrary: leaf }, { weight: 2, arbitrary: fc.array(leaf, { minLength: 2, maxLength: 3 }).map(of => allOf(...of)) }, { weight: 1, arbitrary: fc.array(leaf, { minLength: 2, maxLength: 3 }).map(of => ({ kind: 'any' as const, of })) }, { weight: 1, arbitrary: leaf.map(of => ({ kind: 'not' as const, of })) });
};

const ruleFor = (subject: keyof typeof leaves): fc.Arbitrary<RuleInput> => fc.record({
  condition: conditionOf(subject), recovery: fc.option(conditionOf(subject), { freq: 4 }), forMs: fc.constantFrom(0, 0, 10_000, 45_000, 300_000), holdMs: fc.constantFrom(0, 0, 60_000),
  noData: fc.constantFrom('keep' as const, 'keep' as const, 'end' as const, 'fire' as const), noDataMs: fc.constantFrom(60_000, 1_800_000),
}).map(given => RuleInput.parse({ name: 'Rehearsed', severity: 'high', subject, ...given })).filter(({ recovery }) => recovery === null || !neverHolds({ subject, condition: recovery, parameters: [] }, new Float64Array()));

const liveThings = { device: () => liveDevice(1), interface: livePort, check: liveCheck, branch: liveBranch };
const sampled = { device: [['ping', '', 10_000], ['cpu', '', 60_000]], interface: [['if-status', '3', 60_000], ['if-in', '3', 60_000], ['if-in-errors', '3', 60_000], ['if-out-errors', '3', 120_000]], check: [['check-time', '00000000-0000-4000-8000-0000000000c1', 60_000], ['check-value', '00000000-0000-4000-8000-0000000000c1', 60_000]], branch: [] } as const;

const storedFor = (subject: keyof typeof leaves): fc.Arbitrary<Stored> => fc.record({
  samples: fc.tuple(...sampled[subject].map(([metric, object, everyMs]) => samplesArbitrary(metric, everyMs).map(samples => [`${metric}/${object}`, samples] as const))).map(all => new Map(all)),
  lives: subject === 'branch' ? fc.array(life, { minLength: 3, maxLength: 3 }) : life.map(one => [one]),
});

function compiledFrom(input: RuleInput): { readonly compiled: CompiledRule; readonly tracks: readonly Metric[] } {
  const { rule, tracks } = rehearsable(ruleOf(RuleId.parse('rehearsed'), false, input));
  return { compiled: compileRule(rule, flapChanges), tracks };
}

/** A recovery that can never come is refused when a rule is saved. */
function makesSense(input: RuleInput): boolean {
  try {
    compiledFrom(input);
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

for (const subject of ['device', 'interface', 'check', 'branch'] as const) {
  test(`of any rule about a ${subject}, and any history, a rehearsal finds what live would have found`, () => {
    fc.assert(fc.property(ruleFor(subject), storedFor(subject), fc.constantFrom(10_000, 60_000), (input, stored, stepMs) => {
      fc.pre(makesSense(input));
      const { compiled, tracks } = compiledFrom(input);
      expect(rehearse(liveThings[subject](), compiled, tracks, stored, stepMs).firings).toEqual(live(liveThings[subject](), compiled, tracks, stored, stepMs));
    }), { numRuns: 60 });
  });
}

test('every `for` of one pass is as a rule with that `for` of its own', () => {
  fc.assert(fc.property(ruleFor('device'), storedFor('device'), (input, stored) => {
    const { compiled, tracks } = compiledFrom(input);
    const fired = (firings: readonly Firing[]): object => ({ fired: firings.length, totalMs: firings.reduce((sum, each) => sum + (each.to ?? to) - each.from, 0) });
    expect(rehearse(liveDevice(1), compiled, tracks, stored, 60_000).byFor).toEqual(forsOf(compiled.rule).map(forMs => fired(live(liveDevice(1), compiledFrom({ ...input, forMs }).compiled, tracks, stored, 60_000))));
  }), { numRuns: 10 });
});

test('hours in which the condition cannot hold are not read', () => {
  const everyMs = 10_000;
  const count = (hours * hourMs) / everyMs;
  const at = Float64Array.from({ length: count }, (_, i) => start + i * everyMs);
  const slowHour = (each: number): boolean => each >= start + 3 * hourMs && each < start + 3 * hourMs + 600_000;
  const stored: Stored = { samples: new Map([['ping/', { at, outcome: new Uint8Array(count), value: at.map(each => (slowHour(each) ? 300_000 : 20_000)) }]]), lives: [{ events: [{ at: start, kind: 'up' }], blind: [] }] };
  const { compiled, tracks } = compiledFrom(RuleInput.parse({ name: 'Slow', severity: 'high', subject: 'device', condition: allOf(is('state', 'up'), compare('rtt', '>', 100, 'ms', { windowMs: 60_000, aggregate: 'median' })) }));
  const { firings, needs } = rehearse(liveDevice(1), compiled, tracks, stored, 10_000);
  expect({ firings, hours: needs.map(({ fromHour, toHour }) => [fromHour - start / hourMs, toHour - start / hourMs]) }).toEqual({
    firings: [{ from: start + 3 * hourMs + 30_000, to: start + 3 * hourMs + 620_000, value: 'median RTT 300 ms over 1 min, more than 100 ms' }],
    hours: [[2, 5]],
  });
});
