/** What is answered at one moment of a stepped clock is answered by one timer: thousands of probes need no timer each. */
import type { Clock } from '../../electron/engine/clock.ts';

type Settle = () => void;

export class Settling {
  readonly #clock: Clock;
  /** By the moment of the forward clock. */
  readonly #waiting = new Map<number, Settle[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  after(delayMs: number, settle: Settle): void {
    const dueMs = this.#clock.monotonicMs() + delayMs;
    const batch = this.#waiting.get(dueMs);
    if (batch) return void batch.push(settle);
    this.#waiting.set(dueMs, [settle]);
    this.#clock.after(delayMs, () => {
      const due = this.#waiting.get(dueMs) ?? [];
      this.#waiting.delete(dueMs);
      for (const one of due) one();
    });
  }
}
