import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DeviceId, RuleId } from '../../../shared/model/ids.ts';
import { aggregates, RuleInput, type Aggregate, type Condition, type Rule, type SubjectKind } from '../../../shared/model/rule.ts';
import { deviceStates } from '../../../shared/model/device.ts';
import { compileCondition, parametersOf } from './condition.ts';
import { forgetFigures } from './metrics.ts';
import { neverHolds } from './never.ts';
import { compileRule, ruleOf, whyNever } from './rule.ts';
import { DeviceThing } from './things.ts';

const min = 60_000;
type Op = '>' | '>=' | '<' | '<=' | '=' | '!=';
const compare = (metric: string, op: Op, value: number | { parameter: string }, unit: string, more: { windowMs?: number; aggregate?: Aggregate } = {}): Condition => ({ kind: 'compare', metric, op, value, unit, ...more });
const is = (metric: string, ...words: string[]): Condition => ({ kind: 'is', metric, words });
const all = (...of: Condition[]): Condition => ({ kind: 'all', of });
const any = (...of: Condition[]): Condition => ({ kind: 'any', of });
const not = (of: Condition): Condition => ({ kind: 'not', of });
const rtt = (op: Op, value: number, windowMs = min): Condition => compare('rtt', op, value, 'ms', { windowMs, aggregate: 'median' });
const loss = (op: Op, value: number): Condition => compare('loss', op, value, '%', { windowMs: min });
const changes = (op: Op, value: number): Condition => compare('state-changes', op, value, '', { windowMs: min });

const never = (subject: SubjectKind, condition: Condition): boolean => neverHolds({ subject, condition, parameters: [] }, new Float64Array());

describe('can never hold', () => {
  test.each<[string, Condition, SubjectKind?]>([
    ['more than ten and less than five', all(rtt('>', 10), rtt('<', 5))],
    ['more than ten and at most ten', all(rtt('>', 10), rtt('<=', 10))],
    ['equal to two numbers', all(rtt('=', 1), rtt('=', 2))],
    ['equal and not', all(rtt('=', 1), rtt('!=', 1))],
    ['the same in other units', all(rtt('>', 2_000), compare('rtt', '<', 1, 's', { windowMs: min, aggregate: 'median' }))],
    ['a negative time', rtt('<', 0)],
    ['a share above the whole', loss('>', 100)],
    ['a disk that is free by more than the whole', compare('disk-free', '>', 100, '%'), 'console'],
    ['a count between two whole numbers', all(changes('>', 2), changes('<', 3))],
    ['half a count', changes('=', 2.5)],
    ['less than none', changes('<', 0)],
    ['two words at once', all(is('state', 'up'), is('state', 'down'))],
    ['a word and not that word', all(is('state', 'down'), not(is('state', 'down', 'up')))],
    ['none of the words that say something', not(is('state', 'up', 'degraded', 'down'))],
    ['none of the words at all', not(is('admin', 'up', 'down')), 'interface'],
    ['not any number', not(rtt('>=', 0))],
    ['neither of two that leave nothing', not(any(rtt('>', 10), rtt('<=', 10)))],
    ['either of two that cannot be', any(all(rtt('>', 10), rtt('<', 5)), loss('>', 100))],
    ['each way contradicts the rest', all(is('state', 'up'), any(is('state', 'down'), all(is('state', 'paused'), loss('>', 5))))],
    ['a contradiction deep inside', all(loss('>', 5), not(any(not(rtt('>', 10)), not(rtt('<', 5)))))],
  ])('%s', (_name, condition, subject = 'device') => expect(never(subject, condition)).toBe(true));
});

describe('can hold', () => {
  test.each<[string, Condition, SubjectKind?]>([
    ['a range', all(rtt('>', 5), rtt('<', 10))],
    ['one number', all(rtt('>=', 10), rtt('<=', 10))],
    ['other windows', all(rtt('>', 10), rtt('<', 5, 2 * min))],
    ['other aggregates', all(rtt('>', 10), compare('rtt', '<', 5, 'ms', { windowMs: min, aggregate: 'min' }))],
    ['either of two', any(rtt('>', 10), all(rtt('>', 10), rtt('<', 5)))],
    ['all lost', loss('>=', 100)],
    ['no loss', loss('<=', 0)],
    ['traffic above the speed that is told', compare('in-use', '>', 100, '%'), 'interface'],
    ['frost', compare('temperature', '<', 0, '°C')],
    ['a certificate that has expired', compare('certificate-left', '<', 0, 'd'), 'check'],
    ['a value below nothing', compare('value', '<', 0, ''), 'check'],
    ['a value between whole numbers', all(compare('value', '>', 2, ''), compare('value', '<', 3, '')), 'check'],
    ['a count from two to three', all(changes('>=', 2), changes('<', 3))],
    ['a word of several', all(is('state', 'up', 'down'), not(is('state', 'up')))],
    ['a word that says nothing, when it is asked for', is('state', 'unreachable')],
    ['not a contradiction', not(all(rtt('>', 10), rtt('<', 5)))],
    ['more ways than are gone through', all(...Array.from({ length: 10 }, () => any(rtt('<', 0), rtt('<', 0), rtt('<', 0))))],
  ])('%s', (_name, condition, subject = 'device') => expect(never(subject, condition)).toBe(false));
});

