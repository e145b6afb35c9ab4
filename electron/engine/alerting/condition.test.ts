import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DeviceId } from '../../../shared/model/ids.ts';
import type { Aggregate, Condition, Rule, SubjectKind } from '../../../shared/model/rule.ts';
import { compileCondition, parametersOf, type Holds } from './condition.ts';
import { forgetFigures } from './metrics.ts';
import { DeviceThing, type DeviceFacts, type Thing } from './things.ts';

const now = Date.UTC(2026, 5, 1);
const min = 60_000;

const facts: DeviceFacts = {
  id: DeviceId.parse('00000000-0000-4000-8000-000000000001'), internalId: 1, name: 'PC', address: '127.0.0.1', simulated: false, branchRouter: false, branchId: null, branch: null, region: null, type: 'other', tags: [], ispLink: false,
  enabled: true, intervalMs: 10_000, timeoutMs: 1_000, samplesPerS: 0.1,
};

/** With its pings, the newest last and ten seconds apart; it answers. */
function device(pingsUs: readonly (number | null)[] = [], given: Partial<DeviceFacts> = {}): DeviceThing {
  const thing = new DeviceThing({ ...facts, ...given }, 1_024);
  thing.take({ state: 'up', since: now - 1, downSince: null, lastCheckAt: now, failingChecks: 0, behindId: null }, now);
  pingsUs.forEach((us, i) => thing.ring.add(now - (pingsUs.length - 1 - i) * 10_000, us));
  return thing;
}

const compare = (metric: string, op: '>' | '>=' | '<' | '<=' | '=' | '!=', value: number | { parameter: string }, unit: string, more: { windowMs?: number; aggregate?: Aggregate } = {}): Condition => ({ kind: 'compare', metric, op, value, unit, ...more });
const is = (metric: string, ...words: string[]): Condition => ({ kind: 'is', metric, words });
const none: Rule['parameters'] = [];

function asked(condition: Condition, thing: Thing, parameters = none, values: Readonly<Record<string, number>> = {}): Holds {
  forgetFigures();
  return compileCondition({ subject: thing.kind, parameters }, condition).holds(thing, parametersOf({ parameters }, values), now);
}

describe('three values', () => {
  const yes = is('state', 'up');
  const no = is('state', 'down');
  const unknown = compare('cpu', '>', 0, '%');
  const not = (of: Condition): Condition => ({ kind: 'not', of });
  const all = (...of: Condition[]): Condition => ({ kind: 'all', of });
  const any = (...of: Condition[]): Condition => ({ kind: 'any', of });
  test.each<[string, Condition, Holds]>([
    ['not yes', not(yes), false], ['not no', not(no), true], ['not unknown', not(unknown), null],
    ['yes and yes', all(yes, yes), true], ['yes and no', all(yes, no), false], ['yes and unknown', all(yes, unknown), null], ['unknown and yes', all(unknown, yes), null], ['unknown and no', all(unknown, no), false], ['unknown and unknown', all(unknown, unknown), null],
    ['no or no', any(no, no), false], ['yes or no', any(yes, no), true], ['unknown or yes', any(unknown, yes), true], ['unknown or no', any(unknown, no), null], ['no or unknown', any(no, unknown), null],
    ['not (unknown or no)', not(any(unknown, no)), null], ['not (unknown and no)', not(all(unknown, no)), true],
  ])('%s', (_name, condition, holds) => expect(asked(condition, device())).toBe(holds));
});

describe('a value that is missing decides nothing', () => {
  const held = (state: 'unreachable' | 'not-observed' | 'no-data' | 'paused'): DeviceThing => {
    const thing = device([20_000, 20_000, 20_000, 20_000, 20_000, 20_000]);
    thing.take({ ...thing.reading, state }, now);
    return thing;
  };
  test.each<[string, Condition]>([
    ['round trips', compare('rtt', '<', 1_000, 's', { windowMs: min, aggregate: 'avg' })],
    ['their median', compare('rtt', '<', 1_000, 's', { windowMs: min, aggregate: 'median' })],
    ['loss', compare('loss', '>=', 0, '%', { windowMs: min })],
    ['jitter', compare('jitter', '>=', 0, 'ms', { windowMs: min })],
    ['how long it is down', compare('down-for', '>=', 0, 's')],
    ['its checks', compare('failing-checks', '>=', 0, '')],
    ['its state, asked for another', is('state', 'up')],
  ])('%s of a device that is cut off', (_name, condition) => expect((['unreachable', 'not-observed', 'no-data', 'paused'] as const).map(state => asked(condition, held(state)))).toEqual([null, null, null, null]));
  test('a condition may ask for just that', () => expect(asked(is('state', 'unreachable'), held('unreachable'))).toBe(true));
  test('nothing was answered', () => expect(asked(compare('rtt', '>', 0, 'ms', { windowMs: min, aggregate: 'max' }), device([null, null, null, null, null, null]))).toBe(null));
  test('readings of SNMP that are old', () => {
    const thing = device();
    thing.vitals = { at: now - 11 * min, cpu: 99, memory: null, disk: null, temperature: null };
    const old = asked(compare('cpu', '>', 90, '%'), thing);
    thing.vitals = { at: now - 9 * min, cpu: 99, memory: null, disk: null, temperature: null };
    expect([old, asked(compare('cpu', '>', 90, '%'), thing), asked(compare('memory', '>', 90, '%'), thing)]).toEqual([null, true, null]);
  });
});

