/** When windows are, across changes of clocks. Instants were worked out from the zones' transitions, not by this code. */
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { activeAt, nextStart, occurrences } from './occurrences.ts';
import { timesOf, type WindowTimes } from './times.ts';
import { zoneOf } from '../zone.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

async function window(startsAt: string, zone: string, durationMs: number, repeat: string | null): Promise<WindowTimes> {
  const timed = await timesOf({ startsAt, zone, durationMs, repeat });
  if (timed.kind === 'wrong') throw new Error(timed.message);
  return timed.times;
}

const iso = (at: number): string => `${new Date(at).toISOString().slice(0, 16)}Z`;
const listed = (times: WindowTimes, from: string, to: string): string[] => occurrences(times, Date.parse(from), Date.parse(to), 20).map(each => iso(each.from));

describe('a time that clocks skip is read with the offset before the gap, and of one that comes twice the first is meant', () => {
  test.each([
    ['Europe/Berlin', '2026-03-29T02:30', '2026-03-29T01:30Z'],
    ['Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30Z'],
    ['Europe/Dublin', '2026-03-29T01:30', '2026-03-29T01:30Z'],
    ['Europe/Dublin', '2026-10-25T01:30', '2026-10-25T00:30Z'],
    ['America/New_York', '2026-03-08T02:30', '2026-03-08T07:30Z'],
    ['America/New_York', '2026-11-01T01:30', '2026-11-01T05:30Z'],
    ['Australia/Sydney', '2026-10-04T02:15', '2026-10-03T16:15Z'],
    ['Australia/Sydney', '2026-04-05T02:15', '2026-04-04T15:15Z'],
    // Half an hour.
    ['Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:45Z'],
    ['Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-04T14:45Z'],
    // Back for Ramadan, and forward after it.
    ['Africa/Casablanca', '2026-02-15T02:30', '2026-02-15T01:30Z'],
    ['Africa/Casablanca', '2026-03-22T02:30', '2026-03-22T02:30Z'],
    // At midnight: the first hour of the day is skipped, or comes twice.
    ['America/Havana', '2026-03-08T00:30', '2026-03-08T05:30Z'],
    ['America/Havana', '2026-11-01T00:30', '2026-11-01T04:30Z'],
    ['Asia/Beirut', '2026-03-29T00:30', '2026-03-28T22:30Z'],
    ['Asia/Beirut', '2026-10-24T23:30', '2026-10-24T20:30Z'],
    // None since 2005.
    ['Asia/Tbilisi', '2026-03-29T02:30', '2026-03-28T22:30Z'],
    ['Asia/Tbilisi', '2026-10-25T02:30', '2026-10-24T22:30Z'],
    // A whole day was left out.
    ['Pacific/Apia', '2011-12-30T12:00', '2011-12-30T22:00Z'],
    ['UTC', '2026-03-29T02:30', '2026-03-29T02:30Z'],
  ])('%s, %s: %s', async (zone, startsAt, expected) => {
    const times = await window(startsAt, zone, hour, null);
    expect(occurrences(times, 0, Date.UTC(2100, 0), 5)).toEqual([{ from: Date.parse(expected), to: Date.parse(expected) + hour }]);
  });
});

