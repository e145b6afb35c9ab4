import { expect, test } from 'vitest';
import { AlertRow } from '../../../shared/model/alert.ts';
import type { Batch } from '../../../shared/rpc/contract.ts';
import { countedFeed, type AlertCounts } from './counted-feed.ts';

function alert(number: number, fields: Partial<AlertRow> = {}): AlertRow {
  return AlertRow.parse({
    id: idOf(number), deviceId: idOf(99), deviceName: 'Kvareli router', address: '192.0.2.5', branch: null, rule: 'device-down', severity: 'critical',
    since: 1_000, raisedAt: 11_000, clearedAt: null, clearedBy: null, acknowledgedAt: null, acknowledgedBy: null, note: null, simulated: false, ...fields,
  });
}
const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** Plays batches through a counted feed. */
function play(batches: readonly Batch<AlertRow>[]): { told: AlertCounts[]; applied: Batch<AlertRow>[] } {
  const told: AlertCounts[] = [];
  const applied: Batch<AlertRow>[] = [];
  const feed = countedFeed(apply => {
    for (const batch of batches) apply(batch);
    return () => {};
  }, counts => told.push(counts));
  feed(batch => applied.push(batch), () => {});
  return { told, applied };
}

test('counts follow an alert from open to acknowledged to ended to gone, and a reset begins anew', () => {
  const change = (...upsert: AlertRow[]): Batch<AlertRow> => ({ reset: false, upsert, remove: [] });
  const batches = [
    { reset: true, upsert: [alert(1), alert(2)], remove: [] },
    change(alert(1, { acknowledgedAt: 20_000 })),
    change(alert(1, { acknowledgedAt: 20_000, clearedAt: 30_000 })),
    { reset: false, upsert: [], remove: [idOf(1)] },
    { reset: true, upsert: [], remove: [] },
  ];
  const { told, applied } = play(batches);
  expect(told).toEqual([
    { open: 2, acknowledged: 0, ended: 0 },
    { open: 1, acknowledged: 1, ended: 0 },
    { open: 1, acknowledged: 0, ended: 1 },
    { open: 1, acknowledged: 0, ended: 0 },
    { open: 0, acknowledged: 0, ended: 0 },
  ]);
  expect(applied).toEqual(batches);
});

test('a batch that changes no count tells nothing, but the first tells even that there are none', () => {
  const none = { reset: true, upsert: [], remove: [] };
  expect(play([none, none]).told).toEqual([{ open: 0, acknowledged: 0, ended: 0 }]);
});
