/** A condition in words: "median RTT over 1 min > 200 ms and (state is up or degraded)". */
import { metricOf, type Condition, type RuleInput, type SubjectKind } from '../../../shared/model/rule.ts';
import { durationWords } from '../../ui/duration-draft.ts';
import type { Words } from '../../ui/shown-state.ts';
import { metricWords, unitWords, wordWords } from './metric-words.ts';

type Compare = Extract<Condition, { kind: 'compare' }>;
/** What a parameter stands for where nothing else is said. */
type Parameters = readonly Pick<RuleInput['parameters'][number], 'name' | 'value'>[];

export const operators: Readonly<Record<Compare['op'], string>> = { '>': '>', '>=': '≥', '<': '<', '<=': '≤', '=': '=', '!=': '≠' };

/** `t` is of the "rules" texts. */
export function conditionWords(condition: Condition, subject: SubjectKind, parameters: Parameters, t: Words): string {
  return words(condition, false);

  /** `within`: beside others, where a list of its own needs brackets. */
  function words(each: Condition, within: boolean): string {
    switch (each.kind) {
      case 'compare':
        return comparison(each, subject, parameters, t);
      case 'is':
        return t('words.is', { metric: metricWords(subject, each.metric, t), words: each.words.map(word => wordWords(word, t)).join(` ${t('words.or')} `) });
      case 'all':
      case 'any': {
        const alone = each.of.length === 1;
        const text = each.of.map(part => words(part, within || !alone)).join(` ${t(each.kind === 'all' ? 'words.and' : 'words.or')} `);
        return within && !alone ? `(${text})` : text;
      }
      case 'not':
        return t('words.not', { condition: words(each.of, false) });
      default:
        return each satisfies never;
    }
  }
}

function comparison({ metric, aggregate, windowMs, op, value, unit }: Compare, subject: SubjectKind, parameters: Parameters, t: Words): string {
  const name = metricWords(subject, metric, t);
  const kind = metricOf(subject, metric);
  const window = windowMs === undefined ? '' : durationWords(windowMs);
  const left =
    windowMs === undefined || (kind?.is === 'number' && kind.over === 'now') ? name : aggregate === undefined ? t('words.over', { metric: name, window }) : t('words.aggregate', { metric: name, aggregate: t(`aggregate.${aggregate}`), window });
  return `${left} ${operators[op]} ${threshold(value, unit, parameters, t)}`;
}

function threshold(value: Compare['value'], unit: string, parameters: Parameters, t: Words): string {
  const figure = (number: number): string => [String(number), unitWords(unit, t)].join(unit.startsWith('/') ? '' : ' ').trim();
  if (typeof value === 'number') return figure(value);
  const parameter = parameters.find(({ name }) => name === value.parameter);
  return parameter ? `${figure(parameter.value)} (${parameter.name})` : value.parameter;
}
