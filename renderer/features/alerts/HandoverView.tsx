/** What the next shift should know: plain, to be read, printed or sent on. */
import { Anchor, Button, Group, Paper, SegmentedControl, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { IconCopy, IconPrinter } from '@tabler/icons-react';
import { useState, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { IncidentId } from '../../../shared/model/ids.ts';
import type { Handover, IncidentRow } from '../../../shared/model/incident.ts';
import { useHello, useKeptQuery } from '../../client/hooks.ts';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import { formatDate } from '../../ui/format.ts';
import { momentText } from '../../ui/moment-text.ts';
import { notify } from '../../ui/notify.ts';
import { SeverityBadge } from '../../ui/SeverityBadge.tsx';
import { useNow } from '../../ui/ticker.ts';
import { eventWords } from './event-words.ts';
import { handoverParts, handoverText, incidentFigures, shiftLengths, sinceOf, type ShiftLength } from './handover.ts';
import { byUrgency, workClass } from './work-state.ts';

const refreshMs = 60_000;

export function HandoverView({ onShow }: { readonly onShow: (id: IncidentId) => void }): ReactElement {
  const { t } = useTranslation('alerts');
  const station = useHello()?.station ?? '';
  const [length, setLength] = useState<ShiftLength>('12h');
  const [own, setOwn] = useState('');
  const now = useNow(refreshMs);
  const since = sinceOf(length, own, now);
  const { kept, error } = useKeptQuery('alerts.handover', since === null ? null : { since });
  const handover = kept?.value ?? null;
  const [copyFailed, setCopyFailed] = useState(false);

  const choose = (chosen: ShiftLength): void => {
    setLength(chosen);
    if (chosen === 'own' && own === '') setOwn(momentText(now - 8 * 3_600_000));
  };
  const copy = async (): Promise<void> => {
    if (!handover) return;
    try {
      await navigator.clipboard.writeText(handoverText(handover, station, t));
      setCopyFailed(false);
      notify(t('handover.copied'));
    } catch {
      setCopyFailed(true); // A page that is not served securely has no clipboard; the text is shown, to be copied by hand.
    }
  };

  return (
    <div className="handover">
      <div className="work-tools no-print">
        <Text size="sm">{t('handover.since')}</Text>
        <SegmentedControl aria-label={t('handover.since')} value={length} onChange={choose} data={shiftLengths.map(value => ({ value, label: t(`handover.length.${value}`) }))} />
        {length === 'own' ? <TextInput aria-label={t('handover.length.own')} w={150} className="figures" value={own} onChange={event => setOwn(event.currentTarget.value)} error={since === null} placeholder="2026-03-12 14:05" /> : null}
        {length === 'own' && since === null ? (
          <Text size="xs" className="trouble">
            {t('handover.wrong')}
          </Text>
        ) : null}
        <div className="space" />
        <Button variant="default" leftSection={<IconPrinter size={16} stroke={1.5} />} disabled={!handover} onClick={() => window.print()}>
          {t('handover.print')}
        </Button>
        <Button variant="default" leftSection={<IconCopy size={16} stroke={1.5} />} disabled={!handover} onClick={() => void copy()}>
          {t('handover.copy')}
        </Button>
      </div>
      <ErrorSentence error={error} />
      {handover && copyFailed ? <CopyByHand text={handoverText(handover, station, t)} /> : null}
      {handover ? <Report handover={handover} station={station} onShow={onShow} /> : null}
    </div>
  );
}

function CopyByHand({ text }: { readonly text: string }): ReactElement {
  const { t } = useTranslation('alerts');
  return (
    <Paper withBorder p={12} mb={12} className="no-print">
      <Text size="sm">{t('handover.copyByHand')}</Text>
      <pre className="copy-by-hand">{text}</pre>
    </Paper>
  );
}

function Report({ handover, station, onShow }: { readonly handover: Handover; readonly station: string; readonly onShow: (id: IncidentId) => void }): ReactElement {
  const { t } = useTranslation('alerts');
  const minute = (at: number): string => formatDate(at).slice(0, -3);
  return (
    <Stack gap={12}>
      <Text size="sm" className="figures">
        <span className="print-only">
          {t('handover.title')}
          {station === '' ? '' : `, ${station}`}:{' '}
        </span>
        {minute(handover.since)} – {minute(handover.to)}
      </Text>
      {handoverParts.map(part => (
        <Part key={part} title={t(`handover.part.${part}`)} count={handover[part].length} empty={t(`handover.empty.${part}`)}>
          <IncidentTable incidents={handover[part].toSorted(byUrgency)} now={handover.to} onShow={onShow} />
        </Part>
      ))}
      <Part title={t('handover.part.work')} count={handover.work.length} empty={t('handover.empty.work')}>
        <WorkTable work={handover.work} onShow={onShow} />
      </Part>
    </Stack>
  );
}

function Part({ title, count, empty, children }: { readonly title: string; readonly count: number; readonly empty: string; readonly children: ReactNode }): ReactElement {
  return (
    <Paper component="section" aria-label={title} withBorder px={16} py={12}>
      <Group gap={8} align="baseline">
        <Title order={2} size={14}>
          {title}
        </Title>
        <span className="part-count figures">{count}</span>
      </Group>
      {count === 0 ? (
        <Text size="sm" c="dimmed">
          {empty}
        </Text>
      ) : (
        children
      )}
    </Paper>
  );
}

/** As many of a part are shown until all are asked for: a table of thousands would hold the page up. */
const firstShown = 100;

function useFirst<Row>(rows: readonly Row[]): { readonly shown: readonly Row[]; readonly more: ReactElement | null } {
  const { t } = useTranslation('alerts');
  const [all, setAll] = useState(false);
  if (all || rows.length <= firstShown) return { shown: rows, more: null };
  const more = (
    <Button variant="subtle" size="compact-xs" mt={4} onClick={() => setAll(true)}>
      {t('drawer.showAllAffected', { count: rows.length })}
    </Button>
  );
  return { shown: rows.slice(0, firstShown), more };
}

function IncidentTable({ incidents, now, onShow }: { readonly incidents: readonly IncidentRow[]; readonly now: number; readonly onShow: (id: IncidentId) => void }): ReactElement {
  const { t } = useTranslation('alerts');
  const { shown, more } = useFirst(incidents);
  return (
    <>
      <Table horizontalSpacing={8} verticalSpacing={4} fz={13} className="handover-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={110}>{t('column.severity')}</Table.Th>
            <Table.Th>{t('column.title')}</Table.Th>
            <Table.Th w={215}>{t('column.state')}</Table.Th>
            <Table.Th w={136}>{t('column.since')}</Table.Th>
            <Table.Th w={120} ta="right">
              {t('column.duration')}
            </Table.Th>
            <Table.Th w={130}>{t('handover.who')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map(incident => {
            const { since, lasted, state, who } = incidentFigures(incident, t, now);
            return (
              <Table.Tr key={incident.id}>
                <Table.Td>
                  <SeverityBadge severity={incident.severity} />
                </Table.Td>
                <Table.Td>
                  <Anchor component="button" type="button" size="sm" ta="left" onClick={() => onShow(incident.id)}>
                    {incident.title}
                  </Anchor>
                  <Text size="xs" c="dimmed">
                    {incident.verdict}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <span className={workClass(incident, now).replace(' state-new', '')}>
                    <span className="wrapping">{state}</span>
                  </span>
                </Table.Td>
                <Table.Td className="figures nowrap">{since}</Table.Td>
                <Table.Td ta="right" className="figures nowrap">
                  {lasted}
                </Table.Td>
                <Table.Td>{who}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
      {more}
    </>
  );
}

function WorkTable({ work, onShow }: { readonly work: Handover['work']; readonly onShow: (id: IncidentId) => void }): ReactElement {
  const { t } = useTranslation('alerts');
  const { shown, more } = useFirst(work);
  return (
    <>
      <Table horizontalSpacing={8} verticalSpacing={4} fz={13} className="handover-table">
        <Table.Tbody>
          {shown.map(event => {
            const { title, words } = eventWords(event, t);
            return (
              <Table.Tr key={event.id}>
                <Table.Td w={140} className="figures nowrap">
                  {formatDate(event.at).slice(0, -3)}
                </Table.Td>
                <Table.Td w={150} fw={500}>
                  {event.by}
                </Table.Td>
                <Table.Td>
                  {title}
                  {words === null ? null : <span className="said-words">“{words}”</span>}
                </Table.Td>
                <Table.Td w={130} ta="right" className="no-print">
                  <Anchor component="button" type="button" size="sm" onClick={() => onShow(event.incidentId)}>
                    {t('drawer.openIncident')}
                  </Anchor>
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
      {more}
    </>
  );
}
