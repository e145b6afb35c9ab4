/** What was told to whom: the messages that wait, and the last that do not. */
import { Button, Stack, Text } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useMemo, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageRow } from '../../../../shared/model/notification.ts';
import type { AppError } from '../../../../shared/rpc/contract.ts';
import { goTo } from '../../../app/navigation.ts';
import { useFeed } from '../../../client/hooks.ts';
import { useView } from '../../../state/view.ts';
import { DataGrid } from '../../../ui/DataGrid.tsx';
import { Drawer } from '../../../ui/Drawer.tsx';
import { ErrorSentence } from '../../../ui/ErrorSentence.tsx';
import { Facts } from '../../../ui/Facts.tsx';
import { formatDate } from '../../../ui/format.ts';
import type { OpenedBy } from '../../../ui/grid-props.ts';
import { PageSearch } from '../../../ui/PageSearch.tsx';
import { PageTitle } from '../../../ui/PageTitle.tsx';
import { SeverityBadge } from '../../../ui/SeverityBadge.tsx';
import { messageClasses, messageColumns, messageTitle } from './message-columns.ts';

type Selected = { readonly id: string; readonly message: MessageRow | undefined; readonly by: OpenedBy };

export function MessagesPage(): ReactElement {
  const { t, i18n } = useTranslation('recipients');
  const feed = useFeed('messages.live', {});
  const columns = useMemo(() => messageColumns(t, i18n.language), [t, i18n.language]);
  const layout = useView(view => view.layouts['messages']);
  const setLayout = useView(view => view.setLayout);
  const [search, setSearch] = useState('');
  const [failure, setFailure] = useState<AppError | null>(null);
  const [selected, setSelected] = useState<Selected | null>(null);
  return (
    <>
      <PageTitle
        title={t('messages')}
        actions={
          <>
            <PageSearch label={t('searchMessages')} value={search} onChange={setSearch} />
            <Button variant="default" leftSection={<IconArrowLeft size={16} stroke={1.5} />} onClick={() => goTo('/settings')}>
              {t('backToSettings')}
            </Button>
          </>
        }
      />
      <ErrorSentence error={failure} />
      <DataGrid
        label={t('messages')}
        feed={feed}
        columns={columns}
        empty={t('noMessages')}
        onOpen={(message, by) => setSelected({ id: message.id, message, by })}
        followId={selected?.id ?? null}
        onFollow={message => setSelected(before => before && { ...before, message })}
        search={search}
        searchText={message => `${message.targetName} ${message.content.title} ${message.problem ?? ''}`}
        onFail={setFailure}
        layout={layout}
        onLayout={next => setLayout('messages', next)}
      />
      <Drawer opened={selected !== null} onClose={() => setSelected(null)} title={selected?.message ? messageTitle(selected.message, t) : t('noMessage')} focused={selected?.by === 'key'}>
        {selected?.message ? <Message message={selected.message} /> : null}
      </Drawer>
    </>
  );
}

function Message({ message }: { readonly message: MessageRow }): ReactElement {
  const { t } = useTranslation('recipients');
  const { content } = message;
  const more = content.affectedCount - content.affected.length;
  return (
    <Stack gap={16}>
      <Text size="sm">{content.verdict}</Text>
      {content.evidence.length > 0 ? (
        <Stack gap={2}>
          {content.evidence.map(each => (
            <Text key={each} size="xs" c="dimmed">
              {each}
            </Text>
          ))}
        </Stack>
      ) : null}
      <Facts
        facts={[
          { name: t('messageColumn.state'), value: <span className={messageClasses[message.state]}>{t(`messageState.${message.state}`)}</span> },
          { name: t('messageColumn.recipient'), value: message.targetName },
          { name: t('messageColumn.severity'), value: <SeverityBadge severity={content.severity} /> },
          { name: t('messageColumn.since'), value: formatDate(content.since) },
          { name: t('messageColumn.createdAt'), value: formatDate(message.createdAt) },
          ...(message.doneAt === null ? [{ name: t('messageColumn.dueAt'), value: formatDate(message.dueAt) }] : [{ name: t('messageColumn.doneAt'), value: formatDate(message.doneAt) }]),
          { name: t('messageColumn.attempts'), value: String(message.attempts) },
          ...(message.problem === null ? [] : [{ name: t('messageColumn.problem'), value: message.problem }]),
          { name: t('messageColumn.affected'), value: [...content.affected, ...(more > 0 ? [t('moreAffected', { count: more })] : [])].join(', ') },
        ]}
      />
    </Stack>
  );
}
