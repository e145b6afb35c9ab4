/** The writer's side of history: every sample goes to disk in order of arrival and to its open hour in memory; closed hours are folded into chunks, slice by slice. */
import { inTransaction, onCommit, prepared, type Db } from '../connection.ts';
import { BlindTimes } from '../journal.ts';
import { packArrived, unpackArrived, type Arrived } from './arrival.ts';
import { closeDay, samplesInDay, type ChunkRow } from './days.ts';
import { hourMs, hourOf, isStorable, keyOf, seriesOf, slotOf, dayOf } from './keys.ts';
import { OpenHours } from './open-hours.ts';
import { DamagedBlock, packSamples, unpackSamples } from './packed.ts';
import { figuresOf, merged, noSamples, outcomes, withBlindTime, type Samples } from './samples.ts';
import { SeriesBook, type ValueSample } from './series.ts';

/** One tick's probes as columns of one length. `outcome` as stored (samples.ts); `rttUs` is -1 without a reply. `at`: UTC ms. */
export type SampleColumns = { readonly deviceId: Int32Array; readonly at: Float64Array; readonly outcome: Uint8Array; readonly rttUs: Int32Array };

/** Samples come a little late: an hour is folded when it has been over for so long. */
const graceMs = 120_000;
/** A day of more is not summed up in one go. */
const mostSamplesAtOnce = 40_000;
/** `latest` is what a start takes up from; after a crash it is mended from the samples, which are there for an hour. */
const latestEveryMs = 60_000;
/** Of them with one tick. */
const latestAtOnce = 1_000;
const purgeRows = 500;

type Latest = { readonly at: number; readonly outcome: number; readonly value: number | null };

const writers = new WeakMap<Db, HistoryWriter>();

/** The one of this connection; takes up what the last run left in the open hours. */
export function historyOf(db: Db): HistoryWriter {
  const known = writers.get(db) ?? new HistoryWriter(db);
  writers.set(db, known);
  return known;
}

export type FoldSlice = { readonly folded: number; readonly left: boolean; /** Blocks that were to be added to and cannot be read; what was new took their place. */ readonly damaged: number };

export class HistoryWriter {
  readonly open = new OpenHours();
  readonly #book: SeriesBook;
  readonly #latest = new Map<number, Latest>();
  #latestWrittenAt = 0;
  /** Blocks of open hours that could not be read at the start: told and deleted with the next fold. */
  #damagedOpenHours: number[] = [];
  #damagedTicks = 0;

