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

test('a change of interval for a thousand ids at once causes no burst, and a set that changes nothing moves no turn', () => {
  const scheduler = new Scheduler();
  for (let id = 1; id <= 1_000; id++) scheduler.set(id, 60_000, 0);
  for (let id = 1; id <= 1_000; id++) scheduler.set(id, 5_000, 30_000);
  const perHalfSecond = [];
  for (let nowMs = 30_500; nowMs <= 40_000; nowMs += 500) {
    for (let id = 1; id <= 1_000; id++) scheduler.set(id, 5_000, nowMs - 250);
    perHalfSecond.push(scheduler.due(nowMs).length);
  }
  expect(perHalfSecond.every(count => count > 80 && count < 120)).toBe(true);
});

test('turns of a time in which nobody could be served are not counted', () => {
  const scheduler = new Scheduler();
  scheduler.set(7, 1_000, 0);
  scheduler.skipTo(10_000);
  expect([scheduler.due(10_999).length, scheduler.missed]).toEqual([1, 0]);
});

test('a hastened turn comes now, and the next where it would have come', () => {
  const scheduler = new Scheduler();
  scheduler.set(7, 10_000, 0);
  const first = nextDueMs(7, 10_000, 0);
  scheduler.hasten(7, first + 1_000);
  expect([first, first + 1_000, first + 9_999, first + 10_000].map(nowMs => scheduler.due(nowMs).length)).toEqual([1, 0, 0, 1]);
  scheduler.hasten(7, first + 12_000);
  expect([first + 12_000, first + 19_999, first + 20_000].map(nowMs => scheduler.due(nowMs).length)).toEqual([1, 0, 1]);
});

test('what finds no room keeps its place until its next turn, is then counted as missed, and never made up for', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 40 }), fc.array(fc.constantFrom('done', 'later', 'full'), { maxLength: 300 }), (ids, answers) => {
    const scheduler = new Scheduler();
    for (let id = 1; id <= ids; id++) scheduler.set(id, 1_000, 0);
    let served = 0;
    const begunIn = new Map<string, number>();
    for (let nowMs = 100; nowMs <= 20_000; nowMs += 100) {
      scheduler.serve(nowMs, id => {
        const answer = answers[served++] ?? 'done';
        if (answer === 'done') begunIn.set(`${id} ${nowMs}`, (begunIn.get(`${id} ${nowMs}`) ?? 0) + 1);
        return answer;
      });
    }
    const begun = [...begunIn.values()].reduce((sum, count) => sum + count, 0);
    return [...begunIn.values()].every(count => count === 1) && begun + scheduler.missed <= 20 * ids && begun + scheduler.missed >= 19 * ids;
  }));
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
