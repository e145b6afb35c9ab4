/** Copies of the database: by themselves with each daily run, by hand, and back from one of them. */
import { Button, Divider, Group, SimpleGrid, Stack, Switch, Text, TextInput, Title } from '@mantine/core';
import { IconDatabaseExport } from '@tabler/icons-react';
import { useEffect, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings, SettingsPatch } from '../../../shared/model/settings.ts';
import { Folder } from '../../../shared/model/storage.ts';
import { useCommand, useLive, useQuery, useReadOnly } from '../../client/hooks.ts';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import { JobProgress } from '../../ui/JobProgress.tsx';
import { BackupList } from './BackupList.tsx';
import { numberFields, toContract, type NumberDraft } from './draft.ts';
import { descriptionBelow, NumberSetting } from './NumberSetting.tsx';
import { SettingsCard } from './SettingsCard.tsx';
import { useDraft } from './use-draft.ts';

type Form = { readonly enabled: boolean; readonly folder: string; readonly keep: NumberDraft };
type Props = {
  readonly stored: Settings['backup'];
  /** Of the settings of history. */
  readonly dailyRunAt: string;
  readonly onSave: (patch: SettingsPatch) => Promise<void>;
};

export function BackupCard({ stored, dailyRunAt, onSave }: Props): ReactElement {
  const { t } = useTranslation('settings');
  const readOnly = useReadOnly();
  const { value, change, discard } = useDraft<Form>(stored);
  const keep = toContract(value.keep, numberFields.keptBackups);
  const folder = value.folder.trim();
  const isFolder = Folder.safeParse(folder).success;
  return (
    <SettingsCard
      title={t('backup.title')}
      sentence={t('backup.sentence')}
      dirty={value.enabled !== stored.enabled || folder !== stored.folder || keep !== stored.keep}
      valid={keep !== null && isFolder}
      onSave={async () => {
        if (keep === null) return 'declined';
        await onSave({ backup: { enabled: value.enabled, folder, keep } });
        return 'saved';
      }}
      onDiscard={discard}
      more={<Existing folder={stored.folder} />}
    >
      <Switch label={t('backup.enabled', { time: dailyRunAt })} checked={value.enabled} disabled={readOnly} onChange={event => change({ enabled: event.currentTarget.checked })} />
      <SimpleGrid cols={3} spacing={24}>
        <TextInput
          label={t('backup.folder')}
          description={t('backup.folderHint')}
          inputWrapperOrder={descriptionBelow}
          placeholder={t('backup.ownFolder')}
          value={value.folder}
          onChange={event => change({ folder: event.currentTarget.value })}
          error={isFolder ? undefined : t('backup.folderWrong')}
          disabled={readOnly}
          spellCheck={false}
          descriptionProps={{ fz: 12, lh: '16px' }}
          style={{ gridColumn: 'span 2' }}
        />
        <NumberSetting label={t('backup.keep')} description={t('backup.keepHint')} field={numberFields.keptBackups} draft={value.keep} onChange={draft => change({ keep: draft })} />
      </SimpleGrid>
    </SettingsCard>
  );
}

/** The backups there are, in the folder that is stored, and the button that makes one more. */
function Existing({ folder }: { readonly folder: string }): ReactElement {
  const { t } = useTranslation('settings');
  const readOnly = useReadOnly();
  const list = useQuery('backup.list', { folder });
  const create = useCommand('backup.create');
  const { rows } = useLive('jobs.live', {});
  const [startedId, setStartedId] = useState<string | null>(null);
  const job = rows.find(each => each.kind !== 'export' && each.state === 'running') ?? rows.find(each => each.id === startedId);
  const ended = rows.filter(each => each.kind === 'backup' && each.state !== 'running').length;

  // A backup that ended, here or by itself, is in the list now.
  const { again } = list;
  useEffect(() => again(), [again, ended]);

  return (
    <Stack gap={12}>
      <Divider />
      <Group justify="space-between" gap={12}>
        <div>
          <Title order={3} size={13}>
            {t('backup.list.title')}
          </Title>
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {list.value?.folder ?? ''}
          </Text>
        </div>
        <Button
          variant="default"
          leftSection={<IconDatabaseExport size={16} stroke={1.5} />}
          disabled={readOnly || job?.state === 'running'}
          loading={create.running}
          onClick={() => void create.run({ folder }).then(started => setStartedId(started.id)).catch(() => {})}
        >
          {t('backup.now')}
        </Button>
      </Group>
      <ErrorSentence error={create.error ?? list.error} />
      {job ? <JobProgress job={job} /> : null}
      {list.value ? <BackupList backups={list.value.backups} /> : null}
    </Stack>
  );
}
