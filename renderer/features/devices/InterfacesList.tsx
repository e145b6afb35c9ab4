/** The network interfaces of a device: how each is, what it carries, and whose internet link it is. */
import { ActionIcon, Group, Menu, Table, Text, Title } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeviceId } from '../../../shared/model/ids.ts';
import type { InterfaceRow } from '../../../shared/model/interface.ts';
import { useCommand, useQueryEvery } from '../../client/hooks.ts';
import { Age } from '../../ui/Age.tsx';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import { notifyError } from '../../ui/notify.ts';
import { Fold } from '../../ui/Fold.tsx';
import { formatMbps, formatSpeed, interfaceClass, interfaceState, providersOf, sortedInterfaces } from './interface-words.ts';
import { ProviderDialog } from './ProviderDialog.tsx';

type Props = {
  readonly deviceId: DeviceId;
  readonly readOnly: boolean;
  readonly onShowHistory: (ifIndex: number) => void;
};

type SetCritical = (ifIndex: number, critical: boolean) => Promise<void>;
type Mark = (ifIndex: number, ispProvider: string | null) => Promise<void>;

const refreshMs = 10_000;

/** Nothing where the device has told of none. */
export function InterfacesList({ deviceId, readOnly, onShowHistory }: Props): ReactElement | null {
  const { t } = useTranslation('devices');
  const { value, error, again } = useQueryEvery('interfaces.list', { deviceId }, refreshMs);
  const command = useCommand('interfaces.mark');
  const criticality = useCommand('interfaces.setCritical');
  const [asked, setAsked] = useState<InterfaceRow | null>(null);
  const rows = value?.interfaces ?? [];
  if (rows.length === 0) return <ErrorSentence error={error} />;
  const { used, unused } = sortedInterfaces(rows);
  const readAt = Math.max(...rows.map(row => row.at ?? 0));
  const mark: Mark = async (ifIndex, ispProvider) => {
    await command.run({ deviceId, ifIndex, ispProvider });
    again();
  };
  const setCritical: SetCritical = async (ifIndex, critical) => {
    await criticality.run({ deviceId, ifIndex, critical });
    again();
  };
  const save = async (provider: string): Promise<void> => {
    if (asked) await mark(asked.ifIndex, provider);
    setAsked(null);
  };
  const table = (shown: readonly InterfaceRow[]): ReactElement => (
    <InterfacesTable rows={shown} providers={providersOf(rows)} readOnly={readOnly} onShowHistory={onShowHistory} onAsk={setAsked} onMark={(ifIndex, provider) => void mark(ifIndex, provider).catch(notifyError)} onSetCritical={(ifIndex, critical) => void setCritical(ifIndex, critical).catch(notifyError)} />
  );
  return (
    <section aria-label={t('interfaces.title')}>
      <Group justify="space-between" mb={4}>
        <Title order={3} size={14}>
          {t('interfaces.title')}
        </Title>
        {readAt > 0 ? (
          <Text size="xs" c="dimmed">
            {t('interfaces.age')} <Age since={readAt} as="age" />
          </Text>
        ) : null}
      </Group>
      <ErrorSentence error={error} />
      {used.length > 0 ? table(used) : null}
      {unused.length > 0 ? (
        <div className="unused-interfaces">
          <Fold id="unused-interfaces" title={t('interfaces.unused', { count: unused.length })} trouble={false}>
            {table(unused)}
          </Fold>
        </div>
      ) : null}
      <ProviderDialog interfaceName={asked?.name ?? null} provider={asked?.ispProvider ?? ''} running={command.running} onClose={() => setAsked(null)} onSave={provider => void save(provider).catch(notifyError)} />
    </section>
  );
}

type TableProps = {
  readonly rows: readonly InterfaceRow[];
  readonly providers: readonly string[];
  readonly readOnly: boolean;
  readonly onShowHistory: (ifIndex: number) => void;
  /** A provider is to be typed in. */
  readonly onAsk: (row: InterfaceRow) => void;
  readonly onMark: (ifIndex: number, provider: string | null) => void;
  readonly onSetCritical: (ifIndex: number, critical: boolean) => void;
};

function InterfacesTable({ rows, ...actions }: TableProps): ReactElement {
  const { t } = useTranslation('devices');
  return (
    <Table horizontalSpacing={0} verticalSpacing={4} fz={13} className="figures interfaces" layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('interfaces.interface')}</Table.Th>
          <Table.Th ta="right" w={102}>
            {t('interfaces.in')}
          </Table.Th>
          <Table.Th ta="right" w={102}>
            {t('interfaces.out')}
          </Table.Th>
          <Table.Th w={32} />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(row => (
          <Table.Tr key={row.ifIndex}>
            <Table.Td>
              <NameAndState row={row} />
            </Table.Td>
            <Table.Td ta="right">{formatMbps(row.inOctetsPerS)}</Table.Td>
            <Table.Td ta="right">{formatMbps(row.outOctetsPerS)}</Table.Td>
            <Table.Td ta="right">
              <RowMenu row={row} {...actions} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function NameAndState({ row }: { readonly row: InterfaceRow }): ReactElement {
  const { t } = useTranslation('devices');
  const more = [t(`interfaces.state.${interfaceState(row)}`), row.alias, formatSpeed(row.speedBps)].filter(each => each !== null).join(' · ');
  return (
    <>
      <span className={`${interfaceClass(row)} check-name`}>
        <span className="check-words" title={row.name}>
          {row.name}
        </span>
        {row.critical && row.ispProvider === null ? (
          <span className="provider" title={t('interfaces.criticalHint')}>
            {t('interfaces.critical')}
          </span>
        ) : null}
        {row.ispProvider === null ? null : (
          <span className="provider" title={t('interfaces.linkOf', { provider: row.ispProvider })}>
            {row.ispProvider}
          </span>
        )}
      </span>
      <Text size="xs" c="dimmed" truncate className="interface-more" title={more}>
        {more}
      </Text>
    </>
  );
}

function RowMenu({ row, providers, readOnly, onShowHistory, onAsk, onMark, onSetCritical }: Omit<TableProps, 'rows'> & { readonly row: InterfaceRow }): ReactElement {
  const { t } = useTranslation('devices');
  return (
    <Menu position="bottom-end" transitionProps={{ duration: 100 }}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={24} aria-label={t('interfaces.actions', { name: row.name })}>
          <IconDots size={16} stroke={1.5} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onShowHistory(row.ifIndex)}>{t('interfaces.history')}</Menu.Item>
        <Menu.Divider />
        <Menu.Item disabled={readOnly} onClick={() => onSetCritical(row.ifIndex, !row.critical)}>
          {t(row.critical ? 'interfaces.unsetCritical' : 'interfaces.setCritical')}
        </Menu.Item>
        <Menu.Divider />
        {providers.filter(provider => provider !== row.ispProvider).map(provider => (
          <Menu.Item key={provider} disabled={readOnly} onClick={() => onMark(row.ifIndex, provider)}>
            {t('interfaces.linkOf', { provider })}
          </Menu.Item>
        ))}
        <Menu.Item disabled={readOnly} onClick={() => onAsk(row)}>
          {t('interfaces.linkOfAnother')}
        </Menu.Item>
        {row.ispProvider === null ? null : (
          <Menu.Item disabled={readOnly} onClick={() => onMark(row.ifIndex, null)}>
            {t('interfaces.noLink')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
