import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RuleInput, type Condition } from '../../../shared/model/rule.ts';
import { conditionOf, groupDraft, newComparison, withMetric } from './condition-draft.ts';
import { newParameter, newRule, ruleDraft, ruleOf, withoutParameter, withSubject } from './rule-draft.ts';

const latency: Condition = { kind: 'compare', metric: 'rtt', aggregate: 'median', windowMs: 60_000, op: '>', value: { parameter: 'limit' }, unit: 'ms' };
const stored = RuleInput.parse({
  name: 'Slow', severity: 'medium', subject: 'device', forMs: 60_000, condition: { kind: 'all', of: [latency, { kind: 'not', of: { kind: 'is', metric: 'state', words: ['down'] } }] },
  recovery: { kind: 'compare', metric: 'rtt', aggregate: 'p95', windowMs: 300_000, op: '<', value: 100, unit: 'ms' },
  parameters: [{ name: 'limit', value: 200, unit: 'ms' }], overrides: [{ scope: { branches: ['Poti'] }, values: { limit: 400 } }],
});

test('a stored rule that nobody changes goes back as it was', () => {
  expect(ruleOf(ruleDraft(stored))).toEqual(stored);
});

test('whatever its shape, a condition that was edited once keeps its meaning and its form', () => {
  const leaf = fc.constantFrom<Condition>({ kind: 'is', metric: 'state', words: ['up'] }, { kind: 'compare', metric: 'cpu', op: '>', value: 90, unit: '%' });
  const { tree } = fc.letrec<{ tree: Condition }>(tie => ({
    tree: fc.oneof({ maxDepth: 4 }, leaf, fc.record({ kind: fc.constantFrom('all' as const, 'any' as const), of: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }), fc.record({ kind: fc.constant('not' as const), of: tie('tree') })),
  }));
  const holds = (condition: Condition, facts: ReadonlySet<string>): boolean => {
    switch (condition.kind) {
      case 'all':
        return condition.of.every(each => holds(each, facts));
      case 'any':
        return condition.of.some(each => holds(each, facts));
      case 'not':
        return !holds(condition.of, facts);
      default:
        return facts.has(condition.metric);
    }
  };
  const edited = (condition: Condition) => conditionOf('device', groupDraft(condition, name => name), () => undefined);
  fc.assert(fc.property(tree, fc.subarray(['state', 'cpu']), (condition, facts) => {
    const once = edited(condition);
    if (typeof once === 'string') throw new Error(once);
    expect([holds(once, new Set(facts)), edited(once)]).toEqual([holds(condition, new Set(facts)), once]);
  }));
});

test('what is missing is named before the engine is asked', () => {
  const draft = ruleDraft(stored);
  const [first] = draft.condition.of;
  const broken = [
    { ...draft, condition: { ...draft.condition, of: [newComparison('device', 'rtt')] } },
    { ...draft, condition: { ...draft.condition, of: [newComparison('device', 'state')] } },
    { ...draft, condition: { ...draft.condition, of: [] } },
    { ...draft, condition: { ...draft.condition, of: first?.kind === 'compare' ? [{ ...first, window: { amount: '', unit: 'min' as const } }] : [] } },
    { ...draft, for: { amount: '', unit: 'min' as const } },
    { ...draft, parameters: draft.parameters.map(each => ({ ...each, value: '' })) },
    { ...draft, exceptions: draft.exceptions.map(each => ({ ...each, values: {} })) },
  ];
  expect(broken.map(ruleOf)).toEqual(['number', 'words', 'comparison', 'window', 'duration', 'parameter', 'exception']);
});

test('a parameter that is renamed is still meant by comparisons and exceptions', () => {
  const draft = ruleDraft(stored);
  const rule = ruleOf({ ...draft, parameters: draft.parameters.map(each => ({ ...each, name: 'most' })) });
  expect(typeof rule === 'string' ? rule : [JSON.stringify(rule.condition).includes('{"parameter":"most"}'), rule.overrides[0]?.values]).toEqual([true, { most: 400 }]);
});

test('a parameter that is removed leaves its number, and exceptions without numbers go', () => {
  const rule = ruleOf(withoutParameter(ruleDraft(stored), 'limit'));
  expect(typeof rule === 'string' ? rule : [JSON.stringify(rule.condition).includes('"value":200'), rule.parameters, rule.overrides]).toEqual([true, [], []]);
});

test('a new parameter has a name that is not taken', () => {
  const first = newParameter([], { value: 5, unit: 's' });
  expect([first, newParameter([first], { value: 6, unit: 's' }).name]).toEqual([{ key: 'limit', name: 'limit', value: 5, unit: 's' }, 'limit2']);
});

test('a rule about another subject keeps what that has too', () => {
  const kept = withSubject({ ...newRule, condition: { kind: 'group', mode: 'all', of: [newComparison('device', 'late-for'), newComparison('device', 'rtt')] } }, 'check');
  const fresh = withSubject(newRule, 'console');
  expect([kept.condition.of.map(each => each.kind !== 'group' && each.metric), fresh.condition.of.map(each => each.kind !== 'group' && each.metric)]).toEqual([['late-for'], ['alerting-late']]);
});

test('another metric keeps number and unit where they still measure the same', () => {
  const rtt = { ...newComparison('device', 'rtt'), value: 150, unit: 's' };
  const changed = rtt.kind === 'compare' ? [withMetric('device', rtt, 'jitter'), withMetric('device', rtt, 'loss')] : [];
  expect(changed.map(each => each.kind === 'compare' && [each.metric, each.value, each.unit])).toEqual([['jitter', 150, 's'], ['loss', 150, '%']]);
});
