/** How long each resolution of history is kept and how large the file may become, with what that comes to for this estate before it is saved. */
import { SimpleGrid, Stack, Switch, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings, SettingsPatch } from '../../../shared/model/settings.ts';
import { useKeptQuery, useReadOnly } from '../../client/hooks.ts';
import { numberFields } from './draft.ts';
import { ForecastView } from './ForecastView.tsx';
import { historyDraft, historyOf, isSameHistory, isTimeOfDay, type HistoryDraft } from './history-draft.ts';
import { descriptionBelow, NumberSetting } from './NumberSetting.tsx';
import { SettingsCard } from './SettingsCard.tsx';
import { useDraft } from './use-draft.ts';

type Props = { readonly stored: Settings['history']; readonly onSave: (patch: SettingsPatch) => Promise<void> };

/** A pause in the typing. */
const pauseMs = 300;

export function HistoryCard({ stored, onSave }: Props): ReactElement {
  const { t } = useTranslation('settings');
  const readOnly = useReadOnly();
  const { value, change, discard } = useDraft<HistoryDraft>(historyDraft(stored));
  const asked = historyOf(value);
  const [settled] = useDebouncedValue(JSON.stringify(asked), pauseMs);
  // Its own JSON from the line above, a pause ago.
  const patch = JSON.parse(settled) as Settings['history'] | null;
  const forecast = useKeptQuery('history.forecast', patch === null ? null : { patch });
  const isTold = settled === JSON.stringify(asked) && !forecast.loading && forecast.error === null;
  const impossible = isTold && forecast.kept?.value.verdict === 'impossible';
  const days = (name: 'rawDays' | 'fiveMinDays' | 'hourDays'): ReactElement => (
    <NumberSetting label={t(`history.${name}`)} description={t(`history.${name}Hint`)} suffix={` ${t('days')}`} field={numberFields[name]} draft={value[name]} onChange={draft => change({ [name]: draft })} />
  );

  return (
    <SettingsCard
      title={t('history.title')}
      sentence={t('history.sentence')}
      dirty={asked === null || !isSameHistory(asked, stored)}
      valid={asked !== null && !impossible}
      onSave={async () => {
        if (!asked) return 'declined';
        await onSave({ history: asked });
        return 'saved';
      }}
      onDiscard={discard}
    >
      <SimpleGrid cols={3} spacing={24} verticalSpacing={16}>
        {days('rawDays')}
        {days('fiveMinDays')}
        {days('hourDays')}
        <Stack gap={8} className="optional-setting">
          <NumberSetting
            label={t('history.maxSizeMb')}
            description={t('history.maxSizeMbHint')}
            suffix={` ${t('megabytes')}`}
            field={numberFields.maxSizeMb}
            draft={value.limited ? value.maxSizeMb : ''}
            optional={!value.limited}
            disabled={!value.limited}
            onChange={draft => change({ maxSizeMb: draft })}
          />
          <Switch label={t('history.limited')} checked={value.limited} disabled={readOnly} onChange={event => change({ limited: event.currentTarget.checked })} />
        </Stack>
        <TextInput
          label={t('history.dailyRunAt')}
          description={t('history.dailyRunAtHint')}
          inputWrapperOrder={descriptionBelow}
          value={value.dailyRunAt}
          onChange={event => change({ dailyRunAt: event.currentTarget.value })}
          error={isTimeOfDay(value.dailyRunAt) ? undefined : t('history.dailyRunAtWrong')}
          disabled={readOnly}
          maxLength={5}
          className="figures"
          descriptionProps={{ fz: 12, lh: '16px' }}
          styles={{ wrapper: { maxWidth: 200 } }}
        />
      </SimpleGrid>
      <ForecastView asked={forecast.kept?.input.patch ? patchOf(forecast.kept.input.patch, stored) : stored} forecast={forecast.kept?.value ?? null} error={forecast.error} />
    </SettingsCard>
  );
}

function patchOf(patch: NonNullable<SettingsPatch['history']>, stored: Settings['history']): Settings['history'] {
  return {
    rawDays: patch.rawDays ?? stored.rawDays, fiveMinDays: patch.fiveMinDays ?? stored.fiveMinDays, hourDays: patch.hourDays ?? stored.hourDays,
    maxSizeMb: patch.maxSizeMb === undefined ? stored.maxSizeMb : patch.maxSizeMb, dailyRunAt: patch.dailyRunAt ?? stored.dailyRunAt,
  };
}
