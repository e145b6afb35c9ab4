/** Stored pings hold those that confirmed a loss as well; counted, a short interruption would look like a bad link, and a bad link like a good one. */

/** Of pings in order of time about one in each `spacingMs`, as they are sent in turn: live, only those count. One at a time. */
export class InTurn {
  readonly #leastMs: number;
  #lastAt = -Infinity;

  constructor(spacingMs: number) {
    this.#leastMs = spacingMs * share;
  }

  takes(at: number): boolean {
    if (at - this.#lastAt < this.#leastMs) return false;
    this.#lastAt = at;
    return true;
  }
}

/** Turns come a little early, and confirmations soon after a turn. */
const share = 0.75;
