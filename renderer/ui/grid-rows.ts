/** The rows behind a grid: kept by id, changed in place, and the decision when their order may change. */
import type { Batch } from '../../shared/rpc/contract.ts';

/** A row's place in the grid. It stays the same object while `row` is replaced, so that the grid need not be told of every change. */
export type Held<Row> = { readonly id: string; row: Row; searchText: string | null; rowClass: string };

/** What a batch did. `moved` are those of `changed` whose place in the order, or passing of the filters, may be another now. */
type Applied<Row> = { readonly added: readonly Held<Row>[]; readonly removed: readonly Held<Row>[]; readonly changed: readonly Held<Row>[]; readonly moved: readonly Held<Row>[] };

export class GridRows<Row extends { readonly id: string }> {
  readonly #held = new Map<string, Held<Row>>();

  get size(): number {
    return this.#held.size;
  }

  get(id: string): Row | undefined {
    return this.#held.get(id)?.row;
  }

  /** `moves(before, after)`: whether that change may move the row or hide it. A reset removes what it does not name. */
  apply(batch: Batch<Row>, moves: (before: Row, after: Row) => boolean): Applied<Row> {
    const added: Held<Row>[] = [];
    const removed: Held<Row>[] = [];
    const changed: Held<Row>[] = [];
    const moved: Held<Row>[] = [];
    for (const row of batch.upsert) {
      const held = this.#held.get(row.id);
      if (!held) {
        const fresh: Held<Row> = { id: row.id, row, searchText: null, rowClass: '' };
        this.#held.set(row.id, fresh);
        added.push(fresh);
        continue;
      }
      changed.push(held);
      if (moves(held.row, row)) moved.push(held);
      held.row = row;
      held.searchText = null;
    }
    const gone = batch.reset ? this.#notNamed(batch.upsert) : batch.remove;
    for (const id of gone) {
      const held = this.#held.get(id);
      if (held) removed.push(held);
      this.#held.delete(id);
    }
    return { added, removed, changed, moved };
  }

  #notNamed(rows: readonly Row[]): string[] {
    const named = new Set(rows.map(row => row.id));
    return [...this.#held.keys()].filter(id => !named.has(id));
  }
}

/** True where every word of `search` is somewhere in the row's text, in any case. */
export function matchesSearch<Row>(held: Held<Row>, words: readonly string[], textOf: (row: Row) => string): boolean {
  if (words.length === 0) return true;
  held.searchText ??= textOf(held.row).toLowerCase();
  const text = held.searchText;
  return words.every(word => text.includes(word));
}

/** The words of a search box, in lower case. */
export function searchWords(search: string): string[] {
  return search.toLowerCase().split(/\s+/).filter(word => word !== '');
}

/** At most this often does the order change. */
const betweenSortsMs = 5_000;
/** A pointer that has not moved for so long is a parked mouse, not a hand about to click: a new outage must not wait for it. */
const parkedPointerMs = 30_000;

/** Whether rows may change places now. `pointerMovedAt`: when the pointer last moved over the grid; null while it is elsewhere. */
export function maySort(now: number, sortedAt: number, pointerMovedAt: number | null): boolean {
  if (pointerMovedAt !== null && now - pointerMovedAt < parkedPointerMs) return false;
  return now - sortedAt >= betweenSortsMs;
}

/** Compares cell values; null comes last in either direction. */
export function compareValues(a: string | number | boolean | null, b: string | number | boolean | null, descending: boolean): number {
  if (a === null || b === null) {
    if (a === b) return 0;
    const last = a === null ? 1 : -1;
    return descending ? -last : last;
  }
  if (typeof a === 'string' && typeof b === 'string') return collator.compare(a, b);
  return Number(a) - Number(b);
}

/** "Router 2" before "Router 10"; 192.0.2.9 before 192.0.2.10. */
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
