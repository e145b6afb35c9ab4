/** What settings of retention come to, said beforehand. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forecastOf, type Costs } from './forecast.ts';

const mb = 1_000_000;
/** A thousand devices, two pings every ten seconds. */
const costs: Costs = { samplesPerDay: 17_280_000, bytesPerSample: 2.5, series: 1_000, fiveMinBytesPerDay: 2_000, hourBytesPerDay: 300, otherBytes: 2 * mb, bytesNow: 5 * mb };
const usual = { rawDays: 30, fiveMinDays: 180, hourDays: 1_095, maxSizeMb: null };

describe('a forecast', () => {
  test('without a maximum keeps what is asked, and says how large that becomes', () => {
    const forecast = forecastOf(usual, costs);
    expect(forecast).toMatchObject({ rawDays: 30, fiveMinDays: 180, hourDays: 1_095, verdict: 'kept', message: null });
    expect(forecast.bytesFull).toBe(2 * mb + 30 * 43_200_000 + 180 * 2_000_000 + 1_095 * 300_000);
  });

  test('with a maximum shortens the finest data first, and says by how much', () => {
    expect(forecastOf({ ...usual, maxSizeMb: 1_000 }, costs)).toMatchObject({
      verdict: 'shortened', rawDays: 6, fiveMinDays: 180, hourDays: 1_095, message: 'At most 1000 MB keep single samples for 6 instead of 30 days.',
    });
    expect(forecastOf({ ...usual, maxSizeMb: 500 }, costs)).toMatchObject({ verdict: 'shortened', rawDays: 2, fiveMinDays: 29, hourDays: 1_095 });
  });

  test('below what two days take says what is needed at least, and that much is enough', () => {
    const forecast = forecastOf({ ...usual, maxSizeMb: 90 }, costs);
    expect(forecast).toMatchObject({ verdict: 'impossible', message: expect.stringMatching(/^This estate needs at least \d+ MB; with at most 90 MB/) });
    expect(forecastOf({ ...usual, maxSizeMb: forecast.leastSizeMb }, costs).verdict).toBe('shortened');
    expect(forecastOf({ ...usual, maxSizeMb: forecast.leastSizeMb - 2 }, costs).verdict).toBe('impossible');
  });

  test('keeps hours as long as the five-minute figures that are found by them', () => {
    expect(forecastOf({ ...usual, fiveMinDays: 180, hourDays: 31, maxSizeMb: null }, costs)).toMatchObject({ verdict: 'kept', fiveMinDays: 180, hourDays: 180 });
  });

  test('of any estate never promises more than was asked or than fits', () => {
    const positive = fc.double({ min: 0, max: 1e9, noNaN: true });
    fc.assert(fc.property(fc.record({ samplesPerDay: positive, bytesPerSample: fc.double({ min: 0.5, max: 30, noNaN: true }), series: fc.nat(100_000), fiveMinBytesPerDay: fc.nat(5_000), hourBytesPerDay: fc.nat(1_000), otherBytes: positive, bytesNow: positive }),
      fc.integer({ min: 2, max: 3_650 }), fc.integer({ min: 2, max: 3_650 }), fc.integer({ min: 31, max: 3_650 }), fc.integer({ min: 64, max: 1_000_000 }), (any, rawDays, fiveMinDays, hourDays, maxSizeMb) => {
        const forecast = forecastOf({ rawDays, fiveMinDays, hourDays, maxSizeMb }, any);
        const size = any.otherBytes + forecast.rawDays * any.samplesPerDay * any.bytesPerSample + any.series * (forecast.fiveMinDays * any.fiveMinBytesPerDay + forecast.hourDays * any.hourBytesPerDay);
        return forecast.rawDays <= rawDays && forecast.fiveMinDays <= fiveMinDays && forecast.hourDays <= Math.max(hourDays, fiveMinDays) && (forecast.verdict === 'impossible' || size <= maxSizeMb * mb);
      }));
  });
});
