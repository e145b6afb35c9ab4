/** Chooses until when something holds: by a length, or by a moment that is written. */
import { SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { formatMinute } from './format.ts';
import { momentText } from './moment-text.ts';
import { untilMoment, type Until, type UntilChoice } from './until.ts';

type Props = {
  readonly label: string;
  readonly choices: readonly UntilChoice[];
  readonly value: Until;
  readonly onChange: (value: Until) => void;
  /** UTC ms; what is written first where nothing was. */
  readonly now: number;
};

const hourMs = 3_600_000;

export function UntilField({ label, choices, value, onChange, now }: Props): ReactElement {
  const { t } = useTranslation();
  const moment = untilMoment(value, now);
  const choose = (choice: UntilChoice): void => onChange({ choice, own: value.own === '' ? momentText(now + hourMs) : value.own });
  return (
    <Stack gap={6}>
      <Text size="sm" fw={500}>
        {label}
      </Text>
      <SegmentedControl aria-label={label} value={value.choice} onChange={choose} data={choices.map(choice => ({ value: choice, label: t(`until.choice.${choice}`) }))} fullWidth className="until-choice" />
      {/* One height for both, so that the dialog keeps its own. */}
      <div className="until-foot">
        {value.choice === 'own' ? (
          <TextInput aria-label={t('until.choice.own')} placeholder="2026-03-12 14:05" value={value.own} onChange={event => onChange({ ...value, own: event.currentTarget.value })} error={'problem' in moment ? t(`until.${moment.problem}`) : undefined} className="figures" />
        ) : (
          <Text size="xs" c="dimmed" className="figures">
            {'problem' in moment ? '' : moment.at === null ? t('until.never') : t('until.at', { at: formatMinute(moment.at, now) })}
          </Text>
        )}
      </div>
    </Stack>
  );
}
