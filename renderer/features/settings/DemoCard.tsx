/** The demo fleet: simulated devices, to look around before real ones are there. */
import { Switch } from '@mantine/core';
import { useRef, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings, SettingsPatch } from '../../../shared/model/settings.ts';
import { useReadOnly } from '../../client/hooks.ts';
import { ConfirmDialog } from '../../ui/Dialog.tsx';
import { numberFields, toContract, type NumberDraft } from './draft.ts';
import { NumberSetting } from './NumberSetting.tsx';
import { SettingsCard } from './SettingsCard.tsx';
import { useDraft } from './use-draft.ts';

type Form = { readonly enabled: boolean; readonly devices: NumberDraft };
type Props = { readonly stored: Settings['demo']; readonly onSave: (patch: SettingsPatch) => Promise<void> };

/** Switching off removes the demo devices with their history: it asks first. */
export function DemoCard({ stored, onSave }: Props): ReactElement {
  const { t } = useTranslation('settings');
  const readOnly = useReadOnly();
  const { value, change, discard } = useDraft<Form>(stored);
  const devices = toContract(value.devices, numberFields.devices);
  const [asking, setAsking] = useState(false);
  const answer = useRef<(agreed: boolean) => void>(null);

  const agree = (): Promise<boolean> => {
    if (!stored.enabled || value.enabled) return Promise.resolve(true);
    setAsking(true);
    return new Promise(resolve => {
      answer.current = resolve;
    });
  };
  const decide = (agreed: boolean): void => {
    setAsking(false);
    answer.current?.(agreed);
  };
  const save = async (): Promise<'saved' | 'declined'> => {
    if (devices === null || !(await agree())) return 'declined';
    await onSave({ demo: { enabled: value.enabled, devices } });
    return 'saved';
  };

  return (
    <SettingsCard
      title={t('demo.title')}
      sentence={t('demo.sentence')}
      dirty={value.enabled !== stored.enabled || devices !== stored.devices}
      valid={devices !== null}
      onSave={save}
      onDiscard={discard}
    >
      <Switch label={t('demo.enabled')} checked={value.enabled} disabled={readOnly} onChange={event => change({ enabled: event.currentTarget.checked })} />
      <NumberSetting label={t('demo.devices')} description={t('demo.devicesHint')} field={numberFields.devices} draft={value.devices} onChange={next => change({ devices: next })} />
      <ConfirmDialog
        opened={asking}
        onClose={() => decide(false)}
        title={t('demo.offTitle')}
        message={t('demo.offMessage')}
        confirmLabel={t('demo.offConfirm')}
        destructive
        onConfirm={() => decide(true)}
      />
    </SettingsCard>
  );
}
