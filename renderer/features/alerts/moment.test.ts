import { expect, test } from 'vitest';
import { comingMoment, shortMoment } from './moment.ts';

test('a moment is told as exactly as its age needs', () => {
  const now = new Date(2026, 10, 23, 9, 0, 0).getTime();
  const moments = [new Date(2026, 10, 23, 0, 4, 5), new Date(2026, 10, 22, 23, 59, 59), new Date(2025, 11, 31, 23, 59, 59)];
  expect(moments.map(moment => shortMoment(moment.getTime(), now))).toEqual(['00:04:05', '11-22 23:59', '2025-12-31']);
});

test('a moment to come has its day only where that is not the next one', () => {
  const now = new Date(2026, 10, 23, 22, 0, 0).getTime();
  const moments = [new Date(2026, 10, 23, 22, 15), new Date(2026, 10, 24, 4, 0), new Date(2026, 10, 25, 4, 0), new Date(2027, 0, 2)];
  expect(moments.map(moment => comingMoment(moment.getTime(), now))).toEqual(['22:15', '04:00', '11-25 04:00', '2027-01-02']);
});
