/** Language and theme of this window: kept in this browser, changed at once. */
import { Paper, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { languages } from '../../i18n.ts';
import { useView, type Theme } from '../../state/view.ts';

const themes: readonly Theme[] = ['light', 'dark', 'system'];

export function LookCard(): ReactElement {
  const { t } = useTranslation('settings');
  const language = useView(view => view.language);
  const theme = useView(view => view.theme);
  const choose = useView(view => view.choose);
  return (
    <Paper component="section" aria-label={t('look.title')} withBorder p={16}>
      <Stack gap={12}>
        <div>
          <Title order={2} size={14}>
            {t('look.title')}
          </Title>
          <Text size="xs" c="dimmed">
            {t('look.sentence')}
          </Text>
        </div>
        <Choice label={t('common:language.label')} options={languages} value={language} nameOf={each => t(`look.language.${each}`)} onChange={each => choose({ language: each })} />
        <Choice label={t('common:theme.label')} options={themes} value={theme} nameOf={each => t(`look.theme.${each}`)} onChange={each => choose({ theme: each })} />
      </Stack>
    </Paper>
  );
}

type ChoiceProps<Option extends string> = {
  readonly label: string;
  readonly options: readonly Option[];
  readonly value: Option;
  readonly nameOf: (option: Option) => string;
  readonly onChange: (option: Option) => void;
};

function Choice<Option extends string>({ label, options, value, nameOf, onChange }: ChoiceProps<Option>): ReactElement {
  return (
    <Stack gap={4} align="flex-start">
      <Text size="xs" fw={500}>
        {label}
      </Text>
      <SegmentedControl<Option> aria-label={label} data={options.map(option => ({ value: option, label: nameOf(option) }))} value={value} onChange={onChange} />
    </Stack>
  );
}
