import { expect, test } from 'vitest';
import { timeTicks } from './time-ticks.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const at = (year: number, month: number, day = 1, hour = 0, minute = 0, second = 0): number => new Date(year, month - 1, day, hour, minute, second).getTime();
const labels = (from: number, to: number, most: number): string[] => timeTicks(from, to, most, months).map(tick => tick.label);

test.each([
  ['a minute has seconds', at(2026, 3, 12, 14, 5), at(2026, 3, 12, 14, 6), 6, ['14:05:00', '14:05:10', '14:05:20', '14:05:30', '14:05:40', '14:05:50', '14:06:00']],
  ['an hour has minutes', at(2026, 3, 12, 14, 3), at(2026, 3, 12, 15, 3), 6, ['14:10', '14:20', '14:30', '14:40', '14:50', '15:00']],
  ['midnight is told by its day', at(2026, 3, 12, 14, 30), at(2026, 3, 13, 14, 30), 8, ['15:00', '18:00', '21:00', '13 Mar', '03:00', '06:00', '09:00', '12:00']],
  ['a week has days', at(2026, 2, 25, 14), at(2026, 3, 4, 14), 8, ['26 Feb', '27 Feb', '28 Feb', '1 Mar', '2 Mar', '3 Mar', '4 Mar']],
  ['a month has every fifth day, none of them close to the first', at(2026, 3, 12, 14), at(2026, 4, 12, 14), 7, ['16 Mar', '21 Mar', '26 Mar', '1 Apr', '6 Apr', '11 Apr']],
  ['a year has months, and January is the year', at(2025, 7, 12), at(2026, 7, 12), 13, ['Aug', 'Sep', 'Oct', 'Nov', 'Dec', '2026', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul']],
  ['less room, fewer months', at(2025, 7, 12), at(2026, 7, 12), 5, ['Oct', '2026', 'Apr', 'Jul']],
  ['decades have years', at(2020, 7, 12), at(2026, 7, 12), 8, ['2021', '2022', '2023', '2024', '2025', '2026']],
  ['no time, no marks', at(2026, 3, 12), at(2026, 3, 12), 8, []],
])('%s', (_, from, to, most, expected) => expect(labels(from, to, most)).toEqual(expected));

test('marks never stand closer than there is room for, and never outside', () => {
  for (let hours = 1; hours < 30_000; hours = Math.ceil(hours * 1.3)) {
    const from = at(2025, 10, 20, 13, 7, 11);
    const to = from + hours * 3_600_000;
    const ticks = timeTicks(from, to, 10, months);
    expect(ticks.length).toBeLessThanOrEqual(12);
    expect(ticks.length).toBeGreaterThanOrEqual(2);
    expect(ticks.every(tick => tick.at >= from && tick.at <= to)).toBe(true);
  }
});
