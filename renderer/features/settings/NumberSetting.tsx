/** A bounded number of a settings form; says at the field when it is out of bounds. */
import { NumberInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useReadOnly } from '../../client/hooks.ts';
import { toContract, type NumberDraft, type NumberField } from './draft.ts';

type Props = {
  readonly label: string;
  readonly description: string;
  /** With its leading space, as it stands after the number. */
  readonly suffix?: string;
  readonly field: NumberField;
  readonly draft: NumberDraft;
  readonly onChange: (draft: NumberDraft) => void;
  readonly decimals?: number;
  readonly disabled?: boolean;
  /** Thousands apart, as in 3,000; not for what only looks like an amount. */
  readonly grouped?: boolean;
  /** May be empty. */
  readonly optional?: boolean;
};

/** Fields side by side stand in one line, however long what is said about them. */
export const descriptionBelow: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];

export function NumberSetting({ label, description, suffix = '', field, draft, onChange, decimals = 0, disabled = false, grouped = true, optional = false }: Props): ReactElement {
  const { t, i18n } = useTranslation('settings');
  const readOnly = useReadOnly();
  const bound = (value: number): string => `${new Intl.NumberFormat(i18n.language, { useGrouping: grouped }).format(value)}${suffix}`;
  return (
    <NumberInput
      label={label}
      description={description}
      inputWrapperOrder={descriptionBelow}
      value={draft}
      onChange={onChange}
      suffix={suffix}
      thousandSeparator={grouped ? ',' : false}
      decimalScale={decimals}
      allowNegative={false}
      min={field.min}
      max={field.max}
      clampBehavior="none"
      disabled={readOnly || disabled}
      error={toContract(draft, field) === null && !(optional && draft === '') ? t('outOfBounds', { min: bound(field.min), max: bound(field.max) }) : undefined}
      descriptionProps={{ fz: 12, lh: '16px' }}
      errorProps={{ fz: 12 }}
      styles={{ wrapper: { maxWidth: 200 } }}
    />
  );
}
