/** Judges every device by its probes, and closes a tick of what was measured and decided. */
import type { DeviceState } from '../../../shared/model/device.ts';
import type { Clock, Stop } from '../clock.ts';
import type { Pinger, PingOutcome } from '../probes/probe.ts';
import { afterStandstill, confirmationDelaysMs, confirmationsFor, defaultPolicy, step, stillDown, type Liveness, type Moment, type Policy } from './liveness.ts';
import { slowWindowMs, stateOf } from './device-state.ts';
import { LossWindow } from './loss-window.ts';
import { RttRing, type RttWindow } from './rtt-ring.ts';
import { Prober, probesPerInterval, type ProbedDevice } from './prober.ts';

/** What was known of a device before a restart. */
export type RememberedReading = { readonly state: DeviceState; readonly since: number; readonly downSince: number | null; readonly lastCheckAt: number | null; readonly rttUs: number | null };

/** What the poller needs to know of a device. */
export type PolledDevice = ProbedDevice & { readonly remembered: RememberedReading | null };

/** A device as it stands. Times are UTC ms. */
export type DeviceReading = {
  readonly deviceId: number;
  readonly state: DeviceState;
  readonly since: number | null;
  readonly downSince: number | null;
  readonly rttUs: number | null;
  readonly lossPct: number | null;
  readonly lastCheckAt: number | null;
  readonly problem: string | null;
};

export type TickColumns = { readonly deviceId: Int32Array; readonly at: Float64Array; readonly outcome: Uint8Array; readonly rttUs: Int32Array };

/** Everything since the last tick: each probe as columns, each device that was checked or changed, each change of state. */
export type Tick = {
  readonly at: number;
  readonly samples: TickColumns;
  readonly readings: readonly DeviceReading[];
  readonly changes: readonly { readonly deviceId: number; readonly at: number; readonly state: DeviceState; readonly since: number; readonly downSince: number | null }[];
};

type Watched = {
  device: PolledDevice;
  liveness: Liveness;
  readonly window: LossWindow;
  ring: RttRing;
  reading: DeviceReading;
  /** How the present or next suspicion is judged. */
  policy: Policy;
  lastHeardMs: number;
  /** When the newest probe that has an outcome was sent, of the forward clock. */
  newestMs: number;
};

const turnMs = 50;
const tickMs = 500;
/** The engine's turns are never this late unless the computer slept, was stopped, or had no time at all for us. */
const standstillMs = 3_000;
const mostThoroughAtOnce = 100;
const unknown = { kind: 'unknown' } as const;

/** This computer slept or was stopped: nothing was checked for `forMs`, until `untilMs` of the forward clock. */
export type Standstill = { readonly untilMs: number; readonly forMs: number };

export class Poller {
  readonly #clock: Clock;
  readonly #onTick: (tick: Tick) => void;
  readonly #prober: Prober;
  readonly #watched = new Map<number, Watched>();
  readonly #changed = new Set<Watched>();
  #probes: { deviceId: number; at: number; outcome: number; rttUs: number }[] = [];
  #changes: Tick['changes'][number][] = [];
  #stops: Stop[] = [];
  #lastTurn = { ms: 0, at: 0 };
  #standstill: Standstill | null = null;
  /** Devices whose loss is being confirmed. */
  #suspects = 0;

