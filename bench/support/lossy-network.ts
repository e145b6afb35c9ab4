/** A network that loses probes by chance and answers all others: a pinger for days that pass in minutes. */
import { Settling } from './settling.ts';
import type { Clock } from '../../electron/engine/clock.ts';
import type { Pinger, PingOutcome } from '../../electron/engine/probes/probe.ts';
import { randomFrom } from './random.ts';


const answerAfterMs = 20;

/** Outcomes come in batches, so that a day of probes is not as many timers. */
export class LossyNetwork implements Pinger {
  readonly backend = 'simulated';
  readonly refused = [];
  readonly #clock: Clock;
  readonly #lossOf: (address: string) => number;
  readonly #random = randomFrom(20_261);
  readonly #settling: Settling;

  constructor(clock: Clock, lossOf: (address: string) => number) {
    this.#clock = clock;
    this.#settling = new Settling(clock);
    this.#lossOf = lossOf;
  }

  ping(address: string, timeoutMs: number): Promise<PingOutcome> {
    const sentAt = this.#clock.now();
    const lost = this.#random() < this.#lossOf(address);
    const outcome: PingOutcome = lost ? { kind: 'timeout', sentAt } : { kind: 'reply', sentAt, rttUs: Math.floor((1 + this.#random()) * 1_000 * (answerAfterMs / 2)) };
    return new Promise(resolve => this.#settling.after(lost ? timeoutMs : answerAfterMs, () => resolve(outcome)));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
