/** Windows that come and go over devices that come and go. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { DeviceId, WindowId } from '../../../shared/model/ids.ts';
import { MaintenanceInput, type MaintenanceRow } from '../../../shared/model/maintenance.ts';
import { AppError } from '../../../shared/rpc/contract.ts';
import { ManualClock } from '../clock.ts';
import { writeStateChanges } from '../store/alerts.ts';
import { databaseWith } from '../store/history/history-for-tests.ts';
import { statesOf, uptimeOf } from '../store/history/timeline.ts';
import { writeJournal } from '../store/journal.ts';
import { Maintenance, type Covered, type PlacedDevice, type StoredWindow, type Turn } from './maintenance.ts';

const minute = 60_000;
const hour = 60 * minute;
const start = Date.parse('2026-06-07T17:00Z');
const placed = (deviceId: number, branch: string, tags: readonly string[] = []): PlacedDevice => ({ id: publicIds[deviceId] ?? '', deviceId, type: 'atm', branch, region: 'Kakheti', tags, ispLink: false });
const publicIds = Array.from({ length: 20 }, () => DeviceId.parse(randomUUID()));
/** On 7 June from 18:00 to 22:00 UTC. */
const input = (part: Partial<Record<keyof MaintenanceInput, unknown>> = {}): MaintenanceInput =>
  MaintenanceInput.parse({ name: 'Sunday work', scope: { branches: ['kvareli'] }, startsAt: '2026-06-07T22:00', zone: 'Asia/Tbilisi', durationMs: 4 * hour, ...part });

let clock: ManualClock;
let devices: PlacedDevice[];
let rows: Map<string, MaintenanceRow>;
let stored: Map<string, StoredWindow>;
let changed: number[][];
let maintenance: Maintenance;

function made(): Maintenance {
  return new Maintenance({
    clock,
    store: {
      insert: async window => void stored.set(window.id, window),
      update: async (id, window) => {
        const there = stored.get(id);
        if (there) stored.set(id, { ...there, window });
      },
      remove: async id => void stored.delete(id),
    },
    devices: () => devices,
    rows: { upsert: row => void rows.set(row.id, row), remove: id => void rows.delete(id) },
    onChange: deviceIds => void changed.push([...deviceIds]),
  });
}

beforeEach(() => {
  clock = new ManualClock(start);
  devices = [placed(1, 'Kvareli'), placed(2, 'Kvareli', ['core']), placed(3, 'Telavi')];
  rows = new Map();
  stored = new Map();
  changed = [];
  maintenance = made();
});

async function turnAfter(ms: number): Promise<Turn> {
  await clock.advance(ms);
  return maintenance.turn(clock.now());
}

const covers = (): (string | null)[] => devices.map(device => maintenance.coverOf(device, clock.now())?.window ?? null);
const told = (journal: readonly Covered[]): unknown[] => journal.map(({ row, deviceIds }) => [row.from - start, row.to === null ? null : row.to - start, deviceIds]);

test('there are not more windows than are looked at in time', async () => {
  for (let n = 0; n < 500; n++) await maintenance.create(input({ name: `Work ${n}` }), 'op');
  await expect(maintenance.create(input(), 'op')).rejects.toThrow(new AppError('conflict', 'There are at most 500 maintenance windows; remove some that are over.'));
});

test('devices of its scope are covered from its beginning to its end, and no longer', async () => {
  await maintenance.create(input(), 'Nino');
  const seen = [covers()];
  const turns = [];
  for (const ms of [hour - 1, 1, 4 * hour - 1, 1]) {
    turns.push(await turnAfter(ms));
    seen.push(covers());
  }
  expect({ seen, began: turns.map(({ began, ended }) => [...began, ...ended]), changed }).toEqual({
    seen: [[null, null, null], [null, null, null], ['Sunday work', 'Sunday work', null], ['Sunday work', 'Sunday work', null], [null, null, null]],
    began: [[], ['Sunday work'], [], ['Sunday work']],
    changed: [[1, 2], [1, 2]],
  });
});

