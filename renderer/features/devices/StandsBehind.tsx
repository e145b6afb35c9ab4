/** What a device stands behind, each with its state; a click goes there. */
import { Anchor, Group, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Device } from '../../../shared/model/device.ts';
import type { DeviceId } from '../../../shared/model/ids.ts';
import { useQueryEvery } from '../../client/hooks.ts';
import { dash } from '../../ui/format.ts';
import { StateBadge } from '../../ui/StateBadge.tsx';

const refreshMs = 10_000;

type Props = { readonly device: Pick<Device, 'standsBehind' | 'parentsNeeded'>; readonly onShow: (id: DeviceId) => void };

export function StandsBehind({ device, onShow }: Props): ReactElement {
  const { t } = useTranslation('devices');
  const ids = device.standsBehind;
  return (
    <Stack gap={2}>
      {ids.map(id => (
        <Parent key={id} id={id} onShow={onShow} />
      ))}
      {ids.length > 1 ? (
        <Text size="xs" c="dimmed">
          {t(`parents.${device.parentsNeeded}Explained`)}
        </Text>
      ) : null}
    </Stack>
  );
}

function Parent({ id, onShow }: { readonly id: DeviceId } & Pick<Props, 'onShow'>): ReactElement {
  const { value } = useQueryEvery('devices.get', { id }, refreshMs);
  if (!value) return <span>{dash}</span>;
  return (
    <Group gap={12} wrap="nowrap" justify="space-between">
      <Anchor component="button" type="button" size="sm" ta="left" onClick={() => onShow(id)}>
        {value.name}
      </Anchor>
      <StateBadge device={value} />
    </Group>
  );
}
