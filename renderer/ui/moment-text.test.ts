import { expect, test } from 'vitest';
import { momentOf, momentText } from './moment-text.ts';

test.each([
  ['2026-03-12 14:05', new Date(2026, 2, 12, 14, 5).getTime()], ['2026-3-1', new Date(2026, 2, 1).getTime()], [' 2026-03-12T04:05 ', new Date(2026, 2, 12, 4, 5).getTime()],
  ['2026-02-30', null], ['2026-13-01', null], ['2026-03-12 24:00', null], ['2026-03-12 10:60', null], ['yesterday', null], ['', null],
])('the moment "%s" is read as %s', (text, at) => expect(momentOf(text)).toBe(at));

test('a moment that was written is read as the same', () => {
  const at = new Date(2026, 0, 2, 3, 4).getTime();
  expect([momentText(at), momentOf(momentText(at))]).toEqual(['2026-01-02 03:04', at]);
});
