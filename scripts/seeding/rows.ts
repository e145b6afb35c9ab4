/** The rows that the console would have stored of a day of some series, made by its own functions, as columns that pass between threads without being copied. */
import { dayRow, type ChunkRow, type DayRow } from '../../electron/engine/store/history/days.ts';
import { fiveMinMs, fiveMinsADay, hourMs, hoursADay, keyOf } from '../../electron/engine/store/history/keys.ts';
import { packBuckets } from '../../electron/engine/store/history/packed.ts';
import { together, type Figures } from '../../electron/engine/store/history/samples.ts';
import { chunkOf } from '../../electron/engine/store/history/writer.ts';
import { figuresIn, isAsAWeekBefore, samplesIn, type SeriesPlan } from './signals.ts';

/** What of a day is made: hours of samples from the `firstHour` up to, not including, the `endHour`; and what it is summed up to. */
export type DayPlan = {
  readonly day: number;
  readonly samples: { readonly firstHour: number; readonly endHour: number } | null;
  readonly sums: 'none' | 'hours' | 'five minutes';
  /** The day a week before was made in the same way: series to which nothing happened on either can be copied. */
  readonly canCopy: boolean;
};

export type Columns = { readonly numbers: Float64Array; readonly ends: Float64Array; readonly bytes: Uint8Array };
export type DayOfRows = { readonly day: number; readonly chunks: Columns; readonly sums: Columns; /** Ids of series whose rows are those of the week before. */ readonly copied: Float64Array };

const numbersARow = 9;
const nothing = new Uint8Array(0);
const fivesAnHour = fiveMinsADay / hoursADay;

export function rowsOf(plans: readonly SeriesPlan[], { day, samples, sums, canCopy }: DayPlan, seed: number): DayOfRows {
  const chunks = new RowBuffer();
  const summed = new RowBuffer();
  const copied: number[] = [];
  for (const plan of plans) {
    if (canCopy && isAsAWeekBefore(plan.gaps, day)) {
      copied.push(plan.id);
      continue;
    }
    const byHour = new Map<number, { figures: Figures; samples: ReturnType<typeof samplesIn> }>();
    for (let hour = samples?.firstHour ?? 0; hour < (samples?.endHour ?? 0); hour++) {
      const its = samplesIn(plan, hour, (hour + 1) * hourMs, seed);
      const chunk = chunkOf(keyOf(plan.id, hour), its);
      if (!chunk) continue;
      chunks.add(chunk, chunk.samples);
      byHour.set(hour - day * hoursADay, { figures: chunk, samples: its });
    }
    if (sums === 'none') continue;
    const row = samples ? dayRow(keyOf(plan.id, day), byHour) : modelled(plan, day, sums === 'five minutes', seed);
    if (row && row.sent + row.unseen > 0) summed.add(row, row.hours, row.fives ?? nothing);
  }
  return { day, chunks: chunks.columns(), sums: summed.columns(), copied: Float64Array.from(copied) };
}

export function* chunksIn({ numbers, ends, bytes }: Columns, rows: Iterable<number>): Iterable<ChunkRow> {
  for (const row of rows) yield { ...figuresAt(numbers, row), samples: bytes.subarray(ends[row - 1] ?? 0, ends[row]) };
}

export function* sumsIn({ numbers, ends, bytes }: Columns): Iterable<DayRow> {
  for (let row = 0; row * 2 < ends.length; row++) {
    const fives = bytes.subarray(ends[2 * row], ends[2 * row + 1]);
    yield { ...figuresAt(numbers, row), hours: bytes.subarray(ends[2 * row - 1] ?? 0, ends[2 * row]), fives: fives.length === 0 ? null : fives };
  }
}

/** The rows of each hour. */
export function byHour({ numbers }: Columns, slotOf: (key: number) => number): Map<number, number[]> {
  const hours = new Map<number, number[]>();
  for (let row = 0; row * numbersARow < numbers.length; row++) {
    const hour = slotOf(numbers[row * numbersARow] ?? 0);
    const there = hours.get(hour);
    if (there) there.push(row);
    else hours.set(hour, [row]);
  }
  return hours;
}

/** Of a day whose samples have expired. */
function modelled(plan: SeriesPlan, day: number, withFives: boolean, seed: number): DayRow {
  const id = keyOf(plan.id, day);
  const fives = withFives ? figuresIn(plan, day, fiveMinMs, seed) : null;
  const hours = fives
    ? Array.from({ length: hoursADay }, (_, hour) => {
      const there = fives.slice(hour * fivesAnHour, (hour + 1) * fivesAnHour).filter(each => each !== null);
      return there.length === 0 ? null : together(there);
    })
    : figuresIn(plan, day, hourMs, seed);
  return { id, ...together(hours.filter(each => each !== null)), hours: packBuckets(hours), fives: fives && packBuckets(fives) };
}

function figuresAt(numbers: Float64Array, row: number): Figures & { readonly id: number } {
  const number = (column: number): number => numbers[row * numbersARow + column] ?? 0;
  const known = (column: number): number | null => (Number.isNaN(number(column)) ? null : number(column));
  return { id: number(0), sent: number(1), lost: number(2), unseen: number(3), observedMs: number(4), min: known(5), avg: known(6), max: known(7), p95: known(8) };
}

/** Grows as it is filled. */
class RowBuffer {
  #numbers = new Float64Array(1_024 * numbersARow);
  #rows = 0;
  readonly #ends: number[] = [];
  #bytes = new Uint8Array(2 ** 20);
  #length = 0;

  add({ id, sent, lost, unseen, observedMs, min, avg, max, p95 }: Figures & { readonly id: number }, ...blobs: readonly Uint8Array[]): void {
    if ((this.#rows + 1) * numbersARow > this.#numbers.length) this.#numbers = larger(this.#numbers, new Float64Array(this.#numbers.length * 2));
    this.#numbers.set([id, sent, lost, unseen, observedMs, min ?? Number.NaN, avg ?? Number.NaN, max ?? Number.NaN, p95 ?? Number.NaN], this.#rows++ * numbersARow);
    for (const blob of blobs) {
      while (this.#length + blob.length > this.#bytes.length) this.#bytes = larger(this.#bytes, new Uint8Array(this.#bytes.length * 2));
      this.#bytes.set(blob, this.#length);
      this.#length += blob.length;
      this.#ends.push(this.#length);
    }
  }

  columns(): Columns {
    return { numbers: this.#numbers.subarray(0, this.#rows * numbersARow), ends: Float64Array.from(this.#ends), bytes: this.#bytes.subarray(0, this.#length) };
  }
}

function larger<T extends Float64Array | Uint8Array>(from: T, into: T): T {
  into.set(from);
  return into;
}
