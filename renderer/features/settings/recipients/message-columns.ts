/** The columns of the list of messages. */
import { messageStates, type MessageRow } from '../../../../shared/model/notification.ts';
import { dash, formatMoment } from '../../../ui/format.ts';
import type { Column } from '../../../ui/grid-column.ts';
import type { Words } from '../../../ui/shown-state.ts';

export const messageClasses: Readonly<Record<MessageRow['state'], string>> = {
  waiting: 'state state-clock', sent: 'state state-up', digested: 'state state-up', stale: 'state state-degraded', skipped: 'state state-paused', failed: 'state state-down',
};

/** "PROBLEM: Kvareli is down". `t` is of the "recipients" texts. */
export const messageTitle = ({ content }: Pick<MessageRow, 'content'>, t: Words): string => `${t(`messageKind.${content.kind}`)}: ${content.title}`;

/** Georgian words are longer. */
export function messageColumns(t: Words, language: string): readonly Column<MessageRow>[] {
  const isLong = language.startsWith('ka');
  const moment = (id: string, at: (message: MessageRow) => number | null, sort?: 'desc'): Column<MessageRow> => ({
    id,
    header: t(`messageColumn.${id}`),
    width: 155,
    value: at,
    text: (message, now) => {
      const moment = at(message);
      return moment === null ? dash : formatMoment(moment, now);
    },
    cellClass: () => 'figures',
    ...(sort ? { sort } : {}),
  });
  return [
    { id: 'state', header: t('messageColumn.state'), width: isLong ? 160 : 115, value: message => messageStates.indexOf(message.state), text: message => t(`messageState.${message.state}`), cellClass: message => messageClasses[message.state] },
    { id: 'recipient', header: t('messageColumn.recipient'), width: 150, grow: 2, value: message => message.targetName, text: message => message.targetName, tooltip: message => message.targetName },
    { id: 'title', header: t('messageColumn.title'), width: 220, grow: 4, value: message => message.content.title, text: message => messageTitle(message, t), tooltip: message => message.content.verdict },
    moment('createdAt', message => message.createdAt, 'desc'),
    moment('doneAt', message => message.doneAt),
    { id: 'attempts', header: t('messageColumn.attempts'), width: 80, align: 'right', value: message => message.attempts, text: message => String(message.attempts) },
    { id: 'problem', header: t('messageColumn.problem'), width: 150, grow: 3, value: message => message.problem, text: message => message.problem ?? dash, tooltip: message => message.problem, cellClass: message => (message.problem === null ? 'dimmed' : message.state === 'sent' ? '' : 'trouble') },
  ];
}
