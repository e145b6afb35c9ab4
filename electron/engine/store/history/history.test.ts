/** From a ping to a chart of years: whatever the clock did and whenever the console ended, what was measured is there once, and sums agree with it. */
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inTransaction, type Db } from '../connection.ts';
import { writeJournal } from '../journal.ts';
import { closeDay, closeDays } from './days.ts';
import { databaseWith, foldAll, part, pingSeries, writePings, type Ping } from './history-for-tests.ts';
import { dayMs, dayOf, fiveMinMs, hourMs, keyOf } from './keys.ts';
import { find, seriesOf } from './read.ts';
import { daysKept, expire, forgetGone, giveBack, shrink } from './retention.ts';
import { figuresOf, together, type Figures } from './samples.ts';
import { historyOf, HistoryWriter } from './writer.ts';

const start = Date.UTC(2026, 0, 5);
const everything = { from: 0, to: start + 400 * dayMs };
/** Two pings every ten seconds, of which every fiftieth is lost. */
const pings = (deviceId: number, from: number, to: number, everyMs = 5_000): Ping[] =>
  Array.from({ length: Math.ceil((to - from) / everyMs) }, (_, i): Ping => [deviceId, from + i * everyMs + (i % 7), i % 50 === 49 ? null : 14_000 + ((i * 7_919) % 400)]);
const rawOf = (db: Db, deviceId: number, { from, to } = everything): readonly (readonly [number, number, number])[] => {
  const { samples } = find(db, part(db, deviceId, from, to), from, to, 'raw');
  return Array.from(samples.at, (at, i) => [at, samples.outcome[i] ?? 0, samples.value[i] ?? 0] as const);
};
const asWritten = (written: readonly Ping[]): (readonly [number, number, number])[] => written.map(([, at, rtt]) => [at, rtt === null ? 1 : 0, rtt ?? Number.NaN]);
const closeAll = (db: Db, now: number): void => {
  for (let after: number | null = 0; after !== null; ) after = inTransaction(db, () => closeDays(db, after ?? 0, now, 1_000).next);
};

test('what was measured is read back to the microsecond, open, folded, or half of each', () => {
  const db = databaseWith(2);
  const written = pings(1, start, start + 3 * hourMs);
  writePings(db, [...written, ...pings(2, start, start + hourMs)]);
  expect(rawOf(db, 1)).toEqual(asWritten(written));
  foldAll(db, start + 2 * hourMs + 130_000);
  expect(historyOf(db).open.hours()).toEqual([start / hourMs + 2]);
  expect(rawOf(db, 1)).toEqual(asWritten(written));
  foldAll(db, start + 9 * hourMs);
  while (inTransaction(db, () => historyOf(db).purge(db)));
  expect([rawOf(db, 1), db.prepare('SELECT count(*) FROM hot').pluck().get()]).toEqual([asWritten(written), 0]);
});

test('a range far beyond what a clock can say is that of the series asked for, not of its neighbours', () => {
  const db = databaseWith(3);
  writePings(db, [...pings(1, start, start + 60_000), ...pings(2, start, start + 90_000), ...pings(3, start, start + 120_000)]);
  foldAll(db, start + 2 * dayMs);
  const sentOf = (deviceId: number, from: number, to: number, maxPoints: number): number => seriesOf(db, [part(db, deviceId, from, to)], from, to, maxPoints).sent.reduce((sum, each) => sum + each, 0);
  const far = { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER };
  const sent = (): unknown => [10, 600, 20_000].map(maxPoints => [sentOf(1, 0, far.to, maxPoints), sentOf(2, far.from, far.to, maxPoints), sentOf(3, far.from, start + dayMs, maxPoints)]);
  expect([sent(), rawOf(db, 2, far).length]).toEqual([[[12, 18, 24], [12, 18, 24], [12, 18, 24]], 18]);
  closeAll(db, start + 2 * dayMs);
  expect([sent(), rawOf(db, 2, far).length]).toEqual([[[12, 18, 24], [12, 18, 24], [12, 18, 24]], 18]);
});

