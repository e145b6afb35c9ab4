import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LossWindow } from './loss-window.ts';
import { nextDueMs, Scheduler } from './scheduler.ts';

test('a thousand neighbouring ids are spread evenly over their period', () => {
  const tenths = new Array<number>(10).fill(0);
  for (let id = 1; id <= 1_000; id++) {
    const tenth = Math.floor((nextDueMs(id, 5_000, 0) % 5_000) / 500);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  expect(tenths.every(count => count > 80 && count < 120)).toBe(true);
});

test('every id has exactly one turn in each period', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 500, max: 60_000 }), (id, periodMs) => {
    const scheduler = new Scheduler();
    scheduler.set(id, periodMs, 0);
    let turns = 0;
    for (let step = 1; step <= 40; step++) turns += scheduler.due((periodMs * step) / 10).length;
    return turns === 4 && scheduler.missed === 0;
  }));
});

test('turns that were slept through are counted and not replayed', () => {
  const scheduler = new Scheduler();
  scheduler.set(7, 1_000, 0);
  expect(scheduler.due(10_000)).toEqual([7]);
  expect(scheduler.missed).toBe(9);
  expect(scheduler.due(10_000)).toEqual([]);
});

test('an id that was removed has no turn', () => {
  const scheduler = new Scheduler();
  scheduler.set(7, 1_000, 0);
  scheduler.remove(7);
  expect(scheduler.due(10_000)).toEqual([]);
});

test('loss counts the last five minutes and forgets what is older', () => {
  const window = new LossWindow();
  for (let minute = 0; minute < 5; minute++) window.add(minute * 60_000, minute !== 0);
  expect(window.loss()).toEqual({ pct: 20, probes: 5, lost: 1 });
  window.add(5 * 60_000, true);
  expect(window.loss()).toEqual({ pct: 0, probes: 5, lost: 0 });
  window.add(60 * 60_000, false);
  expect(window.loss()).toEqual({ pct: 100, probes: 1, lost: 1 });
});

test('without a probe there is no loss, not a loss of zero', () => expect(new LossWindow().loss()).toEqual({ pct: null, probes: 0, lost: 0 }));
