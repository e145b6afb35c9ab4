/** What an interface's status over time says of its link: how long it was up, and how often it went down. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Uptime } from '../../../../shared/model/observation.ts';
import { inTransaction, type Db } from '../connection.ts';
import { writeJournal } from '../journal.ts';
import { closeDays } from './days.ts';
import { databaseWith, foldAll } from './history-for-tests.ts';
import { dayMs, hourMs } from './keys.ts';
import { uptimeOfLinks } from './report.ts';
import type { ValueSample } from './series.ts';
import { historyOf } from './writer.ts';

const start = Date.UTC(2026, 0, 5);
const minute = 60_000;
type Seen = 'up' | 'down' | 'unseen';
const outcomes = { up: 0, down: 1, unseen: 4 } as const;
const reading = (at: number, seen: Seen): ValueSample => ({ deviceId: 1, metric: 'if-status', object: '1', at, outcome: outcomes[seen], value: seen === 'up' ? 1 : null });

function databaseOf(readings: readonly ValueSample[]): Db {
  const db = databaseWith(1);
  inTransaction(db, () => historyOf(db).writeValues(db, readings));
  return db;
}

function uptime(db: Db, from: number, to: number, now = to): Uptime {
  const seriesId = db.prepare('SELECT id FROM series').pluck().get() as number; // The primary key.
  return uptimeOfLinks(db, { from, to, now }, [{ seriesId, deviceId: 1, open: historyOf(db).openSamples(seriesId, from, to) }]);
}

describe('a link that is up all the time', () => {
  test.each([10_000, minute, 5 * minute, 10 * minute, hourMs, 6 * hourMs])('was observed all the time, read every %i ms', everyMs => {
    const db = databaseOf(Array.from({ length: Math.ceil((2 * dayMs) / everyMs) }, (_, i) => reading(start + i * everyMs + (i % 7) * 900, 'up')));
    foldAll(db, start + 2 * dayMs + 3 * minute);
    inTransaction(db, () => closeDays(db, 0, start + dayMs + 1, 10_000));
    expect(uptime(db, start + minute, start + 2 * dayMs - everyMs)).toMatchObject({ uptimePct: 100, downMs: 0, noDataMs: 0, outages: 0 });
    expect(uptime(db, start + minute, start + 2 * dayMs - everyMs).observedPct).toBeGreaterThan(99);
  });
});

test('less than five minutes of it are no longer than they are', () => {
  const db = databaseOf(Array.from({ length: 360 }, (_, i) => reading(start + i * 10_000, 'up')));
  expect(uptime(db, start + 11 * minute, start + 12 * minute)).toMatchObject({ upMs: minute, notObservedMs: 0, noDataMs: 0 });
});

test('an outage in the midst of which nothing was observed is one', () => {
  const seen = (at: number): Seen => (at < 10 || at >= 40 ? 'up' : at >= 20 && at < 30 ? 'unseen' : 'down');
  const db = databaseOf(Array.from({ length: 60 }, (_, at) => reading(start + at * minute, seen(at))));
  expect(uptime(db, start, start + 59 * minute)).toMatchObject({ outages: 1, downMs: 20 * minute, notObservedMs: 10 * minute, upMs: 29 * minute });
});

describe('maintenance of its device', () => {
  const maintained = (db: Db, fromMin: number, toMin: number | null, id = 'm'): void =>
    writeJournal(db, [{ row: { id, kind: 'maintenance', cause: null, from: start + fromMin * minute, to: toMin === null ? null : start + toMin * minute, devices: 1, detail: 'A test.' }, deviceIds: [1] }]);
  const downFrom = (fromMin: number, toMin: number): Db => databaseOf(Array.from({ length: 60 }, (_, at) => reading(start + at * minute, at >= fromMin && at < toMin ? 'down' : 'up')));

  test('is left out, and what falls into it is no outage', () => {
    const db = downFrom(20, 30);
    maintained(db, 15, 35);
    expect(uptime(db, start, start + 59 * minute)).toMatchObject({ outages: 0, downMs: 0, upMs: 39 * minute, maintenanceMs: 20 * minute, notObservedMs: 0, noDataMs: 0, uptimePct: 100, observedPct: 100, mttrMs: null });
  });

  test('in the midst of an outage does not make it two', () => {
    const db = downFrom(10, 40);
    maintained(db, 20, 30);
    expect(uptime(db, start, start + 59 * minute)).toMatchObject({ outages: 1, downMs: 20 * minute, upMs: 29 * minute, maintenanceMs: 10 * minute, mttrMs: 20 * minute });
  });

  test('is told of days that are summed up, and of time in which nothing was read', () => {
    const db = databaseOf(Array.from({ length: 2 * 1_440 }, (_, at) => reading(start + at * minute, 'up')));
    foldAll(db, start + 2 * dayMs + 3 * minute);
    inTransaction(db, () => closeDays(db, 0, start + 2 * dayMs + 3 * minute, 10_000));
    maintained(db, 60, 120);
    maintained(db, 2 * 1_440 + 10, null, 'n');
    const { maintenanceMs, upMs, notObservedMs } = uptime(db, start, start + 2 * dayMs + hourMs);
    expect([maintenanceMs / minute, Math.round(upMs / minute / 10), Math.round(notObservedMs / minute / 10)]).toEqual([110, 282, 1]);
  });
});

test('whatever was seen, the parts add up to the whole, and none is negative or broken', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(400), fc.constantFrom<Seen>('up', 'down', 'unseen')), { maxLength: 60 }), fc.nat(200), fc.integer({ min: 1, max: 400 }), fc.nat(700), fc.array(fc.tuple(fc.nat(500), fc.nat(100)), { maxLength: 3 }), (readings, fromMin, forMin, nowMin, works) => {
    const db = databaseOf([reading(start, 'up'), ...readings.map(([at, seen]) => reading(start + at * minute + 7, seen))]);
    works.forEach(([began, lasted], i) => writeJournal(db, [{ row: { id: `m${i}`, kind: 'maintenance', cause: null, from: start + began * minute, to: start + (began + lasted) * minute, devices: null, detail: 'A test.' }, deviceIds: null }]));
    const [from, to] = [start + fromMin * minute, start + (fromMin + forMin) * minute];
    const { upMs, downMs, notObservedMs, maintenanceMs, noDataMs } = uptime(db, from, to, start + nowMin * minute);
    const all = [upMs, downMs, notObservedMs, maintenanceMs, noDataMs];
    expect([upMs + downMs + notObservedMs + maintenanceMs + noDataMs, all.every(part => Number.isInteger(part) && part >= 0)]).toEqual([to - from, true]);
  }), { numRuns: 100 });
});
