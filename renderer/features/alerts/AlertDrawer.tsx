/** One alert: its facts, what can be done with it, and the place to say "I know". */
import { Anchor, Group, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertRow } from '../../../shared/model/alert.ts';
import type { AlertId } from '../../../shared/model/ids.ts';
import { useReadOnly } from '../../client/hooks.ts';
import { Age } from '../../ui/Age.tsx';
import { Drawer } from '../../ui/Drawer.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { dash, formatDuration, formatMoment } from '../../ui/format.ts';
import { Acknowledge } from './Acknowledge.tsx';
import { ActionButtons } from './ActionBar.tsx';
import type { ActionKind } from './actions.ts';
import { addressOf } from './place.ts';
import { WorkHead } from './WorkHead.tsx';
import { durationMs } from './work-state.ts';
import type { DrawerProps } from './WorkList.tsx';

export function AlertDrawer({ id, row, focused, onClose, onAction }: DrawerProps<AlertRow, AlertId>): ReactElement {
  const { t } = useTranslation('alerts');
  return (
    <Drawer opened={id !== null} onClose={onClose} title={row?.subjectName ?? ''} focused={focused}>
      {row ? <AlertDetail alert={row} onAction={onAction} /> : <Text c="dimmed">{t('drawer.goneAlert')}</Text>}
    </Drawer>
  );
}

/** Acknowledging has its own form below them. */
const kinds: readonly ActionKind[] = ['comment', 'snooze', 'assign', 'resolve', 'known-down'];

function AlertDetail({ alert, onAction }: { readonly alert: AlertRow } & Pick<DrawerProps<AlertRow, AlertId>, 'onAction'>): ReactElement {
  const { t } = useTranslation('alerts');
  const readOnly = useReadOnly();
  const moment = (at: number | null): string => (at === null ? dash : formatMoment(at, Date.now()));
  const isOver = alert.clearedAt !== null;
  return (
    <Stack gap={16}>
      <WorkHead work={alert} />
      <div className="verdict">
        <Text fw={600}>{alert.ruleName}</Text>
        <Text size="sm">{alert.value}</Text>
      </div>
      {readOnly || isOver ? null : (
        <Group gap={6}>
          <ActionButtons alerts={[alert]} kinds={kinds} onAction={kind => onAction(kind, [alert])} />
        </Group>
      )}
      <Facts
        facts={[
          { name: t('column.incident'), value: <Anchor size="sm" href={`#${addressOf({ view: 'incidents', open: alert.incidentId })}`}>{t('drawer.openIncident')}</Anchor> },
          ...(alert.deviceId === null ? [] : [{ name: t('column.device'), value: <DeviceLink id={alert.deviceId} name={alert.deviceName ?? alert.subjectName} /> }]),
          ...(alert.address === null ? [] : [{ name: t('column.address'), value: <span className="figures">{alert.address}</span> }]),
          { name: t('column.branch'), value: alert.branch },
          { name: t('column.duration'), value: isOver ? formatDuration(durationMs(alert, Date.now())) : <Age since={alert.since} /> },
          { name: t('column.since'), value: moment(alert.since) },
          { name: t('column.raised'), value: moment(alert.raisedAt) },
          ...(isOver ? [{ name: t('column.closed'), value: moment(alert.clearedAt) }] : []),
          ...(alert.clearedBy === null ? [] : [{ name: t('column.endedBy'), value: t(`endedBy.${alert.clearedBy}`) }]),
          { name: t('column.assignee'), value: alert.assignee },
        ]}
      />
      <Acknowledge key={alert.id} alert={alert} />
    </Stack>
  );
}

function DeviceLink({ id, name }: { readonly id: string; readonly name: string }): ReactElement {
  const { t } = useTranslation('alerts');
  return (
    <>
      {name}{' '}
      <Anchor size="sm" href={`#/history?device=${id}`} className="nowrap">
        {t('drawer.history')}
      </Anchor>
    </>
  );
}
