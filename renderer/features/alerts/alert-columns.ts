/** The columns of the alert list. */
import type { TFunction } from 'i18next';
import type { AlertRow } from '../../../shared/model/alert.ts';
import { dash, formatDuration, formatMoment } from '../../ui/format.ts';
import type { Column } from '../../ui/grid-column.ts';
import { byUrgency, durationMs, severityRank, stateOf, type AlertState } from './alert-view.ts';
import { shortMoment } from './moment.ts';

/** Ended alerts are history: quiet. */
export const stateClasses: Readonly<Record<AlertState, string>> = { open: 'state state-down', acknowledged: 'state state-known-down', ended: 'state state-up' };

/** `t` is of the "alerts" texts; the widths fit the words of its language, of which the Georgian ones are longer. */
export function alertColumns(t: TFunction<'alerts'>, language: string): readonly Column<AlertRow>[] {
  const isLong = language.startsWith('ka');
  const moment = (id: string, at: (alert: AlertRow) => number | null, hidden = false): Column<AlertRow> => ({
    id,
    header: t(`column.${id}`),
    width: 110,
    hidden,
    value: at,
    text: (alert, now) => {
      const when = at(alert);
      return when === null ? dash : shortMoment(when, now);
    },
    tooltip: alert => {
      const when = at(alert);
      return when === null ? null : formatMoment(when, Date.now());
    },
    cellClass: () => 'figures',
  });
  const words = (id: string, width: number, of: (alert: AlertRow) => string | null): Column<AlertRow> => ({
    id,
    header: t(`column.${id}`),
    width,
    value: of,
    text: alert => of(alert) || dash,
    tooltip: of,
  });
  return [
    { id: 'state', header: t('column.state'), width: isLong ? 165 : 140, value: stateOf, text: alert => t(`state.${stateOf(alert)}`), cellClass: alert => stateClasses[stateOf(alert)], compare: byUrgency, sort: 'asc' },
    { id: 'severity', header: t('column.severity'), width: isLong ? 125 : 100, value: severityRank, text: alert => t(`common:severity.${alert.severity}`), cellClass: alert => `severity severity-${alert.severity}${alert.clearedAt === null ? '' : ' dimmed'}` },
    { ...words('device', 150, alert => alert.deviceName), grow: 3 },
    { ...words('address', 125, alert => alert.address), cellClass: () => 'figures' },
    { ...words('branch', 100, alert => alert.branch), grow: 1 },
    moment('since', alert => alert.since),
    {
      id: 'duration',
      header: t('column.duration'),
      width: isLong ? 130 : 110,
      align: 'right',
      ticks: true,
      value: alert => alert.since,
      compare: (a, b) => {
        const now = Date.now();
        return durationMs(a, now) - durationMs(b, now);
      },
      text: (alert, now) => formatDuration(durationMs(alert, now)),
      cellClass: () => 'figures',
    },
    moment('raised', alert => alert.raisedAt, true),
    moment('ended', alert => alert.clearedAt, true),
    words('acknowledgedBy', 110, alert => alert.acknowledgedBy),
    { ...words('note', 110, alert => alert.note), grow: 2 },
  ];
}
