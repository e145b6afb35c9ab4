import i18n from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import { RuleInput } from '../../../shared/model/rule.ts';
import { startTexts } from '../../i18n.ts';
import type { Words } from '../../ui/shown-state.ts';
import { firedSentence, isChangedSince, ownStep } from './rehearsal-figures.ts';

beforeAll(() => startTexts('en'));
const t: Words = (key, ...values) => i18n.getFixedT('en', 'rules')(key, ...values);

test('a rehearsal is one sentence: how often, where, how long', () => {
  const step = { forMs: 0, fired: 41, totalMs: 12_000_000, subjects: 14 };
  const said = [firedSentence(step, 'device', 9, t), firedSentence({ ...step, fired: 1, totalMs: 60_000, subjects: 1 }, 'interface', null, t), firedSentence({ ...step, fired: 0 }, 'device', 0, t), firedSentence(step, 'console', 0, t)];
  expect(said.map(each => each.replaceAll('\u00A0', ' '))).toEqual([
    'Would have fired 41 times at 9 branches; 3 h 20 min in all.', 'Would have fired once on 1 interface; 1 min in all.', 'Would not have fired.', 'Would have fired 41 times on this console; 3 h 20 min in all.',
  ]);
});

test("the slider begins at the rule's own time", () => {
  const steps = [0, 60_000, 300_000].map(forMs => ({ forMs }));
  expect([0, 60_000, 100_000, 900_000].map(forMs => ownStep(steps, forMs))).toEqual([0, 1, 1, 2]);
});

test('another time or name asks for no new rehearsal, another condition or scope does', () => {
  const rule = RuleInput.parse({ name: 'A', severity: 'low', subject: 'device', condition: { kind: 'compare', metric: 'cpu', op: '>', value: 90, unit: '%' } });
  const changed = [{ ...rule, name: 'B', forMs: 60_000, severity: 'high' as const }, { ...rule, condition: { kind: 'not' as const, of: rule.condition } }, { ...rule, scope: { ...rule.scope, branches: ['Poti'] } }];
  expect(changed.map(each => isChangedSince(rule, each))).toEqual([false, true, true]);
});
