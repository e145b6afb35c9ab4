/** How much of the last day, week and month a device was up, with blind time left out and told, and how its outages went. */
import { Table, Title } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeviceId } from '../../../shared/model/ids.ts';
import { useKeptQuery } from '../../client/hooks.ts';
import { dash } from '../../ui/format.ts';
import { historySpans } from '../../ui/history-spans.ts';
import { useNow } from '../../ui/ticker.ts';
import { uptimeFigures } from '../../ui/uptime-words.ts';

const spans = ['day', 'week', 'month'] as const;
const refreshMs = 60_000;

export function UptimeFacts({ deviceId }: { readonly deviceId: DeviceId }): ReactElement {
  const { t } = useTranslation('devices');
  const to = useNow(refreshMs);
  return (
    <section>
      <Title order={3} size={14} mb={4}>
        {t('uptime.title')}
      </Title>
      <Table horizontalSpacing={6} verticalSpacing={4} fz={13}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('windows.title')}</Table.Th>
            {(['share', 'outages', 'mttr', 'observed'] as const).map(column => (
              <Table.Th key={column} ta="right">
                {t(`uptime.${column}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {spans.map(span => (
            <UptimeOf key={span} name={t(`uptime.${span}`)} deviceId={deviceId} from={to - historySpans[span]} to={to} />
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

function UptimeOf({ name, deviceId, from, to }: { readonly name: string; readonly deviceId: DeviceId; readonly from: number; readonly to: number }): ReactElement {
  const { kept } = useKeptQuery('history.uptime', { target: { of: 'device', deviceId }, from, to });
  const figures = kept ? uptimeFigures(kept.value) : { uptime: dash, outages: dash, mttr: dash, observed: dash };
  return (
    <Table.Tr className="figures">
      <Table.Td className="nowrap">{name}</Table.Td>
      {[figures.uptime, figures.outages, figures.mttr, figures.observed].map((figure, column) => (
        <Table.Td key={column} ta="right" className="nowrap">
          {figure}
        </Table.Td>
      ))}
    </Table.Tr>
  );
}
