import { expect, test } from 'vitest';
import { byRunningAndNewest } from './jobs.ts';

test('what runs stands on top, then the newest', () => {
  const jobs = [
    { id: 'a', state: 'done', startedAt: 5 }, { id: 'b', state: 'running', startedAt: 1 }, { id: 'c', state: 'failed', startedAt: 9 }, { id: 'd', state: 'running', startedAt: 2 },
  ] as const;
  expect(jobs.toSorted(byRunningAndNewest).map(job => job.id)).toEqual(['d', 'b', 'c', 'a']);
});
