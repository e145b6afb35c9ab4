/** One alert: its facts, and the place to say "I know". */
import { Group, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertRow } from '../../../shared/model/alert.ts';
import { Age } from '../../ui/Age.tsx';
import { Drawer } from '../../ui/Drawer.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { dash, formatDuration, formatMoment } from '../../ui/format.ts';
import { SeverityBadge } from '../../ui/SeverityBadge.tsx';
import { Acknowledge } from './Acknowledge.tsx';
import { durationMs, stateOf } from './alert-view.ts';

/** Open while there is an alert; `focused`: opened by key. */
export function AlertDrawer({ alert, focused, onClose }: { readonly alert: AlertRow | undefined; readonly focused: boolean; readonly onClose: () => void }): ReactElement {
  return (
    <Drawer opened={alert !== undefined} onClose={onClose} title={alert?.deviceName ?? ''} focused={focused}>
      {alert ? <AlertDetail alert={alert} /> : null}
    </Drawer>
  );
}

function AlertDetail({ alert }: { readonly alert: AlertRow }): ReactElement {
  const { t } = useTranslation('alerts');
  const moment = (at: number | null): string => (at === null ? dash : formatMoment(at, Date.now()));
  const isOver = alert.clearedAt !== null;
  return (
    <Stack gap={20}>
      <Group gap={12}>
        <SeverityBadge severity={alert.severity} />
        <Text size="sm" fw={600}>
          {t(`rule.${alert.rule}`)}
        </Text>
        {alert.simulated ? (
          <Text size="xs" c="dimmed">
            {t('common:demo.ribbon')}
          </Text>
        ) : null}
      </Group>
      <Facts
        facts={[
          { name: t('column.state'), value: t(`state.${stateOf(alert)}`) },
          { name: t('column.duration'), value: isOver ? formatDuration(durationMs(alert, Date.now())) : <Age since={alert.since} /> },
          { name: t('column.address'), value: <span className="figures">{alert.address}</span> },
          { name: t('column.branch'), value: alert.branch },
          { name: t('column.since'), value: <span className="figures">{moment(alert.since)}</span> },
          { name: t('column.raised'), value: <span className="figures">{moment(alert.raisedAt)}</span> },
          { name: t('column.ended'), value: <span className="figures">{moment(alert.clearedAt)}</span> },
          ...(alert.clearedBy === null ? [] : [{ name: t('column.endedBy'), value: t(`endedBy.${alert.clearedBy}`) }]),
        ]}
      />
      <Acknowledge key={alert.id} alert={alert} />
    </Stack>
  );
}
