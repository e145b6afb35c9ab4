/** What history loses with time or for want of room, in slices: the oldest first, and the finest data before the coarser. The file gives back what is freed in small steps. */
import { prepared, type Db } from '../connection.ts';
import { dayOf, hoursADay, keyOf, keysOf, seriesOf, slotOf } from './keys.ts';

/** Days that each resolution is kept. */
export type KeptDays = { readonly rawDays: number; readonly fiveMinDays: number; readonly hourDays: number };

const grains = { raw: { table: 'chunk', slotsADay: hoursADay }, fiveMin: { table: 'five_min', slotsADay: 1 }, hour: { table: 'day', slotsADay: 1 } } as const;
type Grain = keyof typeof grains;

/** However small the file must be: a day is summed up from its samples, and charts of a day need them. */
export const leastDays = { raw: 2, fiveMin: 2, hour: 31 } as const satisfies Record<Grain, number>;
const rowsADeletion = 200;
const pagesAStep = 16;
/** So much room inside the file is left for the next day to fill. */
const sparePages = 1_024;

export type Slice = { /** Where to go on; null: done. */ readonly next: number | null; readonly deleted: number };

/** The sums of a day are found by its row: hours are kept at least as long as five-minute figures are. */
export const hourDaysOf = ({ fiveMinDays, hourDays }: Pick<KeptDays, 'fiveMinDays' | 'hourDays'>): number => Math.max(fiveMinDays, hourDays);

/** Deletes what is older than it is kept, of one series after the other, until `budgetMs` is used up. Samples of a day that is not summed up stay. */
export function expire(db: Db, kept: KeptDays, after: number, now: number, budgetMs: number): Slice {
  const today = dayOf(now);
  return eachSeries(db, after, budgetMs, ({ id, closedDay }) =>
    deleteBefore(db, 'raw', id, Math.min(today - kept.rawDays, (closedDay ?? -1) + 1)) +
    deleteBefore(db, 'fiveMin', id, today - kept.fiveMinDays) +
    deleteBefore(db, 'hour', id, today - hourDaysOf(kept)));
}

/** Deletes all of series that are gone, until `budgetMs` is used up. True when there is more. */
export function forgetGone(db: Db, budgetMs: number): boolean {
  const began = performance.now();
  for (const id of prepared(db, 'SELECT id FROM gone_series ORDER BY id LIMIT 1000').pluck().all() as number[]) { // The primary key.
    for (const table of ['chunk', 'five_min', 'day', 'open_hour']) {
      while (deleteSome(db, table, ...keysOf(id)) === rowsADeletion) if (performance.now() - began >= budgetMs) return true;
    }
    prepared(db, 'DELETE FROM gone_series WHERE id = ?').run(id);
    if (performance.now() - began >= budgetMs) return true;
  }
  return prepared(db, 'SELECT 1 FROM gone_series LIMIT 1').get() !== undefined;
}

/** What shrinking goes on with, and the series it has come to: it looks for the oldest day that a grain has, or deletes a grain up to a day. */
export type Shrinking =
  | { readonly step: 'looking'; readonly grain: Grain; readonly after: number; /** Of the series before; null: none has any. */ readonly oldest: number | null }
  | { readonly step: 'deleting'; readonly grain: Grain; readonly after: number; readonly before: number };
export type ShrinkSlice = { readonly next: Shrinking | null; readonly more: boolean; readonly deleted: number; /** It has come down to the least, and is still too large. */ readonly stuck: boolean };

/** Deletes the oldest day of the finest data until what the file holds fits into `mostBytes`, or `budgetMs` is used up. */
export function shrink(db: Db, mostBytes: number, going: Shrinking | null, now: number, budgetMs: number): ShrinkSlice {
  const began = performance.now();
  const leftMs = (): number => Math.max(0, budgetMs - (performance.now() - began));
  let deleted = 0;
  let at = going;
  while (at !== null || heldBytes(db) > mostBytes) {
    at ??= lookingFor('raw');
    if (at.step === 'looking') {
      at = look(db, at, dayOf(now), leftMs());
      if (at === null) return { next: null, more: false, deleted, stuck: true };
    } else {
      const { grain, before } = at;
      const slice = eachSeries(db, at.after, leftMs(), ({ id, closedDay }) => deleteBefore(db, grain, id, grain === 'raw' ? Math.min(before, (closedDay ?? -1) + 1) : before));
      deleted += slice.deleted;
      at = slice.next === null ? null : { ...at, after: slice.next };
    }
    if (leftMs() === 0) return { next: at, more: at !== null || heldBytes(db) > mostBytes, deleted, stuck: false };
  }
  return { next: null, more: false, deleted, stuck: false };
}

const lookingFor = (grain: Grain): Shrinking => ({ step: 'looking', grain, after: 0, oldest: null });
const coarser = { raw: 'fiveMin', fiveMin: 'hour', hour: null } as const satisfies Record<Grain, Grain | null>;

