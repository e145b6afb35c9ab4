/** What a device stands behind: chosen from all devices by name or address. */
import { Group, MultiSelect, SegmentedControl, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { DeviceId } from '../../../shared/model/ids.ts';
import type { FormValues } from './form-values.ts';
import { useDeviceNames, type NamedDevice } from '../../client/use-device-names.ts';

type Props = {
  readonly form: Pick<FormValues, 'parentIds' | 'parentsNeeded'>;
  readonly set: (part: Partial<FormValues>) => void;
  readonly error: string | undefined;
  /** Cannot stand behind itself; null: a new device. */
  readonly ownId: DeviceId | null;
};

/** The contract's. */
const mostParents = 10;

export function ParentsField({ form, set, error, ownId }: Props): ReactElement {
  const { t } = useTranslation('devices');
  const devices = useDeviceNames();
  const byId = new Map<string, NamedDevice>(devices?.map(device => [device.id, device]));
  const data = (devices ?? []).filter(device => device.id !== ownId).map(device => ({ value: device.id, label: device.name }));
  const fits = (id: string, words: string): boolean => `${byId.get(id)?.name ?? ''} ${byId.get(id)?.address ?? ''}`.toLowerCase().includes(words.trim().toLowerCase());
  return (
    <Stack gap={8}>
      <MultiSelect
        label={t('parents.standsBehind')}
        description={t('parents.hint')}
        placeholder={devices === null ? t('common:grid.loading') : form.parentIds.length === 0 ? t('parents.placeholder') : ''}
        data={data}
        value={devices === null ? [] : [...form.parentIds]}
        onChange={chosen => set({ parentIds: chosen.map(id => DeviceId.parse(id)) })}
        disabled={devices === null}
        error={error}
        searchable
        hidePickedOptions
        maxValues={mostParents}
        limit={50}
        filter={({ options, search, limit }) => options.filter(option => 'value' in option && fits(option.value, search)).slice(0, limit)}
        renderOption={({ option }) => <ParentOption device={byId.get(option.value)} />}
        nothingFoundMessage={t('parents.nothingFound')}
      />
      {form.parentIds.length > 1 ? (
        <Group gap={12}>
          <SegmentedControl
            aria-label={t('parents.needed')}
            value={form.parentsNeeded}
            onChange={value => set({ parentsNeeded: value })}
            data={[
              { value: 'any', label: t('parents.any') },
              { value: 'all', label: t('parents.all') },
            ]}
          />
          <Text size="xs" c="dimmed" flex={1}>
            {t(`parents.${form.parentsNeeded}Explained`)}
          </Text>
        </Group>
      ) : null}
    </Stack>
  );
}

function ParentOption({ device }: { readonly device: NamedDevice | undefined }): ReactElement {
  return (
    <Group gap={12} wrap="nowrap" justify="space-between" flex={1}>
      <span>{device?.name}</span>
      <Text size="xs" c="dimmed" className="figures">
        {device?.address}
      </Text>
    </Group>
  );
}