test('its row says until when it is on, when it begins next, and how many it covers', async () => {
  const row = await maintenance.create(input({ repeat: 'FREQ=WEEKLY;COUNT=2' }), 'Nino');
  const shown = [row];
  for (const ms of [hour, 4 * hour, 7 * 24 * hour]) {
    await turnAfter(ms);
    shown.push(rows.get(row.id) ?? row);
  }
  const first = start + hour;
  expect(shown.map(({ activeUntil, nextAt, devices: count, createdBy }) => [activeUntil, nextAt, count, createdBy])).toEqual([
    [null, first, 2, 'Nino'], [first + 4 * hour, first + 7 * 24 * hour, 2, 'Nino'], [null, first + 7 * 24 * hour, 2, 'Nino'], [null, null, 2, 'Nino'],
  ]);
});

describe('the journal', () => {
  test('has a stretch for each window, from its very beginning to its very end', async () => {
    await maintenance.create(input({ reason: 'New routers' }), 'Nino');
    await maintenance.create(input({ name: 'Core', scope: { tags: ['core'] }, durationMs: 2 * hour }), 'Nino');
    const journal = (await turnAfter(hour + 700)).journal;
    const ends = [...(await turnAfter(2 * hour)).journal, ...(await turnAfter(2 * hour)).journal];
    expect([told(journal), told(ends), journal[0]?.row]).toEqual([
      [[hour, null, [1, 2]], [hour, null, [2]]], [[hour, 3 * hour, [2]], [hour, 5 * hour, [1, 2]]],
      { id: ends[1]?.row.id, kind: 'maintenance', cause: null, from: start + hour, to: null, devices: 2, detail: 'Maintenance window "Sunday work": New routers' },
    ]);
  });

  test('names no devices where all are covered, however many come', async () => {
    await maintenance.create(input({ scope: {} }), 'Nino');
    const journal = (await turnAfter(hour)).journal;
    devices.push(placed(4, 'Telavi'));
    maintenance.devicesChanged();
    expect([told(journal), journal[0]?.row.devices, (await turnAfter(1_000)).journal, covers()]).toEqual([[[hour, null, null]], null, [], Array(4).fill('Sunday work')]);
  });

  test('begins a new stretch when a device comes or goes', async () => {
    await maintenance.create(input(), 'Nino');
    await turnAfter(hour);
    devices = [placed(1, 'Telavi'), ...devices.slice(1), placed(4, 'Kvareli')];
    maintenance.devicesChanged();
    expect([told((await turnAfter(1_000)).journal), covers(), changed.at(-1)]).toEqual([
      [[hour, hour + 1_000, [1, 2]], [hour + 1_000, null, [2, 4]]], [null, 'Sunday work', null, 'Sunday work'], [1, 4],
    ]);
  });

  test('has nothing of a window that covers nobody', async () => {
    await maintenance.create(input({ scope: { branches: ['Elsewhere'] } }), 'Nino');
    expect((await turnAfter(hour)).journal).toEqual([]);
  });

  test('is closed when the console stops, and goes on anew when it starts within the window', async () => {
    await maintenance.create(input(), 'Nino');
    await turnAfter(hour);
    await clock.advance(hour);
    const closed = maintenance.close(clock.now());
    await clock.advance(30 * minute);
    maintenance = made();
    const problems = await maintenance.restore([...stored.values()]);
    expect([told(closed), problems, told(maintenance.turn(clock.now()).journal), covers()]).toEqual([
      [[hour, 2 * hour, [1, 2]]], [], [[2.5 * hour, null, [1, 2]]], ['Sunday work', 'Sunday work', null],
    ]);
  });
});

