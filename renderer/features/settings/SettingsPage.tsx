/** What the user can change: the engine's settings, saved a group at a time, and the look of this window, which changes at once. */
import { Center, Loader, SimpleGrid, Stack, Text } from '@mantine/core';
import { useCallback, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { SettingsPatch } from '../../../shared/model/settings.ts';
import type { Answer } from '../../../shared/rpc/contract.ts';
import type { Api } from '../../../shared/api/index.ts';
import { useParameters } from '../../app/navigation.ts';
import { useClient, useQuery, useReadOnly } from '../../client/hooks.ts';
import { useStale } from '../../client/stale.ts';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import { PageTitle } from '../../ui/PageTitle.tsx';
import { AlertingCard } from './AlertingCard.tsx';
import { BackupCard } from './BackupCard.tsx';
import { DemoCard } from './DemoCard.tsx';
import { HeartbeatCard } from './HeartbeatCard.tsx';
import { HistoryCard } from './HistoryCard.tsx';
import { LookCard } from './LookCard.tsx';
import { PollingCard } from './PollingCard.tsx';
import { MessagesPage } from './recipients/MessagesPage.tsx';
import { RecipientsCard } from './recipients/RecipientsCard.tsx';
import { StationCard } from './StationCard.tsx';

type SettingsRead = Answer<Api, 'settings.get'>;

/** The messages to the recipients are a page of their own, that the rail does not lead to. */
export function SettingsPage(): ReactElement {
  return useParameters().get('show') === 'messages' ? <MessagesPage /> : <Cards />;
}

function Cards(): ReactElement {
  const { t } = useTranslation('settings');
  const client = useClient();
  const readOnly = useReadOnly();
  const stale = useStale();
  const stored = useQuery('settings.get', {});
  const [saved, setSaved] = useState<{ readonly after: SettingsRead; readonly read: SettingsRead } | null>(null);
  const save = useCallback(
    async (patch: SettingsPatch): Promise<void> => {
      const read = await client.ask('settings.update', { patch });
      setSaved(stored.value ? { after: stored.value, read } : null);
    },
    [client, stored.value],
  );
  // What a save answered is the newest, until the stored settings are asked for again.
  const current = saved && saved.after === stored.value ? saved.read : stored.value;

  return (
    <>
      <PageTitle title={t('common:pages.settings')} />
      <Stack gap={12}>
        {readOnly ? <Text size="sm">{t('readOnly')}</Text> : null}
        <ErrorSentence error={stored.error} />
        {current?.problems.map(({ group, message }) => (
          <Text key={group} role="alert" size="sm" className="trouble">
            {message}
          </Text>
        ))}
        {current ? (
          <>
            <PollingCard stored={current.values.polling} onSave={save} />
            <RecipientsCard />
            <HistoryCard stored={current.values.history} onSave={save} />
            <BackupCard stored={current.values.backup} dailyRunAt={current.values.history.dailyRunAt} onSave={save} />
          </>
        ) : null}
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing={12} verticalSpacing={12}>
          {current ? (
            <>
              <AlertingCard stored={current.values.alerting} onSave={save} />
              <HeartbeatCard stored={current.values.heartbeat} onSave={save} />
              <DemoCard stored={current.values.demo} onSave={save} />
              <StationCard stored={current.values.station} onSave={save} />
            </>
          ) : stored.loading ? (
            <Center mih={200}>{stale ? <Text c="dimmed">{t('common:connection.waiting')}</Text> : <Loader size="sm" />}</Center>
          ) : null}
          <LookCard />
        </SimpleGrid>
      </Stack>
    </>
  );
}
