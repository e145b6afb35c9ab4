import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Budget } from './budget.ts';

const taken = (budget: Budget, branch: string | null, nowMs: number, asked: number): number => Array.from({ length: asked }, () => budget.take(branch, nowMs)).filter(answer => answer === 'taken').length;

test('no second sends more than the limit and what the bucket holds', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 500 }), fc.array(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 0, max: 200 })), { maxLength: 60 }), (perS, turns) => {
    const budget = new Budget({ perS, perBranchPerS: 10_000 });
    const sent: number[] = [];
    let nowMs = 0;
    for (const [stepMs, asked] of turns) {
      nowMs += stepMs;
      for (let i = taken(budget, null, nowMs, asked); i > 0; i--) sent.push(nowMs);
    }
    return sent.every((fromMs, i) => sent.filter((atMs, j) => j >= i && atMs < fromMs + 1_000).length <= perS + Math.max(1, perS / 4) + 1);
  }));
});

test('a branch has its own limit, and what is full there goes on elsewhere', () => {
  const budget = new Budget({ perS: 1_000, perBranchPerS: 40 });
  expect([taken(budget, 'Kvareli', 0, 50), taken(budget, 'Telavi', 0, 50), budget.take('Kvareli', 0), taken(budget, null, 0, 50)]).toEqual([10, 10, 'later', 50]);
  expect(taken(budget, 'Kvareli', 1_000, 50)).toBe(10);
});

test('when nothing is left in all, every branch waits', () => {
  const budget = new Budget({ perS: 40, perBranchPerS: 1_000 });
  expect([taken(budget, 'Kvareli', 0, 50), budget.take('Telavi', 0)]).toEqual([10, 'full']);
});