  constructor(clock: Clock, pingers: { readonly real: Pinger; readonly simulated: Pinger }, onTick: (tick: Tick) => void) {
    this.#clock = clock;
    this.#prober = new Prober(clock, pingers, (deviceIds, outcome, sentMs, extra) => {
      for (const id of deviceIds) this.#take(id, outcome, sentMs, extra);
    });
    this.#onTick = onTick;
  }

  start(): void {
    this.#lastTurn = { ms: this.#clock.monotonicMs(), at: this.#clock.now() };
    this.#stops = [this.#clock.every(turnMs, () => this.#turn()), this.#clock.every(tickMs, () => this.closeTick())];
  }

  /** Ends probing; what is under way is forgotten, what was measured goes out in a last tick. */
  stop(): void {
    for (const stop of this.#stops) stop();
    for (const id of [...this.#watched.keys()]) this.#forget(id);
    this.closeTick();
  }

  /** Takes a device up, or takes over its changed settings. A changed address begins anew. `now`: probe at once, before its turn. */
  set(device: PolledDevice, now = false): void {
    const known = this.#watched.get(device.id);
    if (known && known.device.address === device.address && known.device.simulated === device.simulated) {
      // A shorter interval begins now: what was in time by the longer one is not late by it.
      if (known.device.intervalMs !== device.intervalMs) {
        known.lastHeardMs = this.#clock.monotonicMs();
        known.ring = ringFor(device);
      }
      known.device = device;
    } else {
      if (known) this.#forget(device.id);
      this.#watched.set(device.id, beginning(device, this.#clock.monotonicMs()));
    }
    this.#prober.set(device);
    if (now) this.checkNow(device.id);
  }

  remove(id: number): void {
    this.#forget(id);
  }

  /** Probes outside the schedule. False when the device is not polled. */
  checkNow(id: number): boolean {
    return this.#prober.checkNow(id);
  }

  /** The last time that this computer stood still; null when it has not. */
  get standstill(): Standstill | null {
    return this.#standstill;
  }

  reading(id: number): DeviceReading | undefined {
    return this.#watched.get(id)?.reading;
  }

  /** A device's last minutes; null when it is not polled. */
  window(id: number, minutes: number): RttWindow | null {
    return this.#watched.get(id)?.ring.window(this.#clock.monotonicMs(), minutes * 60_000) ?? null;
  }

  counts(): ReturnType<Prober['counts']> {
    return this.#prober.counts();
  }

  closeTick(): void {
    this.#noticeSilence();
    const probes = this.#probes;
    const samples: TickColumns = { deviceId: new Int32Array(probes.length), at: new Float64Array(probes.length), outcome: new Uint8Array(probes.length), rttUs: new Int32Array(probes.length) };
    probes.forEach((probe, i) => {
      samples.deviceId[i] = probe.deviceId;
      samples.at[i] = probe.at;
      samples.outcome[i] = probe.outcome;
      samples.rttUs[i] = probe.rttUs;
    });
    const tick: Tick = { at: this.#clock.now(), samples, readings: [...this.#changed].map(watched => watched.reading), changes: this.#changes };
    this.#probes = [];
    this.#changes = [];
    this.#changed.clear();
    this.#onTick(tick);
  }

  #turn(): void {
    const now = { ms: this.#clock.monotonicMs(), at: this.#clock.now() };
    // The forward clock does not count a suspended laptop's sleep; the wall clock does, and when it was merely set nothing is lost by looking again.
    const forMs = Math.max(now.ms - this.#lastTurn.ms, now.at - this.#lastTurn.at);
    this.#lastTurn = now;
    if (forMs > standstillMs) this.#lookAgain({ untilMs: now.ms, forMs });
    this.#prober.turn();
  }

  #lookAgain(standstill: Standstill): void {
    this.#standstill = standstill;
    for (const watched of this.#watched.values()) {
      if (watched.liveness.kind === 'suspect') this.#suspects--;
      watched.liveness = afterStandstill(watched.liveness, standstill.untilMs);
      watched.lastHeardMs = standstill.untilMs;
    }
  }

  #take(id: number, outcome: PingOutcome, sentMs: number, extra: boolean): void {
    const watched = this.#watched.get(id);
    if (!watched) return;
    this.#changed.add(watched);
    if (outcome.kind === 'failed' || outcome.kind === 'not-sent') {
      // Our own trouble says nothing about the device: no sample, no judgement.
      watched.reading = { ...watched.reading, problem: outcome.reason };
      return;
    }
    // Sent before a standstill: its answer may have come and gone unheard.
    if (outcome.kind !== 'reply' && this.#standstill && sentMs < this.#standstill.untilMs) return;
    const sent: Moment = { sentAt: outcome.sentAt, sentMs };
    const isNewest = sentMs >= watched.newestMs;
    watched.newestMs = Math.max(watched.newestMs, sentMs);
    const answered = outcome.kind === 'reply';
    const rttUs = answered ? Math.round(outcome.rttUs) : null;
    watched.lastHeardMs = this.#clock.monotonicMs();
    this.#probes.push({ deviceId: watched.device.id, at: outcome.sentAt, outcome: answered ? 0 : outcome.kind === 'timeout' ? 1 : 2, rttUs: rttUs ?? -1 });
    // Settled before a suspicion begins, by the loss from before it.
    if (!answered && (watched.liveness.kind === 'up' || watched.liveness.kind === 'unknown')) watched.policy = this.#policyFor(watched);
    // Extra probes crowd around a loss: counted, one short interruption would look like a bad link.
    if (!extra) {
      watched.window.add(sentMs, answered);
      watched.ring.add(sentMs, rttUs);
    }

    const wasDown = watched.liveness.kind === 'down' || watched.liveness.kind === 'recovering';
    const { next, event, ask } = step(watched.liveness, { ...sent, answered }, watched.policy);
    this.#suspects += Number(next.kind === 'suspect') - Number(watched.liveness.kind === 'suspect');
    watched.liveness = next;
    // The losses of an outage that is over are told by the outage; they would call the healthy device degraded for five minutes.
    if (event === 'up' && wasDown) {
      watched.window.clear();
      watched.window.add(sentMs, answered);
    }
    if (ask === 'confirm-loss' && next.kind === 'suspect') this.#prober.askAgain(id, confirmationDelaysMs(next.firstLost.sentMs, this.#clock.monotonicMs(), (watched.reading.rttUs ?? 0) / 1_000, watched.policy));
    if (ask === 'confirm-recovery') this.#prober.askAgain(id, [500]);

    const loss = watched.window.loss();
    this.#show(watched, {
      ...watched.reading,
      ...stateOf(next, loss, () => watched.ring.window(this.#clock.monotonicMs(), slowWindowMs), watched.reading, outcome.sentAt),
      rttUs: rttUs ?? watched.reading.rttUs,
      lossPct: loss.pct === null ? null : Math.round(loss.pct * 10) / 10,
      lastCheckAt: isNewest ? outcome.sentAt : watched.reading.lastCheckAt,
      problem: outcome.kind === 'unreachable' ? (outcome.from ? `${outcome.reason} (said ${outcome.from})` : outcome.reason) : null,
    });
  }

  /** When much of the fleet is silent at once it is no one's own loss, and many extra probes would be a flood. */
  #policyFor(watched: Watched): Policy {
    return this.#suspects > mostThoroughAtOnce ? defaultPolicy : { ...defaultPolicy, confirmations: confirmationsFor(watched.window.loss()) };
  }

  #show(watched: Watched, reading: DeviceReading): void {
    const before = watched.reading;
    watched.reading = reading;
    this.#changed.add(watched);
    if (before.state === reading.state || reading.since === null) return;
    this.#changes.push({ deviceId: reading.deviceId, at: this.#clock.now(), state: reading.state, since: reading.since, downSince: reading.downSince });
  }

  /** A device that was up and has not been heard of for three turns is neither up nor down: there is no data. */
  #noticeSilence(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const watched of this.#watched.values()) {
      const { state } = watched.reading;
      if (state !== 'up' && state !== 'degraded') continue;
      const patienceMs = (3 * watched.device.intervalMs) / probesPerInterval + watched.device.timeoutMs;
      if (nowMs - watched.lastHeardMs <= patienceMs) continue;
      if (watched.liveness.kind === 'suspect') this.#suspects--;
      watched.liveness = unknown;
      this.#show(watched, { ...watched.reading, state: 'no-data', since: this.#clock.now() });
    }
  }

  #forget(id: number): void {
    const watched = this.#watched.get(id);
    if (!watched) return;
    if (watched.liveness.kind === 'suspect') this.#suspects--;
    this.#watched.delete(id);
    this.#changed.delete(watched);
    this.#prober.remove(id);
  }
}

const ringFor = (device: PolledDevice): RttRing => new RttRing(device.intervalMs / probesPerInterval);

function beginning(device: PolledDevice, nowMs: number): Watched {
  const remembered = device.remembered;
  const down = remembered?.state === 'down' && remembered.downSince !== null ? remembered.downSince : null;
  return {
    device,
    liveness: down === null ? unknown : stillDown(down),
    window: new LossWindow(),
    ring: ringFor(device),
    reading: {
      deviceId: device.id,
      state: down === null ? 'no-data' : 'down',
      since: down,
      downSince: down,
      rttUs: remembered?.rttUs ?? null,
      lossPct: null,
      lastCheckAt: remembered?.lastCheckAt ?? null,
      problem: null,
    },
    policy: defaultPolicy,
    lastHeardMs: nowMs,
    newestMs: -Infinity,
  };
}
