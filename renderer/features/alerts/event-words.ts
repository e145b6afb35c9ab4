/** How an entry of a timeline reads. */
import type { IncidentEvent } from '../../../shared/model/incident.ts';
import type { Words } from '../../ui/shown-state.ts';

/** `title`: what happened. `words`: what a person wrote about it; null where nothing was. */
type EventWords = { readonly title: string; readonly words: string | null };

/** What a person does may come with their words; of everything else the text is the sentence itself. */
const withWords: readonly IncidentEvent['kind'][] = ['acknowledged', 'commented', 'snoozed', 'resolved'];

/** Of these the text only names what it is about. */
const named: readonly IncidentEvent['kind'][] = ['joined', 'grew', 'told'];

type Told = Pick<IncidentEvent, 'kind' | 'alertId' | 'at'>;
/** What a person did, and that messages wait for it, are told within this time of each other. */
const togetherMs = 5_000;

/** Without what would say the same twice: that an alert joined in the moment in which it was raised, and that messages wait for what a person has just said. */
export function worthTelling<Event extends Told>(events: readonly Event[]): readonly Event[] {
  const raised = new Set(events.flatMap(({ kind, alertId }) => (kind === 'raised' && alertId !== null ? [alertId] : [])));
  const said = events.filter(({ kind }) => kind === 'acknowledged' || kind === 'snoozed');
  const isSaid = ({ alertId, at }: Told): boolean => said.some(each => each.alertId === alertId && Math.abs(each.at - at) <= togetherMs);
  return events.filter(event => !(event.kind === 'joined' && event.alertId !== null && raised.has(event.alertId)) && !(event.kind === 'suppressed' && isSaid(event)));
}

/** `t` is of the "alerts" texts. */
export function eventWords({ kind, by, text }: Pick<IncidentEvent, 'kind' | 'by' | 'text'>, t: Words): EventWords {
  if (by === null && !named.includes(kind)) return { title: text === '' ? t(`event.${kind}`) : text, words: null };
  if (withWords.includes(kind)) return { title: t(`event.${kind}`), words: text === '' ? null : text };
  return { title: text === '' ? t(`event.${kind}`) : `${t(`event.${kind}`)}: ${text}`, words: null };
}
