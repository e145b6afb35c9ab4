/** The gateways that this computer's packets pass: asked now and then, and at once when a device behind one falls silent. */
import type { Clock, Stop } from '../../clock.ts';
import type { PingOutcome } from '../../probes/probe.ts';
import type { Moment } from '../liveness.ts';

type Listeners = {
  /** One that used to answer has not, three times in a row, since that moment of the forward clock. Called again with each further loss. */
  readonly onSilent: (address: string, silentSinceMs: number) => void;
  /** One that was silent answers. */
  readonly onAnswer: (address: string) => void;
};

type Watched = { heard: Moment | null; firstLostMs: number | null; lost: number; askedMs: number; busy: boolean; again: Stop };

const askEveryMs = 5_000;
/** A silent one is asked again this soon, until it is sure. */
const askAgainMs = 500;
const enoughLost = 3;
/** One that is not in use for a while is remembered this long: devices are paused, cables pulled. */
const rememberedMs = 3_600_000;
/** What stands behind it answered this much later than it fell silent: it does not answer pings any more, and that is all. */
const outlivedMs = 5_000;

export class GatewayWatch {
  readonly #clock: Clock;
  readonly #ping: (address: string) => Promise<PingOutcome>;
  readonly #listeners: Listeners;
  readonly #gateways = new Map<string, Watched>();

  constructor(clock: Clock, ping: (address: string) => Promise<PingOutcome>, listeners: Listeners) {
    this.#clock = clock;
    this.#ping = ping;
    this.#listeners = listeners;
  }

  stop(): void {
    for (const { again } of this.#gateways.values()) again();
    this.#gateways.clear();
  }

  /** Keeps to the gateways in use. Call it about once a second. */
  turn(inUse: readonly string[]): void {
    const nowMs = this.#clock.monotonicMs();
    const used = new Set(inUse);
    for (const [address, { askedMs }] of this.#gateways) if (!used.has(address) && nowMs - askedMs > rememberedMs) this.#gateways.delete(address);
    for (const address of used) if (nowMs - this.#of(address).askedMs >= askEveryMs) this.ask(address);
  }

  /** Asks it now, unless an answer is awaited already. */
  ask(address: string): void {
    const gateway = this.#of(address);
    if (gateway.busy) return;
    const sent: Moment = { sentMs: this.#clock.monotonicMs(), sentAt: this.#clock.now() };
    gateway.askedMs = sent.sentMs;
    gateway.busy = true;
    void this.#ping(address).then(outcome => {
      gateway.busy = false;
      if (this.#gateways.get(address) !== gateway) return; // Stopped, or forgotten.
      if (outcome.kind === 'reply') this.#heard(address, gateway, sent);
      else if (outcome.kind !== 'failed' && outcome.kind !== 'not-sent') this.#lost(address, gateway, sent.sentMs);
    });
  }

  /** When it last answered; null when it never did. */
  heard(address: string): Moment | null {
    return this.#of(address).heard;
  }

  /**
   * What it says since `ms` of the forward clock; asks it when it was not asked since. `unknown`: it has never answered, or what stands behind it answered without
   * it (last at `behindMs`), so its silence says nothing.
   */
  askedSince(address: string, ms: number, behindMs: number): 'answers' | 'silent' | 'doubt' | 'unknown' {
    const gateway = this.#of(address);
    if (gateway.heard && gateway.heard.sentMs >= ms) return 'answers';
    if (gateway.askedMs < ms) this.ask(address);
    if (!gateway.heard) return gateway.busy && gateway.lost === 0 ? 'doubt' : 'unknown';
    if (gateway.firstLostMs !== null && behindMs - gateway.firstLostMs > outlivedMs) return 'unknown';
    return gateway.lost >= enoughLost ? 'silent' : 'doubt';
  }

  #heard(address: string, gateway: Watched, sent: Moment): void {
    const wasSilent = gateway.lost > 0;
    gateway.heard = sent;
    gateway.firstLostMs = null;
    gateway.lost = 0;
    if (wasSilent) this.#listeners.onAnswer(address);
  }

  #lost(address: string, gateway: Watched, sentMs: number): void {
    gateway.firstLostMs ??= sentMs;
    gateway.lost++;
    if (!gateway.heard) return;
    if (gateway.lost >= enoughLost) this.#listeners.onSilent(address, gateway.firstLostMs);
    else gateway.again = this.#clock.after(askAgainMs, () => this.ask(address));
  }

  #of(address: string): Watched {
    const gateway = this.#gateways.get(address) ?? { heard: null, firstLostMs: null, lost: 0, askedMs: -Infinity, busy: false, again: () => {} };
    this.#gateways.set(address, gateway);
    return gateway;
  }
}
