/** Numbers as a settings form edits them: in the unit a person thinks in, within the bounds of the contract. */
import type { z } from 'zod';
import { settingGroups } from '../../../shared/model/settings.ts';

/** One number field. `min` and `max` are in the unit of the form; one of it is `factor` of the contract's. */
export type NumberField = { readonly min: number; readonly max: number; readonly factor: number };

function field(setting: z.ZodDefault<z.ZodNumber>, factor: number): NumberField {
  const { minValue, maxValue } = setting.unwrap();
  return { min: (minValue ?? 0) / factor, max: (maxValue ?? Number.MAX_SAFE_INTEGER) / factor, factor };
}

const { polling, demo } = settingGroups;

/** The number fields of all groups; those of times that are counted in seconds end in S. */
export const numberFields = {
  intervalS: field(polling.shape.intervalMs, 1_000),
  timeoutMs: field(polling.shape.timeoutMs, 1),
  snmpIntervalS: field(polling.shape.snmpIntervalMs, 1_000),
  devices: field(demo.shape.devices, 1),
} as const;

/** What stands in a number field: an input gives a string while it is empty or unfinished. */
export type NumberDraft = number | string;

/** The value as the contract wants it, or null when it is no number within the field's bounds. */
export function toContract(draft: NumberDraft, { min, max, factor }: NumberField): number | null {
  if (typeof draft !== 'number' || !Number.isFinite(draft)) return null;
  const value = Math.round(draft * factor);
  return value >= min * factor && value <= max * factor ? value : null;
}