describe('a window that is not full', () => {
  const loss = (op: '>' | '<', value: number): Condition => compare('loss', op, value, '%', { windowMs: 5 * min });
  test.each<[string, Condition, readonly (number | null)[], Holds]>([
    ['one lost of two may still be little', loss('>', 10), [20_000, null], null],
    ['what is lost already is enough', loss('>', 10), [null, null, null, null], true],
    ['what is missing may still be lost', loss('<', 50), [20_000, 20_000], null],
    ['what is missing cannot make it so much', loss('<', 99), [20_000, 20_000], true],
    ['one round less is full', loss('>', 3), [...Array.from({ length: 28 }, () => 20_000), null], true],
    ['a median of few says nothing', compare('rtt', '>', 100, 'ms', { windowMs: min, aggregate: 'median' }), [300_000, 300_000, 300_000], null],
    ['nor does it say that all is well', compare('rtt', '<', 100, 'ms', { windowMs: min, aggregate: 'median' }), [20_000, 20_000, 20_000], null],
  ])('%s', (_name, condition, pings, holds) => expect(asked(condition, device(pings))).toBe(holds));
  test('of a device that is asked more seldom than the window is long two pings are enough', () => expect(asked(compare('rtt', '>', 100, 'ms', { windowMs: min, aggregate: 'median' }), device([300_000, 300_000], { intervalMs: 5 * min, samplesPerS: 1 / 300 }))).toBe(true));
});

describe('what makes no sense is said in one sentence', () => {
  const limit = [{ name: 'limit', value: 10, unit: 'ms' }];
  const deep = (levels: number): Condition => (levels === 0 ? is('state', 'up') : { kind: 'not', of: deep(levels - 1) });
  test.each<[string, Condition, string, { subject?: SubjectKind; parameters?: Rule['parameters'] }?]>([
    ['an unknown metric', compare('colour', '>', 1, ''), 'There is no metric "colour" of a device.'],
    ['a metric of something else', compare('errors', '>', 1, '/s'), 'There is no metric "errors" of a device.'],
    ['a name from the language', compare('constructor', '>', 1, ''), 'There is no metric "constructor" of a device.'],
    ['an unknown word metric', is('colour', 'red'), 'There is no metric "colour" of a device.'],
    ['a wrong unit', compare('loss', '>', 1, 'ms', { windowMs: min }), '"loss" is not measured in "ms".'],
    ['no window', compare('loss', '>', 1, '%'), '"loss" is taken over a window of time; say how long.'],
    ['a window where none belongs', compare('down-for', '>', 1, 's', { windowMs: min }), '"down-for" is looked at as it is now; leave the window out.'],
    ['no aggregate', compare('rtt', '>', 1, 'ms', { windowMs: min }), 'Say what is taken of "rtt" over its window: min, avg, median, p95 or max.'],
    ['an aggregate where none belongs', compare('loss', '>', 1, '%', { windowMs: min, aggregate: 'avg' }), '"loss" is one number; avg cannot be taken of it.'],
    ['an aggregate without a window', compare('rtt', '>', 1, 'ms', { aggregate: 'avg' }), '"rtt" is taken over a window of time; say how long.'],
    ['an unknown word', is('state', 'up', 'sleepy'), '"state" is never "sleepy"; it is one of: '],
    ['a word that is compared', compare('state', '>', 1, ''), '"state" is a word: choose from its words.'],
    ['a number that is a word', is('rtt', 'slow'), '"rtt" is a number: compare it with one.'],
    ['a parameter that is missing', compare('down-for', '>', { parameter: 'after' }, 's'), 'The condition names a parameter "after" that the rule does not have.', { parameters: limit }],
    ['a parameter in a wrong unit', compare('loss', '>', { parameter: 'limit' }, '%', { windowMs: min }), 'The parameter "limit" is in "ms", which "loss" is not measured in.', { parameters: limit }],
    ['nested too deep', deep(8), 'A condition can be nested 8 deep.'],
    ['too many parts', { kind: 'all', of: Array.from({ length: 5 }, () => ({ kind: 'all' as const, of: Array.from({ length: 12 }, () => is('state', 'up')) })) }, 'A condition has at most 60 parts.'],
  ])('%s', (_name, condition, sentence, { subject = 'device', parameters = none } = {}) => expect(() => compileCondition({ subject, parameters }, condition)).toThrow(sentence));
  test('seven nots are deep enough', () => expect(asked(deep(7), device())).toBe(false));
});

