import { expect, test } from 'vitest';
import { shortMoment } from './moment.ts';

test('a moment is told as exactly as its age needs', () => {
  const now = new Date(2026, 10, 23, 9, 0, 0).getTime();
  const moments = [new Date(2026, 10, 23, 0, 4, 5), new Date(2026, 10, 22, 23, 59, 59), new Date(2025, 11, 31, 23, 59, 59)];
  expect(moments.map(moment => shortMoment(moment.getTime(), now))).toEqual(['00:04:05', '11-22 23:59', '2025-12-31']);
});
