/** Sends the probes: each address once in its turn, however many devices share it, and never two checks of it at a time. */
import type { Clock, Stop } from '../clock.ts';
import type { Pinger, PingOutcome } from '../probes/probe.ts';
import { Scheduler } from './scheduler.ts';

export type ProbedDevice = { readonly id: number; readonly address: string; readonly intervalMs: number; readonly timeoutMs: number; readonly simulated: boolean };

/** One sample is two probes: with confirmation in under 4 s, a failure right after a good probe is known within 10 s. */
export const probesPerInterval = 2;
/** A probe may come back this much later than its timeout: the backend's own slack. */
const lateMs = 500;

/** An address, and the devices that are behind it. */
type Target = {
  /** Its place in the schedule: the lowest id of its devices, so that a restart changes nothing. */
  turnId: number;
  readonly address: string;
  readonly simulated: boolean;
  timeoutMs: number;
  readonly devices: Map<number, ProbedDevice>;
  /** When the probe of its turn was sent, of the forward clock; null when none is under way. */
  checkingSinceMs: number | null;
  /** Extra probes scheduled; each is its timer's stop. */
  readonly extras: Set<Stop>;
  extrasInFlight: number;
};

/** Gets each outcome once, for all devices of its address. `sentMs` is of the forward clock; `extra`: sent to confirm, outside of any turn. */
type Take = (deviceIds: readonly number[], outcome: PingOutcome, sentMs: number, extra: boolean) => void;

export class Prober {
  readonly #clock: Clock;
  readonly #pingers: { readonly real: Pinger; readonly simulated: Pinger };
  readonly #take: Take;
  readonly #scheduler = new Scheduler();
  readonly #targets = new Map<string, Target>();
  readonly #byTurn = new Map<number, Target>();
  readonly #byDevice = new Map<number, Target>();
  #probes = 0;
  #unsent = 0;

  constructor(clock: Clock, pingers: { readonly real: Pinger; readonly simulated: Pinger }, take: Take) {
    this.#clock = clock;
    this.#pingers = pingers;
    this.#take = take;
  }

  /** Takes a device up, or takes over its changed address, interval or timeout. */
  set(device: ProbedDevice): void {
    const key = keyOf(device);
    const before = this.#byDevice.get(device.id);
    if (before && keyOf(before) !== key) this.remove(device.id);
    const target = this.#targets.get(key) ?? { turnId: device.id, address: device.address, simulated: device.simulated, timeoutMs: device.timeoutMs, devices: new Map(), checkingSinceMs: null, extras: new Set(), extrasInFlight: 0 };
    this.#targets.set(key, target);
    this.#byDevice.set(device.id, target);
    target.devices.set(device.id, device);
    this.#arrange(target);
  }

  remove(id: number): void {
    const target = this.#byDevice.get(id);
    if (!target) return;
    this.#byDevice.delete(id);
    target.devices.delete(id);
    this.#arrange(target);
  }

  /** Probes outside the schedule. False when the device is not probed. */
  checkNow(id: number): boolean {
    const target = this.#byDevice.get(id);
    if (target && target.checkingSinceMs === null) this.#check(target);
    return target !== undefined;
  }

  /** Sends extra probes after the given delays, unless such are under way already. */
  askAgain(id: number, delaysMs: readonly number[]): void {
    const target = this.#byDevice.get(id);
    if (!target || target.extras.size > 0 || target.extrasInFlight > 0) return;
    for (const delayMs of delaysMs) {
      const stop = this.#clock.after(delayMs, () => {
        target.extras.delete(stop);
        target.extrasInFlight++;
        this.#probe(target, true, () => target.extrasInFlight--);
      });
      target.extras.add(stop);
    }
  }

  /** Begins the checks whose turn has come. */
  turn(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const turnId of this.#scheduler.due(nowMs)) {
      const target = this.#byTurn.get(turnId);
      if (!target) continue;
      // Within its own timeout a silent device is only being waited for.
      if (target.checkingSinceMs !== null) {
        if (nowMs - target.checkingSinceMs > target.timeoutMs + lateMs) this.#scheduler.countMissed();
      }
      // While extra probes confirm a loss or a recovery, they are this turn's.
      else if (target.extras.size === 0 && target.extrasInFlight === 0) this.#check(target);
    }
  }

  /** Since the start: probes that told something, probes that this computer could not send, and turns that were not served. */
  counts(): { readonly probes: number; readonly unsent: number; readonly missed: number } {
    return { probes: this.#probes, unsent: this.#unsent, missed: this.#scheduler.missed };
  }

  /** Puts a target where its devices now want it: as often as the most eager, as patient as the most patient. */
  #arrange(target: Target): void {
    this.#scheduler.remove(target.turnId);
    this.#byTurn.delete(target.turnId);
    const devices = [...target.devices.values()];
    if (devices.length === 0) {
      for (const stop of target.extras) stop();
      this.#targets.delete(keyOf(target));
      return;
    }
    target.turnId = Math.min(...devices.map(device => device.id));
    target.timeoutMs = Math.max(...devices.map(device => device.timeoutMs));
    this.#byTurn.set(target.turnId, target);
    this.#scheduler.set(target.turnId, Math.min(...devices.map(device => device.intervalMs)) / probesPerInterval, this.#clock.monotonicMs());
  }

  #check(target: Target): void {
    target.checkingSinceMs = this.#clock.monotonicMs();
    this.#probe(target, false, () => (target.checkingSinceMs = null));
  }

  #probe(target: Target, extra: boolean, settled: () => void): void {
    const pinger = target.simulated ? this.#pingers.simulated : this.#pingers.real;
    const sentMs = this.#clock.monotonicMs();
    // Those that are behind it when it is sent: one that joins later has not been asked.
    const asked = [...target.devices.keys()];
    void pinger.ping(target.address, target.timeoutMs).then(outcome => {
      settled();
      if (outcome.kind === 'failed' || outcome.kind === 'not-sent') this.#unsent++;
      else this.#probes++;
      this.#take(asked.filter(id => this.#byDevice.get(id) === target), outcome, sentMs, extra);
    });
  }
}

const keyOf = ({ address, simulated }: { readonly address: string; readonly simulated: boolean }): string => `${simulated ? 'simulated' : 'real'} ${address}`;
