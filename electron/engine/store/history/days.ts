/** A day of a series that is over is summed up: five minutes, hours, and the day. Raw samples may expire after that. */
import { prepared, type Db } from '../connection.ts';
import { dayMs, dayOf, fiveMinMs, fiveMinsADay, hourMs, hoursADay, keyOf, keysOf, seriesOf, slotOf } from './keys.ts';
import { DamagedBlock, packBuckets, unpackBuckets, unpackSamples } from './packed.ts';
import { concatenated, figuresOf, together, type Figures, type Samples } from './samples.ts';

export type ChunkRow = Figures & { readonly id: number; readonly samples: Uint8Array };

export const chunkColumns = 'id, sent, lost, unseen, observed_ms AS observedMs, min, avg, max, p95';
const fivesAnHour = fiveMinsADay / hoursADay;

/** An hour of a day: what its chunk says of it, and its samples, null where they cannot be read. */
export type HourOfDay = { readonly figures: Figures; readonly samples: Samples | null };
/** What is known of a day; `fives` null where that is not kept, or cannot be read. */
type Summed = { readonly hours: readonly (Figures | null)[]; readonly fives: readonly (Figures | null)[] | null };
/** Both rows of a day: `day` takes all but `fives`. */
export type DayRow = Figures & { readonly id: number; readonly hours: Uint8Array; /** null: not kept. */ readonly fives: Uint8Array | null };

/** The p95 of so many samples is worth the sorting; of more, the largest of the hours' stands for it. */
const mostSorted = 40_000;

/** The sum of one day, hour by hour. What an earlier sum knows of hours whose samples have expired stays, and late samples are added to it. Pure. */
export class DaySum {
  readonly #id: number;
  readonly #before: Summed | null;
  readonly #hours: (Figures | null)[] = [];
  readonly #fives: (Figures | null)[] = [];
  readonly #pieces: Samples[] = [];
  #samples = 0;
  #whole = true;

  /** `id`: the key of series and day. */
  constructor(id: number, before: Summed | null) {
    this.#id = id;
    this.#before = before;
  }

  /** The hour that comes next. */
  get hour(): number {
    return this.#hours.length;
  }

  /** Nothing that counts was missing or unreadable: what was added is all there is. */
  get whole(): boolean {
    return this.#whole;
  }

