import { expect, test } from 'vitest';
import { afterCrash } from './crash-budget.ts';

/** What is decided at each crash, given the times (ms) of all of them. */
function play(times: readonly number[]): (number | 'stop')[] {
  let crashes: readonly number[] = [];
  return times.map(now => {
    const next = afterCrash(crashes, now);
    crashes = next.crashes;
    return next.kind === 'stop' ? 'stop' : next.delayMs;
  });
}

test('each crash in quick succession waits twice as long, and the fifth stops', () => {
  expect(play([0, 1_000, 2_000, 3_000, 4_000])).toEqual([250, 500, 1_000, 2_000, 'stop']);
});

test('a crash every two minutes is restarted for ever', () => {
  expect(play([0, 120_000, 240_000, 360_000, 480_000, 600_000])).toEqual([250, 500, 1_000, 1_000, 1_000, 1_000]);
});

test('a crash exactly five minutes old no longer counts', () => {
  expect(afterCrash([0, 1, 2, 3], 300_000)).toEqual({ kind: 'restart', delayMs: 2_000, crashes: [1, 2, 3, 300_000] });
});