describe('what holds is said with its value', () => {
  const said = (condition: Condition, thing: Thing, parameters = none): string[] => {
    forgetFigures();
    return compileCondition({ subject: thing.kind, parameters }, condition).found(thing, parametersOf({ parameters }, {}), now);
  };
  const slow = device(Array.from({ length: 7 }, () => 231_000));
  const down = device();
  down.take({ ...down.reading, state: 'down', downSince: now - 252_000 }, now);
  test.each<[string, Condition, Thing, string[]]>([
    ['a median', compare('rtt', '>', 200, 'ms', { windowMs: min, aggregate: 'median' }), slow, ['median RTT 231 ms over 1 min, more than 200 ms']],
    ['in another unit', compare('rtt', '>', 0.2, 's', { windowMs: min, aggregate: 'max' }), slow, ['max RTT 231 ms over 1 min, more than 200 ms']],
    ['a time', { kind: 'all', of: [is('state', 'down'), compare('down-for', '>=', 10, 's')] }, down, ['is down', 'down for 4 min 12 s, at least 10 s']],
    ['a loss', compare('loss', '>', 10, '%', { windowMs: 5 * min }), device(Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? null : 20_000))), ['loss 33.3 % over 5 min, more than 10 %']],
    ['only what holds of several', { kind: 'any', of: [is('state', 'down'), compare('rtt', '>', 200, 'ms', { windowMs: min, aggregate: 'avg' })] }, slow, ['avg RTT 231 ms over 1 min, more than 200 ms']],
    ['nothing of what does not hold', { kind: 'not', of: is('state', 'down') }, slow, []],
  ])('%s', (_name, condition, thing, words) => expect(said(condition, thing)).toEqual(words));
});

test('a parameter counts in its own unit, and an exception in the same', () => {
  const thing = device();
  thing.take({ ...thing.reading, state: 'down', downSince: now - 90_000 }, now);
  const parameters = [{ name: 'other', value: 1, unit: '%' }, { name: 'after', value: 1, unit: 'min' }];
  const condition = compare('down-for', '>=', { parameter: 'after' }, 's');
  expect([asked(condition, thing, parameters), asked(condition, thing, parameters, { after: 2 }), asked(condition, thing, parameters, { after: 1.5 })]).toEqual([true, false, true]);
});

test('for any pings and any limit a condition on a quantile agrees with the sorted value', () => {
  const operators = { '>': (a: number, b: number) => a > b, '>=': (a: number, b: number) => a >= b, '<': (a: number, b: number) => a < b, '<=': (a: number, b: number) => a <= b, '=': (a: number, b: number) => a === b, '!=': (a: number, b: number) => a !== b };
  const ping = fc.option(fc.integer({ min: 0, max: 40 }).map(ms => ms * 1_000));
  fc.assert(fc.property(fc.array(ping, { minLength: 6, maxLength: 30 }), fc.constantFrom('>' as const, '>=' as const, '<' as const, '<=' as const, '=' as const, '!=' as const), fc.integer({ min: 0, max: 40 }), fc.constantFrom('median' as const, 'p95' as const), (pings, op, limit, aggregate) => {
    const inWindow = pings.slice(-6).flatMap(us => us ?? []).sort((a, b) => a - b);
    const value = inWindow[Math.max(0, Math.ceil((aggregate === 'median' ? 0.5 : 0.95) * inWindow.length) - 1)];
    expect(asked(compare('rtt', op, limit, 'ms', { windowMs: min, aggregate }), device(pings))).toBe(value === undefined ? null : operators[op](value / 1_000, limit));
  }));
});

test('several windows looked at together are what each is alone', () => {
  const ping = fc.option(fc.integer({ min: 0, max: 40_000 }));
  fc.assert(fc.property(fc.array(ping, { minLength: 1, maxLength: 70 }), fc.shuffledSubarray([10_000, 60_000, 120_000, 300_000, 600_000], { minLength: 1 }), (pings, windowsMs) => {
    const thing = device(pings, { samplesPerS: 0 });
    const conditions = windowsMs.flatMap(windowMs => [compare('rtt', '>', 20, 'ms', { windowMs, aggregate: 'avg' }), compare('loss', '>', 30, '%', { windowMs }), compare('jitter', '>', 10, 'ms', { windowMs })]);
    const alone = conditions.map(condition => asked(condition, thing));
    forgetFigures();
    expect(conditions.map(condition => compileCondition({ subject: 'device', parameters: none }, condition).holds(thing, new Float64Array(), now))).toEqual(alone);
  }));
});
