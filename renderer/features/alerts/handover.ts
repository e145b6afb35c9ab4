/** The handover of a shift: since when, in which parts, and as plain text to send on. */
import type { Handover, IncidentRow } from '../../../shared/model/incident.ts';
import { dash, formatDate, formatDuration } from '../../ui/format.ts';
import { momentOf } from '../../ui/moment-text.ts';
import type { Words } from '../../ui/shown-state.ts';
import { eventWords } from './event-words.ts';
import { byUrgency, durationMs, endedAt, workWords } from './work-state.ts';

export const shiftLengths = ['8h', '12h', '24h', 'own'] as const;
export type ShiftLength = (typeof shiftLengths)[number];

const lengthsMs = { '8h': 28_800_000, '12h': 43_200_000, '24h': 86_400_000 } as const;

/** Since when, UTC ms; null where what was written is no moment of the past. */
export function sinceOf(length: ShiftLength, own: string, now: number): number | null {
  if (length !== 'own') return now - lengthsMs[length];
  const at = momentOf(own);
  return at !== null && at < now ? at : null;
}

/** What the next shift should do something about comes first. */
export const handoverParts = ['unacknowledged', 'opened', 'lasting', 'closed'] as const satisfies readonly (keyof Handover)[];

/** As a table's cells and as a line of text: both say the same. */
export function incidentFigures(incident: IncidentRow, t: Words, now: number): { readonly since: string; readonly lasted: string; readonly state: string; readonly who: string } {
  return {
    since: formatDate(incident.since).slice(0, -3),
    lasted: formatDuration(durationMs(incident, now)),
    state: workWords(incident, t, now),
    who: incident.assignee ?? incident.acknowledgedBy ?? dash,
  };
}

/** Plain text, for a mail or a chat. `t` is of the "alerts" texts. */
export function handoverText(handover: Handover, station: string, t: Words): string {
  const { to } = handover;
  const line = (incident: IncidentRow): string => {
    const { since, lasted, state, who } = incidentFigures(incident, t, to);
    const over = endedAt(incident) !== null;
    return [`- ${incident.title} (${t(`common:severity.${incident.severity}`)})`, since, lasted, ...(over ? [] : [state]), ...(who === dash ? [] : [who]), incident.verdict].join('; ');
  };
  const parts = handoverParts.flatMap(part => ['', `${t(`handover.part.${part}`)}: ${handover[part].length}`, ...handover[part].toSorted(byUrgency).map(line)]);
  const work = handover.work.map(event => {
    const { title, words } = eventWords(event, t);
    return `- ${formatDate(event.at).slice(0, -3)} ${event.by ?? ''}: ${title}${words === null ? '' : `: ${words}`}`;
  });
  return [
    [t('handover.title'), station].filter(part => part !== '').join(', '),
    `${formatDate(handover.since).slice(0, -3)} – ${formatDate(to).slice(0, -3)}`,
    ...parts,
    '',
    `${t('handover.part.work')}: ${handover.work.length}`,
    ...work,
  ].join('\n');
}
