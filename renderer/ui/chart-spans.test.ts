import { expect, test } from 'vitest';
import type { Series } from '../../shared/model/history.ts';
import type { HistorySpan } from '../../shared/model/observation.ts';
import { shades, shownKinds, spanAt } from './chart-spans.ts';

const span = (kind: HistorySpan['kind'], from: number, to: number): HistorySpan => ({ kind, from, to, cause: kind === 'not-observed' ? 'slept' : null });
const nothing = [null, null, null, null];
const lostFrom0To40s = (spans: HistorySpan[], unreadable: Series['unreadable'] = []): Series => ({
  unit: 'us', resolution: 'raw', stepMs: 10_000, t: [0, 10_000, 20_000, 30_000], min: nothing, avg: nothing, max: nothing, p95: nothing, sent: [2, 2, 2, 2], lost: [2, 2, 2, 2], spans, unreadable,
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

test('what cannot be read has its own look, and nothing is said of it but that', () => {
  const series = lostFrom0To40s([span('down', 0, 10_000)], [{ from: 5_000, to: 20_000 }]);
  expect([shades(series), spanAt(series, 6_000)?.kind]).toEqual([
    [{ kind: 'lost', share: 1, from: 20_000, to: 40_000 }, { kind: 'down', from: 0, to: 10_000 }, { kind: 'damaged', from: 5_000, to: 20_000 }],
    'damaged',
  ]);
});
