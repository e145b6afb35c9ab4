import { expect, test } from 'vitest';
import { untilMoment, type UntilChoice } from './until.ts';

const now = new Date(2026, 10, 30, 22, 15).getTime();

test('a time is chosen by its length, as the next morning, or not at all', () => {
  const at = (choice: UntilChoice): unknown => untilMoment({ choice, own: '' }, now);
  expect([at('15min'), at('4h'), at('morning'), at('never')]).toEqual([{ at: now + 900_000 }, { at: now + 14_400_000 }, { at: new Date(2026, 11, 1, 8).getTime() }, { at: null }]);
});

test('a written time must be readable and lie ahead', () => {
  const at = (own: string): unknown => untilMoment({ choice: 'own', own }, now);
  expect([at('2026-12-01 06:30'), at('tomorrow'), at(''), at('2026-11-30 22:15')]).toEqual([{ at: new Date(2026, 11, 1, 6, 30).getTime() }, { problem: 'unreadable' }, { problem: 'unreadable' }, { problem: 'past' }]);
});
