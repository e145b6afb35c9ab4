/** How patient alerting is: how long an incident is gathered, and what counts as flapping. */
import { SimpleGrid } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings, SettingsPatch } from '../../../shared/model/settings.ts';
import { numberFields, toContract, type NumberDraft } from './draft.ts';
import { NumberSetting } from './NumberSetting.tsx';
import { SettingsCard } from './SettingsCard.tsx';
import { useDraft } from './use-draft.ts';

type Form = { readonly gatherS: NumberDraft; readonly flapChanges: NumberDraft };
type Props = { readonly stored: Settings['alerting']; readonly onSave: (patch: SettingsPatch) => Promise<void> };

export function AlertingCard({ stored, onSave }: Props): ReactElement {
  const { t } = useTranslation('settings');
  const { value, change, discard } = useDraft<Form>({ gatherS: stored.gatherMs / numberFields.gatherS.factor, flapChanges: stored.flapChanges });
  const gatherMs = toContract(value.gatherS, numberFields.gatherS);
  const flapChanges = toContract(value.flapChanges, numberFields.flapChanges);
  return (
    <SettingsCard
      title={t('alerting.title')}
      sentence={t('alerting.sentence')}
      dirty={gatherMs !== stored.gatherMs || flapChanges !== stored.flapChanges}
      valid={gatherMs !== null && flapChanges !== null}
      onSave={async () => {
        if (gatherMs === null || flapChanges === null) return 'declined';
        await onSave({ alerting: { gatherMs, flapChanges } });
        return 'saved';
      }}
      onDiscard={discard}
    >
      <SimpleGrid cols={2} spacing={24}>
        <NumberSetting label={t('alerting.gatherS')} description={t('alerting.gatherSHint')} suffix={` ${t('common:units.second')}`} field={numberFields.gatherS} draft={value.gatherS} onChange={gatherS => change({ gatherS })} />
        <NumberSetting label={t('alerting.flapChanges')} description={t('alerting.flapChangesHint')} field={numberFields.flapChanges} draft={value.flapChanges} onChange={next => change({ flapChanges: next })} />
      </SimpleGrid>
    </SettingsCard>
  );
}
