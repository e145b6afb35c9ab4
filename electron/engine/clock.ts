/** Time as a collaborator: the system's, or one that a test moves by hand. */

import { uptime } from 'node:os';

export type Stop = () => void;

export interface Clock {
  /** UTC wall time, integer ms. May step. */
  now(): number;
  /** Milliseconds that only go forward, from an arbitrary origin. */
  monotonicMs(): number;
  /** How long the computer has been on, its sleep included, in ms; on some systems to the second only. Nobody can set it. */
  uptimeMs(): number;
  after(delayMs: number, run: () => void): Stop;
  every(periodMs: number, run: () => void): Stop;
}

/** Timers that keep to their schedules and began together would fall due together for ever, and hold the loop for the sum of their work. */
const staggerMs = 37;
const mostStaggerMs = 100;
let timers = 0;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  uptimeMs: () => uptime() * 1_000,
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  every(periodMs, run) {
    // setInterval counts from when it ran last, and slides: what is sampled in turns would be sampled a little later each time, and take twice the room when stored.
    const phaseMs = (timers++ * staggerMs) % Math.min(periodMs, mostStaggerMs);
    let due = performance.now() + periodMs + phaseMs;
    let timer = setTimeout(turn, periodMs + phaseMs);
    function turn(): void {
      const now = performance.now();
      // Turns that could not be are not made up for.
      due += Math.max(1, Math.ceil((now - due) / periodMs)) * periodMs;
      timer = setTimeout(turn, due - now);
      run();
    }
    return () => clearTimeout(timer);
  },
};

type Timer = { due: number; readonly order: number; readonly periodMs: number | null; readonly run: () => void };

/** A clock that stands still until told. `advance` runs what falls due in order of time, then of creation, and lets promises settle in between. */
export class ManualClock implements Clock {
  #elapsedMs = 0;
  #sleptMs = 0;
  #order = 0;
  #startMs: number;
  readonly #timers = new Set<Timer>();

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#startMs = startMs;
  }

  now(): number {
    return this.#startMs + this.#elapsedMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  uptimeMs(): number {
    return this.#elapsedMs + this.#sleptMs;
  }

  after(delayMs: number, run: () => void): Stop {
    return this.#add(Math.max(0, delayMs), null, run);
  }

  every(periodMs: number, run: () => void): Stop {
    return this.#add(periodMs, periodMs, run);
  }

  /** What a user or a time server does to a computer; the forward clock does not notice. */
  setWallClockBack(byMs: number): void {
    this.#startMs -= byMs;
  }

  /** What a laptop's lid does: time passes everywhere but in here. */
  sleep(ms: number): void {
    this.#startMs += ms;
    this.#sleptMs += ms;
  }

  /** What a stopped process meets: time passes and no timer runs. They run, late, with the next `advance`. */
  standStill(ms: number): void {
    this.#elapsedMs += ms;
  }

  async advance(ms: number): Promise<void> {
    const end = this.#elapsedMs + ms;
    for (;;) {
      await settle();
      const next = this.#next(end);
      if (!next) break;
      this.#elapsedMs = Math.max(this.#elapsedMs, next.due);
      if (next.periodMs === null) this.#timers.delete(next);
      else next.due += next.periodMs;
      next.run();
    }
    this.#elapsedMs = end;
    await settle();
  }

  #add(delayMs: number, periodMs: number | null, run: () => void): Stop {
    const timer: Timer = { due: this.#elapsedMs + delayMs, order: this.#order++, periodMs, run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  #next(end: number): Timer | undefined {
    let best: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.due > end) continue;
      if (!best || timer.due < best.due || (timer.due === best.due && timer.order < best.order)) best = timer;
    }
    return best;
  }
}

/** Lets promise continuations and port messages of the present moment run. */
const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
