import { expect, test } from 'vitest';
import type { RttSeries } from '../../shared/model/history.ts';
import type { HistorySpan } from '../../shared/model/observation.ts';
import { shades, shownKinds, spanAt } from './chart-spans.ts';

const span = (kind: HistorySpan['kind'], from: number, to: number): HistorySpan => ({ kind, from, to, cause: kind === 'not-observed' ? 'slept' : null });
const lostFrom0To40s = (spans: HistorySpan[]): RttSeries => ({
  stepMs: 10_000, t: [0, 10_000, 20_000, 30_000], minUs: [null, null, null, null], avgUs: [null, null, null, null], maxUs: [null, null, null, null], sent: [2, 2, 2, 2], lost: [2, 2, 2, 2], spans,
});

test('what was lost in an outage or in blind time is shaded once', () => {
  expect(shades(lostFrom0To40s([span('down', 5_000, 15_000), span('not-observed', 15_000, 30_000)]))).toEqual([
    { kind: 'lost', share: 1, from: 0, to: 5_000 },
    { kind: 'lost', share: 1, from: 30_000, to: 40_000 },
    { kind: 'down', from: 5_000, to: 15_000 },
    { kind: 'not-observed', from: 15_000, to: 30_000 },
  ]);
});

test('the legend lists what is there', () => {
  const covered = lostFrom0To40s([span('unreachable', -5_000, 40_000), span('down', 50_000, 60_000)]);
  expect([shownKinds(lostFrom0To40s([]), 0, 40_000), shownKinds(covered, 0, 40_000), shownKinds(covered, 0, 60_000)]).toEqual([['lost'], ['unreachable'], ['down', 'unreachable']]);
});

test('a moment lies in the span that it is not the end of', () => {
  const series = lostFrom0To40s([span('down', 5_000, 15_000), span('not-observed', 15_000, 30_000)]);
  expect([4_999, 5_000, 15_000, 30_000].map(at => spanAt(series, at)?.kind)).toEqual([undefined, 'down', 'not-observed', undefined]);
});
