/** Inventory and SNMP in the device form. */
import { Checkbox, NumberInput, PasswordInput, SimpleGrid, Stack, TagsInput, Textarea, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useDeviceNames } from '../../client/use-device-names.ts';
import { numberProps, type FieldsProps } from './form-field.ts';

export const moreFields = ['vendor', 'model', 'location', 'notes', 'tags', 'snmpCommunity', 'snmpPort'];

export function MoreFields({ form, set, problems, hasCommunity }: FieldsProps & { readonly hasCommunity: boolean }): ReactElement {
  const { t } = useTranslation('devices');
  const devices = useDeviceNames();
  const knownTags = [...new Set((devices ?? []).flatMap(device => device.tags))].toSorted();
  const text = (field: 'vendor' | 'model' | 'location'): ReactElement => (
    <TextInput label={t(`fields.${field}`)} value={form[field]} onChange={event => set({ [field]: event.currentTarget.value })} error={problems[field]} autoComplete="off" />
  );
  return (
    <Stack gap={12}>
      <SimpleGrid cols={3} spacing={12} verticalSpacing={12}>
        {text('vendor')}
        {text('model')}
        {text('location')}
      </SimpleGrid>
      <Textarea label={t('fields.notes')} value={form.notes} onChange={event => set({ notes: event.currentTarget.value })} error={problems['notes']} autosize minRows={1} maxRows={6} />
      <TagsInput
        label={t('fields.tags')}
        placeholder={form.tags.length === 0 ? t('fields.tagsHint') : ''}
        data={knownTags}
        value={[...form.tags]}
        onChange={tags => set({ tags: [...new Set(tags.map(tag => tag.trim().toLowerCase()))] })}
        acceptValueOnBlur
        splitChars={[',', ';', ' ']}
        maxTags={20}
        error={problems['tags']}
      />
      <SimpleGrid cols={2} spacing={12} verticalSpacing={12}>
        <PasswordInput
          label={t('fields.snmpCommunity')}
          placeholder={t(hasCommunity ? 'fields.communityKept' : 'fields.communityNone')}
          value={form.snmpCommunity}
          onChange={event => set({ snmpCommunity: event.currentTarget.value })}
          error={problems['snmpCommunity']}
          disabled={form.forgetCommunity}
          autoComplete="off"
        />
        <NumberInput label={t('fields.snmpPort')} placeholder="161" error={problems['snmpPort']} allowDecimal={false} {...numberProps('snmpPort', form, set)} />
      </SimpleGrid>
      {hasCommunity ? <Checkbox label={t('fields.forgetCommunity')} checked={form.forgetCommunity} onChange={event => set({ forgetCommunity: event.currentTarget.checked })} /> : null}
      <Checkbox label={t('fields.ispLink')} description={t('fields.ispLinkHint')} checked={form.ispLink ?? false} indeterminate={form.ispLink === null && form.type === 'router'} onChange={event => set({ ispLink: event.currentTarget.checked })} />
      <Checkbox label={t('fields.enabled')} checked={form.enabled} onChange={event => set({ enabled: event.currentTarget.checked })} />
    </Stack>
  );
}
