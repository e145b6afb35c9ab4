import { beforeAll, describe, expect, test } from 'vitest';
import { startTexts } from '../i18n.ts';
import { formatAge, formatBytes, formatDuration, formatMinute, formatMoment, formatPercent, formatRtt, formatShare, formatUptime } from './format.ts';

beforeAll(() => startTexts('en'));

describe('figures', () => {
  test.each([
    [null, '–'], [412, '0.412'], [999.4, '0.999'], [999.6, '1.00'], [8_301, '8.30'], [9_996, '10.0'], [12_340, '12.3'], [99_960, '100'], [143_200, '143'], [1_240_000, '1240'],
  ])('a round trip of %s µs is written %s', (us, text) => expect(formatRtt(us)).toBe(text));

  test.each([[null, '–'], [0, '0'], [0.04, '0.0'], [3.14, '3.1'], [9.96, '10'], [33.3, '33'], [100, '100']])('a loss of %s is written %s', (percent, text) => expect(formatPercent(percent)).toBe(text));

  test.each([[999, '999 B'], [1_000, '1.0 kB'], [412_000, '412 kB'], [1_440_000_000, '1.4 GB']])('%s bytes are written %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

test.each([[100, '100'], [99.9999, '99.99'], [97.5, '97.50'], [0, '0.00']])('an uptime of %s is written %s', (percent, text) => expect(formatUptime(percent)).toBe(text));

test.each([[100, '100'], [99.97, '99.9'], [94.2, '94'], [3.14, '3.1'], [0, '0']])('a share of %s is written %s', (percent, text) => expect(formatShare(percent)).toBe(text));

describe('times', () => {
  test.each([[-5, '0 s'], [59_999, '59 s'], [252_000, '4 min 12 s'], [11_100_000, '3 h 5 min'], [1_051_200_000, '12 d 4 h']])('%s ms last %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  test.each([[8_400, '8 s'], [200_000, '3 min'], [7_300_000, '2 h'], [200_000_000, '2 d']])('%s ms are %s old', (ms, text) => expect(formatAge(ms)).toBe(text));

  test('a moment of today is a time, any other has its date', () => {
    const now = new Date(2026, 10, 23, 18, 0, 0).getTime();
    expect([formatMoment(new Date(2026, 10, 23, 4, 5, 9).getTime(), now), formatMoment(new Date(2026, 1, 3, 14, 5, 9).getTime(), now)]).toEqual(['04:05:09', '2026-02-03 14:05:09']);
  });

  test('a minute has no seconds', () => {
    const now = new Date(2026, 10, 23, 18, 0, 0).getTime();
    expect([formatMinute(new Date(2026, 10, 23, 2, 10, 9).getTime(), now), formatMinute(new Date(2026, 1, 3, 14, 5, 9).getTime(), now)]).toEqual(['02:10', '2026-02-03 14:05']);
  });
});
