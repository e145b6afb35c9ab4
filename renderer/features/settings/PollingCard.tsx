/** How often devices are asked, and how long an answer may take. */
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings, SettingsPatch } from '../../../shared/model/settings.ts';
import { numberFields, toContract, type NumberDraft } from './draft.ts';
import { NumberSetting } from './NumberSetting.tsx';
import { SettingsCard } from './SettingsCard.tsx';
import { useDraft } from './use-draft.ts';

type Form = { readonly intervalS: NumberDraft; readonly timeoutMs: NumberDraft; readonly snmpIntervalS: NumberDraft };
type Props = { readonly stored: Settings['polling']; readonly onSave: (patch: SettingsPatch) => Promise<void> };

export function PollingCard({ stored, onSave }: Props): ReactElement {
  const { t } = useTranslation('settings');
  const { value, change, discard } = useDraft<Form>({ intervalS: stored.intervalMs / 1_000, timeoutMs: stored.timeoutMs, snmpIntervalS: stored.snmpIntervalMs / 1_000 });
  const intervalMs = toContract(value.intervalS, numberFields.intervalS);
  const timeoutMs = toContract(value.timeoutMs, numberFields.timeoutMs);
  const snmpIntervalMs = toContract(value.snmpIntervalS, numberFields.snmpIntervalS);
  const polling = intervalMs === null || timeoutMs === null || snmpIntervalMs === null ? null : { intervalMs, timeoutMs, snmpIntervalMs };
  const seconds = ` ${t('common:units.second')}`;

  return (
    <SettingsCard
      title={t('polling.title')}
      sentence={t('polling.sentence')}
      dirty={intervalMs !== stored.intervalMs || timeoutMs !== stored.timeoutMs || snmpIntervalMs !== stored.snmpIntervalMs}
      valid={polling !== null}
      onSave={async () => {
        if (!polling) return 'declined';
        await onSave({ polling });
        return 'saved';
      }}
      onDiscard={discard}
    >
      <NumberSetting
        label={t('polling.interval')}
        description={t('polling.intervalHint')}
        suffix={seconds}
        decimals={1}
        field={numberFields.intervalS}
        draft={value.intervalS}
        onChange={intervalS => change({ intervalS })}
      />
      <NumberSetting
        label={t('polling.timeout')}
        description={t('polling.timeoutHint')}
        suffix={` ${t('milliseconds')}`}
        field={numberFields.timeoutMs}
        draft={value.timeoutMs}
        onChange={timeout => change({ timeoutMs: timeout })}
      />
      <NumberSetting
        label={t('polling.snmpInterval')}
        description={t('polling.snmpIntervalHint')}
        suffix={seconds}
        field={numberFields.snmpIntervalS}
        draft={value.snmpIntervalS}
        onChange={snmpIntervalS => change({ snmpIntervalS })}
      />
    </SettingsCard>
  );
}
