/** How far a long piece of work is, and how it ended. */
import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobRow } from '../../shared/model/storage.ts';
import { useCommand, useReadOnly } from '../client/hooks.ts';
import { ErrorSentence } from './ErrorSentence.tsx';
import { jobSentence } from './job-sentence.ts';

export function JobProgress({ job }: { readonly job: JobRow }): ReactElement {
  const { t, i18n } = useTranslation();
  const readOnly = useReadOnly();
  const cancel = useCommand('jobs.cancel');
  const sentence = jobSentence(job, t, i18n.language);
  if (job.state !== 'running') {
    return (
      <Text size="sm" role={job.state === 'failed' ? 'alert' : 'status'} className={job.state === 'failed' ? 'job-sentence trouble' : 'job-sentence'}>
        {sentence}
      </Text>
    );
  }
  return (
    <Stack gap={4}>
      <Group gap={12} wrap="nowrap">
        <Progress value={100 * job.progress} flex={1} aria-label={t(`job.kind.${job.kind}`)} transitionDuration={0} />
        <Button variant="default" disabled={readOnly} loading={cancel.running} onClick={() => void cancel.run({ id: job.id }).catch(() => {})}>
          {t('actions.cancel')}
        </Button>
      </Group>
      <Text size="xs" c="dimmed" className="figures" role="status">
        {sentence}
      </Text>
      <ErrorSentence error={cancel.error} />
    </Stack>
  );
}
