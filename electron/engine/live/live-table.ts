/** The current rows of one live operation, and who is watching them. */
import type { Batch } from '../../../shared/rpc/contract.ts';
import type { Source } from '../../../shared/rpc/server.ts';

type Subscriber<R> = { readonly dirty: Set<string>; ready: boolean; readonly sink: (batch: Batch<R>) => void };

/**
 * Rows by id. Each subscriber has at most one batch in flight; what changes meanwhile is merged by id,
 * so a slow or hidden window costs a set of ids and never a queue.
 */
export class LiveTable<R extends { readonly id: string }> implements Source<R> {
  readonly #rows = new Map<string, R>();
  readonly #subscribers = new Set<Subscriber<R>>();

  get(id: string): R | undefined {
    return this.#rows.get(id);
  }

  values(): IterableIterator<R> {
    return this.#rows.values();
  }

  upsert(row: R): void {
    this.#rows.set(row.id, row);
    for (const subscriber of this.#subscribers) subscriber.dirty.add(row.id);
  }

  remove(id: string): void {
    if (!this.#rows.delete(id)) return;
    for (const subscriber of this.#subscribers) subscriber.dirty.add(id);
  }

  get size(): number {
    return this.#rows.size;
  }

  clear(): void {
    for (const id of [...this.#rows.keys()]) this.remove(id);
  }

  /** Called by a timer, so that the changes of a quarter second travel together. */
  flush(): void {
    for (const subscriber of this.#subscribers) {
      if (!subscriber.ready || subscriber.dirty.size === 0) continue;
      const upsert: R[] = [];
      const remove: string[] = [];
      for (const id of subscriber.dirty) {
        const row = this.#rows.get(id);
        if (row) upsert.push(row);
        else remove.push(id);
      }
      subscriber.dirty.clear();
      subscriber.ready = false;
      subscriber.sink({ reset: false, upsert, remove });
    }
  }

  attach(sink: (batch: Batch<R>) => void): { pull(): void; detach(): void } {
    const subscriber: Subscriber<R> = { dirty: new Set(), ready: false, sink };
    this.#subscribers.add(subscriber);
    sink({ reset: true, upsert: [...this.#rows.values()], remove: [] });
    return { pull: () => void (subscriber.ready = true), detach: () => void this.#subscribers.delete(subscriber) };
  }
}
