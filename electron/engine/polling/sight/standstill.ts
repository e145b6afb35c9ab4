/** Notices that this computer slept, that the engine got no time to run, and that the wall clock was set. */
import type { BlindCause } from '../../../../shared/model/observation.ts';
import type { Clock } from '../../clock.ts';

/** Nothing was checked between `from` and `to` (UTC ms). */
export type Stood = { readonly cause: Extract<BlindCause, 'slept' | 'stopped'>; readonly from: number; readonly to: number; readonly forMs: number };

/** The engine's turns are never this late unless the computer slept, was stopped, or had no time at all for us. */
const standstillMs = 3_000;
/** Time servers slew by less in the time between two turns. */
const shortestStepMs = 1_000;
/** The system may count its own time, sleep included, in whole seconds only. */
const uptimeGrainMs = 2_000;

type Moment = { readonly ms: number; readonly uptimeMs: number; readonly at: number };

export class Standstill {
  readonly #clock: Clock;
  #lastTurn: Moment;
  #last: { readonly untilMs: number; readonly forMs: number } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lastTurn = this.#now();
  }

  /** The last time that this computer stood still, until `untilMs` of the forward clock. */
  get last(): { readonly untilMs: number; readonly forMs: number } | null {
    return this.#last;
  }

  begin(): void {
    this.#lastTurn = this.#now();
  }

  /** Call it many times a second. `steppedMs`: by how much the wall clock was set since the last turn, 0 for not at all. */
  turn(): { readonly stood: Stood | null; readonly steppedMs: number } {
    const before = this.#lastTurn;
    const now = this.#now();
    this.#lastTurn = now;
    const ranMs = now.ms - before.ms;
    // The forward clock stands still while a laptop sleeps; the system's own time does not.
    const sleptMs = now.uptimeMs - before.uptimeMs - ranMs;
    const slept = sleptMs > standstillMs;
    const forMs = slept ? ranMs + sleptMs : ranMs;
    const shiftMs = now.at - before.at - forMs;
    const steppedMs = Math.abs(shiftMs) >= (slept ? uptimeGrainMs : shortestStepMs) ? shiftMs : 0;
    if (forMs <= standstillMs) return { stood: null, steppedMs };
    this.#last = { untilMs: now.ms, forMs };
    // By the clock as it is now set.
    return { stood: { cause: slept ? 'slept' : 'stopped', from: now.at - Math.round(forMs), to: now.at, forMs }, steppedMs };
  }

  #now(): Moment {
    return { ms: this.#clock.monotonicMs(), uptimeMs: this.#clock.uptimeMs(), at: this.#clock.now() };
  }
}
