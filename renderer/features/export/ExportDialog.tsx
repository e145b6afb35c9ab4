/** Writes history to a file on the console's computer: what, of when, how; then how far it is, and where the file is. */
import { Button, Group, SegmentedControl, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useState, type ReactElement, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { resolutions } from '../../../shared/model/history.ts';
import type { JobRow } from '../../../shared/model/storage.ts';
import { AppError } from '../../../shared/rpc/contract.ts';
import { useCommand, useReadOnly, useRow } from '../../client/hooks.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { fieldErrors } from '../../ui/error-sentence.ts';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import type { ExportOffer } from '../../ui/export-offer.ts';
import { JobProgress } from '../../ui/JobProgress.tsx';
import { exportedKinds, formOf, isNarrowed, metricChoices, problemsOf, requestOf, type ExportForm } from './export-form.ts';

type Props = { readonly offer: ExportOffer; readonly onClose: () => void };

export function ExportDialog({ offer, onClose }: Props): ReactElement {
  const { t } = useTranslation('export');
  const [started, setStarted] = useState<JobRow | null>(null);
  const [form, setForm] = useState(() => formOf(offer));
  return (
    <Dialog opened onClose={onClose} title={t('title')} width={560}>
      {started === null ? <Form offer={offer} form={form} onChange={setForm} onStarted={setStarted} onClose={onClose} /> : <Started job={started} onAnother={() => setStarted(null)} onClose={onClose} />}
    </Dialog>
  );
}

type FormProps = Props & { readonly form: ExportForm; readonly onChange: (form: ExportForm) => void; readonly onStarted: (job: JobRow) => void };

function Form({ offer, form, onChange, onStarted, onClose }: FormProps): ReactElement {
  const { t } = useTranslation('export');
  const readOnly = useReadOnly();
  const start = useCommand('export.start');
  const set = (part: Partial<ExportForm>): void => onChange({ ...form, ...part });
  const request = requestOf(form, offer);
  const problems = problemsOf(form);
  const refused = fieldErrors(start.error);
  const metrics = metricChoices(form, offer);
  const problem = (field: 'from' | 'to' | 'folder'): string | undefined => (problems[field] ? t(`problem.${problems[field]}`) : refused[field]);

  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (!request || start.running) return;
    void start.run(request).then(onStarted).catch((reason: unknown) => {
      if (!(reason instanceof AppError)) throw reason; // A refusal stands in the form itself.
    });
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap={12}>
        <Labelled label={t('what.label')}>
          <SegmentedControl aria-label={t('what.label')} value={form.what} onChange={what => set({ what })} data={exportedKinds.map(value => ({ value, label: t(`what.${value}`) }))} />
        </Labelled>
        {isNarrowed(form, offer) ? (
          <Labelled label={t('of.label')}>
            <SegmentedControl
              aria-label={t('of.label')}
              value={form.onlyOf ? 'only' : 'all'}
              onChange={value => set({ onlyOf: value === 'only', ...(value === 'only' ? { metric: offer.metric } : {}) })}
              data={[
                { value: 'only', label: offer.of ?? t('of.chosen') },
                { value: 'all', label: t('of.all') },
              ]}
            />
          </Labelled>
        ) : null}
        <SimpleGrid cols={2} spacing={12} verticalSpacing={12}>
          {form.what === 'samples' ? (
            <>
              <Select label={t('metric')} allowDeselect={false} data={metrics.map(value => ({ value, label: t(`history:title.${value}`) }))} value={form.metric} onChange={value => set({ metric: metrics.find(each => each === value) ?? form.metric })} />
              <Select
                label={t('resolution')}
                allowDeselect={false}
                data={resolutions.toReversed().map(value => ({ value, label: t(`common:resolution.${value}`) }))}
                value={form.resolution}
                onChange={value => set({ resolution: resolutions.find(each => each === value) ?? form.resolution })}
              />
            </>
          ) : null}
          <TextInput label={t('from')} value={form.from} onChange={event => set({ from: event.currentTarget.value })} error={problem('from')} className="figures" />
          <TextInput label={t('to')} value={form.to} onChange={event => set({ to: event.currentTarget.value })} error={problem('to')} className="figures" />
        </SimpleGrid>
        <Labelled label={t('format.label')}>
          <SegmentedControl
            aria-label={t('format.label')}
            value={form.format}
            onChange={format => set({ format })}
            data={[
              { value: 'csv', label: t('format.csv') },
              { value: 'sqlite', label: t('format.sqlite') },
            ]}
          />
        </Labelled>
        <TextInput label={t('folder.label')} description={t('folder.hint')} placeholder={t('folder.own')} value={form.folder} onChange={event => set({ folder: event.currentTarget.value })} error={problem('folder')} spellCheck={false} />
        {Object.keys(refused).length === 0 ? <ErrorSentence error={start.error} /> : null}
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            {t('common:actions.cancel')}
          </Button>
          <Button type="submit" loading={start.running} disabled={readOnly || request === null}>
            {t('start')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Labelled({ label, children }: { readonly label: string; readonly children: ReactElement }): ReactElement {
  return (
    <Stack gap={4} align="flex-start">
      <Text size="xs" fw={500}>
        {label}
      </Text>
      {children}
    </Stack>
  );
}

function Started({ job, onAnother, onClose }: { readonly job: JobRow; readonly onAnother: () => void; readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation('export');
  const live = useRow('jobs.live', {}, job.id) ?? job;
  const isRunning = live.state === 'running';
  return (
    <Stack gap={16} mih={100}>
      <JobProgress job={live} />
      {isRunning ? (
        <Text size="xs" c="dimmed">
          {t('goesOn')}
        </Text>
      ) : null}
      <Group justify="flex-end" gap={8} mt="auto">
        {isRunning ? null : (
          <Button variant="default" onClick={onAnother}>
            {t('another')}
          </Button>
        )}
        <Button variant={isRunning ? 'default' : 'filled'} onClick={onClose}>
          {t('common:actions.close')}
        </Button>
      </Group>
    </Stack>
  );
}
