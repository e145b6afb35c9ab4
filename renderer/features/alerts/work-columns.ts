/** The columns that alerts and incidents share. */
import type { Column } from '../../ui/grid-column.ts';
import { dash, formatDuration, formatMoment } from '../../ui/format.ts';
import type { Words } from '../../ui/shown-state.ts';
import { shortMoment } from './moment.ts';
import { byUrgency, durationMs, severityRank, suppressionDetail, workClass, workState, workWords, type Work } from './work-state.ts';

/** `t` is of the "alerts" texts; the widths fit the words of its language, of which the Georgian ones are longer. */
export function stateColumn<Row extends Work>(t: Words, isLong: boolean): Column<Row> {
  return {
    id: 'state', header: t('column.state'), width: isLong ? 206 : 188, ticks: true, sort: 'asc', compare: byUrgency,
    value: workState,
    text: (work, now) => workWords(work, t, now),
    cellClass: workClass,
    // The words too, as a narrow column cuts them.
    tooltip: work => [workWords(work, t, Date.now()), suppressionDetail(work.suppression)].filter(part => part !== null).join(': '),
  };
}

export function severityColumn<Row extends Work>(t: Words, isLong: boolean): Column<Row> {
  return { id: 'severity', header: t('column.severity'), width: isLong ? 126 : 92, value: severityRank, text: work => t(`common:severity.${work.severity}`), cellClass: work => `severity severity-${work.severity}` };
}

export function momentColumn<Row extends Work>(id: string, header: string, at: (work: Row) => number | null, hidden = false): Column<Row> {
  return {
    id, header, width: 98, hidden,
    value: at,
    text: (work, now) => {
      const when = at(work);
      return when === null ? dash : shortMoment(when, now);
    },
    tooltip: work => {
      const when = at(work);
      return when === null ? null : formatMoment(when, Date.now());
    },
    cellClass: () => 'figures',
  };
}

export function wordsColumn<Row extends Work>(id: string, header: string, width: number, of: (work: Row) => string | null): Column<Row> {
  return { id, header, width, value: of, text: work => of(work) || dash, tooltip: of };
}

export function durationColumn<Row extends Work>(header: string, width: number): Column<Row> {
  return {
    id: 'duration', header, width, align: 'right', ticks: true,
    value: work => work.since,
    compare: (a, b) => {
      const now = Date.now();
      return durationMs(a, now) - durationMs(b, now);
    },
    text: (work, now) => formatDuration(durationMs(work, now)),
    cellClass: () => 'figures',
  };
}
