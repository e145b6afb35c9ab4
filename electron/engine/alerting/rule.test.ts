import { describe, expect, test } from 'vitest';
import { RuleId } from '../../../shared/model/ids.ts';
import { RuleInput, type Condition, type Rule } from '../../../shared/model/rule.ts';
import { everything } from '../../../shared/model/scope.ts';
import { compileRule, refuseCircle, ruleOf } from './rule.ts';

const down: Condition = { kind: 'is', metric: 'state', words: ['down'] };
const rule = (id: string, given: Partial<Rule> = {}): Rule => ({ ...ruleOf(RuleId.parse(id), false, RuleInput.parse({ name: `Rule ${id}`, severity: 'low', subject: 'device', condition: down })), ...given });

describe('a rule that makes no sense is refused in one sentence', () => {
  test.each<[string, Partial<Rule>, string]>([
    ['a parameter twice', { parameters: [{ name: 'limit', value: 1, unit: '' }, { name: 'limit', value: 2, unit: '' }] }, 'The rule has two parameters "limit".'],
    ['an exception for what is no parameter', { overrides: [{ scope: everything, values: { limit: 1 } }] }, 'An exception gives a value for "limit", which is no parameter of the rule.'],
    ['interface patterns of devices', { scope: { ...everything, interfaces: ['Fa*'] } }, 'Interface patterns belong to rules about interfaces; this one is about a device.'],
    ['a scope of the console', { subject: 'console', condition: { kind: 'compare', metric: 'data-age', op: '>', value: 1, unit: 's' }, scope: { ...everything, regions: ['North'] } }, 'A rule about this console has no scope.'],
  ])('%s', (_name, given, sentence) => expect(() => compileRule(rule('a', given), 5)).toThrow(sentence));
});

describe('rules that leave each other out', () => {
  const yieldsTo = (...ids: string[]): Partial<Rule> => ({ yieldsTo: ids.map(id => RuleId.parse(id)) });
  const [b, c] = [rule('b', yieldsTo('c')), rule('c', yieldsTo('a', 'gone'))];
  test('in a circle are refused, and the circle is named', () => expect(() => refuseCircle([b, c], rule('a', yieldsTo('b')))).toThrow('These rules would leave each other out in a circle: "Rule a", "Rule b", "Rule c", "Rule a".'));
  test('itself as well', () => expect(() => refuseCircle([], rule('a', yieldsTo('a')))).toThrow('in a circle: "Rule a", "Rule a".'));
  test('in a line may stand', () => expect(() => refuseCircle([b, c], rule('d', yieldsTo('b')))).not.toThrow());
});
