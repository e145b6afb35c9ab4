/** What is put into open hours comes out, series by series and in order of time, however the clock went. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hourMs, hourOf, keyOf } from './keys.ts';
import { OpenHours } from './open-hours.ts';

const start = Date.UTC(2026, 0, 5, 10);
type Row = readonly [seriesId: number, at: number, outcome: number, value: number];
const row = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.nat(3 * hourMs).map(ms => start + ms), fc.nat(4), fc.oneof(fc.nat(1_000_000), fc.double({ noNaN: true }), fc.constant(-0)))
  .map(([seriesId, at, outcome, value]): Row => [seriesId, at, outcome, outcome === 0 ? value : Number.NaN]);

test('samples in any order come out in order of time; only what is alike in everything is one', () => {
  fc.assert(fc.property(fc.uniqueArray(row, { maxLength: 300, selector: ([seriesId, at]) => `${seriesId} ${at}` }), rows => {
    const open = new OpenHours();
    for (const [seriesId, at, outcome, value] of rows) open.append(seriesId, at, outcome, value);
    for (const key of new Set(rows.map(([seriesId, at]) => keyOf(seriesId, hourOf(at))))) {
      const { at, outcome, value } = open.samples(key);
      const wanted = rows.filter(([seriesId, time]) => keyOf(seriesId, hourOf(time)) === key).toSorted((a, b) => a[1] - b[1]);
      expect(Array.from(at, (time, i) => [time, outcome[i], value[i]])).toEqual(wanted.map(([, time, code, each]) => [time, code, each]));
    }
    for (const key of [...open.keys()]) open.drop(key);
    expect(open.hours()).toEqual([]);
  }));
});

test('memory that was let go is used again', () => {
  const open = new OpenHours();
  const key = keyOf(7, hourOf(start));
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 2_000; i++) open.append(7, start + i, 0, i * round);
    expect(open.samples(key).value[1_999]).toBe(1_999 * round);
    open.drop(key);
    expect(open.samples(key).at.length).toBe(0);
  }
});