  add(of: HourOfDay | null): void {
    const hour = this.hour;
    const known = this.#before?.hours[hour] ?? null;
    const knownFives = this.#before?.fives?.slice(hour * fivesAnHour, (hour + 1) * fivesAnHour) ?? [];
    const { figures, samples } = of ?? { figures: null, samples: null };
    const complete = figures !== null && (known === null || figures.sent + figures.unseen >= known.sent + known.unseen);
    this.#whole &&= figures === null ? known === null : complete && samples !== null;
    this.#hours.push(figures === null ? known : complete || known === null ? figuresIn(figures) : together([known, figures]));
    const start = slotOf(this.#id) * dayMs + hour * hourMs;
    const fresh = samples ? figuresOf(samples, start, start + hourMs, fiveMinMs) : [];
    for (let i = 0; i < fivesAnHour; i++) this.#fives.push(added(complete ? null : (knownFives[i] ?? null), fresh[i] ?? null));
    this.#samples += samples?.at.length ?? 0;
    if (samples && this.#samples <= mostSorted) this.#pieces.push(samples);
  }

  /** Null of a day without a sample. */
  row(): DayRow | null {
    const figures = together(this.#hours.filter(each => each !== null));
    if (figures.sent + figures.unseen === 0) return null;
    const from = slotOf(this.#id) * dayMs;
    const [exact] = this.#whole && this.#samples <= mostSorted ? figuresOf(concatenated(this.#pieces), from, from + dayMs, dayMs) : [];
    return { id: this.#id, ...figures, ...(exact ? { p95: exact.p95 } : {}), hours: packBuckets(this.#hours), fives: packBuckets(this.#fives) };
  }
}

/** The sum of a day at once; `byHour`: its chunks, by hours since its beginning. */
export function dayRow(id: number, byHour: ReadonlyMap<number, HourOfDay>): DayRow | null {
  const sum = new DaySum(id, null);
  for (let hour = 0; hour < hoursADay; hour++) sum.add(byHour.get(hour) ?? null);
  return sum.row();
}

export function insertDay(db: Db, { fives, ...day }: DayRow): void {
  if (fives) prepared(db, 'INSERT OR REPLACE INTO five_min (id, buckets) VALUES (?, ?)').run(day.id, fives);
  prepared(db, `
    INSERT OR REPLACE INTO day (id, sent, lost, unseen, observed_ms, min, avg, max, p95, hours)
    VALUES (@id, @sent, @lost, @unseen, @observedMs, @min, @avg, @max, @p95, @hours)`).run(day);
}

/** One day being summed up from its chunks, an hour a step, in place of an earlier sum. */
class DayClosing {
  readonly seriesId: number;
  readonly day: number;
  readonly #sum: DaySum;

  constructor(db: Db, seriesId: number, day: number) {
    this.seriesId = seriesId;
    this.day = day;
    this.#sum = new DaySum(keyOf(seriesId, day), summedUp(db, keyOf(seriesId, day)));
  }

  /** True when all hours are done. */
  step(db: Db): boolean {
    if (this.#sum.hour === hoursADay) return true;
    const id = keyOf(this.seriesId, this.day * hoursADay + this.#sum.hour);
    const chunk = prepared(db, `SELECT ${chunkColumns}, samples FROM chunk WHERE id = ?`).get(id) as ChunkRow | undefined; // Columns are named after the fields.
    this.#sum.add(chunk ? { figures: chunk, samples: samplesOf(chunk) } : null);
    return this.#sum.hour === hoursADay;
  }

  /** False when samples came meanwhile: it must be done again. */
  write(db: Db): boolean {
    const row = this.#sum.row();
    if (!row) return true;
    if (this.#sum.whole && samplesInDay(db, keyOf(this.seriesId, this.day)) !== row.sent + row.unseen) return false;
    insertDay(db, row);
    return true;
  }
}

/** How many samples the chunks of a day have, by the key of series and day. */
export function samplesInDay(db: Db, id: number): number {
  const first = keyOf(seriesOf(id), slotOf(id) * hoursADay);
  return prepared(db, 'SELECT ifnull(sum(sent + unseen), 0) FROM chunk WHERE id BETWEEN ? AND ?').pluck().get(first, first + hoursADay - 1) as number; // SQLite: a sum of integers.
}

/** Sums up one day at once. */
export function closeDay(db: Db, seriesId: number, day: number): void {
  const closing = new DayClosing(db, seriesId, day);
  while (!closing.step(db));
  closing.write(db);
}

/** A day that one slice was too short for. */
const unfinished = new WeakMap<Db, DayClosing>();

export type ClosingSlice = { readonly closed: number; /** The series to go on with; null when all are done. */ readonly next: number | null };

/** Sums up every day that is over, of one series after the other from `after` on, until `budgetMs` is used up. */
export function closeDays(db: Db, after: number, now: number, budgetMs: number): ClosingSlice {
  const began = performance.now();
  const today = dayOf(now);
  let closed = 0;
  for (const { id, closedDay } of prepared(db, 'SELECT id, closed_day AS closedDay FROM series WHERE id > ? ORDER BY id LIMIT 500').all(after) as { id: number; closedDay: number | null }[]) { // Columns are named after the fields.
    for (let day = firstDay(db, id, (closedDay ?? -1) + 1); day !== null && day < today; day = firstDay(db, id, day + 1)) {
      const kept = unfinished.get(db);
      const closing = kept?.seriesId === id && kept.day === day ? kept : new DayClosing(db, id, day);
      unfinished.set(db, closing);
      while (!closing.step(db)) if (performance.now() - began >= budgetMs) return { closed, next: id - 1 };
      unfinished.delete(db);
      if (!closing.write(db)) return { closed, next: id - 1 };
      prepared(db, 'UPDATE series SET closed_day = ? WHERE id = ?').run(day, id);
      closed++;
    }
    after = id;
    if (performance.now() - began >= budgetMs) return { closed, next: id };
  }
  return { closed, next: prepared(db, 'SELECT 1 FROM series WHERE id > ? LIMIT 1').get(after) === undefined ? null : after };
}

/** The first day from `day` on of which a series has samples. */
function firstDay(db: Db, seriesId: number, day: number): number | null {
  const id = prepared(db, 'SELECT id FROM chunk WHERE id BETWEEN ? AND ? ORDER BY id LIMIT 1').pluck().get(keyOf(seriesId, day * hoursADay), keysOf(seriesId)[1]) as number | undefined; // The primary key.
  return id === undefined || seriesOf(id) !== seriesId ? null : Math.floor(slotOf(id) / hoursADay);
}

/** Null when it cannot be read. */
export function samplesOf({ id, samples }: Pick<ChunkRow, 'id' | 'samples'>): Samples | null {
  try {
    return unpackSamples(samples, slotOf(id) * hourMs);
  } catch (error) {
    if (error instanceof DamagedBlock) return null;
    throw error;
  }
}

/** As above. */
export function bucketsOf(block: Uint8Array): (Figures | null)[] | null {
  try {
    return unpackBuckets(block);
  } catch (error) {
    if (error instanceof DamagedBlock) return null;
    throw error;
  }
}

const figuresIn = ({ sent, lost, unseen, observedMs, min, avg, max, p95 }: Figures): Figures => ({ sent, lost, unseen, observedMs, min, avg, max, p95 });
const added = (a: Figures | null, b: Figures | null): Figures | null => (a === null ? b : b === null ? a : together([a, b]));

function summedUp(db: Db, id: number): Summed | null {
  const hours = prepared(db, 'SELECT hours FROM day WHERE id = ?').pluck().get(id) as Uint8Array | undefined; // A BLOB column.
  const fives = prepared(db, 'SELECT buckets FROM five_min WHERE id = ?').pluck().get(id) as Uint8Array | undefined; // As above.
  const known = hours && bucketsOf(hours);
  return known ? { hours: known, fives: fives ? bucketsOf(fives) : null } : null;
}
