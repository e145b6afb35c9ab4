/** The columns of the list of rules. */
import { severities, type RuleRow } from '../../../shared/model/rule.ts';
import { durationWords } from '../../ui/duration-draft.ts';
import { dash } from '../../ui/format.ts';
import type { Column } from '../../ui/grid-column.ts';
import { scopeWords } from '../../ui/scope-words.ts';
import type { Words } from '../../ui/shown-state.ts';
import { conditionWords } from './condition-words.ts';

/** The whole condition of a rule with how long it must hold, as a person reads it. */
export function ruleWords(rule: Pick<RuleRow, 'condition' | 'subject' | 'parameters' | 'forMs'>, t: Words): string {
  const condition = conditionWords(rule.condition, rule.subject, rule.parameters, t);
  return rule.forMs === 0 ? condition : t('words.for', { condition, duration: durationWords(rule.forMs) });
}

export function originWords(rule: Pick<RuleRow, 'builtIn' | 'changed'>, t: Words): string {
  return t(rule.builtIn ? (rule.changed ? 'origin.changed' : 'origin.builtIn') : 'origin.own');
}

/** `t` is of the "rules" texts; Georgian words are longer. */
export function ruleColumns(t: Words, language: string, nameOf: (deviceId: string) => string | undefined): readonly Column<RuleRow>[] {
  const isLong = language.startsWith('ka');
  // The console has no parts.
  const scope = (rule: RuleRow): string => (rule.subject === 'console' ? dash : scopeWords(rule.scope, t, nameOf));
  const never = (rule: RuleRow): boolean => rule.enabled && rule.never !== null;
  return [
    {
      id: 'on',
      header: t('column.on'),
      width: isLong ? 150 : 112,
      value: rule => (never(rule) ? 0 : rule.enabled ? 1 : 2),
      text: rule => t(never(rule) ? 'on.never' : rule.enabled ? 'on.on' : 'on.off'),
      cellClass: rule => (never(rule) ? 'state state-degraded' : rule.enabled ? 'state state-up' : 'state state-paused'),
      tooltip: rule => (never(rule) ? rule.never : null),
    },
    { id: 'severity', header: t('column.severity'), width: isLong ? 125 : 95, value: rule => severities.indexOf(rule.severity), text: rule => t(`common:severity.${rule.severity}`), cellClass: rule => `severity severity-${rule.severity}${rule.enabled ? '' : ' dimmed'}`, sort: 'asc' },
    { id: 'name', header: t('column.name'), width: isLong ? 130 : 190, grow: 2, value: rule => rule.name, text: rule => rule.name, tooltip: rule => rule.description || rule.name, cellClass: rule => (rule.enabled ? '' : 'dimmed') },
    { id: 'subject', header: t('column.subject'), width: isLong ? 125 : 85, value: rule => rule.subject, text: rule => t(`subject.${rule.subject}`) },
    {
      id: 'condition',
      header: t('column.condition'),
      width: isLong ? 190 : 250,
      grow: 5,
      value: rule => ruleWords(rule, t),
      // Why it never fires is worth more than a condition that is never met.
      text: rule => (never(rule) ? (rule.never ?? '') : ruleWords(rule, t)),
      tooltip: rule => ruleWords(rule, t),
      cellClass: rule => (never(rule) ? 'attention' : rule.enabled ? '' : 'dimmed'),
    },
    { id: 'scope', header: t('column.scope'), width: isLong ? 90 : 110, grow: 2, value: scope, text: scope, tooltip: scope },
    { id: 'subjects', header: t('column.subjects'), width: isLong ? 95 : 80, align: 'right', value: rule => rule.subjects, text: rule => String(rule.subjects) },
    { id: 'alerts', header: t('column.alerts'), width: isLong ? 60 : 65, align: 'right', value: rule => rule.openAlerts, text: rule => String(rule.openAlerts), cellClass: rule => (rule.openAlerts > 0 ? 'trouble figures' : 'dimmed figures') },
    { id: 'origin', header: t('column.origin'), width: isLong ? 115 : 125, value: rule => originWords(rule, t), text: rule => originWords(rule, t), cellClass: rule => (rule.builtIn && !rule.changed ? 'dimmed' : '') },
  ];
}
