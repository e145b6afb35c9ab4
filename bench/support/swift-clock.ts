/** The surroundings of a simulated day: a clock moved by hand (as ManualClock, and the next timer of thousands is found at once) and a network that stays. */
import type { Clock, Stop } from '../../electron/engine/clock.ts';
import type { NetworkView } from '../../electron/engine/probes/own-network.ts';
import { EarliestFirst } from './earliest-first.ts';

export const hourMs = 3_600_000;
/** The network of a computer that has none but itself: nothing of it changes in a simulated day. */
export const loopbackOnly: NetworkView = { interfaces: [{ name: 'lo', addresses: [{ family: 4, address: Uint8Array.of(127, 0, 0, 1), bits: 8 }] }], routes: [] };

type Timer = { readonly periodMs: number | null; readonly run: () => void; stopped: boolean };

export class SwiftClock implements Clock {
  #startMs: number;
  #elapsedMs = 0;
  #sleptMs = 0;
  readonly #timers = new EarliestFirst<Timer>();

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#startMs = startMs;
  }

  now(): number {
    return this.#startMs + Math.floor(this.#elapsedMs);
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  uptimeMs(): number {
    return this.#elapsedMs + this.#sleptMs;
  }

  /** What a user or a time server does to a computer; the forward clock does not notice. */
  setWallClock(byMs: number): void {
    this.#startMs += byMs;
  }

  /** What a laptop's lid does: time passes everywhere but in here. */
  sleep(ms: number): void {
    this.#startMs += ms;
    this.#sleptMs += ms;
  }

  after(delayMs: number, run: () => void): Stop {
    return this.#add(Math.max(0, delayMs), null, run);
  }

  every(periodMs: number, run: () => void): Stop {
    return this.#add(periodMs, periodMs, run);
  }

  /** Runs what falls due in order of time, then of creation, and lets promises settle in between. */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsedMs + ms;
    while (this.#timers.firstDue <= end) {
      const due = this.#timers.firstDue;
      const timer = this.#timers.takeFirst();
      if (!timer || timer.stopped) continue;
      this.#elapsedMs = Math.max(this.#elapsedMs, due);
      if (timer.periodMs !== null) this.#timers.add(due + timer.periodMs, timer);
      timer.run();
      await settled();
    }
    this.#elapsedMs = end;
  }

  #add(delayMs: number, periodMs: number | null, run: () => void): Stop {
    const timer: Timer = { periodMs, run, stopped: false };
    this.#timers.add(this.#elapsedMs + delayMs, timer);
    return () => void (timer.stopped = true);
  }
}

const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