test('after a crash at any moment nothing that was committed is missing, and nothing is there twice', () => {
  const crashes = fc.constantFrom('none', 'before folding', 'after folding', 'after purging', 'after a clean end');
  fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 90 }), crashes), { minLength: 1, maxLength: 8 }), steps => {
    const db = databaseWith(1);
    const written: Ping[] = [];
    let at = start;
    // A crash leaves the file and takes the memory: a new writer over the same file.
    let history = historyOf(db);
    const crash = (): void => void (history = new HistoryWriter(db));
    const tick = (some: readonly Ping[]): void => inTransaction(db, () => history.writePings(db, {
      deviceId: Int32Array.from(some, () => 1), at: Float64Array.from(some, ping => ping[1]), outcome: Uint8Array.from(some, ping => (ping[2] === null ? 1 : 0)), rttUs: Int32Array.from(some, ping => ping[2] ?? -1),
    }));
    for (const [minutes, when] of steps) {
      const some = pings(1, at, at + minutes * 60_000, 20_000);
      at += minutes * 60_000;
      tick(some);
      written.push(...some);
      if (when === 'before folding') crash();
      inTransaction(db, () => history.fold(db, at, 1_000));
      if (when === 'after folding') crash();
      while (inTransaction(db, () => history.purge(db)));
      if (when === 'after purging') crash();
      if (when === 'after a clean end') {
        inTransaction(db, () => history.putAway(db));
        crash();
      }
    }
    const seriesId = pingSeries(db, 1);
    const { samples } = find(db, { seriesId, deviceId: 1, open: history.openSamples(seriesId, 0, at) }, 0, at, 'raw');
    expect(Array.from(samples.at, (time, i) => [time, samples.outcome[i], samples.value[i]])).toEqual(asWritten(written));
  }), { numRuns: 60 });
});

test('a clock that is set back loses nothing: what comes again from an hour that is folded is added to it', () => {
  const db = databaseWith(1);
  const first = pings(1, start, start + 2 * hourMs);
  writePings(db, first);
  foldAll(db, start + 2 * hourMs + 130_000);
  closeAll(db, start + dayMs);
  const again = pings(1, start + 30_000, start + 90_000).map(([id, at, rtt]): Ping => [id, at, rtt === null ? null : rtt + 1]);
  writePings(db, again);
  foldAll(db, start + dayMs);
  const raw = rawOf(db, 1);
  const values = (rows: ReturnType<typeof rawOf>): number[] => rows.map(([, outcome, value]) => (outcome === 0 ? value : -outcome)).toSorted((a, b) => a - b);
  expect(values(raw)).toEqual(values(asWritten([...first, ...again])));
  expect(find(db, part(db, 1, 0, start + dayMs), 0, start + dayMs, 'hour').buckets.map(({ figures }) => figures.sent)).toEqual([732, 720]);
});

test('what is folded and summed up between the two questions of a chart is counted once', () => {
  const db = databaseWith(1);
  writePings(db, pings(1, start, start + 2 * hourMs));
  const asked = part(db, 1, start, start + dayMs);
  foldAll(db, start + dayMs);
  closeAll(db, start + dayMs + 1);
  for (const resolution of ['5min', 'hour', 'day'] as const) {
    const { buckets } = find(db, asked, start, start + dayMs, resolution);
    expect(buckets.reduce((sum, { figures }) => sum + figures.sent, 0)).toBe(1_440);
  }
});

test('a sample that is delivered twice is one', () => {
  const db = databaseWith(1);
  const written = pings(1, start, start + hourMs);
  writePings(db, written);
  writePings(db, written.slice(100, 200));
  foldAll(db, start + 2 * hourMs);
  writePings(db, written.slice(300, 400));
  foldAll(db, start + 2 * hourMs);
  expect(rawOf(db, 1)).toEqual(asWritten(written));
});

test('hours of a clock that ran ahead are folded when it is set right', () => {
  const db = databaseWith(1);
  writePings(db, pings(1, start + 40 * dayMs, start + 40 * dayMs + hourMs));
  writePings(db, pings(1, start, start + 60_000));
  foldAll(db, start + 60_000);
  while (inTransaction(db, () => historyOf(db).purge(db)));
  inTransaction(db, () => historyOf(db).purge(db));
  expect([historyOf(db).open.hours(), db.prepare('SELECT count(*) FROM hot').pluck().get(), rawOf(db, 1).length]).toEqual([[start / hourMs], 1, 732]);
});

