import { expect, test } from 'vitest';
import type { HealthRow } from '../../shared/model/health.ts';
import { stationHealth } from './station-health.ts';

const engine: HealthRow = { id: 'engine', level: 'ok', message: null, startedAt: 0, tickAt: 100_000, rssBytes: 1, loopDelayP99Ms: 1 };
const polling: HealthRow = { id: 'polling', level: 'warning', message: 'Checks are late.', backend: 'fping', refused: [], probesPerS: 1, missedChecks: 3 };

test('the worst part speaks for the station', () => {
  expect(stationHealth([engine, polling], 101_000, true)).toEqual({ level: 'warning', message: 'Checks are late.', tickAgeMs: 1_000, silent: false });
});

test('a connected engine that closes no rounds is trouble, whatever it said last', () => {
  expect(stationHealth([engine], 115_001, true)).toEqual({ level: 'problem', message: null, tickAgeMs: 15_001, silent: true });
});

test('a lost engine is neither well nor hanging, but out of reach', () => {
  expect(stationHealth([engine], 115_001, false)).toEqual({ level: 'lost', message: null, tickAgeMs: 15_001, silent: false });
});

test('without a report nothing is said to be well', () => {
  expect(stationHealth([], 0, true)).toEqual({ level: 'unknown', message: null, tickAgeMs: null, silent: false });
});
