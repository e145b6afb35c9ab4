/** The gateways that this computer's packets pass: asked now and then, and at once when a device behind one falls silent. */
import type { Clock } from '../clock.ts';
import type { PingOutcome } from '../probes/probe.ts';

type Watched = { heardMs: number; firstLostMs: number | null; lost: number; askedMs: number; busy: boolean };

type Listeners = {
  /** One that used to answer has not, three times in a row, since that moment of the forward clock. Called again with each further loss. */
  readonly onSilent: (address: string, silentSinceMs: number) => void;
  /** One that was silent answers. */
  readonly onAnswer: (address: string) => void;
};

const askEveryMs = 5_000;
/** A silent one is asked again this soon, until it is sure. */
const askAgainMs = 500;
const enoughLost = 3;

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

  /** Keeps to the gateways in use. Call it about once a second. */
  turn(inUse: readonly string[]): void {
    const nowMs = this.#clock.monotonicMs();
    for (const address of this.#gateways.keys()) if (!inUse.includes(address)) this.#gateways.delete(address);
    for (const address of new Set(inUse)) {
      const gateway = this.#of(address);
      if (nowMs - gateway.askedMs >= askEveryMs) this.ask(address);
    }
  }

  /** Asks it now, unless an answer is awaited already. */
  ask(address: string | null): void {
    const gateway = address === null ? null : this.#of(address);
    if (address === null || !gateway || gateway.busy) return;
    const sentMs = this.#clock.monotonicMs();
    gateway.askedMs = sentMs;
    gateway.busy = true;
    void this.#ping(address).then(outcome => {
      gateway.busy = false;
      if (outcome.kind === 'reply') {
        const wasSilent = gateway.lost > 0;
        gateway.heardMs = sentMs;
        gateway.firstLostMs = null;
        gateway.lost = 0;
        if (wasSilent) this.#listeners.onAnswer(address);
      } else if (outcome.kind !== 'failed' && outcome.kind !== 'not-sent') this.#lost(address, gateway, sentMs);
    });
  }

  /** What is known of it since `ms` of the forward clock. `unknown`: it has never answered, so its silence says nothing. */
  stateOf(address: string, ms: number): 'answers' | 'silent' | 'doubt' | 'unknown' {
    const { heardMs, lost, askedMs, busy } = this.#of(address);
    if (heardMs >= ms) return 'answers';
    if (askedMs < ms) this.ask(address);
    if (heardMs === -Infinity) return busy && lost === 0 ? 'doubt' : 'unknown';
    return lost >= enoughLost ? 'silent' : 'doubt';
  }

  #lost(address: string, gateway: Watched, sentMs: number): void {
    gateway.firstLostMs ??= sentMs;
    gateway.lost++;
    if (gateway.heardMs === -Infinity) return;
    if (gateway.lost >= enoughLost) this.#listeners.onSilent(address, gateway.firstLostMs);
    else this.#clock.after(askAgainMs, () => this.ask(address));
  }

  #of(address: string): Watched {
    const gateway = this.#gateways.get(address) ?? { heardMs: -Infinity, firstLostMs: null, lost: 0, askedMs: -Infinity, busy: false };
    this.#gateways.set(address, gateway);
    return gateway;
  }
}
