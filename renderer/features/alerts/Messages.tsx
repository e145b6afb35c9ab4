/** Who was told of an incident, and what became of each message. */
import { Group, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageRow } from '../../../shared/model/notification.ts';
import { formatMoment } from '../../ui/format.ts';
import { shortMoment } from './moment.ts';

const stateMarks: Readonly<Record<MessageRow['state'], string>> = { waiting: 'state state-clock', sent: 'state state-up', digested: 'state state-up', stale: 'state state-no-data', skipped: 'state state-no-data', failed: 'state state-down' };

export function Messages({ messages }: { readonly messages: readonly MessageRow[] }): ReactElement {
  const { t } = useTranslation('alerts');
  const now = Date.now();
  if (messages.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t('drawer.noMessages')}
      </Text>
    );
  return (
    <ul className="alert-list">
      {messages.toSorted((a, b) => b.createdAt - a.createdAt).map(message => (
        <li key={message.id}>
          <Group gap={8} wrap="nowrap" justify="space-between">
            <Text size="sm" truncate>
              {message.targetName}
              <span className="message-kind">{t(`messageKind.${message.content.kind}`)}</span>
            </Text>
            <Group gap={8} wrap="nowrap" className="told">
              <span className={stateMarks[message.state]}>{t(`messageState.${message.state}`)}</span>
              <time className="figures" title={formatMoment(message.doneAt ?? message.createdAt, now)}>
                {shortMoment(message.doneAt ?? message.createdAt, now)}
              </time>
            </Group>
          </Group>
          {message.problem === null ? null : (
            <Text size="xs" className={message.state === 'failed' ? 'trouble' : 'attention'}>
              {message.attempts > 1 ? `${message.problem} ${t('drawer.attempts', { count: message.attempts })}` : message.problem}
            </Text>
          )}
        </li>
      ))}
    </ul>
  );
}