test('a computer that slept through the end and into the next time ends the one and begins the other', async () => {
  await maintenance.create(input({ repeat: 'FREQ=DAILY;COUNT=5' }), 'Nino');
  await turnAfter(hour);
  clock.sleep(24 * hour);
  expect(told(maintenance.turn(clock.now()).journal).slice(-2)).toEqual([[hour, 5 * hour, [1, 2]], [25 * hour, null, [1, 2]]]);
});

test('a clock that is set back to before a window ends it, and the window comes again', async () => {
  await maintenance.create(input(), 'Nino');
  await turnAfter(hour + minute);
  clock.setWallClockBack(10 * minute);
  const back = [(await turnAfter(1_000)).ended, covers()];
  expect([...back, (await turnAfter(10 * minute)).began, covers()]).toEqual([['Sunday work'], [null, null, null], ['Sunday work'], ['Sunday work', 'Sunday work', null]]);
});

test('times that touch are one to whoever lies in them', async () => {
  await maintenance.create(input({ repeat: 'FREQ=WEEKLY;BYDAY=SU,MO', durationMs: 24 * hour }), 'Nino');
  await turnAfter(hour);
  const over = await turnAfter(24 * hour);
  expect([over.began, over.ended, over.journal, maintenance.coverOf(placed(1, 'Kvareli'), clock.now())]).toEqual([[], [], [], { window: 'Sunday work', until: start + 49 * hour }]);
});

test('of several windows the one that lasts longest counts', async () => {
  await maintenance.create(input({ name: 'Long', durationMs: 6 * hour }), 'Nino');
  await maintenance.create(input(), 'Nino');
  await turnAfter(2 * hour);
  expect(maintenance.coverOf(placed(1, 'Kvareli'), clock.now())).toEqual({ window: 'Long', until: start + 7 * hour });
});

test('a window that is changed, switched off or removed while it is on covers at once whom it then covers', async () => {
  const { id } = await maintenance.create(input(), 'Nino');
  await turnAfter(hour);
  await maintenance.update(id, input({ scope: { branches: ['Telavi'] } }));
  const seen = [covers()];
  const moved = told((await turnAfter(minute)).journal);
  await maintenance.update(id, input({ enabled: false }));
  seen.push(covers());
  await maintenance.update(id, input());
  seen.push(covers());
  await maintenance.remove(id);
  seen.push(covers());
  expect({ seen, moved, rows: rows.size, stored: stored.size }).toEqual({
    seen: [[null, null, 'Sunday work'], [null, null, null], ['Sunday work', 'Sunday work', null], [null, null, null]],
    moved: [[hour, hour, [1, 2]], [hour, null, [3]]], rows: 0, stored: 0,
  });
});

test('a window that is no window is refused and not stored, and one that is gone is told so', async () => {
  const refused = [
    maintenance.create(input({ repeat: 'FREQ=SECONDLY' }), 'Nino'), maintenance.preview(input({ zone: 'Asia/Atlantis' })), maintenance.update(WindowId.parse(randomUUID()), input()), maintenance.remove(WindowId.parse(randomUUID())),
  ].map(each => each.then(() => null, (error: unknown) => (error instanceof AppError ? [error.code, error.message] : error)));
  expect([await Promise.all(refused), stored.size]).toEqual([[
    ['invalid-input', 'A window cannot begin more often than hourly: FREQ=SECONDLY is too often.'], ['invalid-input', '"Asia/Atlantis" is not a time zone; write one such as Asia/Tbilisi.'],
    ['not-found', 'That maintenance window has been removed.'], ['not-found', 'That maintenance window has been removed.'],
  ], 0]);
});

test('a stored window whose zone this computer does not know is told, shown and never on', async () => {
  const window: StoredWindow = { id: WindowId.parse(randomUUID()), window: input({ zone: 'Asia/Atlantis' }), createdAt: start, createdBy: 'Nino' };
  const problems = await maintenance.restore([window]);
  await turnAfter(hour);
  expect([problems, [...rows.values()].map(({ name, activeUntil, nextAt }) => [name, activeUntil, nextAt]), covers()]).toEqual([
    ['The maintenance window "Sunday work" is not kept: "Asia/Atlantis" is not a time zone; write one such as Asia/Tbilisi.'], [['Sunday work', null, null]], [null, null, null],
  ]);
});

