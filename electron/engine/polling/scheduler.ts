/** Says what is due: spread evenly by a hash of the id, never queued, never replayed. */

type Entry = { readonly periodMs: number; dueMs: number; /** Which of the heap's turns is its present one. */ turn: number };
type Turn = { readonly id: number; readonly dueMs: number; readonly turn: number };

/** What became of a turn: begun (or not wanted just now), no room for this one, or no room for any. */
export type Served = 'done' | 'later' | 'full';

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
  readonly #turns = new Heap();
  #missed = 0;
  #turn = 0;

  /** Turns that came and went unserved since the start. */
  get missed(): number {
    return this.#missed;
  }

  /** Adds an id, or changes its period; with the same period its turn stays where it is. */
  set(id: number, periodMs: number, nowMs: number): void {
    if (this.#entries.get(id)?.periodMs !== periodMs) this.#place(id, periodMs, nextDueMs(id, periodMs, nowMs));
  }

  remove(id: number): void {
    this.#entries.delete(id);
  }

  /** Makes the id's turn now; the turns after it fall where they would have fallen. */
  hasten(id: number, nowMs: number): void {
    const entry = this.#entries.get(id);
    if (entry && entry.dueMs > nowMs) this.#place(id, entry.periodMs, nowMs);
  }

  /**
   * Offers each id whose turn has come, the one that has waited longest first. What finds no room keeps its turn until the next one is due: then it has been
   * missed, is counted, and is not made up for. A burst of late probes would measure our backlog.
   */
  serve(nowMs: number, offer: (id: number) => Served): void {
    const waiting: Turn[] = [];
    for (let turn = this.#turns.first; turn && turn.dueMs <= nowMs; turn = this.#turns.first) {
      const entry = this.#entries.get(turn.id);
      if (entry?.turn !== turn.turn) {
        this.#turns.shift();
        continue;
      }
      const late = Math.floor((nowMs - entry.dueMs) / entry.periodMs);
      this.#missed += late;
      if (late > 0) entry.dueMs += late * entry.periodMs;
      const served = offer(turn.id);
      if (served === 'full') break;
      this.#turns.shift();
      if (served === 'later') waiting.push({ ...turn, dueMs: entry.dueMs });
      // A removal or a change while it was offered has the last word.
      else if (this.#entries.get(turn.id) === entry && entry.turn === turn.turn) this.#place(turn.id, entry.periodMs, nextDueMs(turn.id, entry.periodMs, Math.max(nowMs, entry.dueMs) + 1));
    }
    for (const turn of waiting) this.#turns.push(turn);
  }

  /** Time passed in which nobody could have been served: turns of then are neither made up for nor counted. */
  skipTo(nowMs: number): void {
    for (const [id, { periodMs, dueMs }] of this.#entries) if (dueMs <= nowMs) this.#place(id, periodMs, nextDueMs(id, periodMs, nowMs));
  }

  /** The ids whose turn has come, all of them served. */
  due(nowMs: number): number[] {
    const due: number[] = [];
    this.serve(nowMs, id => {
      due.push(id);
      return 'done';
    });
    return due;
  }

  /** The caller could not serve a turn, because the last check was still under way. */
  countMissed(): void {
    this.#missed++;
  }

  #place(id: number, periodMs: number, dueMs: number): void {
    const turn = this.#turn++;
    this.#entries.set(id, { periodMs, dueMs, turn });
    this.#turns.push({ id, dueMs, turn });
  }
}

/** The earliest turn first: a binary heap. Turns that no longer count stay in it until they come up. */
class Heap {
  readonly #turns: Turn[] = [];

  get first(): Turn | undefined {
    return this.#turns[0];
  }

  push(turn: Turn): void {
    const turns = this.#turns;
    let at = turns.length;
    turns.push(turn);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = turns[parent];
      if (!above || above.dueMs <= turn.dueMs) break;
      turns[at] = above;
      at = parent;
    }
    turns[at] = turn;
  }

  shift(): void {
    const turns = this.#turns;
    const last = turns.pop();
    if (!last || turns.length === 0) return;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = turns[left + 1];
      const child = right && right.dueMs < (turns[left]?.dueMs ?? Infinity) ? left + 1 : left;
      const below = turns[child];
      if (!below || below.dueMs >= last.dueMs) break;
      turns[at] = below;
      at = child;
    }
    turns[at] = last;
  }
}
