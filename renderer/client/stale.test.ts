import { expect, test } from 'vitest';
import { silentSince } from './stale.ts';

test('an engine that has closed no round for more than 15 s is silent since its last one', () => {
  expect([silentSince(100_000, 115_000, 60_000), silentSince(100_000, 115_001, 60_000)]).toEqual([null, 100_000]);
});

test('a page that has just come back into sight waits for its first new report', () => {
  expect([silentSince(100_000, 200_000, 3_000), silentSince(100_000, 200_000, 3_001)]).toEqual([null, 100_000]);
});

test('an engine that has not reported yet is not silent', () => {
  expect(silentSince(null, 200_000, 60_000)).toBe(null);
});
