import { expect, test } from 'vitest';
import type { Range } from './place.ts';
import { endsNow, moved, stretchOf, zoomed } from './range.ts';

const now = 1_000_000_000;
const hour = 3_600_000;
const last: Range = { kind: 'last', span: 'hour' };

test('a step goes half the length, and never beyond now', () => {
  const earlier = moved(last, 'earlier', now);
  expect([stretchOf(last, now), earlier, moved(earlier, 'later', now), moved({ kind: 'between', from: now - 1.2 * hour, to: now - 0.2 * hour }, 'later', now)]).toEqual([
    { from: now - hour, to: now },
    { kind: 'between', from: now - 1.5 * hour, to: now - 0.5 * hour },
    { kind: 'between', from: now - hour, to: now },
    { kind: 'between', from: now - hour, to: now },
  ]);
});

test('there is something later unless it ends now', () => {
  expect([endsNow(last, now), endsNow(moved(last, 'earlier', now), now)]).toEqual([true, false]);
});

test('what was dragged over is shown, but never less than a minute', () => {
  expect([zoomed(100_000, 900_000), zoomed(100_000, 120_000)]).toEqual([{ kind: 'between', from: 100_000, to: 900_000 }, { kind: 'between', from: 80_000, to: 140_000 }]);
});
