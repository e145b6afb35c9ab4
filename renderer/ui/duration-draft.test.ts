import { beforeAll, expect, test } from 'vitest';
import { startTexts } from '../i18n.ts';
import { durationDraft, durationMs, durationWords } from './duration-draft.ts';

beforeAll(() => startTexts('en'));

test('a length is shown in the largest unit that leaves a whole number', () => {
  expect([0, 10_000, 90_000, 300_000, 5_400_000, 172_800_000].map(ms => durationDraft(ms))).toEqual([
    { amount: 0, unit: 's' }, { amount: 10, unit: 's' }, { amount: 90, unit: 's' }, { amount: 5, unit: 'min' }, { amount: 90, unit: 'min' }, { amount: 2, unit: 'd' },
  ]);
});

test('where no offered unit leaves a whole number, the smallest has a broken one', () => {
  expect([durationDraft(90_000, ['min', 'h']), durationDraft(0, ['min', 'h'])]).toEqual([{ amount: 1.5, unit: 'min' }, { amount: 0, unit: 'min' }]);
});

test('what is typed is whole milliseconds, or no length of time', () => {
  const typed = [{ amount: 1.5, unit: 'min' }, { amount: 0, unit: 'h' }, { amount: '', unit: 's' }, { amount: '-', unit: 's' }, { amount: -1, unit: 's' }] as const;
  expect(typed.map(durationMs)).toEqual([90_000, 0, null, null, null]);
});

test('in words the second unit is there only where it is not nothing', () => {
  expect([0, 10_000, 300_000, 312_000, 3_600_000, 12_000_000].map(durationWords)).toEqual(['0 s', '10 s', '5 min', '5 min 12 s', '1 h', '3 h 20 min']);
});
