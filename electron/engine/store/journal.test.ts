/** What a device's history says of its uptime, with blind time and maintenance left out. */
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { DeviceState } from '../../../shared/model/device.ts';
import type { BlindCause } from '../../../shared/model/observation.ts';
import { writeStateChanges } from './alerts.ts';
import type { Db } from './connection.ts';
import { insertDevices, updateDevice, type DeviceWrite } from './devices.ts';
import { spansOf, uptimeOf } from './history/timeline.ts';
import { endOpenJournal, lastAliveAt, listJournal, noteAlive, writeJournal } from './journal.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';

const minute = 60_000;
let db: Db;
const write: DeviceWrite = {
  device: {
    publicId: 'a', name: 'A', address: '192.0.2.1', type: 'router', branch: null, region: null, vendor: null, model: null, location: null, notes: null, intervalMs: null, timeoutMs: null,
    enabled: true, snmpPort: 161, pingEnabled: true, probesPerInterval: null, payloadBytes: null, dscp: null, dontFragment: false, canary: false, branchRouter: false, parentIds: [],
    parentsNeeded: 'any', tags: [], ispLink: false, simulated: false, createdAt: 0, updatedAt: 0,
  },
};

beforeEach(() => {
  db = new Database(':memory:');
  db.pragma('foreign_keys = ON');
  migrate(db, migrations, () => {});
  insertDevices(db, [write, { device: { ...write.device, publicId: 'b' } }], () => 'c');
});

const became = (state: DeviceState, atMin: number, deviceId = 1): void =>
  writeStateChanges(db, [{ deviceId, at: atMin * minute, state, since: atMin * minute, downSince: state === 'down' ? atMin * minute : null }]);
const blind = (id: string, fromMin: number, toMin: number | null, deviceIds: readonly number[] | null = null, cause: BlindCause = 'slept'): void =>
  writeJournal(db, [{ row: { id, kind: 'blind', cause, from: fromMin * minute, to: toMin === null ? null : toMin * minute, devices: deviceIds?.length ?? null, detail: 'A test.' }, deviceIds }]);
const maintained = (id: string, fromMin: number, toMin: number | null, deviceIds: readonly number[] | null = [1]): void =>
  writeJournal(db, [{ row: { id, kind: 'maintenance', cause: null, from: fromMin * minute, to: toMin === null ? null : toMin * minute, devices: deviceIds?.length ?? null, detail: 'A test.' }, deviceIds }]);
const hour = { deviceId: 1, from: 0, to: 60 * minute, now: 60 * minute };
const spans = (): string[] => spansOf(db, hour).map(({ kind, from, to, cause }) => `${kind} ${from / minute}-${to / minute}${cause ? ` ${cause}` : ''}`);

test('time before the first check is neither up nor down', () => {
  became('up', 20);
  expect(uptimeOf(db, [1], hour)).toEqual({ from: 0, to: 60 * minute, upMs: 40 * minute, downMs: 0, unreachableMs: 0, notObservedMs: 0, maintenanceMs: 0, noDataMs: 20 * minute, uptimePct: 100, observedPct: 100, outages: 0, mttrMs: null, mtbfMs: null });
});

test('an outage counts from its first lost probe until the answer, and goes on over the edges of the range', () => {
  became('up', -100);
  became('down', -10);
  became('up', 10);
  became('degraded', 20);
  became('down', 54);
  expect(uptimeOf(db, [1], hour)).toMatchObject({ upMs: 44 * minute, downMs: 16 * minute, uptimePct: (100 * 44) / 60 });
  expect(spans()).toEqual(['down 0-10', 'down 54-60']);
});

test('blind time is left out of the uptime, and told by how much was observed', () => {
  became('up', 0);
  became('down', 30);
  blind('x', 20, 40);
  expect(uptimeOf(db, [1], { ...hour, from: 1 })).toMatchObject({ notObservedMs: 20 * minute, downMs: 20 * minute });
  expect(spans()).toEqual(['not-observed 20-40 slept', 'down 40-60']);
  expect(uptimeOf(db, [1], hour).observedPct).toBeCloseTo((100 * 40) / 60, 6);
  expect(uptimeOf(db, [1], hour).uptimePct).toBe(50);
});

