/** One device: how it is now, what is known of it, and its round trips over time. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { IconArrowBackUp, IconPencil, IconRefresh, IconSquare, IconTrash } from '@tabler/icons-react';
import { useEffect, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeviceRow } from '../../../shared/model/device.ts';
import type { DeviceId } from '../../../shared/model/ids.ts';
import { goTo } from '../../app/navigation.ts';
import { useQueryEvery, useReadOnly } from '../../client/hooks.ts';
import { Drawer } from '../../ui/Drawer.tsx';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import { StateBadge } from '../../ui/StateBadge.tsx';
import { useSecond } from '../../ui/ticker.ts';
import { ChecksList } from './ChecksList.tsx';
import { isStateOld } from './device-view.ts';
import { KnownFacts, NowFacts, Windows } from './DeviceFacts.tsx';
import { InterfacesList } from './InterfacesList.tsx';
import { RttHistory } from './RttHistory.tsx';
import { StateSentence } from './StateSentence.tsx';
import { UptimeFacts } from './UptimeFacts.tsx';
import { useCheckNow } from './use-check-now.ts';
import { useUnmark } from './use-unmark.ts';
import { WhySilent } from './WhySilent.tsx';

type Props = {
  /** null: closed. */
  readonly id: DeviceId | null;
  /** The live row; undefined when the device is gone. */
  readonly row: DeviceRow | undefined;
  /** Opened by key: it takes the focus. */
  readonly focused: boolean;
  readonly onClose: () => void;
  /** Another device is to be shown instead. */
  readonly onShow: (id: DeviceId) => void;
  readonly onEdit: (id: DeviceId) => void;
  readonly onRemove: (row: DeviceRow) => void;
  /** Asks why it is known to be down. */
  readonly onMark: (row: DeviceRow) => void;
};

const refreshMs = 10_000;

export function DeviceDrawer({ id, row, focused, onClose, onShow, onEdit, onRemove, onMark }: Props): ReactElement {
  const { t } = useTranslation('devices');
  const title = (
    <Group gap="0 12px">
      <span>{row?.name ?? t('drawer.gone')}</span>
      {row ? <StateBadge device={row} /> : null}
      {row ? <Staleness row={row} /> : null}
    </Group>
  );
  return (
    <Drawer opened={id !== null} onClose={onClose} title={title} focused={focused}>
      {id !== null && row ? <Details key={row.id} row={row} onShow={onShow} onEdit={onEdit} onRemove={onRemove} onMark={onMark} /> : <Text c="dimmed">{t('drawer.goneSentence')}</Text>}
    </Drawer>
  );
}

/** Says that the state beside it is from an old check. */
function Staleness({ row }: { readonly row: DeviceRow }): ReactElement | null {
  return isStateOld(row, useSecond()) ? <StateBadge state="stale" /> : null;
}

function Details({ row, onShow, onEdit, onRemove, onMark }: { readonly row: DeviceRow } & Pick<Props, 'onShow' | 'onEdit' | 'onRemove' | 'onMark'>): ReactElement {
  const { t } = useTranslation('devices');
  const readOnly = useReadOnly();
  const checkNow = useCheckNow();
  const unmark = useUnmark();
  const { value: device, error, again } = useQueryEvery('devices.get', { id: row.id }, refreshMs);

  // What the row shows of an edit or an SNMP answer has its counterpart in the details.
  useEffect(() => again(), [again, row.name, row.address, row.type, row.branch, row.region, row.intervalMs, row.snmp, row.sysName, row.state, row.checkCount, row.failingChecks]);

  return (
    <Stack gap={20}>
      <Group gap={8}>
        <Button variant="default" leftSection={<IconRefresh size={16} stroke={1.5} />} onClick={() => checkNow.run([row.id])} loading={checkNow.running} disabled={readOnly || row.state === 'paused'}>
          {t('checkNow')}
        </Button>
        <Button variant="default" leftSection={<IconPencil size={16} stroke={1.5} />} onClick={() => onEdit(row.id)} disabled={readOnly}>
          {t('common:actions.edit')}
        </Button>
        <Button variant="default" c="var(--down)" leftSection={<IconTrash size={16} stroke={1.5} />} onClick={() => onRemove(row)} disabled={readOnly}>
          {t('common:actions.remove')}
        </Button>
      </Group>
      <StateSentence row={row} device={device ?? null} />
      {readOnly || (row.state === 'up' && row.knownDown === null) ? null : (
        <Group gap={8}>
          <Button variant="default" leftSection={<IconSquare size={16} stroke={1.5} />} onClick={() => onMark(row)}>
            {t(row.knownDown === null ? 'knownDown.mark' : 'knownDown.change')}
          </Button>
          {row.knownDown === null ? null : (
            <Button variant="default" leftSection={<IconArrowBackUp size={16} stroke={1.5} />} loading={unmark.running} onClick={() => unmark.run([row.id])}>
              {t('knownDown.unmark')}
            </Button>
          )}
        </Group>
      )}
      <WhySilent row={row} />
      {device ? <ChecksList checks={device.checks} /> : null}
      <RttHistory deviceId={row.id} />
      <ErrorSentence error={error} />
      <NowFacts row={row} device={device ?? null} onShow={onShow} />
      {device && device.windows.length > 0 ? <Windows windows={device.windows} /> : null}
      <UptimeFacts deviceId={row.id} />
      <InterfacesList deviceId={row.id} readOnly={readOnly} onShowHistory={ifIndex => goTo(`/history?device=${row.id}&interface=${ifIndex}`)} />
      {device ? <KnownFacts device={device} /> : null}
    </Stack>
  );
}
