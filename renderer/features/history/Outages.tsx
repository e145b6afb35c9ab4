/** The outages of a device in the shown time, the newest on top; a click shows one of them. */
import { Anchor, Button, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { StateSpan } from '../../../shared/model/history.ts';
import type { AppError } from '../../../shared/rpc/contract.ts';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import { dash, formatDate, formatDuration } from '../../ui/format.ts';
import { outagesOf, type Outage } from './outages.ts';

type Props = {
  /** null: not here yet. */
  readonly states: { readonly input: { readonly from: number; readonly to: number }; readonly value: { readonly spans: readonly StateSpan[]; readonly more: boolean } } | null;
  readonly error: AppError | null;
  /** The chart is of something else than the device itself: say whose outages these are. */
  readonly ofDevice: boolean;
  /** Shows a stretch of time. */
  readonly onShow: (from: number, to: number) => void;
};

/** As many are shown until all are asked for. */
const firstShown = 10;

export function Outages({ states, error, ofDevice, onShow }: Props): ReactElement {
  const { t } = useTranslation('history');
  const [all, setAll] = useState(false);
  const outages = states ? outagesOf(states.value.spans, states.input.from, states.input.to) : [];
  const shown = all ? outages : outages.slice(0, firstShown);
  return (
    <Paper component="section" aria-label={t('outages.title')} withBorder p={16}>
      <Stack gap={8}>
        <Title order={2} size={14}>
          {t(ofDevice ? 'outages.titleOfDevice' : 'outages.title')}
        </Title>
        <ErrorSentence error={error} />
        {states?.value.more ? (
          <Text size="xs" c="dimmed">
            {t('outages.more')}
          </Text>
        ) : null}
        {states && outages.length === 0 ? <Text size="sm">{t('outages.none')}</Text> : null}
        {outages.length === 0 ? null : <OutageTable outages={shown} onShow={onShow} />}
        {shown.length < outages.length ? (
          <Group>
            <Button variant="default" onClick={() => setAll(true)}>
              {t('outages.showAll', { count: outages.length })}
            </Button>
          </Group>
        ) : null}
      </Stack>
    </Paper>
  );
}

function OutageTable({ outages, onShow }: { readonly outages: readonly Outage[]; readonly onShow: Props['onShow'] }): ReactElement {
  const { t } = useTranslation('history');
  return (
    <Table horizontalSpacing={8} verticalSpacing={4} fz={13} className="outage-table">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('outages.from')}</Table.Th>
          <Table.Th>{t('outages.to')}</Table.Th>
          <Table.Th ta="right">{t('outages.lasted')}</Table.Th>
          <Table.Th ta="right">{t('outages.blind')}</Table.Th>
          <Table.Th />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {outages.map(outage => (
          <Table.Tr key={outage.from}>
            <Table.Td className="figures nowrap">{outage.beganBefore ? t('outages.before', { at: formatDate(outage.from) }) : formatDate(outage.from)}</Table.Td>
            <Table.Td className="figures nowrap">{outage.goesOn ? t('outages.goesOn') : formatDate(outage.to)}</Table.Td>
            <Table.Td ta="right" className="figures nowrap">
              {formatDuration(outage.downMs)}
            </Table.Td>
            <Table.Td ta="right" className="figures nowrap">
              {outage.blindMs === 0 ? dash : formatDuration(outage.blindMs)}
            </Table.Td>
            <Table.Td ta="right">
              <Anchor component="button" type="button" size="sm" onClick={() => onShow(...around(outage))}>
                {t('outages.show')}
              </Anchor>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** As much before and after it as it lasted, and at least five minutes. */
function around({ from, to }: Outage): [number, number] {
  const beside = Math.max(300_000, to - from);
  return [from - beside, to + beside];
}