describe('a repetition across a change of clocks', () => {
  test.each<readonly [what: string, startsAt: string, zone: string, repeat: string, expected: readonly string[]]>([
    ['every night, over the hour that is skipped', '2026-03-27T02:30', 'Europe/Berlin', 'FREQ=DAILY;COUNT=4', ['2026-03-27T01:30Z', '2026-03-28T01:30Z', '2026-03-29T01:30Z', '2026-03-30T00:30Z']],
    ['every night, over the hour that comes twice', '2026-10-24T02:30', 'Europe/Berlin', 'FREQ=DAILY;COUNT=3', ['2026-10-24T00:30Z', '2026-10-25T00:30Z', '2026-10-26T01:30Z']],
    ['every Sunday, in spring', '2026-03-01T02:00', 'America/New_York', 'FREQ=WEEKLY;BYDAY=SU;UNTIL=20260315T235959Z', ['2026-03-01T07:00Z', '2026-03-08T07:00Z', '2026-03-15T06:00Z']],
    ['every Sunday, in autumn', '2026-10-25T22:00', 'America/New_York', 'FREQ=WEEKLY;BYDAY=SU;COUNT=3', ['2026-10-26T02:00Z', '2026-11-02T03:00Z', '2026-11-09T03:00Z']],
    ['on the south of the globe', '2026-04-04T03:00', 'Australia/Sydney', 'FREQ=DAILY;COUNT=3', ['2026-04-03T16:00Z', '2026-04-04T17:00Z', '2026-04-05T17:00Z']],
    ['at a midnight that does not come', '2026-03-07T00:00', 'America/Havana', 'FREQ=DAILY;COUNT=3', ['2026-03-07T05:00Z', '2026-03-08T05:00Z', '2026-03-09T04:00Z']],
    ['at a midnight that comes twice', '2026-10-31T00:00', 'America/Havana', 'FREQ=DAILY;COUNT=3', ['2026-10-31T04:00Z', '2026-11-01T04:00Z', '2026-11-02T05:00Z']],
    ['where clocks never change', '2026-03-28T02:30', 'Asia/Tbilisi', 'FREQ=DAILY;COUNT=3', ['2026-03-27T22:30Z', '2026-03-28T22:30Z', '2026-03-29T22:30Z']],
    ['through Ramadan', '2026-02-08T01:00', 'Africa/Casablanca', 'FREQ=WEEKLY;COUNT=3', ['2026-02-08T00:00Z', '2026-02-15T00:00Z', '2026-02-22T01:00Z']],
    ['on the last Sunday of months', '2026-02-01T01:30', 'Europe/Berlin', 'FREQ=MONTHLY;BYDAY=-1SU;COUNT=3', ['2026-02-22T00:30Z', '2026-03-29T00:30Z', '2026-04-25T23:30Z']],
    ['every hour: the one that is skipped is the next, the one that comes twice is one', '2026-03-29T01:00', 'Europe/Berlin', 'FREQ=HOURLY;UNTIL=20260329T040000', ['2026-03-29T00:00Z', '2026-03-29T01:00Z', '2026-03-29T02:00Z']],
    ['until an instant in the hour that comes twice', '2026-10-24T02:30', 'Europe/Berlin', 'FREQ=DAILY;UNTIL=20261025T004500Z', ['2026-10-24T00:30Z', '2026-10-25T00:30Z']],
    ['until the end of a day', '2026-10-24T23:30', 'Europe/Berlin', 'FREQ=DAILY;UNTIL=20261025', ['2026-10-24T21:30Z', '2026-10-25T22:30Z']],
    ['every second weekend', '2026-10-17T22:00', 'Europe/Berlin', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU;WKST=MO;COUNT=4', ['2026-10-17T20:00Z', '2026-10-18T20:00Z', '2026-10-31T21:00Z', '2026-11-01T21:00Z']],
    ['on leap days', '2024-02-29T00:00', 'UTC', 'FREQ=YEARLY;COUNT=2', ['2024-02-29T00:00Z', '2028-02-29T00:00Z']],
  ])('%s', async (_what, startsAt, zone, repeat, expected) => {
    expect(listed(await window(startsAt, zone, 30 * minute, repeat), '2020-01-01T00:00Z', '2030-01-01T00:00Z')).toEqual(expected);
  });
});

test('a window lasts as long as it lasts, over midnight and over the change itself', async () => {
  const times = await window('2026-03-28T22:00', 'Europe/Berlin', 6 * hour, 'FREQ=WEEKLY');
  const [from, to] = [Date.parse('2026-03-28T21:00Z'), Date.parse('2026-03-29T03:00Z')];
  const on = [from - 1, from, to - 1, to].map(at => activeAt(times, at));
  expect(on).toEqual([null, { from, to }, { from, to }, null]);
});

test('a daily window of 23 h 30 min runs into the next where clocks go forward, and is on until that ends', async () => {
  const times = await window('2026-03-28T00:00', 'Europe/Berlin', 23.5 * hour, 'FREQ=DAILY');
  expect(activeAt(times, Date.parse('2026-03-29T22:15Z'))).toEqual({ from: Date.parse('2026-03-29T22:00Z'), to: Date.parse('2026-03-30T21:30Z') });
});

test('a window that has been there for ten years goes on from where it is', async () => {
  const times = await window('2016-01-03T22:00', 'Asia/Tbilisi', 4 * hour, 'FREQ=WEEKLY;INTERVAL=3');
  const now = Date.parse('2026-06-01T00:00Z');
  const sincePast = Math.ceil((now - Date.parse('2016-01-03T18:00Z')) / (21 * day));
  expect(nextStart(times, now)).toBe(Date.parse('2016-01-03T18:00Z') + sincePast * 21 * day);
});

test('what is over, and what no date fits, begins never again', async () => {
  const now = Date.parse('2026-06-01T00:00Z');
  const ended = await Promise.all([window('2026-01-01T00:00', 'UTC', hour, null), window('2026-01-01T00:00', 'UTC', hour, 'FREQ=DAILY;COUNT=5'), window('2026-01-01T00:00', 'UTC', hour, 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30')]);
  expect(ended.map(times => [nextStart(times, now), activeAt(times, now)])).toEqual([[null, null], [null, null], [null, null]]);
});

const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Sydney', 'Australia/Lord_Howe', 'Asia/Tbilisi', 'Africa/Casablanca', 'America/Havana', 'Asia/Beirut', 'Asia/Kathmandu', 'Pacific/Apia', 'UTC'] as const;

test('every wall-clock time of every zone names the instant that Temporal says', () => {
  fc.assert(fc.property(fc.constantFrom(...zones), fc.integer({ min: Date.UTC(2005, 0) / minute, max: Date.UTC(2040, 0) / minute }), (zone, minutes) => {
    const wall = minutes * minute;
    return zoneOf(zone)?.named(wall).at === Temporal.PlainDateTime.from(new Date(wall).toISOString().slice(0, 19)).toZonedDateTime(zone).epochMilliseconds;
  }), { numRuns: 3_000 });
});

const part = fc.constantFrom('BYDAY=SU', 'BYDAY=MO,WE,FR', 'BYDAY=-1SU', 'BYDAY=2TU', 'BYMONTH=3,10', 'BYMONTH=2', 'BYMONTHDAY=-1', 'BYMONTHDAY=30,31', 'BYHOUR=0,2,3', 'BYMINUTE=15', 'BYYEARDAY=366', 'BYWEEKNO=13,43', 'BYSETPOS=-1', 'INTERVAL=2', 'INTERVAL=7', 'COUNT=9', 'COUNT=400', 'UNTIL=20270401T013000Z', 'UNTIL=20261025', 'WKST=SU');
const ruleText = fc.tuple(fc.constantFrom('YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY'), fc.uniqueArray(part, { maxLength: 4 })).map(([freq, parts]) => [`FREQ=${freq}`, ...parts].join(';'));
const startsAt = fc.integer({ min: Date.UTC(2024, 0) / minute, max: Date.UTC(2026, 11) / minute }).map(minutes => new Date(minutes * minute).toISOString().slice(0, 16));
const instant = fc.integer({ min: Date.UTC(2025, 0) / minute, max: Date.UTC(2028, 0) / minute }).map(minutes => minutes * minute);

test('whatever the window, what is on and what is next are those of its list, and looking from later does not change it', async () => {
  await fc.assert(fc.asyncProperty(ruleText, startsAt, fc.constantFrom(...zones), fc.integer({ min: 1, max: 3_000 }), instant, async (repeat, start, zone, minutes, now) => {
    const timed = await timesOf({ startsAt: start, zone, durationMs: minutes * minute, repeat });
    if (timed.kind === 'wrong') return;
    const { times } = timed;
    const near = occurrences(times, now - 60 * day, now + 60 * day, Infinity);
    const next = near.find(({ from }) => from > now)?.from;
    // All from the very start, not from near now.
    const walls: number[] = [];
    for (const wall of times.starts(times.startWall)) {
      if (wall > now + 62 * day) break;
      if (wall > now - 64 * day) walls.push(wall);
    }
    const all = walls.map(wall => times.zone.named(wall).at);
    const inRange = [...new Set(all.filter(at => at <= now + 60 * day && at + minutes * minute > now - 60 * day))].sort((a, b) => a - b);
    expect({
      near: near.map(({ from }) => from), on: activeAt(times, now), next: next === undefined ? (nextStart(times, now) ?? Infinity) > now + 60 * day : nextStart(times, now) === next,
    }).toEqual({ near: inRange, on: near.findLast(({ from, to }) => from <= now && now < to) ?? null, next: true });
  }), { numRuns: 150 });
});