test('what blinded other devices only leaves this one alone', () => {
  became('up', 0);
  became('up', 0, 2);
  blind('x', 10, 20, [2], 'vpn');
  blind('y', 30, null, [1], 'gateway');
  expect(spans()).toEqual(['not-observed 30-60 gateway']);
  expect(spansOf(db, { ...hour, deviceId: 2 })).toEqual([{ kind: 'not-observed', from: 10 * minute, to: 20 * minute, cause: 'vpn' }]);
});

test('time behind a dead router is no uptime and no downtime', () => {
  became('up', 0);
  became('unreachable', 20);
  became('up', 50);
  expect(uptimeOf(db, [1], hour)).toMatchObject({ unreachableMs: 30 * minute, uptimePct: 100, observedPct: 100 });
  expect(spans()).toEqual(['unreachable 20-50']);
});

test('what is still to come is neither up nor observed', () => {
  became('up', 0);
  expect(uptimeOf(db, [1], { ...hour, now: 15 * minute })).toMatchObject({ upMs: 15 * minute, noDataMs: 45 * minute, uptimePct: 100 });
  expect(uptimeOf(db, [1], { ...hour, now: -minute })).toMatchObject({ upMs: 0, noDataMs: 60 * minute, uptimePct: null });
});

test('paused time is no outage', () => {
  became('up', 0);
  became('down', 10);
  updateDevice(db, 1, { device: { ...write.device, enabled: false, updatedAt: 20 * minute } }, () => 'd');
  updateDevice(db, 1, { device: { ...write.device, enabled: true, updatedAt: 40 * minute } }, () => 'd');
  became('up', 41);
  expect(uptimeOf(db, [1], hour)).toMatchObject({ downMs: 10 * minute, noDataMs: minute, maintenanceMs: 20 * minute, upMs: 29 * minute });
});

describe('maintenance', () => {
  test('is left out of the uptime, whatever the device was, and is no outage', () => {
    became('up', -100);
    became('down', 20);
    became('up', 40);
    maintained('x', 10, 45);
    expect(uptimeOf(db, [1], hour)).toMatchObject({ upMs: 25 * minute, downMs: 0, maintenanceMs: 35 * minute, uptimePct: 100, observedPct: 100, outages: 0, mttrMs: null });
    expect(spans()).toEqual(['maintenance 10-45']);
  });

  test('in the midst of an outage does not make it two, and its time is not down', () => {
    became('up', -100);
    became('down', 10);
    became('up', 50);
    maintained('x', 20, 30);
    maintained('y', 25, 40, null);
    expect(uptimeOf(db, [1], hour)).toMatchObject({ downMs: 20 * minute, maintenanceMs: 20 * minute, upMs: 20 * minute, outages: 1, mttrMs: 20 * minute, mtbfMs: 20 * minute });
    expect(spans()).toEqual(['down 10-20', 'maintenance 20-40', 'down 40-50']);
  });

  test('wins over blind time and over what stands behind a dead router', () => {
    became('up', -100);
    became('unreachable', 40);
    blind('x', 0, 30);
    maintained('y', 10, 20);
    maintained('z', 50, null);
    expect(spans()).toEqual(['not-observed 0-10 slept', 'maintenance 10-20', 'not-observed 20-30 slept', 'unreachable 40-50', 'maintenance 50-60']);
    expect(uptimeOf(db, [1], hour)).toMatchObject({ notObservedMs: 20 * minute, unreachableMs: 10 * minute, maintenanceMs: 20 * minute, upMs: 10 * minute });
  });

  test('of other devices leaves this one alone, and time before it was first checked stays unknown', () => {
    became('up', 20);
    maintained('x', 0, 30, [2]);
    maintained('y', 0, 30, null);
    expect(uptimeOf(db, [1], hour)).toMatchObject({ noDataMs: 20 * minute, maintenanceMs: 10 * minute, upMs: 30 * minute });
    db.prepare("DELETE FROM journal WHERE public_id = 'y'").run();
    expect(uptimeOf(db, [1], hour)).toMatchObject({ noDataMs: 20 * minute, maintenanceMs: 0, upMs: 40 * minute });
  });

  test('that a crash cut short ends as blind time does', () => {
    maintained('x', 10, null);
    endOpenJournal(db, 30 * minute);
    expect(listJournal(db, 10)).toEqual([{ id: 'x', kind: 'maintenance', cause: null, from: 10 * minute, to: 30 * minute, devices: 1, detail: 'A test.' }]);
  });
});

