/** A length of time: how many of which unit. */
import { Input, NumberInput, Select } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { durationUnits, type DurationDraft, type DurationUnit } from './duration-draft.ts';

type Props = {
  readonly label: string;
  /** The label is for screen readers only: the words around it say what it is. */
  readonly bare?: boolean;
  readonly description?: ReactNode;
  readonly value: DurationDraft;
  readonly onChange: (value: DurationDraft) => void;
  readonly error?: string | undefined;
  readonly disabled?: boolean;
  readonly units?: readonly DurationUnit[];
};

const unitKeys: Readonly<Record<DurationUnit, string>> = { s: 'units.second', min: 'units.minute', h: 'units.hour', d: 'units.day' };

export function DurationInput({ label, bare = false, description, value, onChange, error, disabled = false, units = durationUnits }: Props): ReactElement {
  const { t } = useTranslation();
  const fields = (
    <div className="duration">
      <NumberInput
        aria-label={label}
        value={value.amount}
        onChange={amount => onChange({ ...value, amount })}
        allowNegative={false}
        decimalScale={1}
        clampBehavior="none"
        hideControls
        disabled={disabled}
        error={error !== undefined}
      />
      <Select
        aria-label={`${label}: ${t('units.label')}`}
        value={value.unit}
        data={units.map(unit => ({ value: unit, label: t(unitKeys[unit]) }))}
        onChange={unit => unit && onChange({ ...value, unit })}
        allowDeselect={false}
        disabled={disabled}
        comboboxProps={{ width: 84, position: 'bottom-start' }}
      />
    </div>
  );
  if (bare) return fields;
  return (
    <Input.Wrapper label={label} labelElement="div" description={description} error={error} inputWrapperOrder={['label', 'input', 'description', 'error']} size="xs">
      {fields}
    </Input.Wrapper>
  );
}
