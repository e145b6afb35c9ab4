/** The columns of the incident list. */
import type { IncidentRow } from '../../../shared/model/incident.ts';
import type { Column } from '../../ui/grid-column.ts';
import type { Words } from '../../ui/shown-state.ts';
import { durationColumn, momentColumn, severityColumn, stateColumn, wordsColumn } from './work-columns.ts';

/** `t` is of the "alerts" texts. */
export function incidentColumns(t: Words, language: string): readonly Column<IncidentRow>[] {
  const isLong = language.startsWith('ka');
  const words = (id: string, width: number, of: (incident: IncidentRow) => string | null): Column<IncidentRow> => wordsColumn(id, t(`column.${id}`), width, of);
  const moment = (id: string, at: (incident: IncidentRow) => number | null, hidden = false): Column<IncidentRow> => momentColumn(id, t(`column.${id}`), at, hidden);
  return [
    stateColumn(t, isLong),
    severityColumn(t, isLong),
    { ...words('title', 200, incident => incident.title), grow: 4, tooltip: incident => `${incident.title}. ${incident.verdict}` },
    { ...words('branch', 92, incident => incident.branch), grow: 1 },
    { ...words('region', 96, incident => incident.region), hidden: true },
    { ...words('fault', isLong ? 170 : 112, incident => t(`fault.${incident.fault}`)), tooltip: incident => incident.verdict },
    { id: 'affected', header: t('column.affected'), width: isLong ? 70 : 84, align: 'right', value: incident => incident.affectedCount, text: incident => String(incident.affectedCount), tooltip: incident => incident.affected.slice(0, 20).join(', ') },
    // The duration says the same, and the titles need its room.
    moment('since', incident => incident.since, true),
    durationColumn(t('column.duration'), isLong ? 122 : 108),
    moment('closed', incident => incident.closedAt, true),
    words('assignee', 92, incident => incident.assignee),
    { ...words('acknowledgedBy', 104, incident => incident.acknowledgedBy), hidden: true },
  ];
}
