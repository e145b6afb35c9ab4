/** Long work, running and lately ended: backups, exports, restores; and the way to export. */
import { Button, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { IconFileExport } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobRow } from '../../../shared/model/storage.ts';
import { useLive, useReadOnly } from '../../client/hooks.ts';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import { formatDuration, formatMoment } from '../../ui/format.ts';
import { JobProgress } from '../../ui/JobProgress.tsx';
import { byRunningAndNewest } from './jobs.ts';

const stateClasses: Readonly<Record<JobRow['state'], string>> = { running: 'state state-clock', done: 'state state-up', failed: 'state state-down', cancelled: 'state state-paused' };

export function JobsPanel({ onExport }: { readonly onExport: () => void }): ReactElement {
  const { t } = useTranslation('system');
  const readOnly = useReadOnly();
  const { rows, loaded, error } = useLive('jobs.live', {});
  return (
    <Paper component="section" aria-label={t('jobs.title')} withBorder p={16}>
      <Stack gap={12}>
        <Group justify="space-between" gap={12}>
          <Title order={2} size={14}>
            {t('jobs.title')}
          </Title>
          <Button variant="default" leftSection={<IconFileExport size={16} stroke={1.5} />} disabled={readOnly} onClick={onExport}>
            {t('jobs.export')}
          </Button>
        </Group>
        <ErrorSentence error={error} />
        {loaded && rows.length === 0 ? <Text size="sm">{t('jobs.none')}</Text> : null}
        {rows.length === 0 ? null : (
          <Table horizontalSpacing={8} verticalSpacing={4} fz={13} className="journal">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('jobs.started')}</Table.Th>
                <Table.Th>{t('jobs.kind')}</Table.Th>
                <Table.Th>{t('jobs.state')}</Table.Th>
                <Table.Th ta="right">{t('jobs.took')}</Table.Th>
                <Table.Th w="60%">{t('jobs.result')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.toSorted(byRunningAndNewest).map(job => (
                <Job key={job.id} job={job} />
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Stack>
    </Paper>
  );
}

function Job({ job }: { readonly job: JobRow }): ReactElement {
  const { t } = useTranslation('system');
  const now = Date.now();
  return (
    <Table.Tr>
      <Table.Td className="figures nowrap">{formatMoment(job.startedAt, now)}</Table.Td>
      <Table.Td className="nowrap">{t(`common:job.kind.${job.kind}`)}</Table.Td>
      <Table.Td>
        <span className={stateClasses[job.state]}>{t(`common:job.state.${job.state}`)}</span>
      </Table.Td>
      <Table.Td ta="right" className="figures nowrap">
        {formatDuration((job.endedAt ?? now) - job.startedAt)}
      </Table.Td>
      <Table.Td>
        <JobProgress job={job} />
      </Table.Td>
    </Table.Tr>
  );
}