test('what was not answered in blind time is not observed, and not lost', () => {
  const db = databaseWith(1);
  const written = Array.from({ length: 120 }, (_, i): Ping => [1, start + i * 30_000, i >= 40 && i < 60 ? null : 500]);
  writePings(db, written);
  writeJournal(db, [{ row: { id: 'j', kind: 'blind', cause: 'slept', from: start + 20 * 60_000, to: start + 25 * 60_000, devices: null, detail: 'It slept.' }, deviceIds: null }]);
  const counts = (): unknown => find(db, part(db, 1, start, start + hourMs), start, start + hourMs - 1, 'hour').buckets.map(({ figures: { sent, lost, unseen } }) => ({ sent, lost, unseen }));
  const expected = [{ sent: 110, lost: 10, unseen: 10 }];
  expect(counts()).toEqual(expected);
  foldAll(db, start + 2 * hourMs);
  expect(counts()).toEqual(expected);
  // Until it is purged, a crash brings the same samples back from the order of arrival.
  const after = new HistoryWriter(db);
  inTransaction(db, () => after.fold(db, start + 2 * hourMs, 1_000));
  expect(counts()).toEqual(expected);
});

describe('sums', () => {
  const plain = (figures: Figures | null): unknown => figures && { ...figures, avg: figures.avg === null ? null : Math.round(figures.avg), observedMs: Math.round(figures.observedMs / 1_000) };

  test('of five minutes and hours are those of the samples; of a day its true p95', () => {
    const db = databaseWith(1);
    const written = pings(1, start + 10 * hourMs, start + 14 * hourMs);
    writePings(db, written);
    foldAll(db, start + dayMs);
    const raw = find(db, part(db, 1, start, start + dayMs), start, start + dayMs - 1, 'raw').samples;
    closeAll(db, start + dayMs + 1);
    for (const [resolution, step] of [['5min', fiveMinMs], ['hour', hourMs], ['day', dayMs]] as const) {
      const { buckets } = find(db, part(db, 1, start, start + dayMs), start, start + dayMs - 1, resolution);
      const wanted = figuresOf(raw, start, start + dayMs, step).filter(each => each !== null);
      expect(buckets.map(({ figures }) => plain({ ...figures, observedMs: 0 }))).toEqual(wanted.map(each => plain({ ...each, observedMs: 0 })));
      expect(together(buckets.map(({ figures }) => figures)).observedMs / hourMs).toBeCloseTo(4, 2);
    }
  });

  test('stay when their samples have expired, and take late ones in', () => {
    const db = databaseWith(1);
    writePings(db, pings(1, start, start + 3 * hourMs));
    foldAll(db, start + dayMs);
    closeAll(db, start + dayMs + 1);
    inTransaction(db, () => expire(db, { rawDays: 2, fiveMinDays: 180, hourDays: 1_000 }, 0, start + 9 * dayMs, 1_000));
    expect(daysKept(db, 'raw')).toEqual({ first: null, last: null });
    writePings(db, pings(1, start + hourMs, start + hourMs + 60_000));
    foldAll(db, start + 9 * dayMs);
    expect(find(db, part(db, 1, start, start + dayMs), start, start + dayMs - 1, 'hour').buckets.map(({ figures }) => figures.sent)).toEqual([720, 732, 720]);
    expect(find(db, part(db, 1, start, start + dayMs), start, start + dayMs - 1, '5min').buckets[12]?.figures.sent).toBe(72);
  });

  test('of any samples hold every one, and no spike vanishes, at every width of a chart', () => {
    const db = databaseWith(1);
    const written = pings(1, start, start + 3 * dayMs, 60_000);
    written[2_000] = [1, written[2_000]?.[1] ?? 0, 900_000];
    writePings(db, written);
    foldAll(db, start + 4 * dayMs);
    closeAll(db, start + 2 * dayMs + 1);
    fc.assert(fc.property(fc.integer({ min: 10, max: 2_000 }), fc.integer({ min: 0, max: 10 }), (maxPoints, beforeDays) => {
      const series = seriesOf(db, [part(db, 1, 0, start + 9 * dayMs)], start - beforeDays * dayMs, start + 3 * dayMs, maxPoints);
      expect(series.t.length).toBeLessThanOrEqual(maxPoints);
      expect({ sent: series.sent.reduce((a, b) => a + b, 0), lost: series.lost.reduce((a, b) => a + b, 0), max: Math.max(...series.max.map(each => each ?? 0)) })
        .toEqual({ sent: written.length, lost: written.filter(([, , rtt]) => rtt === null).length, max: 900_000 });
    }), { numRuns: 60 });
  });

  test('of several devices are those of all their samples', () => {
    const db = databaseWith(3);
    writePings(db, [1, 2, 3].flatMap(id => pings(id, start, start + hourMs)));
    const series = seriesOf(db, [1, 2, 3].map(id => part(db, id, 0, start + dayMs)), start, start + hourMs - 1, 12);
    expect([series.sent.reduce((a, b) => a + b, 0), series.t.length]).toEqual([3 * 720, 12]);
  });
});

