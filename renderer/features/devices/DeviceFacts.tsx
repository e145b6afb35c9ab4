/** What is known of one device, as names and values. */
import { Stack, Table, Title } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Device, DeviceRow } from '../../../shared/model/device.ts';
import type { DeviceId } from '../../../shared/model/ids.ts';
import { Age } from '../../ui/Age.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { dash, formatDuration, formatMoment, formatPercent, formatRtt } from '../../ui/format.ts';
import { marks, oddities, resolvedOf } from './device-facts.ts';
import { StandsBehind } from './StandsBehind.tsx';

type NowProps = {
  readonly row: DeviceRow;
  /** null: not there yet. */
  readonly device: Device | null;
  readonly onShow: (id: DeviceId) => void;
};

export function NowFacts({ row, device, onShow }: NowProps): ReactElement {
  const { t } = useTranslation('devices');
  const strange = device ? oddities(device, t) : [];
  const marked = device ? marks(device, t) : [];
  return (
    <Facts
      facts={[
        { name: t('columns.address'), value: <Address row={row} device={device} /> },
        ...(device && device.standsBehind.length > 0 ? [{ name: t('parents.standsBehind'), value: <StandsBehind device={device} onShow={onShow} /> }] : []),
        ...(strange.length > 0 ? [{ name: t('oddities.title'), value: <Lines lines={strange} /> }] : []),
        { name: t('columns.rtt'), value: formatRtt(row.rttUs) },
        { name: t('columns.loss'), value: formatPercent(row.lossPct) },
        { name: t('columns.lastCheck'), value: <Age since={row.lastCheckAt} as="age" /> },
        { name: t('drawer.interval'), value: formatDuration(row.intervalMs) },
        { name: t('columns.type'), value: t(`common:type.${row.type}`) },
        { name: t('columns.branch'), value: row.branch },
        { name: t('columns.region'), value: row.region },
        ...(row.tags.length > 0 ? [{ name: t('fields.tags'), value: row.tags.join(', ') }] : []),
        ...(marked.length > 0 ? [{ name: t('marks.title'), value: <Lines lines={marked} /> }] : []),
      ]}
    />
  );
}

function Address({ row, device }: Pick<NowProps, 'row' | 'device'>): ReactElement {
  const { t } = useTranslation('devices');
  const resolved = device && resolvedOf(device);
  return (
    <>
      {row.address}
      {resolved === null ? null : <span className="quiet">{resolved === 'unknown' ? t('drawer.unresolved') : resolved.address}</span>}
      {row.sharedAddress ? ` (${t('sharedAddress')})` : null}
    </>
  );
}

function Lines({ lines }: { readonly lines: readonly string[] }): ReactElement {
  return (
    <Stack gap={0}>
      {lines.map(line => (
        <span key={line}>{line}</span>
      ))}
    </Stack>
  );
}

/** The last minutes side by side: is it getting better or worse? */
export function Windows({ windows }: { readonly windows: Device['windows'] }): ReactElement {
  const { t } = useTranslation('devices');
  return (
    <Table horizontalSpacing={8} verticalSpacing={4} fz={13} className="figures">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('windows.title')}</Table.Th>
          {[t('windows.loss'), t('windows.median'), t('windows.p95'), t('windows.jitter')].map(name => (
            <Table.Th key={name} ta="right">
              {name}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {windows.map(window => (
          <Table.Tr key={window.minutes}>
            <Table.Td>{t('windows.minutes', { count: window.minutes })}</Table.Td>
            <Table.Td ta="right">{formatPercent(window.sent === 0 ? null : (100 * window.lost) / window.sent)}</Table.Td>
            {[window.medianUs, window.p95Us, window.jitterUs].map((us, column) => (
              <Table.Td key={column} ta="right">
                {formatRtt(us)}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

export function KnownFacts({ device }: { readonly device: Device }): ReactElement {
  const { t } = useTranslation('devices');
  return (
    <>
      <section>
        <Title order={3} size={14} mb={8}>
          SNMP
        </Title>
        <Facts
          facts={[
            { name: t('drawer.snmp'), value: device.snmpProblem ?? t(`snmp.${device.snmp}`) },
            ...(device.snmpAt === null
              ? []
              : [
                  { name: t('drawer.sysName'), value: device.sysName },
                  { name: t('drawer.sysDescr'), value: device.sysDescr },
                  { name: t('drawer.sysObjectId'), value: device.sysObjectId },
                  { name: t('drawer.sysUpTime'), value: device.sysUpTimeMs === null ? dash : formatDuration(device.sysUpTimeMs) },
                  { name: t('drawer.snmpAge'), value: <Age since={device.snmpAt} as="age" /> },
                ]),
          ]}
        />
      </section>
      <section>
        <Title order={3} size={14} mb={8}>
          {t('drawer.inventory')}
        </Title>
        <Facts
          facts={[
            { name: t('fields.vendor'), value: device.vendor },
            { name: t('fields.model'), value: device.model },
            { name: t('fields.location'), value: device.location },
            { name: t('fields.notes'), value: device.notes },
            { name: t('drawer.created'), value: formatMoment(device.createdAt, Date.now()) },
          ]}
        />
      </section>
    </>
  );
}