test('a preview says when, over whom, and what is odd, and leaves out itself', async () => {
  await maintenance.create(input({ name: 'Core', scope: { tags: ['core'] } }), 'Nino');
  await maintenance.create(input(), 'Nino');
  const { occurrences, devices: count, warnings } = await maintenance.preview(input({ repeat: 'FREQ=WEEKLY' }));
  expect([occurrences.length, occurrences[0], count, warnings]).toEqual([10, { from: start + hour, to: start + 5 * hour }, 2, ['It is repeated without an end.', 'It overlaps the window "Core" on 2026-06-07 22:00 (by the clocks of that window).']]);
});

test('an outage within a window is maintenance in the history of its device, and an outage in that of another', async () => {
  const db = databaseWith(3);
  writeStateChanges(db, [1, 3].flatMap(deviceId => [
    { deviceId, at: start, state: 'up' as const, since: start, downSince: null },
    { deviceId, at: start + 2 * hour, state: 'down' as const, since: start + 2 * hour, downSince: start + 2 * hour },
    { deviceId, at: start + 3 * hour, state: 'up' as const, since: start + 3 * hour, downSince: null },
  ]));
  await maintenance.create(input(), 'Nino');
  for (const ms of [hour, 4 * hour]) writeJournal(db, (await turnAfter(ms)).journal);
  const range = { from: start, to: start + 6 * hour, now: start + 6 * hour };
  expect([1, 3].map(deviceId => [uptimeOf(db, [deviceId], range).outages, ...statesOf(db, { deviceId, ...range }).spans.map(({ state, from, to }) => `${state} ${(from - start) / hour}-${(to - start) / hour}`)])).toEqual([
    [0, 'up 0-1', 'maintenance 1-5', 'up 5-6'], [1, 'up 0-2', 'down 2-3', 'up 3-6'],
  ]);
});

test('whatever comes, goes and is changed, the journal and the cover say of every device the same', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 200 }) }),
    fc.record({ do: fc.constant('move' as const), device: fc.integer({ min: 1, max: 6 }), branch: fc.constantFrom('Kvareli', 'Telavi') }),
    fc.record({ do: fc.constant('change' as const), branch: fc.constantFrom('Kvareli', 'Telavi'), hours: fc.integer({ min: 1, max: 5 }) }),
  );
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), async steps => {
    clock = new ManualClock(start);
    devices = Array.from({ length: 6 }, (_, i) => placed(i + 1, i % 2 === 0 ? 'Kvareli' : 'Telavi'));
    maintenance = made();
    const { id } = await maintenance.create(input({ repeat: 'FREQ=HOURLY;INTERVAL=6', durationMs: 2 * hour }), 'Nino');
    const open = new Map<string, Covered>();
    for (const each of steps) {
      if (each.do === 'move') {
        devices = devices.map(device => (device.deviceId === each.device ? placed(each.device, each.branch) : device));
        maintenance.devicesChanged();
      } else if (each.do === 'change') await maintenance.update(id, input({ repeat: 'FREQ=HOURLY;INTERVAL=6', scope: { branches: [each.branch] }, durationMs: each.hours * hour }));
      const { journal } = await turnAfter(each.do === 'wait' ? each.minutes * minute : 0);
      for (const entry of journal) {
        if (entry.row.to === null) open.set(entry.row.id, entry);
        else open.delete(entry.row.id);
      }
      const journalled = [...open.values()].flatMap(({ deviceIds }) => deviceIds ?? []).sort((a, b) => a - b);
      expect(journalled).toEqual(devices.filter(device => maintenance.coverOf(device, clock.now())).map(({ deviceId }) => deviceId));
    }
  }), { numRuns: 60 });
});
