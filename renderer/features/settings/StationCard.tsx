/** The name this console goes by. */
import { TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings, SettingsPatch } from '../../../shared/model/settings.ts';
import { useQuery, useReadOnly } from '../../client/hooks.ts';
import { descriptionBelow } from './NumberSetting.tsx';
import { SettingsCard } from './SettingsCard.tsx';
import { useDraft } from './use-draft.ts';

const nameLimit = 80;

type Props = { readonly stored: Settings['station']; readonly onSave: (patch: SettingsPatch) => Promise<void> };

export function StationCard({ stored, onSave }: Props): ReactElement {
  const { t } = useTranslation('settings');
  const readOnly = useReadOnly();
  // Without a name of its own the station goes by the computer's, which only the engine knows.
  const hello = useQuery('system.hello', stored.name === '' ? {} : null);
  const { value, change, discard } = useDraft(stored);
  const name = value.name.trim();
  return (
    <SettingsCard
      title={t('station.title')}
      sentence={t('station.sentence')}
      dirty={name !== stored.name}
      valid
      onSave={async () => {
        await onSave({ station: { name } });
        return 'saved';
      }}
      onDiscard={discard}
    >
      <TextInput
        label={t('station.name')}
        description={t('station.nameHint')}
        inputWrapperOrder={descriptionBelow}
        placeholder={hello.value?.station ?? ''}
        value={value.name}
        onChange={event => change({ name: event.currentTarget.value })}
        maxLength={nameLimit}
        disabled={readOnly}
        descriptionProps={{ fz: 12, lh: '16px' }}
        styles={{ wrapper: { maxWidth: 320 } }}
      />
    </SettingsCard>
  );
}
