/** One device: how it is now, what is known of it, and its round trips over time. */
import { Button, Group, Stack, Table, Text, Title } from '@mantine/core';
import { IconPencil, IconRefresh, IconTrash } from '@tabler/icons-react';
import { useEffect, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Device, DeviceRow } from '../../../shared/model/device.ts';
import type { DeviceId } from '../../../shared/model/ids.ts';
import { useQuery, useReadOnly } from '../../client/hooks.ts';
import { Age } from '../../ui/Age.tsx';
import { Drawer } from '../../ui/Drawer.tsx';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { dash, formatDuration, formatMoment, formatPercent, formatRtt } from '../../ui/format.ts';
import { StateBadge } from '../../ui/StateBadge.tsx';
import { useSecond } from '../../ui/ticker.ts';
import { isOld } from './device-view.ts';
import { RttHistory } from './RttHistory.tsx';
import { useCheckNow } from './use-check-now.ts';

type Props = {
  /** null: closed. */
  readonly id: DeviceId | null;
  /** The live row; undefined when the device is gone. */
  readonly row: DeviceRow | undefined;
  /** Opened by key: it takes the focus. */
  readonly focused: boolean;
  readonly onClose: () => void;
  readonly onEdit: (id: DeviceId) => void;
  readonly onRemove: (row: DeviceRow) => void;
};

const refreshMs = 10_000;

export function DeviceDrawer({ id, row, focused, onClose, onEdit, onRemove }: Props): ReactElement {
  const { t } = useTranslation('devices');
  const title = (
    <Group gap={12} wrap="nowrap">
      <span>{row?.name ?? t('drawer.gone')}</span>
      {row ? <StateBadge device={row} /> : null}
      {row ? <Staleness row={row} /> : null}
    </Group>
  );
  return (
    <Drawer opened={id !== null} onClose={onClose} title={title} focused={focused}>
      {id !== null && row ? <Details key={id} row={row} onEdit={onEdit} onRemove={onRemove} /> : <Text c="dimmed">{t('drawer.goneSentence')}</Text>}
    </Drawer>
  );
}

/** Says that the state beside it is from an old check. */
function Staleness({ row }: { readonly row: DeviceRow }): ReactElement | null {
  return isOld(row, useSecond()) ? <StateBadge state="stale" /> : null;
}

function Details({ row, onEdit, onRemove }: { readonly row: DeviceRow } & Pick<Props, 'onEdit' | 'onRemove'>): ReactElement {
  const { t } = useTranslation('devices');
  const readOnly = useReadOnly();
  const checkNow = useCheckNow();
  const { value: device, error, again } = useQuery('devices.get', { id: row.id });

  useEffect(() => {
    const timer = window.setInterval(again, refreshMs);
    return () => window.clearInterval(timer);
  }, [again]);
  // What the row shows of an edit or an SNMP answer has its counterpart in the details.
  useEffect(() => again(), [again, row.name, row.address, row.type, row.branch, row.region, row.intervalMs, row.snmp, row.sysName, row.state]);

  return (
    <Stack gap={20}>
      <Group gap={8}>
        <Button variant="default" leftSection={<IconRefresh size={16} stroke={1.5} />} onClick={() => checkNow.run([row.id])} loading={checkNow.running} disabled={readOnly}>
          {t('checkNow')}
        </Button>
        <Button variant="default" leftSection={<IconPencil size={16} stroke={1.5} />} onClick={() => onEdit(row.id)} disabled={readOnly}>
          {t('common:actions.edit')}
        </Button>
        <Button variant="default" c="var(--down)" leftSection={<IconTrash size={16} stroke={1.5} />} onClick={() => onRemove(row)} disabled={readOnly}>
          {t('common:actions.remove')}
        </Button>
      </Group>
      <Outage row={row} />
      <RttHistory deviceId={row.id} />
      <ErrorSentence error={error} />
      <NowFacts row={row} />
      {device && device.windows.length > 0 ? <Windows windows={device.windows} /> : null}
      {device ? <KnownFacts device={device} /> : null}
    </Stack>
  );
}

/** The outage, or why there is nothing to say, in one sentence. */
function Outage({ row }: { readonly row: DeviceRow }): ReactElement | null {
  const { t } = useTranslation('devices');
  const problem = row.problem === null ? null : <Text size="sm">{row.problem}</Text>;
  if (row.state !== 'down' || row.downSince === null) return problem;
  return (
    <div className="outage" data-known={row.acknowledged || undefined} role="status">
      <Text fw={600}>
        {t('drawer.downFor')} <Age since={row.downSince} />
      </Text>
      <Text size="sm">
        {t('drawer.noReplySince', { at: formatMoment(row.downSince, Date.now()) })} {t(row.acknowledged ? 'drawer.acknowledged' : 'drawer.notAcknowledged')}
      </Text>
      {problem}
    </div>
  );
}

function NowFacts({ row }: { readonly row: DeviceRow }): ReactElement {
  const { t } = useTranslation('devices');
  return (
    <Facts
      facts={[
        { name: t('columns.address'), value: row.sharedAddress ? `${row.address} (${t('sharedAddress')})` : row.address },
        { name: t('columns.rtt'), value: formatRtt(row.rttUs) },
        { name: t('columns.loss'), value: formatPercent(row.lossPct) },
        { name: t('columns.lastCheck'), value: <Age since={row.lastCheckAt} as="age" /> },
        { name: t('drawer.interval'), value: formatDuration(row.intervalMs) },
        { name: t('columns.type'), value: t(`common:type.${row.type}`) },
        { name: t('columns.branch'), value: row.branch },
        { name: t('columns.region'), value: row.region },
      ]}
    />
  );
}

/** The last minutes side by side: is it getting better or worse? */
function Windows({ windows }: { readonly windows: Device['windows'] }): ReactElement {
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

function KnownFacts({ device }: { readonly device: Device }): ReactElement {
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
