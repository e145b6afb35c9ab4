/** Numbers as a settings form edits them: in the unit a person thinks in, within the bounds of the contract. */
import type { z } from 'zod';
import { settingGroups, type Settings } from '../../../shared/model/settings.ts';

/** One number field. `min` and `max` are in the unit of the form; one of it is `factor` of the contract's. */
export type NumberField = { readonly min: number; readonly max: number; readonly factor: number };

function field(setting: z.ZodDefault<z.ZodNumber>, factor: number): NumberField {
  return bounded(setting.unwrap(), factor);
}

function bounded({ minValue, maxValue }: z.ZodNumber, factor: number): NumberField {
  return { min: (minValue ?? 0) / factor, max: (maxValue ?? Number.MAX_SAFE_INTEGER) / factor, factor };
}

const { polling, alerting, heartbeat, history, backup, demo } = settingGroups;

/** The number fields of all groups; those of times that are counted in seconds end in S. */
export const numberFields = {
  intervalS: field(polling.shape.intervalMs, 1_000),
  timeoutMs: field(polling.shape.timeoutMs, 1),
  snmpIntervalS: field(polling.shape.snmpIntervalMs, 1_000),
  probesPerInterval: field(polling.shape.probesPerInterval, 1),
  payloadBytes: field(polling.shape.payloadBytes, 1),
  dscp: field(polling.shape.dscp, 1),
  recoveryReplies: field(polling.shape.recoveryReplies, 1),
  mostProbesPerS: field(polling.shape.mostProbesPerS, 1),
  mostProbesPerBranchPerS: field(polling.shape.mostProbesPerBranchPerS, 1),
  gatherS: field(alerting.shape.gatherMs, 1_000),
  flapChanges: field(alerting.shape.flapChanges, 1),
  heartbeatPort: field(heartbeat.shape.port, 1),
  rawDays: field(history.shape.rawDays, 1),
  fiveMinDays: field(history.shape.fiveMinDays, 1),
  hourDays: field(history.shape.hourDays, 1),
  maxSizeMb: bounded(history.shape.maxSizeMb.unwrap().options[0], 1),
  keptBackups: field(backup.shape.keep, 1),
  devices: field(demo.shape.devices, 1),
} as const;

/** The settings of polling: which field of the contract each number is, in the order a person reads them. */
export const pollingFields = {
  intervalS: 'intervalMs', timeoutMs: 'timeoutMs', probesPerInterval: 'probesPerInterval', payloadBytes: 'payloadBytes', dscp: 'dscp', recoveryReplies: 'recoveryReplies',
  snmpIntervalS: 'snmpIntervalMs', mostProbesPerS: 'mostProbesPerS', mostProbesPerBranchPerS: 'mostProbesPerBranchPerS',
} as const satisfies Partial<Record<keyof typeof numberFields, keyof Settings['polling']>>;
export type PollingField = keyof typeof pollingFields;
export const pollingFieldNames: readonly PollingField[] = ['intervalS', 'timeoutMs', 'probesPerInterval', 'payloadBytes', 'dscp', 'recoveryReplies', 'snmpIntervalS', 'mostProbesPerS', 'mostProbesPerBranchPerS'];
export type PollingDraft = Readonly<Record<PollingField, NumberDraft>>;

/** What is stored, in the units of the form. */
export function pollingDraft(stored: Settings['polling']): PollingDraft {
  const shown = (name: PollingField): number => stored[pollingFields[name]] / numberFields[name].factor;
  return {
    intervalS: shown('intervalS'), timeoutMs: shown('timeoutMs'), probesPerInterval: shown('probesPerInterval'), payloadBytes: shown('payloadBytes'), dscp: shown('dscp'), recoveryReplies: shown('recoveryReplies'),
    snmpIntervalS: shown('snmpIntervalS'), mostProbesPerS: shown('mostProbesPerS'), mostProbesPerBranchPerS: shown('mostProbesPerBranchPerS'),
  };
}

/** The fields whose draft differs from what is stored, as a patch; null where one of them cannot be stored. */
export function pollingPatch(draft: PollingDraft, stored: Settings['polling']): Partial<Settings['polling']> | null {
  const read = pollingFieldNames.map(name => ({ name: pollingFields[name], value: toContract(draft[name], numberFields[name]) }));
  if (read.some(({ value }) => value === null)) return null;
  return Object.fromEntries(read.flatMap(({ name, value }) => (value === null || value === stored[name] ? [] : [[name, value]])));
}

/** What stands in a number field: an input gives a string while it is empty or unfinished. */
export type NumberDraft = number | string;

/** The value as the contract wants it, or null when it is no number within the field's bounds. */
export function toContract(draft: NumberDraft, { min, max, factor }: NumberField): number | null {
  if (typeof draft !== 'number' || !Number.isFinite(draft)) return null;
  const value = Math.round(draft * factor);
  return value >= min * factor && value <= max * factor ? value : null;
}
