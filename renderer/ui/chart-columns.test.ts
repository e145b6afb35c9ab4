import { expect, test } from 'vitest';
import type { Series } from '../../shared/model/history.ts';
import { chartColumns, lonePoints, losses } from './chart-columns.ts';

const series = (points: readonly (readonly [t: number, us: number | null, lost: number])[], stepMs = 10_000): Series => ({
  unit: 'us',
  resolution: 'raw',
  stepMs,
  t: points.map(([t]) => t),
  min: points.map(([, us]) => us),
  avg: points.map(([, us]) => us),
  max: points.map(([, us]) => us),
  p95: points.map(([, us]) => us),
  sent: points.map(() => 2),
  lost: points.map(([, , lost]) => lost),
  spans: [],
  unreadable: [],
});

test('time without measurements breaks the line', () => {
  const { t, avg } = chartColumns(series([[0, 1_000, 0], [10_000, 2_000, 0], [90_000, 3_000, 0]]));
  expect({ t, avg }).toEqual({ t: [0, 10, 10.001, 90], avg: [1, 2, null, 3] });
});

test('traffic is drawn in bits', () => {
  const { avg, max } = chartColumns({ ...series([[0, 125_000, 0]]), unit: 'octets/s' });
  expect({ avg, max }).toEqual({ avg: [1_000_000], max: [1_000_000] });
});

test('losses of one share next to each other are one stretch, and end where measuring ended', () => {
  expect(losses(series([[0, 1, 0], [10_000, null, 2], [20_000, null, 2], [30_000, 5, 1], [200_000, null, 2]]))).toEqual([
    { from: 10_000, to: 30_000, share: 1 },
    { from: 30_000, to: 40_000, share: 0.5 },
    { from: 200_000, to: 210_000, share: 1 },
  ]);
});

test('single probes have the usual distance as their step', () => {
  expect(losses(series([[0, 1, 0], [5_000, 1, 0], [10_000, null, 2]], 0))).toEqual([{ from: 10_000, to: 15_000, share: 1 }]);
});

test('a point with a hole on both sides stands alone', () => {
  expect([lonePoints([1, null, 2, 3, null, 4, null, 5]), lonePoints([1, 2, null]), lonePoints([1]), lonePoints([])]).toEqual([[0, 5, 7], [], [0], []]);
});
