/** Where devices call for their heartbeat checks. */
import { SimpleGrid, Switch, Text, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings, SettingsPatch } from '../../../shared/model/settings.ts';
import { useReadOnly, useRow } from '../../client/hooks.ts';
import { numberFields, toContract, type NumberDraft } from './draft.ts';
import { isListenAddress, listenerProblem } from './heartbeat.ts';
import { descriptionBelow, NumberSetting } from './NumberSetting.tsx';
import { SettingsCard } from './SettingsCard.tsx';
import { useDraft } from './use-draft.ts';

type Form = { readonly enabled: boolean; readonly address: string; readonly port: NumberDraft };
type Props = { readonly stored: Settings['heartbeat']; readonly onSave: (patch: SettingsPatch) => Promise<void> };

export function HeartbeatCard({ stored, onSave }: Props): ReactElement {
  const { t } = useTranslation('settings');
  const readOnly = useReadOnly();
  const polling = useRow('system.health', {}, 'polling');
  const { value, change, discard } = useDraft<Form>(stored);
  const port = toContract(value.port, numberFields.heartbeatPort);
  const address = value.address.trim();
  const isAddress = isListenAddress(address);
  const problem = stored.enabled ? listenerProblem(polling?.message ?? null) : null;
  return (
    <SettingsCard
      title={t('heartbeat.title')}
      sentence={t('heartbeat.sentence')}
      dirty={value.enabled !== stored.enabled || address !== stored.address || port !== stored.port}
      valid={port !== null && isAddress}
      onSave={async () => {
        if (port === null) return 'declined';
        await onSave({ heartbeat: { enabled: value.enabled, address, port } });
        return 'saved';
      }}
      onDiscard={discard}
    >
      <Switch label={t('heartbeat.enabled')} checked={value.enabled} disabled={readOnly} onChange={event => change({ enabled: event.currentTarget.checked })} />
      {problem === null ? null : (
        <Text size="sm" className="trouble" role="alert">
          {problem}
        </Text>
      )}
      <SimpleGrid cols={2} spacing={24}>
        <TextInput
          label={t('heartbeat.address')}
          description={t('heartbeat.addressHint')}
          inputWrapperOrder={descriptionBelow}
          value={value.address}
          onChange={event => change({ address: event.currentTarget.value })}
          error={isAddress ? undefined : t('heartbeat.addressWrong')}
          disabled={readOnly}
          spellCheck={false}
          descriptionProps={{ fz: 12, lh: '16px' }}
          styles={{ wrapper: { maxWidth: 200 } }}
        />
        <NumberSetting label={t('heartbeat.port')} description={t('heartbeat.portHint')} grouped={false} field={numberFields.heartbeatPort} draft={value.port} onChange={next => change({ port: next })} />
      </SimpleGrid>
    </SettingsCard>
  );
}
