/** What this console could not see and when, what lay in maintenance, and the steps of its clock: the newest on top. */
import { Button, Group, Table } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { HealthRow } from '../../../shared/model/health.ts';
import type { JournalRow } from '../../../shared/model/observation.ts';
import { useLive } from '../../client/hooks.ts';
import { useStale } from '../../client/stale.ts';
import { Age } from '../../ui/Age.tsx';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import { dash, formatDuration, formatMoment } from '../../ui/format.ts';
import { figure } from './figure.ts';
import { HealthPanel } from './HealthPanel.tsx';
import { byNewest, lastedMs, markOf } from './journal.ts';

/** As many are shown until all are asked for. */
const firstShown = 20;

export function JournalPanel({ sight }: { readonly sight: Extract<HealthRow, { id: 'sight' }> | undefined }): ReactElement {
  const { t } = useTranslation('system');
  const { rows, loaded, error } = useLive('system.journal', {});
  const unheardSince = useStale()?.since ?? null;
  const [all, setAll] = useState(false);
  const sorted = rows.toSorted(byNewest);
  const shown = all ? sorted : sorted.slice(0, firstShown);
  return (
    <HealthPanel title={t('journal.title')} level={sight?.level ?? null} message={sight?.message ?? null} unheardSince={unheardSince} facts={[]}>
      <ErrorSentence error={error} />
      {loaded && rows.length === 0 ? t('journal.empty') : null}
      {rows.length === 0 ? null : <Journal rows={shown} />}
      {shown.length < sorted.length ? (
        <Group>
          <Button variant="default" onClick={() => setAll(true)}>
            {t('journal.showAll', { count: sorted.length })}
          </Button>
        </Group>
      ) : null}
    </HealthPanel>
  );
}

function Journal({ rows }: { readonly rows: readonly JournalRow[] }): ReactElement {
  const { t } = useTranslation('system');
  return (
    <Table horizontalSpacing={8} verticalSpacing={4} fz={13} className="journal">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('journal.from')}</Table.Th>
          <Table.Th>{t('journal.to')}</Table.Th>
          <Table.Th ta="right">{t('journal.lasted')}</Table.Th>
          <Table.Th>{t('journal.cause')}</Table.Th>
          <Table.Th ta="right">{t('journal.devices')}</Table.Th>
          <Table.Th>{t('journal.detail')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(row => (
          <Entry key={row.id} row={row} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Entry({ row }: { readonly row: JournalRow }): ReactElement {
  const { t, i18n } = useTranslation('system');
  const now = Date.now();
  const isStep = row.kind === 'clock-step';
  return (
    <Table.Tr data-lasting={row.to === null || undefined}>
      <Table.Td className="figures nowrap">{formatMoment(row.from, now)}</Table.Td>
      <Table.Td className="figures nowrap">{row.to === null ? t('journal.lasting') : formatMoment(row.to, now)}</Table.Td>
      <Table.Td ta="right" className="figures nowrap">
        {row.to === null && !isStep ? <Age since={row.from} /> : durationText(row, now)}
      </Table.Td>
      <Table.Td>
        <span className={`state state-${markOf(row)}`}>{row.kind === 'clock-step' ? t('journal.clockStep') : row.kind === 'maintenance' ? t('journal.maintenance') : row.cause === null ? dash : t(`journal.causes.${row.cause}`)}</span>
      </Table.Td>
      <Table.Td ta="right" className="figures nowrap">
        {isStep ? dash : row.devices === null ? t('journal.allDevices') : figure(row.devices, 0, i18n.language)}
      </Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>{row.detail}</Table.Td>
    </Table.Tr>
  );
}

function durationText(row: JournalRow, now: number): string {
  const ms = lastedMs(row, now);
  return ms === null ? dash : formatDuration(ms);
}
