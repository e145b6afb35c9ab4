import { expect, test } from 'vitest';
import { monthOf, periods, stretchOf } from './period.ts';

const now = new Date(2026, 1, 12, 14, 5).getTime();
const day = 86_400_000;

test('there are the last days, and a year of months back from this one', () => {
  expect(periods(now)).toEqual(['last-30', 'last-7', '2026-02', '2026-01', '2025-12', '2025-11', '2025-10', '2025-09', '2025-08', '2025-07', '2025-06', '2025-05', '2025-04', '2025-03']);
});

test('a month is one of the calendar, and this one ends now', () => {
  expect(['last-7', 'last-30', '2025-12', '2026-02'].map(period => stretchOf(period, now))).toEqual([
    { from: now - 7 * day, to: now },
    { from: now - 30 * day, to: now },
    { from: new Date(2025, 11, 1).getTime(), to: new Date(2026, 0, 1).getTime() },
    { from: new Date(2026, 1, 1).getTime(), to: now },
  ]);
});

test('only a month is a month', () => {
  expect(['2025-12', 'last-7'].map(monthOf)).toEqual([{ year: 2025, index: 11 }, null]);
});
