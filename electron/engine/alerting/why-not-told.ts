/** Why nobody was told of an incident: the planner's conditions, each in a sentence. */
import type { TargetId } from '../../../shared/model/ids.ts';
import type { WhySilent } from '../../../shared/model/incident.ts';
import type { MessageRow } from '../../../shared/model/notification.ts';
import { quietUntil } from './quiet-hours.ts';
import { escalatesAt, isFor, spoken, type IncidentView, type Recipient } from './routing.ts';

type Reason = WhySilent['reasons'][number];
type Suppressed = NonNullable<IncidentView['row']['suppression']>;

export type Silence = {
  readonly view: IncidentView;
  readonly recipients: readonly Recipient[];
  /** Those of the incident, oldest first. */
  readonly messages: readonly MessageRow[];
  /** Until when a recipient has had as much as it takes in an hour; null: it has not. */
  readonly fullUntil: (targetId: TargetId) => number | null;
  readonly now: number;
};

/** The first decides. Empty: somebody was told. */
export function whyNotTold({ view, recipients, messages, fullUntil, now }: Silence): Reason[] {
  const problems = messages.filter(({ content }) => content.kind === 'problem');
  if (problems.some(({ state }) => state === 'sent' || state === 'digested')) return [];
  const planned = new Map(problems.map(message => [message.targetId, message]));
  const { suppression } = view.row;
  // Of what was decided before it was suppressed, what became of it is the answer.
  if (planned.size === 0 && suppression) return [{ kind: suppression.reason, sentence: sentenceOf(suppression), until: suppression.until }];
  if (planned.size === 0 && !view.gathered) return [{ kind: 'gathering', sentence: 'It has only just begun: what belongs to it is being gathered, and is told as one in a moment.', until: null }];
  const concerned = recipients.filter(recipient => recipient.input.enabled && (planned.has(recipient.id) || isFor(recipient, view)));
  if (concerned.length === 0) return [{ kind: 'no-recipient', sentence: noRecipient(recipients), until: null }];
  return concerned.flatMap(recipient => ofRecipient(recipient, planned.get(recipient.id), view, fullUntil(recipient.id), now)).sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

/** What ends by itself, and soonest, comes first. */
const order: readonly Reason['kind'][] = ['sending', 'rate-limit', 'failed', 'quiet-hours', 'pending', 'acknowledged'];

function ofRecipient(recipient: Recipient, message: MessageRow | undefined, { row }: IncidentView, fullUntil: number | null, now: number): Reason[] {
  const { name, input } = recipient;
  if (message?.state === 'waiting') {
    if (fullUntil !== null && message.problem === null) return [{ kind: 'rate-limit', sentence: `${name} has had the ${input.mostPerHour} messages that it takes in an hour; what comes now is gathered into one.`, until: fullUntil }];
    return [{ kind: 'sending', sentence: message.problem === null ? `A message to ${name} is on its way.` : `A message to ${name} could not be sent yet: ${message.problem}`, until: message.attempts > 0 ? message.dueAt : null }];
  }
  if (message) return [{ kind: 'failed', sentence: `A message to ${name} was not sent: ${message.problem ?? 'it was dropped.'}`, until: null }];
  const dueAt = escalatesAt(recipient, row);
  if (dueAt === null) return [{ kind: 'acknowledged', sentence: `${row.acknowledgedBy ?? 'Somebody'} has acknowledged it; ${name} is told only of what nobody acknowledges.`, until: null }];
  if (input.afterMs > 0 && now < dueAt) return [{ kind: 'pending', sentence: `${name} is told when nobody has acknowledged it for ${spoken(input.afterMs)}.`, until: dueAt }];
  const until = input.quietHours && (row.severity !== 'critical' || input.quietHours.evenCritical) ? quietUntil(input.quietHours, now) : null;
  if (until !== null) return [{ kind: 'quiet-hours', sentence: `${name} has quiet hours${input.quietHours?.evenCritical ? '' : ', and this is not critical'}; it is told when they end, if it is still so.`, until }];
  return [{ kind: 'sending', sentence: `${name} is told with the next round.`, until: null }];
}

function noRecipient(recipients: readonly Recipient[]): string {
  if (recipients.length === 0) return 'There is no recipient: nobody is told of anything.';
  return recipients.some(({ input }) => input.enabled) ? 'No recipient is told of this severity in this place.' : 'Every recipient is switched off.';
}

function sentenceOf({ reason, detail }: Suppressed): string {
  const about = detail === '' ? '' : `: ${detail}`;
  switch (reason) {
    case 'known-down':
      return `It is known to be down${about}.`;
    case 'parent-down':
      return `What it stands behind is down${about}.`;
    case 'blind':
      return `This console could not see${about}.`;
    case 'maintenance':
      return `It is in maintenance${about}.`;
    case 'snoozed':
      return `It is snoozed${about}.`;
    case 'acknowledged':
      return `Somebody knows of it${about}.`;
    case 'flapping':
      return `It ends and begins again and again${about}.`;
  }
}