  constructor(db: Db) {
    this.#book = new SeriesBook(db);
    for (const { id, samples } of db.prepare('SELECT id, samples FROM open_hour').all() as { id: number; samples: Uint8Array }[]) { // Columns are named after the fields.
      this.#reopen(id, samples);
    }
    for (const samples of db.prepare('SELECT samples FROM hot ORDER BY id').pluck().iterate() as IterableIterator<Uint8Array>) this.#takeUp(samples); // A BLOB column.
    // After a crash: what a start remembers must not be older than what was stored.
    if (this.#latest.size > 0) inTransaction(db, () => this.writeLatest(db, 0, true));
  }

  writePings(db: Db, { deviceId, at, outcome, rttUs }: SampleColumns): void {
    const samples: Arrived[] = [];
    for (let i = 0; i < deviceId.length; i++) {
      const isReply = outcome[i] === outcomes.measured;
      const rtt = rttUs[i] ?? -1;
      if (isReply && rtt < 0) continue; // A reply without its time: the block it is packed into could not be read.
      const seriesId = this.#book.ping(db, deviceId[i] ?? 0);
      if (seriesId !== null) samples.push({ seriesId, at: at[i] ?? 0, outcome: outcome[i] ?? 0, value: isReply ? rtt : null });
    }
    this.#write(db, samples);
  }

  writeValues(db: Db, samples: readonly ValueSample[]): void {
    const named: Arrived[] = [];
    for (const sample of samples) {
      const { at, outcome, value } = sample;
      const isMeasured = outcome === outcomes.measured;
      if (isMeasured !== (value !== null && Number.isFinite(value))) continue; // Not a number, though it was measured: nothing that could be kept.
      const seriesId = this.#book.of(db, sample);
      if (seriesId !== null) named.push({ seriesId, at, outcome, value });
    }
    this.#write(db, named);
  }

  /** Writes which sample came last, from time to time: rewriting these rows with every tick would be most of what the disk gets. */
  writeLatest(db: Db, now: number, always = false): void {
    if (this.#latest.size === 0 || (!always && Math.abs(now - this.#latestWrittenAt) < latestEveryMs)) return;
    const upsert = prepared(db, `
      INSERT INTO latest (series_id, ts, outcome, value) SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM series WHERE id = ?1)
      ON CONFLICT (series_id) DO UPDATE SET ts = excluded.ts, outcome = excluded.outcome, value = excluded.value`);
    // A part with each tick, until all are written.
    const written = [...this.#latest].slice(0, always ? Infinity : latestAtOnce);
    const isLast = written.length === this.#latest.size;
    for (const [seriesId, { at, outcome, value }] of written) upsert.run({ 1: seriesId, 2: at, 3: outcome, 4: value });
    onCommit(db, () => {
      if (isLast) this.#latestWrittenAt = now;
      for (const [seriesId, each] of written) if (this.#latest.get(seriesId) === each) this.#latest.delete(seriesId);
    });
  }

  /** Folds hours that are over, or that a clock that has been set makes over, until `budgetMs` is used up. */
  fold(db: Db, now: number, budgetMs: number): FoldSlice {
    const began = performance.now();
    const blind = new BlindTimes(db);
    let folded = 0;
    let damaged = this.#forgetDamaged(db);
    for (const key of this.#over(now)) {
      if (folded > 0 && performance.now() - began >= budgetMs) return { folded, left: true, damaged };
      if (!this.#fold(db, key, blind)) damaged++;
      folded++;
    }
    return { folded, left: false, damaged };
  }

  /** Deletes a slice of the oldest samples in order of arrival whose hours are folded. True when there may be more. */
  purge(db: Db): boolean {
    const open = new Set(this.open.hours());
    const oldest = prepared(db, `SELECT id, hour FROM hot WHERE id > 0 ORDER BY id LIMIT ${purgeRows}`).all() as { id: number; hour: number }[]; // Columns are named after the fields.
    const end = oldest.findIndex(({ hour }) => open.has(hour));
    const last = oldest.at(end === -1 ? -1 : end - 1);
    if (!last || end === 0) return false;
    prepared(db, 'DELETE FROM hot WHERE id <= ?').run(last.id);
    return end === -1 && oldest.length === purgeRows;
  }

  /** Before the end: what is open is kept packed, so that the next start need not read every sample in order of arrival. */
  putAway(db: Db): void {
    const keep = prepared(db, 'INSERT OR REPLACE INTO open_hour (id, samples) VALUES (?, ?)');
    for (const key of this.open.keys()) keep.run(key, packSamples(this.open.samples(key), slotOf(key) * hourMs));
    db.prepare('DELETE FROM hot').run();
    this.writeLatest(db, 0, true);
  }

  /** The open samples of a series from `from` up to and including `to`. */
  openSamples(seriesId: number, from: number, to: number): Samples {
    return this.open.hours().filter(hour => hour >= hourOf(from) && hour <= hourOf(to)).sort((a, b) => a - b)
      .reduce((all, hour) => merged(all, this.open.samples(keyOf(seriesId, hour))), noSamples);
  }

  /** Series are gone with their device or check. */
  forget(db: Db): void {
    const gone = new Set(db.prepare('SELECT id FROM gone_series').pluck().all() as number[]); // The primary key.
    onCommit(db, () => {
      this.#book.forget();
      this.open.dropSeries(gone);
      for (const seriesId of gone) this.#latest.delete(seriesId);
    }, () => this.#book.forget());
  }

  #over(now: number): number[] {
    const [earliest, latest] = [hourOf(now - graceMs), hourOf(now)];
    if (this.open.hours().every(hour => hour >= earliest && hour <= latest)) return [];
    return [...this.open.keys()].filter(key => slotOf(key) < earliest || slotOf(key) > latest);
  }

  /** Into memory what arrived, once it is in the file. */
  #keep(samples: readonly Arrived[]): void {
    for (const { seriesId, at, outcome, value } of samples) {
      this.open.append(seriesId, at, outcome, value ?? Number.NaN);
      this.#noteLatest(seriesId, at, outcome, value);
    }
  }

  #takeUp(samples: Uint8Array): void {
    try {
      this.#keep(unpackArrived(samples));
    } catch (error) {
      if (!(error instanceof DamagedBlock)) throw error;
      // It is purged with its hour.
      this.#damagedTicks++;
    }
  }

  #reopen(key: number, samples: Uint8Array): void {
    try {
      const { at, outcome, value } = unpackSamples(samples, slotOf(key) * hourMs);
      for (let i = 0; i < at.length; i++) this.open.append(seriesOf(key), at[i] ?? 0, outcome[i] ?? 0, value[i] ?? Number.NaN);
    } catch (error) {
      if (!(error instanceof DamagedBlock)) throw error;
      this.#damagedOpenHours.push(key);
    }
  }

  #forgetDamaged(db: Db): number {
    const damaged = this.#damagedOpenHours;
    for (const key of damaged) prepared(db, 'DELETE FROM open_hour WHERE id = ?').run(key);
    const ticks = this.#damagedTicks;
    onCommit(db, () => {
      this.#damagedOpenHours = [];
      this.#damagedTicks -= ticks;
    });
    return damaged.length + ticks;
  }

  /** Of two samples of one moment both are written: which of them counts, the hour decides that they are read in (samples.ts). */
  #write(db: Db, samples: readonly Arrived[]): void {
    const storable = samples.filter(({ at }) => isStorable(at));
    const insert = prepared(db, 'INSERT INTO hot (hour, last_ts, samples) VALUES (?, ?, ?)');
    for (const [hour, its] of Map.groupBy(storable, ({ at }) => hourOf(at))) insert.run(hour, its.reduce((last, { at }) => Math.max(last, at), 0), packArrived(its));
    onCommit(db, () => this.#keep(storable), () => this.#book.forget());
  }

  #noteLatest(seriesId: number, at: number, outcome: number, value: number | null): void {
    if (!this.#book.isPing(seriesId)) return;
    this.#latest.set(seriesId, { at, outcome, value });
  }

  /** False when a chunk that it was to be added to cannot be read. */
  #fold(db: Db, key: number, blind: BlindTimes): boolean {
    const seriesId = seriesOf(key);
    const from = slotOf(key) * hourMs;
    onCommit(db, () => this.open.drop(key));
    prepared(db, 'DELETE FROM open_hour WHERE id = ?').run(key);
    const series = prepared(db, 'SELECT closed_day AS closedDay FROM series WHERE id = ?').get(seriesId) as { closedDay: number | null } | undefined; // Columns are named after the fields.
    // Removed before a crash: its samples came back from the order of arrival, and nobody would ever delete what they are folded into.
    if (!series) return true;
    const { samples: older, damaged } = stored(db, key, from);
    const samples = withBlindTime(merged(older, this.open.samples(key)), blind.of(seriesId, from, from + hourMs));
    writeChunk(db, key, samples);
    if (series.closedDay !== null && dayOf(from) <= series.closedDay) closeAgain(db, seriesId, dayOf(from));
    return !damaged;
  }
}

