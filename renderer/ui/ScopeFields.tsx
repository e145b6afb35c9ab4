/** What a rule, a window or a recipient is about: the devices that fit every field that is filled in. */
import { Group, Input, MultiSelect, SegmentedControl, SimpleGrid, Stack, TagsInput, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { deviceTypes } from '../../shared/model/device.ts';
import { DeviceId } from '../../shared/model/ids.ts';
import type { Scope } from '../../shared/model/scope.ts';
import { useLive } from '../client/hooks.ts';
import { useDeviceNames, type NamedDevice } from '../client/use-device-names.ts';

type Props = {
  readonly scope: Scope;
  readonly onChange: (scope: Scope) => void;
  /** Interfaces can be told apart too, by patterns of their names. */
  readonly interfaces?: boolean;
  readonly disabled?: boolean;
  /** Fields side by side. */
  readonly columns?: 2 | 3;
};

const ispChoices = ['any', 'only', 'not'] as const;
/** More in a list would not be read. */
const shownOptions = 50;
const collator = new Intl.Collator(undefined, { numeric: true });

export function ScopeFields({ scope, onChange, interfaces = false, disabled = false, columns = 2 }: Props): ReactElement {
  const { t } = useTranslation('scope');
  const { rows: branches } = useLive('branches.live', {});
  const devices = useDeviceNames();
  const byId = new Map<string, NamedDevice>(devices?.map(device => [device.id, device]));
  const set = (part: Partial<Scope>): void => onChange({ ...scope, ...part });
  const sorted = (names: readonly string[]): string[] => [...new Set(names)].toSorted(collator.compare);
  const fits = (id: string, words: string): boolean => `${byId.get(id)?.name ?? ''} ${byId.get(id)?.address ?? ''}`.toLowerCase().includes(words.trim().toLowerCase());
  const hint = (isEmpty: boolean): string => (isEmpty ? t('all') : '');
  const names = (field: 'regions' | 'branches', known: readonly string[]): ReactElement => (
    <MultiSelect
      label={t(`field.${field}`)}
      placeholder={hint(scope[field].length === 0)}
      // What is named and is not there any more stays until somebody takes it out.
      data={sorted([...known, ...scope[field]])}
      value={scope[field]}
      onChange={chosen => set({ [field]: chosen })}
      searchable
      hidePickedOptions
      limit={shownOptions}
      disabled={disabled}
      nothingFoundMessage={t('nothingFound')}
    />
  );
  return (
    <Stack gap={12}>
      <SimpleGrid cols={columns} spacing={12} verticalSpacing={12}>
        {names('regions', branches.flatMap(branch => branch.region ?? []))}
        {names('branches', branches.map(branch => branch.name))}
        <MultiSelect
          label={t('field.types')}
          placeholder={hint(scope.types.length === 0)}
          data={deviceTypes.map(type => ({ value: type, label: t(`common:type.${type}`) }))}
          value={scope.types}
          onChange={chosen => set({ types: deviceTypes.filter(type => chosen.includes(type)) })}
          searchable
          hidePickedOptions
          disabled={disabled}
          nothingFoundMessage={t('nothingFound')}
        />
        <TagsInput
          label={t('field.tags')}
          placeholder={hint(scope.tags.length === 0)}
          data={sorted((devices ?? []).flatMap(device => device.tags))}
          value={scope.tags}
          onChange={chosen => set({ tags: chosen.map(tag => tag.trim().toLowerCase()) })}
          disabled={disabled}
        />
        <MultiSelect
          label={t('field.devices')}
          placeholder={devices === null ? t('common:grid.loading') : hint(scope.deviceIds.length === 0)}
          data={(devices ?? []).map(device => ({ value: device.id, label: device.name }))}
          value={devices === null ? [] : scope.deviceIds}
          onChange={chosen => set({ deviceIds: chosen.map(id => DeviceId.parse(id)) })}
          disabled={disabled || devices === null}
          searchable
          hidePickedOptions
          limit={shownOptions}
          filter={({ options, search, limit }) => options.filter(option => 'value' in option && fits(option.value, search)).slice(0, limit)}
          renderOption={({ option }) => (
            <Group gap={12} wrap="nowrap" justify="space-between" flex={1}>
              <span>{option.label}</span>
              <Text size="xs" c="dimmed" className="figures">
                {byId.get(option.value)?.address}
              </Text>
            </Group>
          )}
          nothingFoundMessage={t('nothingFound')}
        />
        {interfaces || scope.interfaces.length > 0 ? (
          <TagsInput
            label={t('field.interfaces')}
            placeholder={scope.interfaces.length === 0 ? t('interfacesHint') : ''}
            value={scope.interfaces}
            onChange={chosen => set({ interfaces: chosen })}
            disabled={disabled}
          />
        ) : null}
      </SimpleGrid>
      <Input.Wrapper label={t('field.ispLinks')} labelElement="div" size="xs">
        <div>
          <SegmentedControl aria-label={t('field.ispLinks')} value={scope.ispLinks} onChange={ispLinks => set({ ispLinks })} disabled={disabled} data={ispChoices.map(value => ({ value, label: t(`ispLinks.${value}`) }))} />
        </div>
      </Input.Wrapper>
    </Stack>
  );
}
