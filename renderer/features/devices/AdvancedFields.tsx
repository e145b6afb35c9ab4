/** How a device is pinged, and where it stands, in the device form. Empty numbers are those of the settings, which stand in the fields in grey. */
import { Checkbox, NumberInput, SimpleGrid, Stack } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeviceId } from '../../../shared/model/ids.ts';
import { useQuery } from '../../client/hooks.ts';
import { numberProps, type FieldsProps } from './form-field.ts';
import type { NumberField } from './form-values.ts';
import { ParentsField } from './ParentsField.tsx';

export const advancedFields = ['intervalMs', 'timeoutMs', 'probesPerInterval', 'payloadBytes', 'dscp', 'pingEnabled', 'parentIds'];

export function AdvancedFields({ form, set, problems, ownId }: FieldsProps & { readonly ownId: DeviceId | null }): ReactElement {
  const { t } = useTranslation('devices');
  const defaults = useQuery('settings.get', {}).value?.values.polling;
  const inForce = (value: number | undefined): string => (value === undefined ? t('fields.default') : t('fields.defaultIs', { value }));
  const number = (field: NumberField, contractField: string, label: string, standard: number | undefined, decimals: number): ReactElement => (
    <NumberInput
      label={t(`fields.${label}`)}
      placeholder={inForce(standard)}
      error={problems[contractField]}
      decimalScale={decimals}
      allowDecimal={decimals > 0}
      disabled={!form.pingEnabled && field !== 'intervalS'}
      {...numberProps(field, form, set)}
    />
  );
  const mark = (field: 'pingEnabled' | 'dontFragment' | 'canary' | 'branchRouter', label: string, inverted = false): ReactElement => (
    <Checkbox
      label={t(`fields.${label}`)}
      description={t(`fields.${label}Hint`)}
      error={problems[field]}
      checked={form[field] !== inverted}
      disabled={field === 'dontFragment' && !form.pingEnabled}
      onChange={event => set({ [field]: event.currentTarget.checked !== inverted })}
    />
  );
  return (
    <Stack gap={12}>
      <SimpleGrid cols={3} spacing={12} verticalSpacing={12}>
        {number('intervalS', 'intervalMs', 'interval', defaults && defaults.intervalMs / 1_000, 1)}
        {number('timeoutS', 'timeoutMs', 'timeout', defaults && defaults.timeoutMs / 1_000, 1)}
        {number('probesPerInterval', 'probesPerInterval', 'probes', defaults?.probesPerInterval, 0)}
        {number('payloadBytes', 'payloadBytes', 'payload', defaults?.payloadBytes, 0)}
        {number('dscp', 'dscp', 'dscp', defaults?.dscp, 0)}
      </SimpleGrid>
      <SimpleGrid cols={2} spacing={12} verticalSpacing={12}>
        {mark('dontFragment', 'dontFragment')}
        {mark('pingEnabled', 'noPing', true)}
        {mark('canary', 'canary')}
        {mark('branchRouter', 'branchRouter')}
      </SimpleGrid>
      <ParentsField form={form} set={set} error={problems['parentIds']} ownId={ownId} />
    </Stack>
  );
}