/** Looks on for the oldest day of a grain that may go. Found, it is what to delete; where there is none the next coarser grain is looked at; null after the last. */
function look(db: Db, { grain, after, oldest }: Extract<Shrinking, { step: 'looking' }>, today: number, budgetMs: number): Shrinking | null {
  const { table, slotsADay } = grains[grain];
  const first = prepared(db, `SELECT id FROM ${table} WHERE id BETWEEN ? AND ? ORDER BY id LIMIT 1`).pluck();
  let day = oldest;
  const { next } = eachSeries(db, after, budgetMs, ({ id, closedDay }) => {
    const key = first.get(...keysOf(id)) as number | undefined; // The primary key.
    const its = key === undefined ? null : Math.floor(slotOf(key) / slotsADay);
    if (its !== null && (grain !== 'raw' || its <= (closedDay ?? -1))) day = Math.min(day ?? its, its);
    return 0;
  });
  if (next !== null) return { step: 'looking', grain, after: next, oldest: day };
  if (day !== null && day < today - leastDays[grain]) return { step: 'deleting', grain, after: 0, before: day + 1 };
  const then = coarser[grain];
  return then === null ? null : lookingFor(then);
}

/** Gives freed pages back to the disk, until `budgetMs` is used up; in WAL mode the file is shorter after the next checkpoint. True when there is more to give back. */
export function giveBack(db: Db, mostBytes: number | null, budgetMs: number): boolean {
  const began = performance.now();
  while (giveBackStep(db, mostBytes)) if (performance.now() - began >= budgetMs) return true;
  return false;
}

function giveBackStep(db: Db, mostBytes: number | null): boolean {
  const { free, pages, pageBytes } = pagesOf(db);
  const spare = mostBytes !== null && pages * pageBytes > mostBytes ? 0 : Math.max(sparePages, Math.floor(pages / 20));
  if (free <= spare) return false;
  db.pragma(`incremental_vacuum(${Math.min(pagesAStep, free - spare)})`);
  return true;
}

function pagesOf(db: Db): { readonly pages: number; readonly free: number; readonly pageBytes: number } {
  const [pages, free, pageBytes] = ['page_count', 'freelist_count', 'page_size'].map(name => db.pragma(name, { simple: true }) as number); // SQLite: integers.
  return { pages: pages ?? 0, free: free ?? 0, pageBytes: pageBytes ?? 4_096 };
}

/** What the file holds without the room inside it. */
export function heldBytes(db: Db): number {
  const { pages, free, pageBytes } = pagesOf(db);
  return (pages - free) * pageBytes;
}

/** `run` answers how many rows it deleted: as many as a deletion may say that there are more of this series. */
function eachSeries(db: Db, after: number, budgetMs: number, run: (series: { readonly id: number; readonly closedDay: number | null }) => number): Slice {
  const began = performance.now();
  let deleted = 0;
  for (let last = after; ; ) {
    const some = prepared(db, 'SELECT id, closed_day AS closedDay FROM series WHERE id > ? ORDER BY id LIMIT 64').all(last) as { id: number; closedDay: number | null }[]; // Columns are named after the fields.
    if (some.length === 0) return { next: null, deleted };
    for (const series of some) {
      for (let more = true; more; ) {
        const now = run(series);
        deleted += now;
        more = now >= rowsADeletion;
        if (more && performance.now() - began >= budgetMs) return { next: last, deleted };
      }
      last = series.id;
      if (performance.now() - began >= budgetMs) return { next: last, deleted };
    }
  }
}

/** At most `rowsADeletion` rows: so many say that there may be more. */
function deleteBefore(db: Db, grain: Grain, seriesId: number, day: number): number {
  const { table, slotsADay } = grains[grain];
  return day <= 0 ? 0 : deleteSome(db, table, keysOf(seriesId)[0], keyOf(seriesId, day * slotsADay) - 1);
}

function deleteSome(db: Db, table: string, from: number, to: number): number {
  return prepared(db, `DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} WHERE id BETWEEN ? AND ? LIMIT ${rowsADeletion})`).run(from, to).changes;
}

/** The first and last day that a table has of a series: for the forecast and for tests. */
export function daysKept(db: Db, grain: Grain): { readonly first: number | null; readonly last: number | null } {
  const { table, slotsADay } = grains[grain];
  let first = Infinity;
  let last = -Infinity;
  for (const id of prepared(db, 'SELECT id FROM series').pluck().all() as number[]) { // The primary key.
    const at = (order: 'ASC' | 'DESC'): number | undefined => prepared(db, `SELECT id FROM ${table} WHERE id BETWEEN ? AND ? ORDER BY id ${order} LIMIT 1`).pluck().get(...keysOf(id)) as number | undefined; // As above.
    const [low, high] = [at('ASC'), at('DESC')];
    if (low === undefined || high === undefined || seriesOf(low) !== id) continue;
    first = Math.min(first, Math.floor(slotOf(low) / slotsADay));
    last = Math.max(last, Math.floor(slotOf(high) / slotsADay));
  }
  return first === Infinity ? { first: null, last: null } : { first, last };
}