describe('an entry of the journal', () => {
  test('is one, however often it grows, and ends when it ends', () => {
    blind('x', 10, null, [1], 'gateway');
    blind('x', 10, null, [1, 2], 'gateway');
    blind('x', 10, 30, [1, 2], 'gateway');
    expect(listJournal(db, 10)).toEqual([{ id: 'x', kind: 'blind', cause: 'gateway', from: 10 * minute, to: 30 * minute, devices: 2, detail: 'A test.' }]);
  });

  test('that a crash cut short is ended, and never before it began', () => {
    blind('x', 10, null);
    blind('y', 50, null);
    endOpenJournal(db, 30 * minute);
    expect(listJournal(db, 10).map(({ id, to }) => [id, (to ?? 0) / minute])).toEqual([['y', 50], ['x', 30]]);
  });

  test('of a removed device stays, without it', () => {
    blind('x', 10, 20, [1, 2]);
    db.prepare('DELETE FROM device WHERE id = 2').run();
    blind('x', 10, 25, [1, 2]);
    expect(db.prepare('SELECT device_id FROM journal_device').pluck().all()).toEqual([1]);
  });
});

test('whatever happened, the parts of an uptime add up to the whole, and the spans do not overlap', () => {
  const events = fc.array(fc.tuple(fc.integer({ min: -20, max: 80 }), fc.constantFrom<DeviceState>('up', 'degraded', 'down', 'unreachable', 'no-data')), { maxLength: 12 });
  const blinds = fc.array(fc.tuple(fc.integer({ min: -20, max: 80 }), fc.integer({ min: 0, max: 40 })), { maxLength: 6 });
  fc.assert(fc.property(events, blinds, blinds, (changes, intervals, works) => {
    db.exec('DELETE FROM event; DELETE FROM journal');
    for (const [atMin, state] of changes) became(state, atMin);
    intervals.forEach(([fromMin, forMin], i) => blind(`b${i}`, fromMin, fromMin + forMin));
    works.forEach(([fromMin, forMin], i) => maintained(`m${i}`, fromMin, fromMin + forMin));
    const { upMs, downMs, unreachableMs, notObservedMs, maintenanceMs, noDataMs } = uptimeOf(db, [1], hour);
    const found = spansOf(db, hour);
    return upMs + downMs + unreachableMs + notObservedMs + maintenanceMs + noDataMs === 60 * minute && found.every((span, i) => span.from < span.to && span.from >= (found[i - 1]?.to ?? 0));
  }));
});

test('an uptime and its blind time are read by their indexes', () => {
  const plan = (sql: string): string => (db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]).map(row => row.detail).join('; '); // SQLite's own columns.
  expect(plan('SELECT at, kind FROM event WHERE device_id = 1 AND at > 0 AND at < 9 ORDER BY at, id')).toBe('SEARCH event USING INDEX event_by_device (device_id=? AND at>? AND at<?)');
  expect(plan('SELECT kind FROM event WHERE device_id = 1 AND at <= 9 ORDER BY at DESC, id DESC LIMIT 1')).toBe('SEARCH event USING INDEX event_by_device (device_id=? AND at<?)');
});

test('a probe that a clock years ahead has left does not make this console alive until then', () => {
  const probed = (at: number): void => void db.prepare("INSERT INTO hot (hour, last_ts, samples) VALUES (0, ?, x'00')").run(at);
  noteAlive(db, 60 * minute);
  probed(60 * minute + 30_000);
  const usual = lastAliveAt(db);
  probed(1_000_000 * minute);
  expect([usual, lastAliveAt(db)]).toEqual([60 * minute + 30_000, 60 * minute + 30_000]);
});
