/** Sends the probes: each address once in its turn, however many devices share it, never two checks of it at a time, and no more turns than the network bears. */
import { isIP } from 'node:net';
import type { Clock, Stop } from '../clock.ts';
import { messageOf } from '../log.ts';
import type { EchoOptions, Pinger, PingOutcome } from '../probes/probe.ts';
import { Budget, type Limits } from './budget.ts';
import { Scheduler, type Served } from './scheduler.ts';

export type ProbedDevice = {
  readonly id: number;
  /** An IP address or a host name. */
  readonly address: string;
  readonly branch: string | null;
  readonly intervalMs: number;
  readonly probesPerInterval: number;
  readonly timeoutMs: number;
  readonly echo: EchoOptions;
  readonly simulated: boolean;
};

/** What a host name stands for, from memory: asking never waits. */
export interface Names {
  resolve(host: string): { readonly kind: 'address'; readonly address: string } | { readonly kind: 'pending' } | { readonly kind: 'failed'; readonly reason: string };
}

export type ProberParts = {
  readonly clock: Clock;
  readonly pingers: { readonly real: Pinger; readonly simulated: Pinger };
  readonly names: Names;
  readonly limits: Limits;
  /** A pinger met a bug. */
  readonly onBug: (error: unknown) => void;
  /** Gets each outcome once, for all devices of its address. `sentMs` is of the forward clock; `extra`: sent to confirm, outside of any turn. */
  readonly take: (deviceIds: readonly number[], outcome: PingOutcome, sentMs: number, extra: boolean) => void;
};

/** A probe may come back this much later than its timeout: the backend's own slack. */
const lateMs = 500;

/** An address, and the devices that are behind it. */
type Target = {
  /** Its place in the schedule: the lowest id of its devices, so that a restart changes nothing. */
  turnId: number;
  readonly address: string;
  readonly simulated: boolean;
  branch: string | null;
  timeoutMs: number;
  echo: EchoOptions;
  readonly devices: Map<number, ProbedDevice>;
  /** Theirs; another array after each change. */
  ids: readonly number[];
  /** When the probe of its turn was sent, of the forward clock; null when none is under way. */
  checkingSinceMs: number | null;
  /** It is to be asked again as soon as that has come back. */
  again: boolean;
  /** Extra probes scheduled; each is its timer's stop. */
  readonly extras: Set<Stop>;
  extrasInFlight: number;
};

export class Prober {
  readonly #parts: ProberParts;
  readonly #budget: Budget;
  readonly #scheduler = new Scheduler();
  readonly #targets = new Map<string, Target>();
  readonly #byTurn = new Map<number, Target>();
  readonly #byDevice = new Map<number, Target>();
  /** When a turn last had to wait for a limit, of the forward clock. */
  readonly #heldBackMs = { all: -Infinity, branch: -Infinity };
  #probes = 0;
  #unsent = 0;

  constructor(parts: ProberParts) {
    this.#parts = parts;
    this.#budget = new Budget(parts.limits);
  }

  set limits(limits: Limits) {
    this.#budget.limits = limits;
  }

