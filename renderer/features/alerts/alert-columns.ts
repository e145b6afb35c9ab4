/** The columns of the alert list. */
import type { AlertRow } from '../../../shared/model/alert.ts';
import type { Column } from '../../ui/grid-column.ts';
import type { Words } from '../../ui/shown-state.ts';
import { durationColumn, momentColumn, severityColumn, stateColumn, wordsColumn } from './work-columns.ts';

/** `t` is of the "alerts" texts. */
export function alertColumns(t: Words, language: string): readonly Column<AlertRow>[] {
  const isLong = language.startsWith('ka');
  const words = (id: string, width: number, of: (alert: AlertRow) => string | null): Column<AlertRow> => wordsColumn(id, t(`column.${id}`), width, of);
  const moment = (id: string, at: (alert: AlertRow) => number | null, hidden = false): Column<AlertRow> => momentColumn(id, t(`column.${id}`), at, hidden);
  return [
    stateColumn(t, isLong),
    severityColumn(t, isLong),
    { ...words('subject', 146, alert => alert.subjectName), grow: 3 },
    { ...words('rule', 110, alert => alert.ruleName), grow: 2, tooltip: alert => `${alert.ruleName}: ${alert.value}` },
    { ...words('value', 160, alert => alert.value), grow: 2, hidden: true },
    { ...words('address', 125, alert => alert.address), cellClass: () => 'figures', hidden: true },
    { ...words('branch', 92, alert => alert.branch), grow: 1 },
    { ...words('region', 96, alert => alert.region), hidden: true },
    moment('since', alert => alert.since),
    durationColumn(t('column.duration'), isLong ? 122 : 108),
    moment('raised', alert => alert.raisedAt, true),
    moment('closed', alert => alert.clearedAt, true),
    words('assignee', 92, alert => alert.assignee),
    { ...words('acknowledgedBy', 104, alert => alert.acknowledgedBy), hidden: true },
    { ...words('note', 96, alert => alert.note), grow: 1 },
  ];
}
