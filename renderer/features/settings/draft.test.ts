import { expect, test } from 'vitest';
import { numberFields, toContract } from './draft.ts';

test('the bounds of the form are those of the contract', () => {
  expect(numberFields).toEqual({
    intervalS: { min: 1, max: 3_600, factor: 1_000 },
    timeoutMs: { min: 100, max: 10_000, factor: 1 },
    snmpIntervalS: { min: 10, max: 86_400, factor: 1_000 },
    devices: { min: 1, max: 10_000, factor: 1 },
  });
});

test('seconds become whole milliseconds; what is empty, unfinished or out of bounds becomes nothing', () => {
  const read = [10, 2.5, 1.0004, 0.9, 3_601, '', '-', Number.NaN].map(draft => toContract(draft, numberFields.intervalS));
  expect(read).toEqual([10_000, 2_500, 1_000, null, null, null, null, null]);
});
