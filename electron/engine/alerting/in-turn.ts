/** Stored pings hold those that confirmed a loss as well; counted, a short interruption would look like a bad link, and a bad link like a good one. */

/** Of the pings of one device, in order of time, those that were sent in turn: live, only those count. */
export class InTurn {
  #lastAt = -Infinity;

  /** `leastMs`: what comes sooner after the one before was out of turn. */
  takes(at: number, leastMs: number): boolean {
    if (at - this.#lastAt < leastMs) return false;
    this.#lastAt = at;
    return true;
  }
}