/** Sums a day up anew that samples were added to: at once, or, where that would take long, with the next daily work. */
function closeAgain(db: Db, seriesId: number, day: number): void {
  if (samplesInDay(db, keyOf(seriesId, day)) <= mostSamplesAtOnce) closeDay(db, seriesId, day);
  else prepared(db, 'UPDATE series SET closed_day = ? WHERE id = ?').run(day - 1, seriesId);
}

function stored(db: Db, key: number, from: number): { readonly samples: Samples; readonly damaged: boolean } {
  const block = prepared(db, 'SELECT samples FROM chunk WHERE id = ?').pluck().get(key) as Uint8Array | undefined; // A BLOB column.
  if (block === undefined) return { samples: noSamples, damaged: false };
  try {
    return { samples: unpackSamples(block, from), damaged: false };
  } catch (error) {
    if (!(error instanceof DamagedBlock)) throw error;
    return { samples: noSamples, damaged: true };
  }
}

/** Writes the chunk of one series and hour, in place of an earlier one. */
export function writeChunk(db: Db, key: number, samples: Samples): void {
  const chunk = chunkOf(key, samples);
  if (chunk) insertChunk(db, chunk);
}

/** Null of no samples. */
export function chunkOf(key: number, samples: Samples): ChunkRow | null {
  const from = slotOf(key) * hourMs;
  // Moved by a millisecond or two, a sample can stand a little after its hour: it still belongs to it.
  const [figures] = figuresOf(samples, from, Math.max(from + hourMs, (samples.at.at(-1) ?? 0) + 1), hourMs * 2);
  return figures ? { id: key, ...figures, samples: packSamples(samples, from) } : null;
}

export function insertChunk(db: Db, chunk: ChunkRow): void {
  prepared(db, `
    INSERT OR REPLACE INTO chunk (id, sent, lost, unseen, observed_ms, min, avg, max, p95, samples)
    VALUES (@id, @sent, @lost, @unseen, @observedMs, @min, @avg, @max, @p95, @samples)`).run(chunk);
}
