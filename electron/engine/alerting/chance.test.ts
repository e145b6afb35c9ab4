import { expect, test } from 'vitest';
import { randomFrom } from '../../../bench/support/random.ts';
import { isBeyondChance } from './chance.ts';

/** The fewest losses of so many pings that chance does not explain. */
const fewestOf = (sent: number): number => Array.from({ length: sent }, (_, i) => i + 1).find(lost => isBeyondChance(sent, lost)) ?? Number.NaN;

test('the more pings there are the smaller a loss can be told from chance, and of thousands as well', () => {
  expect([5, 30, 60, 300, 3_000, 100_000].map(sent => [sent, fewestOf(sent)])).toEqual([[5, 4], [30, 7], [60, 9], [300, 16], [3_000, 63], [100_000, 1_169]]);
});

test('a week of a hundred lines that lose one in a hundred shows nothing', () => {
  const random = randomFrom(7);
  let found = 0;
  for (let line = 0; line < 100 * 7 * 288; line++) {
    let lost = 0;
    for (let ping = 0; ping < 30; ping++) if (random() < 0.01) lost++;
    if (isBeyondChance(30, lost)) found++;
  }
  expect(found).toBe(0);
});
