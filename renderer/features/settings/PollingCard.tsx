/** How often devices are asked, with what, how long an answer may take, and how much of that a line must bear. */
import { SimpleGrid } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings, SettingsPatch } from '../../../shared/model/settings.ts';
import { numberFields, pollingDraft, pollingFieldNames, pollingPatch, type PollingDraft, type PollingField } from './draft.ts';
import { NumberSetting } from './NumberSetting.tsx';
import { SettingsCard } from './SettingsCard.tsx';
import { useDraft } from './use-draft.ts';

type Props = { readonly stored: Settings['polling']; readonly onSave: (patch: SettingsPatch) => Promise<void> };

/** What stands after the number: a key of the texts. */
const units: Partial<Readonly<Record<PollingField, string>>> = {
  intervalS: 'common:units.second', timeoutMs: 'common:units.millisecond', snmpIntervalS: 'common:units.second', payloadBytes: 'bytes', mostProbesPerS: 'perSecond', mostProbesPerBranchPerS: 'perSecond',
};

export function PollingCard({ stored, onSave }: Props): ReactElement {
  const { t } = useTranslation('settings');
  const { value, change, discard } = useDraft<PollingDraft>(pollingDraft(stored));
  const patch = pollingPatch(value, stored);
  const field = (name: PollingField): ReactElement => {
    const unit = units[name];
    return (
      <NumberSetting
        key={name}
        label={t(`polling.${name}`)}
        description={t(`polling.${name}Hint`)}
        suffix={unit === undefined ? '' : ` ${t(unit)}`}
        decimals={name === 'intervalS' ? 1 : 0}
        field={numberFields[name]}
        draft={value[name]}
        onChange={draft => change({ [name]: draft })}
      />
    );
  };
  return (
    <SettingsCard
      title={t('polling.title')}
      sentence={t('polling.sentence')}
      dirty={patch === null || Object.keys(patch).length > 0}
      valid={patch !== null}
      onSave={async () => {
        if (!patch) return 'declined';
        await onSave({ polling: patch });
        return 'saved';
      }}
      onDiscard={discard}
    >
      <SimpleGrid cols={3} spacing={24} verticalSpacing={16}>
        {pollingFieldNames.map(field)}
      </SimpleGrid>
    </SettingsCard>
  );
}
