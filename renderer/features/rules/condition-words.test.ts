import i18n from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import { metricsOfSubject, subjectKinds, units, type Condition, type MetricKind } from '../../../shared/model/rule.ts';
import { languages, startTexts } from '../../i18n.ts';
import type { Words } from '../../ui/shown-state.ts';
import { conditionWords } from './condition-words.ts';
import { metricWords, unitWords, wordWords } from './metric-words.ts';

beforeAll(() => startTexts('en'));

const en: Words = (key, ...values) => i18n.getFixedT('en', 'rules')(key, ...values);
const ka: Words = (key, ...values) => i18n.getFixedT('ka', 'rules')(key, ...values);
const latency: Condition = { kind: 'compare', metric: 'rtt', aggregate: 'median', windowMs: 60_000, op: '>', value: 200, unit: 'ms' };
const loss: Condition = { kind: 'compare', metric: 'loss', windowMs: 300_000, op: '>=', value: 10, unit: '%' };
const up: Condition = { kind: 'is', metric: 'state', words: ['up', 'degraded'] };

test('a comparison is said with its aggregate, its window and its unit', () => {
  const downFor: Condition = { kind: 'compare', metric: 'down-for', op: '>', value: 10, unit: 's' };
  const said = [latency, loss, downFor].map(each => conditionWords(each, 'device', [], en));
  expect(said).toEqual(['median RTT over 1 min > 200 ms', 'loss over 5 min ≥ 10 %', 'time down > 10 s']);
});

test('lists within lists stand in brackets, a list of one does not', () => {
  const said = ([{ kind: 'all', of: [latency, { kind: 'any', of: [loss, { kind: 'not', of: up }] }] }, { kind: 'any', of: [{ kind: 'all', of: [loss] }] }] satisfies Condition[]).map(each => conditionWords(each, 'device', [], en));
  expect(said).toEqual(['median RTT over 1 min > 200 ms and (loss over 5 min ≥ 10 % or not (state is up or degraded))', 'loss over 5 min ≥ 10 %']);
});

test('a parameter is said with what it stands for', () => {
  const said = (parameters: { name: string; value: number }[]): string => conditionWords({ ...latency, value: { parameter: 'limit' } }, 'device', parameters, en);
  expect([said([{ name: 'limit', value: 150 }]), said([])]).toEqual(['median RTT over 1 min > 150 ms (limit)', 'median RTT over 1 min > limit']);
});

test('rates and counts are written without a gap or a unit', () => {
  const said = [{ metric: 'errors', op: '>', value: 5, unit: '/min' }, { metric: 'status-changes', op: '>=', value: 3, unit: '', windowMs: 300_000 }] as const;
  expect(said.map(each => conditionWords({ kind: 'compare', ...each }, 'interface', [], en))).toEqual(['errors > 5/min', 'status changes over 5 min ≥ 3']);
});

test('Georgian says the same in its own order', async () => {
  await i18n.changeLanguage('ka');
  const said = conditionWords({ kind: 'all', of: [latency, up] }, 'device', [], ka);
  await i18n.changeLanguage('en');
  expect(said).toBe('RTT (მედიანა, ბოლო 1 წთ) > 200 მწმ და მდგომარეობა: მუშაობს ან დაქვეითებულია');
});

test('every metric, every word and every unit has a text in both languages', () => {
  const missing = languages.flatMap(language => {
    const t: Words = (key, ...values) => i18n.getFixedT(language, 'rules')(key, ...values);
    const metrics = subjectKinds.flatMap(subject => Object.entries<MetricKind>(metricsOfSubject[subject]).flatMap(([name, kind]) => [metricWords(subject, name, t), ...(kind.is === 'word' ? kind.words.map(word => wordWords(word, t)) : [])]));
    const said = [...metrics, ...Object.values(units).flatMap(of => Object.keys(of)).map(unit => unitWords(unit, t))];
    // A text that is not there is its own key.
    return said.filter(text => /^(metric|word|units)\./.test(text));
  });
  expect(missing).toEqual([]);
});
