/** A queue in order of time: whatever is due first comes out first, and of two due together the one put in first. */

type Entry<T> = { readonly due: number; readonly order: number; readonly item: T };

/** A binary heap: adding and taking cost the logarithm of how many there are. */
export class EarliestFirst<T> {
  readonly #heap: Entry<T>[] = [];
  #order = 0;

  /** When the first is due; Infinity when there is none. */
  get firstDue(): number {
    return this.#heap[0]?.due ?? Infinity;
  }

  add(due: number, item: T): void {
    const entry = { due, order: this.#order++, item };
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (!parent || !isBefore(entry, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = entry;
  }

  takeFirst(): T | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first?.item;
    let at = 0;
    for (;;) {
      const left = heap[2 * at + 1];
      const right = heap[2 * at + 2];
      const below = right && left && isBefore(right, left) ? 2 * at + 2 : 2 * at + 1;
      const child = below === 2 * at + 2 ? right : left;
      if (!child || !isBefore(child, last)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
    return first.item;
  }
}

const isBefore = (a: Entry<unknown>, b: Entry<unknown>): boolean => a.due < b.due || (a.due === b.due && a.order < b.order);
