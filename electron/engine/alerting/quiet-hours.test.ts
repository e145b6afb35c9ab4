import { expect, test } from 'vitest';
import { quietUntil } from './quiet-hours.ts';

const at = (time: string): number => Date.parse(time);
const written = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString().slice(0, 16));
const hours = (from: string, to: string, zone = 'Asia/Tbilisi') => ({ from, to, zone, evenCritical: false });

test.each([
  ['before they begin', '2026-01-05T17:59:59Z', hours('22:00', '07:00'), null],
  ['from their first moment', '2026-01-05T18:00:00Z', hours('22:00', '07:00'), '2026-01-06T03:00'],
  ['after midnight', '2026-01-05T22:00:00Z', hours('22:00', '07:00'), '2026-01-06T03:00'],
  ['not at their end', '2026-01-06T03:00:00Z', hours('22:00', '07:00'), null],
  ['within a day', '2026-01-05T09:00:00Z', hours('12:30', '14:00'), '2026-01-05T10:00'],
  ['not after those of a day', '2026-01-05T10:00:00Z', hours('12:30', '14:00'), null],
  ['equal times are none', '2026-01-05T10:00:00Z', hours('14:00', '14:00'), null],
  ['a zone that nobody knows has none', '2026-01-05T20:00:00Z', hours('22:00', '07:00', 'Asia/Atlantis'), null],
  // Berlin, 29 March 2026: at 02:00 it is 03:00.
  ['the night in which an hour is missing is an hour shorter', '2026-03-28T23:00:00Z', hours('22:00', '07:00', 'Europe/Berlin'), '2026-03-29T05:00'],
  ['an end in the missing hour is taken by the offset of before', '2026-03-29T01:15:00Z', hours('22:00', '02:30', 'Europe/Berlin'), '2026-03-29T01:30'],
  // Berlin, 25 October 2026: at 03:00 it is 02:00 again.
  ['the night in which an hour comes twice is an hour longer', '2026-10-24T21:00:00Z', hours('22:00', '07:00', 'Europe/Berlin'), '2026-10-25T06:00'],
  ['an end in the hour that comes twice is its first', '2026-10-25T00:29:00Z', hours('22:00', '02:30', 'Europe/Berlin'), '2026-10-25T00:30'],
  ['and not its second', '2026-10-25T01:15:00Z', hours('22:00', '02:30', 'Europe/Berlin'), null],
  ['a beginning in the hour that comes twice is its first', '2026-10-25T01:15:00Z', hours('02:30', '07:00', 'Europe/Berlin'), '2026-10-25T06:00'],
  ['New York, the other way of the year', '2026-11-01T05:30:00Z', hours('23:00', '06:00', 'America/New_York'), '2026-11-01T11:00'],
])('quiet hours: %s', (_name, now, quiet, expected) => {
  expect(written(quietUntil(quiet, at(now)))).toBe(expected);
});
