import { expect, test } from 'vitest';
import type { AlertRow } from '../../../shared/model/alert.ts';
import type { Batch } from '../../../shared/rpc/contract.ts';
import { countedFeed, type WorkCounts } from './counted-feed.ts';
import { alert } from './sample.ts';

/** Plays batches through a counted feed. */
function play(batches: readonly Batch<AlertRow>[]): { told: WorkCounts[]; applied: Batch<AlertRow>[] } {
  const told: WorkCounts[] = [];
  const applied: Batch<AlertRow>[] = [];
  const feed = countedFeed<AlertRow>(apply => {
    for (const batch of batches) apply(batch);
    return () => {};
  }, counts => told.push(counts));
  feed(batch => applied.push(batch), () => {});
  return { told, applied };
}
const none = { open: 0, waiting: 0, acknowledged: 0, 'known-down': 0, closed: 0 };

test('counts follow an alert from open to acknowledged to closed to gone, and a reset begins anew', () => {
  const first = alert({});
  const change = (...upsert: AlertRow[]): Batch<AlertRow> => ({ reset: false, upsert, remove: [] });
  const batches = [
    { reset: true, upsert: [first, alert({ suppression: { reason: 'flapping', until: null, detail: '' } })], remove: [] },
    change({ ...first, acknowledgedAt: 20_000 }),
    change({ ...first, acknowledgedAt: 20_000, clearedAt: 30_000 }),
    { reset: false, upsert: [], remove: [first.id] },
    { reset: true, upsert: [], remove: [] },
  ] as const;
  const { told, applied } = play(batches);
  expect(told).toEqual([{ ...none, open: 1, waiting: 1 }, { ...none, acknowledged: 1, waiting: 1 }, { ...none, closed: 1, waiting: 1 }, { ...none, waiting: 1 }, none]);
  expect(applied).toEqual(batches);
});

test('a batch that changes no count tells nothing, but the first tells even that there are none', () => {
  const nothing = { reset: true, upsert: [], remove: [] };
  expect(play([nothing, nothing]).told).toEqual([none]);
});