  /** Takes a device up, or takes over its changed address, interval or timeout. */
  set(device: ProbedDevice): void {
    const key = keyOf(device);
    const before = this.#byDevice.get(device.id);
    if (before && keyOf(before) !== key) this.remove(device.id);
    const target = this.#targets.get(key) ?? targetFor(device);
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

  /** Makes the device's turn now, within the limits. False when the device is not probed. */
  checkNow(id: number): boolean {
    const target = this.#byDevice.get(id);
    if (!target) return false;
    // What is under way was sent before: it answers another question.
    if (target.checkingSinceMs !== null) target.again = true;
    this.#scheduler.hasten(target.turnId, this.#parts.clock.monotonicMs());
    return true;
  }

  /** Probes at once, since others wait for the answer; nothing when a probe of it is under way already. */
  askAtOnce(id: number): void {
    const target = this.#byDevice.get(id);
    if (target && target.checkingSinceMs === null && target.extrasInFlight === 0) this.#check(target);
  }

  /** Sends extra probes after the given delays, unless such are under way already. */
  askAgain(id: number, delaysMs: readonly number[]): void {
    const target = this.#byDevice.get(id);
    if (!target || target.extras.size > 0 || target.extrasInFlight > 0) return;
    for (const delayMs of delaysMs) {
      const stop = this.#parts.clock.after(delayMs, () => {
        target.extras.delete(stop);
        target.extrasInFlight++;
        this.#probe(target, true);
      });
      target.extras.add(stop);
    }
  }

  /** Begins the checks whose turn has come, as far as the limits allow. */
  turn(): void {
    const nowMs = this.#parts.clock.monotonicMs();
    this.#scheduler.serve(nowMs, turnId => this.#serve(turnId, nowMs));
  }

  /** Nothing could be sent until now: the turns of then are not missed. */
  skipTurns(): void {
    this.#scheduler.skipTo(this.#parts.clock.monotonicMs());
  }

  /** Since the start: probes that told something, probes that this computer could not send, and turns that were not served. */
  counts(): { readonly probes: number; readonly unsent: number; readonly missed: number } {
    return { probes: this.#probes, unsent: this.#unsent, missed: this.#scheduler.missed };
  }

  /** Which limit made turns wait within that time; null: none. */
  limitReached(withinMs: number): 'all' | 'branch' | null {
    const fromMs = this.#parts.clock.monotonicMs() - withinMs;
    if (this.#heldBackMs.all >= fromMs) return 'all';
    return this.#heldBackMs.branch >= fromMs ? 'branch' : null;
  }

  /** Where a device's packets go; null while its name is not known. */
  ipOf(id: number): string | null {
    const target = this.#byDevice.get(id);
    const found = target && this.#resolve(target.address);
    return found?.kind === 'address' ? found.address : null;
  }

  #serve(turnId: number, nowMs: number): Served {
    const target = this.#byTurn.get(turnId);
    if (!target) return 'done';
    // Within its own timeout a silent device is only being waited for.
    if (target.checkingSinceMs !== null) {
      if (nowMs - target.checkingSinceMs > target.timeoutMs + lateMs) this.#scheduler.countMissed();
      return 'done';
    }
    // While extra probes confirm a loss or a recovery, they are this turn's.
    if (target.extras.size > 0 || target.extrasInFlight > 0) return 'done';
    if (!target.simulated) {
      const answer = this.#budget.take(target.branch, nowMs);
      if (answer !== 'taken') {
        this.#heldBackMs[answer === 'full' ? 'all' : 'branch'] = nowMs;
        return answer;
      }
    }
    this.#check(target);
    return 'done';
  }

  /** Puts a target where its devices now want it: as often as the most eager, as patient as the most patient, and otherwise as its first device. */
  #arrange(target: Target): void {
    const turnBefore = target.turnId;
    const devices = [...target.devices.values()];
    const first = devices.reduce<ProbedDevice | undefined>((least, device) => (least && least.id < device.id ? least : device), undefined);
    if (!first || first.id !== turnBefore) {
      this.#scheduler.remove(turnBefore);
      this.#byTurn.delete(turnBefore);
    }
    if (!first) {
      target.ids = [];
      for (const stop of target.extras) stop();
      this.#targets.delete(keyOf(target));
      return;
    }
    target.turnId = first.id;
    target.ids = devices.map(device => device.id);
    target.branch = first.branch;
    target.echo = first.echo;
    target.timeoutMs = Math.max(...devices.map(device => device.timeoutMs));
    this.#byTurn.set(target.turnId, target);
    this.#scheduler.set(target.turnId, Math.min(...devices.map(turnMsOf)), this.#parts.clock.monotonicMs());
  }

  #check(target: Target): void {
    target.checkingSinceMs = this.#parts.clock.monotonicMs();
    this.#probe(target, false);
  }

  #probe(target: Target, extra: boolean): void {
    const { clock, pingers } = this.#parts;
    const pinger = target.simulated ? pingers.simulated : pingers.real;
    const sentMs = clock.monotonicMs();
    // Those that are behind it when it is sent: one that joins later has not been asked.
    const asked = target.ids;
    const found = this.#resolve(target.address);
    // Without an address nothing is sent, and nothing said of the device.
    if (found.kind === 'pending') return this.#settled(target, extra);
    const named = found.kind === 'address';
    const answer = named ? this.#ask(pinger, found.address, target) : Promise.resolve({ kind: 'not-sent' as const, sentAt: clock.now(), reason: found.reason });
    void answer.then(outcome => {
      this.#settled(target, extra);
      // A name that stands for nothing is no trouble of this computer's network.
      if (outcome.kind === 'failed' || outcome.kind === 'not-sent') this.#unsent += named ? 1 : 0;
      else this.#probes++;
      this.#parts.take(asked === target.ids ? asked : asked.filter(id => this.#byDevice.get(id) === target), outcome, sentMs, extra);
    });
  }

  /** A bug of a pinger takes down this probe, with a reason, and nothing else. */
  async #ask(pinger: Pinger, address: string, { timeoutMs, echo }: Target): Promise<PingOutcome> {
    try {
      return await pinger.ping(address, timeoutMs, echo);
    } catch (error) {
      this.#parts.onBug(error);
      return { kind: 'failed', sentAt: this.#parts.clock.now(), reason: `Pinging met a fault of the console: ${messageOf(error).replace(/\.$/, '')}.` };
    }
  }

  #settled(target: Target, extra: boolean): void {
    if (extra) target.extrasInFlight--;
    else target.checkingSinceMs = null;
    if (extra || !target.again) return;
    target.again = false;
    this.#scheduler.hasten(target.turnId, this.#parts.clock.monotonicMs());
  }

  #resolve(address: string): ReturnType<Names['resolve']> {
    return isIP(address) ? { kind: 'address', address } : this.#parts.names.resolve(address);
  }
}

/** How often one of the device's probes is sent. */
export const turnMsOf = (device: Pick<ProbedDevice, 'intervalMs' | 'probesPerInterval'>): number => device.intervalMs / device.probesPerInterval;

const targetFor = ({ id, address, simulated, branch, timeoutMs, echo }: ProbedDevice): Target => ({
  turnId: id, address, simulated, branch, timeoutMs, echo, devices: new Map(), ids: [id], checkingSinceMs: null, again: false, extras: new Set(), extrasInFlight: 0,
});

const keyOf = ({ address, simulated }: { readonly address: string; readonly simulated: boolean }): string => `${simulated ? 'simulated' : 'real'} ${address}`;