describe('a rule with parameters', () => {
  const ruleWith = (value: number, overrides: Rule['overrides'] = []): Rule => ruleOf(RuleId.parse('slow'), false, RuleInput.parse({ name: 'Slow', severity: 'low', subject: 'device', condition: loss('>', 0), parameters: [{ name: 'limit', value, unit: '%' }], overrides }));
  const condition = compare('loss', '>', { parameter: 'limit' }, '%', { windowMs: min });
  const asked = (value: number, overrides: Rule['overrides'] = []): string | null => whyNever(compileRule({ ...ruleWith(value, overrides), condition }, 5));
  const { scope } = ruleWith(1);
  test('is looked at with their values', () => expect([asked(50), asked(100)]).toEqual([null, 'Its condition contradicts itself: no value can fulfil it.']));
  test('may not have a recovery that never comes', () => {
    const recovery = compare('loss', '<', { parameter: 'limit' }, '%', { windowMs: min });
    const compiled = (value: number, overrides: Rule['overrides'] = []) => () => void compileRule({ ...ruleWith(value, overrides), recovery }, 5);
    const sentence = 'The recovery contradicts itself: no value can fulfil it, and the alert would never end.';
    expect(compiled(1)).not.toThrow();
    expect(compiled(0)).toThrow(sentence);
    expect(compiled(1, [{ scope, values: { limit: 0 } }])).toThrow(sentence);
  });
  test('can hold if it does by one exception', () => expect([asked(100, [{ scope, values: { limit: 50 } }]), asked(100, [{ scope, values: { limit: 120 } }])]).toEqual([null, 'Its condition contradicts itself: no value can fulfil it.']));
});

test('a condition of which it is said that it never holds holds for no device, whatever is read of it', () => {
  const op = fc.constantFrom<Op>('>', '>=', '<', '<=', '=', '!=');
  const windowMs = fc.constantFrom(min, 2 * min);
  const leaf: fc.Arbitrary<Condition> = fc.oneof(
    fc.tuple(op, fc.integer({ min: -1, max: 4 }), windowMs, fc.constantFrom(...aggregates)).map(([o, value, window, aggregate]) => compare('rtt', o, value, 'ms', { windowMs: window, aggregate })),
    fc.tuple(op, fc.constantFrom(-1, 0, 50, 100, 101), windowMs).map(([o, value, window]) => compare('loss', o, value, '%', { windowMs: window })),
    fc.tuple(op, fc.constantFrom(-1, 0, 0.5, 1, 2, 3), windowMs).map(([o, value, window]) => compare('state-changes', o, value, '', { windowMs: window })),
    fc.tuple(op, fc.integer({ min: -1, max: 3 })).map(([o, value]) => compare('failing-checks', o, value, '')),
    fc.tuple(op, fc.constantFrom(-1, 0, 10, 60)).map(([o, value]) => compare('down-for', o, value, 's')),
    fc.tuple(op, fc.constantFrom(-10, 0, 50, 100, 101), fc.constantFrom('cpu', 'temperature')).map(([o, value, metric]) => compare(metric, o, value, metric === 'cpu' ? '%' : '°C')),
    fc.subarray([...deviceStates], { minLength: 1 }).map(words => is('state', ...words)),
  );
  const { tree } = fc.letrec<{ tree: Condition }>(tie => ({
    tree: fc.oneof({ maxDepth: 3, depthSize: 'small', withCrossShrink: true }, leaf, tie('tree').map(not), fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map(of => all(...of)), fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map(of => any(...of))),
  }));
  const read = fc.record({
    state: fc.constantFrom(...deviceStates), pings: fc.array(fc.option(fc.integer({ min: 0, max: 4_000 })), { maxLength: 14 }), changes: fc.integer({ min: 0, max: 3 }), failingChecks: fc.integer({ min: 0, max: 3 }),
    downForMs: fc.constantFrom(0, 10_000, 60_000, 90_000), cpu: fc.option(fc.constantFrom(0, 50, 100)), temperature: fc.option(fc.constantFrom(-10, 0, 50)),
  });
  const now = Date.UTC(2026, 5, 1);
  let saidNever = 0;
  fc.assert(fc.property(tree, fc.array(read, { minLength: 1, maxLength: 12 }), (condition, readings) => {
    const rule = { subject: 'device' as const, condition, parameters: [] };
    if (!neverHolds(rule, parametersOf(rule, {}))) return;
    saidNever++;
    const compiled = compileCondition(rule, condition);
    const holding = readings.filter(({ state, pings, changes: changed, failingChecks, downForMs, cpu, temperature }) => {
      const thing = new DeviceThing({ id: DeviceId.parse('00000000-0000-4000-8000-000000000001'), internalId: 1, name: 'PC', address: '127.0.0.1', simulated: false, branchRouter: false, branchId: null, branch: null, region: null, type: 'other', tags: [], ispLink: false, enabled: true, intervalMs: 10_000, timeoutMs: 1_000, samplesPerS: 0.1 }, 64);
      thing.take({ state, since: now, downSince: state === 'down' ? now - downForMs : null, lastCheckAt: now, failingChecks, behindId: null }, now);
      pings.forEach((us, i) => thing.ring.add(now - (pings.length - 1 - i) * 10_000, us));
      for (let i = 0; i < changed; i++) thing.changes.push(now - i * 1_000);
      thing.vitals = { at: now, cpu, memory: null, disk: null, temperature };
      forgetFigures();
      return compiled.holds(thing, new Float64Array(), now) === true;
    });
    expect(holding).toEqual([]);
  }), { numRuns: 3_000 });
  expect(saidNever).toBeGreaterThan(100);
});
