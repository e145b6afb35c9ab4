/** What the fields of the device form share. */
import { numberLimits, type FormValues, type NumberField } from './form-values.ts';

export type FieldsProps = {
  readonly form: FormValues;
  readonly set: (part: Partial<FormValues>) => void;
  /** Sentences by the contract's name of the field. */
  readonly problems: Readonly<Record<string, string>>;
};

/** Of every number input. Never clamped: a number must not become another one behind the user's back. */
export const plainNumber = { clampBehavior: 'none', allowNegative: false, thousandSeparator: false } as const;

/** The props of a number field of the device itself. */
export function numberProps(field: NumberField, form: FormValues, set: FieldsProps['set']) {
  return { ...plainNumber, ...numberLimits[field], value: form[field], onChange: (value: number | string): void => set({ [field]: value }) };
}
