/** A pinger that does not stay broken: when its backend only fails, it says so and opens another. */
import type { Clock } from '../../clock.ts';
import type { EchoOptions, Oddity, PingBackend, Pinger, PingOutcome } from '../probe.ts';
import { messageOf } from '../../log.ts';

/** Fewer failures in a row than this are an accident. */
const fewestFailures = 10;
const reopenEveryMs = 10_000;

export class SteadyPinger implements Pinger {
  readonly #clock: Clock;
  readonly #open: () => Promise<Pinger>;
  #inner: Pinger | null = null;
  #problem: string | null = null;
  #failures = 0;
  #openedAtMs = -Infinity;
  #opening: Promise<void> | null = null;
  #listener: ((oddity: Oddity) => void) | null = null;
  #closed = false;

  /** Resolves when a first attempt to open was made, well or not. */
  static async start(clock: Clock, open: () => Promise<Pinger>): Promise<SteadyPinger> {
    const pinger = new SteadyPinger(clock, open);
    await pinger.#reopen();
    return pinger;
  }

  private constructor(clock: Clock, open: () => Promise<Pinger>) {
    this.#clock = clock;
    this.#open = open;
  }

  get backend(): PingBackend | 'none' {
    return this.#inner?.backend ?? 'none';
  }

  get refused(): Pinger['refused'] {
    return this.#inner?.refused ?? [];
  }

  /** Why nothing can be probed at present, in one sentence; null when probing works. */
  get problem(): string | null {
    return this.#problem;
  }

  async ping(address: string, timeoutMs: number, options?: EchoOptions): Promise<PingOutcome> {
    const inner = this.#inner;
    const outcome = inner ? await inner.ping(address, timeoutMs, options) : { kind: 'failed' as const, sentAt: this.#clock.now(), reason: this.#problem ?? 'The pinger is being opened.' };
    if (inner === this.#inner) this.#note(outcome);
    return outcome;
  }

  /** Also of every backend that is opened later. */
  onOddity(listener: (oddity: Oddity) => void): void {
    this.#listener = listener;
    this.#inner?.onOddity?.(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#opening;
    await this.#inner?.close();
  }

  #note(outcome: PingOutcome): void {
    if (outcome.kind !== 'failed') {
      this.#failures = 0;
      this.#problem = null;
      return;
    }
    this.#failures++;
    if (this.#failures < fewestFailures && this.#inner) return;
    this.#problem = outcome.reason;
    if (!this.#opening && !this.#closed && this.#clock.monotonicMs() - this.#openedAtMs >= reopenEveryMs) void this.#reopen();
  }

  #reopen(): Promise<void> {
    this.#openedAtMs = this.#clock.monotonicMs();
    this.#opening = this.#replace().finally(() => (this.#opening = null));
    return this.#opening;
  }

  async #replace(): Promise<void> {
    const before = this.#inner;
    this.#inner = null;
    try {
      await before?.close();
      const inner = await this.#open();
      if (this.#listener) inner.onOddity?.(this.#listener);
      this.#inner = inner;
      this.#failures = 0;
      this.#problem = null;
    } catch (error) {
      this.#problem = messageOf(error);
    }
  }
}
