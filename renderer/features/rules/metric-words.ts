/** What a condition can look at, in words: metrics, the words they have as values, and units. */
import { metricOf, metricsOfSubject, units, type Quantity, type SubjectKind } from '../../../shared/model/rule.ts';
import type { Words } from '../../ui/shown-state.ts';

/** Names of the metrics of a subject, in the order of the catalogue. */
export const metricNames = (subject: SubjectKind): readonly string[] => Object.keys(metricsOfSubject[subject]);

/** A metric that there is not is called by its own name. `t` is of the "rules" texts. */
export const metricWords = (subject: SubjectKind, metric: string, t: Words): string => (metricOf(subject, metric) ? t(`metric.${subject}.${metric}`) : metric);

export const wordWords = (word: string, t: Words): string => t(`word.${word}`);

/** Only time is written in the language's own way. */
export function unitWords(unit: string, t: Words): string {
  switch (unit) {
    case 'ms':
      return t('common:units.millisecond');
    case 's':
      return t('common:units.second');
    case 'min':
      return t('common:units.minute');
    case 'h':
      return t('common:units.hour');
    case 'd':
      return t('common:units.day');
    case '/s':
      return `/${t('common:units.second')}`;
    case '/min':
      return `/${t('common:units.minute')}`;
    default:
      return unit;
  }
}

export const unitsOf = (quantity: Quantity): readonly string[] => Object.keys(units[quantity]);

/** In which a person is likely to think: what a comparison begins with. */
const usualUnits: Readonly<Record<string, string>> = { 'down-for': 's', 'late-for': 'min', 'snmp-silent-for': 'min', 'failing-for': 'min', 'certificate-left': 'd', 'alerting-late': 's', 'data-age': 'min', 'writer-behind': 's', 'sync-failing-for': 'min', 'notifications-failing-for': 'min', 'in-rate': 'Mbit/s', 'out-rate': 'Mbit/s' };

export function usualUnit(metric: string, quantity: Quantity): string {
  return usualUnits[metric] ?? unitsOf(quantity)[0] ?? '';
}
