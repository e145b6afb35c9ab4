/** Says what is due: spread evenly by a hash of the id, never queued, never replayed. */

type Entry = { readonly periodMs: number; dueMs: number };

/** Where in its period an id falls: [0, periodMs). Knuth's multiplicative hash, so that neighbouring ids do not fall together. */
export function offsetMs(id: number, periodMs: number): number {
  return ((Math.imul(id, 2_654_435_761) >>> 0) / 2 ** 32) * periodMs;
}

/** The first moment at or after `nowMs` that is the id's turn. */
export function nextDueMs(id: number, periodMs: number, nowMs: number): number {
  const offset = offsetMs(id, periodMs);
  return Math.ceil((nowMs - offset) / periodMs) * periodMs + offset;
}

/** Turns by integer id, on any clock that only goes forward. */
export class Scheduler {
  readonly #entries = new Map<number, Entry>();
  #missed = 0;

  /** Turns that came and went unserved since the start. */
  get missed(): number {
    return this.#missed;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Adds an id or changes its period. */
  set(id: number, periodMs: number, nowMs: number): void {
    this.#entries.set(id, { periodMs, dueMs: nextDueMs(id, periodMs, nowMs) });
  }

  remove(id: number): void {
    this.#entries.delete(id);
  }

  /** The ids whose turn has come, each once; their next turn is set. A turn a whole period late is skipped and counted: a burst of late probes would measure our backlog. */
  due(nowMs: number): number[] {
    const due: number[] = [];
    for (const [id, entry] of this.#entries) {
      if (entry.dueMs > nowMs) continue;
      const late = Math.floor((nowMs - entry.dueMs) / entry.periodMs);
      this.#missed += late;
      entry.dueMs += (late + 1) * entry.periodMs;
      due.push(id);
    }
    return due;
  }

  /** The caller could not serve a turn, because the last check was still under way. */
  countMissed(): void {
    this.#missed++;
  }
}
