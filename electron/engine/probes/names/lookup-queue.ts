/** Whose turn it is to be looked up: so many at a time, and those whose name servers are silent in nobody's way. */
import type { Clock, Stop } from '../../clock.ts';

/** Which go first. `retry`: it failed when it was last asked, and most likely fails again. */
const ranks = ['new', 'refresh', 'retry'] as const;
export type Rank = (typeof ranks)[number];

/** `quick`: lookups at a time, while they are quick; `inAll`: together with those that are not. */
export type LookupLimits = { readonly quick: number; readonly inAll: number };

/** A name server that is there has answered by then. What takes longer gives its place to the next. */
const slowAfterMs = 500;

export class LookupQueue<T> {
  readonly #clock: Clock;
  readonly #limits: LookupLimits;
  readonly #look: (item: T) => Promise<void>;
  readonly #waiting: Readonly<Record<Rank, Set<T>>> = { new: new Set(), refresh: new Set(), retry: new Set() };
  readonly #underWay = new Map<T, Stop>();
  #quick = 0;

  /** `look` settles in bounded time and never rejects. */
  constructor(clock: Clock, limits: LookupLimits, look: (item: T) => Promise<void>) {
    this.#clock = clock;
    this.#limits = limits;
    this.#look = look;
  }

  /** Begins at once where there is room. One that is under way, or waits already, is not added again. */
  add(item: T, rank: Rank): void {
    if (this.#underWay.has(item)) return;
    this.#waiting[rank].add(item);
    this.#next();
  }

  /** Takes one back that has not begun. */
  remove(item: T): void {
    for (const rank of ranks) this.#waiting[rank].delete(item);
  }

  /** Begins nothing any more. */
  close(): void {
    for (const rank of ranks) this.#waiting[rank].clear();
    for (const stop of this.#underWay.values()) stop();
  }

  #next(): void {
    for (const rank of ranks) {
      for (const item of this.#waiting[rank]) {
        if (this.#quick >= this.#limits.quick || this.#underWay.size >= this.#limits.inAll) return;
        this.#waiting[rank].delete(item);
        void this.#run(item);
      }
    }
  }

  async #run(item: T): Promise<void> {
    let quick = true;
    const leave = (): void => {
      if (quick) this.#quick--;
      quick = false;
    };
    this.#quick++;
    const stop = this.#clock.after(slowAfterMs, () => {
      leave();
      this.#next();
    });
    this.#underWay.set(item, stop);
    await this.#look(item);
    stop();
    leave();
    this.#underWay.delete(item);
    this.#next();
  }
}
