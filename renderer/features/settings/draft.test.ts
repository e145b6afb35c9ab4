import { expect, test } from 'vitest';
import { Settings } from '../../../shared/model/settings.ts';
import { numberFields, pollingDraft, pollingFieldNames, pollingPatch, toContract } from './draft.ts';

test('the bounds of the form are those of the contract', () => {
  expect(numberFields).toEqual({
    intervalS: { min: 1, max: 3_600, factor: 1_000 },
    timeoutMs: { min: 100, max: 10_000, factor: 1 },
    snmpIntervalS: { min: 10, max: 86_400, factor: 1_000 },
    probesPerInterval: { min: 1, max: 10, factor: 1 },
    payloadBytes: { min: 8, max: 65_000, factor: 1 },
    dscp: { min: 0, max: 63, factor: 1 },
    recoveryReplies: { min: 1, max: 20, factor: 1 },
    mostProbesPerS: { min: 1, max: 20_000, factor: 1 },
    mostProbesPerBranchPerS: { min: 1, max: 20_000, factor: 1 },
    gatherS: { min: 0, max: 300, factor: 1_000 },
    flapChanges: { min: 2, max: 50, factor: 1 },
    heartbeatPort: { min: 1, max: 65_535, factor: 1 },
    rawDays: { min: 2, max: 3_650, factor: 1 },
    fiveMinDays: { min: 2, max: 3_650, factor: 1 },
    hourDays: { min: 31, max: 36_500, factor: 1 },
    maxSizeMb: { min: 64, max: 1_000_000, factor: 1 },
    keptBackups: { min: 1, max: 365, factor: 1 },
    devices: { min: 1, max: 10_000, factor: 1 },
  });
});

test('seconds become whole milliseconds; what is empty, unfinished or out of bounds becomes nothing', () => {
  const read = [10, 2.5, 1.0004, 0.9, 3_601, '', '-', Number.NaN].map(draft => toContract(draft, numberFields.intervalS));
  expect(read).toEqual([10_000, 2_500, 1_000, null, null, null, null, null]);
});

test('of polling only what was changed is saved, and nothing while a field is wrong', () => {
  const stored = Settings.shape.polling.parse({});
  const draft = pollingDraft(stored);
  const patches = [draft, { ...draft, intervalS: 2.5, dscp: 46 }, { ...draft, probesPerInterval: 11 }, { ...draft, payloadBytes: '' }].map(each => pollingPatch(each, stored));
  expect(patches).toEqual([{}, { intervalMs: 2_500, dscp: 46 }, null, null]);
});

test('every setting of polling can be edited', () => {
  expect(pollingFieldNames.length).toBe(Object.keys(Settings.shape.polling.parse({})).length);
});