describe('a damaged block', () => {
  test('of samples is told and passed over, the rest is there; sums are read from the next coarser data', () => {
    const db = databaseWith(1);
    writePings(db, pings(1, start, start + 3 * hourMs));
    foldAll(db, start + dayMs);
    const flip = (table: string, column: string, key: number): void => {
      const block = db.prepare(`SELECT ${column} FROM ${table} WHERE id = ?`).pluck().get(key) as Uint8Array; // A BLOB column.
      block[40] = (block[40] ?? 0) ^ 4;
      db.prepare(`UPDATE ${table} SET ${column} = ? WHERE id = ?`).run(block, key);
    };
    closeAll(db, start + dayMs + 1);
    flip('chunk', 'samples', keyOf(pingSeries(db, 1), start / hourMs + 1));
    const raw = seriesOf(db, [part(db, 1, 0, start + dayMs)], start, start + 3 * hourMs, 5_000);
    expect([raw.t.length, raw.unreadable]).toEqual([1_440, [{ from: start + hourMs, to: start + 2 * hourMs }]]);
    flip('five_min', 'buckets', keyOf(pingSeries(db, 1), dayOf(start)));
    const sums = seriesOf(db, [part(db, 1, 0, start + dayMs)], start, start + dayMs - 1, 24);
    expect([sums.resolution, sums.sent, sums.unreadable]).toEqual(['hour', [720, 720, 720], [{ from: start, to: start + dayMs }]]);
  });

  test('that was damaged before its day was summed up is told in five-minute charts, too, and shown as the hour that it is', () => {
    const db = databaseWith(1);
    writePings(db, pings(1, start, start + 3 * hourMs));
    foldAll(db, start + dayMs);
    const key = keyOf(pingSeries(db, 1), start / hourMs + 1);
    const block = db.prepare('SELECT samples FROM chunk WHERE id = ?').pluck().get(key) as Uint8Array; // A BLOB column.
    block[40] = (block[40] ?? 0) ^ 4;
    db.prepare('UPDATE chunk SET samples = ? WHERE id = ?').run(block, key);
    closeAll(db, start + dayMs + 1);
    const sums = seriesOf(db, [part(db, 1, 0, start + dayMs)], start, start + dayMs - 1, 200);
    expect([sums.sent.reduce((a, b) => a + b, 0), sums.unreadable]).toEqual([3 * 720, [{ from: start + hourMs, to: start + 2 * hourMs }]]);
  });
});

