import { expect, test } from 'vitest';
import type { HealthRow } from '../../shared/model/health.ts';
import { stationHealth } from './station-health.ts';

const engine: HealthRow = { id: 'engine', level: 'ok', message: null, startedAt: 0, tickAt: 100_000, rssBytes: 1, loopDelayP99Ms: 1 };
const polling: HealthRow = { id: 'polling', level: 'warning', message: 'Checks are late.', backend: 'fping', refused: [], probesPerS: 1, missedChecks: 3 };

test('the worst part speaks for the station', () => {
  expect(stationHealth([engine, polling], 101_000, null)).toEqual({ level: 'warning', message: 'Checks are late.', tickAgeMs: 1_000 });
});

test('an engine that hangs or is out of reach is told as that, whatever it said last', () => {
  expect([stationHealth([engine, polling], 115_001, 'silent'), stationHealth([engine, polling], 115_001, 'lost')]).toEqual([
    { level: 'silent', message: null, tickAgeMs: 15_001 },
    { level: 'lost', message: null, tickAgeMs: 15_001 },
  ]);
});

test('an old report whose successor is awaited says nothing', () => {
  expect(stationHealth([engine], 115_001, null)).toEqual({ level: 'unknown', message: null, tickAgeMs: 15_001 });
});

test('without a report nothing is said to be well', () => {
  expect(stationHealth([], 0, null)).toEqual({ level: 'unknown', message: null, tickAgeMs: null });
});