describe('retention', () => {
  const days = 12;
  function filled(devices: number): Db {
    const db = databaseWith(devices);
    for (let day = 0; day < days; day++) {
      for (let id = 1; id <= devices; id++) writePings(db, pings(id, start + day * dayMs, start + (day + 1) * dayMs, 120_000));
      foldAll(db, start + (day + 1) * dayMs + 200_000);
    }
    while (inTransaction(db, () => historyOf(db).purge(db)));
    return db;
  }
  const now = start + days * dayMs + 300_000;
  const first = dayOf(start);
  const kept = (db: Db): unknown => ({ raw: daysKept(db, 'raw').first, fiveMin: daysKept(db, 'fiveMin').first, hour: daysKept(db, 'hour').first });

  test('drops each resolution after its days, and no sample of a day that is not summed up', () => {
    const db = filled(2);
    const asked = { rawDays: 3, fiveMinDays: 6, hourDays: 31 };
    inTransaction(db, () => expire(db, asked, 0, now, 1_000));
    expect(kept(db)).toEqual({ raw: first, fiveMin: null, hour: null });
    closeAll(db, now);
    inTransaction(db, () => expire(db, asked, 0, now, 1_000));
    expect(kept(db)).toEqual({ raw: first + days - 3, fiveMin: first + days - 6, hour: first });
  });

  test('at a maximum size drops the finest data first, a day at a time, and says when there is nothing left that may go', () => {
    const db = filled(4);
    closeAll(db, now);
    const held = (): number => ((db.pragma('page_count', { simple: true }) as number) - (db.pragma('freelist_count', { simple: true }) as number)) * 4_096; // SQLite: integers.
    const full = held();
    let going: Parameters<typeof shrink>[2] = null;
    // However many series there are, not even the oldest day is looked for in one go.
    expect(inTransaction(db, () => shrink(db, full - 80_000, null, now, 0))).toEqual({ next: { step: 'looking', grain: 'raw', after: 1, oldest: first }, more: true, deleted: 0, stuck: false });
    const shrunk = (most: number): boolean => {
      for (;;) {
        const slice = inTransaction(db, () => shrink(db, most, going, now, 0));
        going = slice.next;
        if (!slice.more) return slice.stuck;
      }
    };
    expect(shrunk(full - 80_000)).toBe(false);
    expect(held()).toBeLessThanOrEqual(full - 80_000);
    expect(daysKept(db, 'fiveMin').first).toBe(first);
    expect(daysKept(db, 'raw').first).toBeGreaterThan(first);
    expect(shrunk(1_000)).toBe(true);
    expect(kept(db)).toEqual({ raw: first + days - 2, fiveMin: first + days - 2, hour: first });
  });

  test('gives the room back to the disk in small steps, all but what the next day will fill', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ward-retention-'));
    const file = join(folder, 'ward-console.db');
    const db = databaseWith(1, file);
    const block = randomBytes(1_300);
    inTransaction(db, () => {
      const insert = db.prepare('INSERT INTO chunk (id, sent, lost, unseen, observed_ms, samples) VALUES (?, 0, 0, 0, 0, ?)');
      for (let i = 0; i < 20_000; i++) insert.run(i, block);
    });
    const size = (): number => {
      db.pragma('wal_checkpoint(TRUNCATE)');
      return statSync(file).size;
    };
    const full = size();
    db.prepare('DELETE FROM chunk').run();
    expect(size()).toBe(full);
    let steps = 0;
    while (inTransaction(db, () => giveBack(db, null, 0))) steps++;
    expect(steps).toBeGreaterThan(10);
    expect(size()).toBeLessThan(6 * 2 ** 20);
    // Above a maximum nothing is left over.
    while (inTransaction(db, () => giveBack(db, 1, 0)));
    expect(size()).toBeLessThan(2 ** 20);
    db.close();
    rmSync(folder, { recursive: true });
  });

  test('of a device that is gone takes everything, slice by slice', () => {
    const db = filled(2);
    closeAll(db, now);
    db.prepare('DELETE FROM device WHERE id = 1').run();
    inTransaction(db, () => historyOf(db).forget(db));
    let slices = 1;
    while (inTransaction(db, () => forgetGone(db, 0))) slices++;
    expect(slices).toBeGreaterThan(1);
    expect(db.prepare('SELECT (SELECT count(*) FROM chunk) AS chunks, (SELECT count(*) FROM day) AS days, (SELECT count(*) FROM gone_series) AS gone').get()).toEqual({ chunks: days * 24, days, gone: 0 });
  });
});

test('closing a day twice changes nothing', () => {
  const db = databaseWith(1);
  writePings(db, pings(1, start, start + 5 * hourMs));
  foldAll(db, start + dayMs);
  const rows = (): unknown => db.prepare('SELECT d.*, f.buckets FROM day d JOIN five_min f USING (id)').all();
  closeDay(db, pingSeries(db, 1), dayOf(start));
  const once = rows();
  closeDay(db, pingSeries(db, 1), dayOf(start));
  expect(rows()).toEqual(once);
});
