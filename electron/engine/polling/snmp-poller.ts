/** Asks each SNMP device for its system group in its turn, a bounded number at a time. */
import type { SnmpState } from '../../../shared/model/device.ts';
import type { Clock, Stop } from '../clock.ts';
import { messageOf } from '../log.ts';
import type { SnmpOutcome, SnmpProber, SnmpSystem, SnmpTarget } from '../probes/probe.ts';
import { Scheduler } from './scheduler.ts';

export type SnmpDevice = { readonly id: number; readonly address: string; readonly port: number; readonly community: string; readonly periodMs: number };

/** What SNMP last said. The system group stays as it was last read when a later attempt fails. */
export type SnmpReading = { readonly state: SnmpState; readonly at: number | null; readonly problem: string | null } & SnmpSystem;

export const snmpUnknown: SnmpReading = { state: 'waiting', at: null, problem: null, sysName: null, sysDescr: null, sysObjectId: null, sysUpTimeMs: null };

type Watched = { device: SnmpDevice; reading: SnmpReading; busy: boolean };

const turnMs = 200;
const timeoutMs = 2_000;
const mostAtOnce = 64;

export class SnmpPoller {
  readonly #clock: Clock;
  readonly #prober: SnmpProber;
  readonly #onReading: (id: number, reading: SnmpReading) => void;
  readonly #onBug: (error: unknown) => void;
  readonly #scheduler = new Scheduler();
  readonly #watched = new Map<number, Watched>();
  #underWay = 0;
  #stop: Stop = () => {};

  constructor(clock: Clock, prober: SnmpProber, onReading: (id: number, reading: SnmpReading) => void, onBug: (error: unknown) => void) {
    this.#clock = clock;
    this.#prober = prober;
    this.#onReading = onReading;
    this.#onBug = onBug;
  }

  start(): void {
    this.#stop = this.#clock.every(turnMs, () => this.#turn());
  }

  stop(): void {
    this.#stop();
    this.#watched.clear();
  }

  /** Takes a device up, or takes over its changed settings. `now`: ask at once. */
  set(device: SnmpDevice, last: SnmpReading, now = false): void {
    this.#watched.set(device.id, { device, reading: last, busy: false });
    this.#scheduler.set(device.id, device.periodMs, this.#clock.monotonicMs());
    if (now) this.checkNow(device.id);
  }

  remove(id: number): void {
    this.#watched.delete(id);
    this.#scheduler.remove(id);
  }

  checkNow(id: number): void {
    const watched = this.#watched.get(id);
    if (watched && !watched.busy) void this.#ask(watched);
  }

  /** Nobody could be asked until now: the turns of then are not missed. */
  skipTurns(): void {
    this.#scheduler.skipTo(this.#clock.monotonicMs());
  }

  get missed(): number {
    return this.#scheduler.missed;
  }

  #turn(): void {
    for (const id of this.#scheduler.due(this.#clock.monotonicMs())) {
      const watched = this.#watched.get(id);
      if (!watched) continue;
      if (watched.busy || this.#underWay >= mostAtOnce) this.#scheduler.countMissed();
      else void this.#ask(watched);
    }
  }

  /** A bug of the SNMP prober takes down this reading, with a reason, and nothing else. */
  async #outcome(target: SnmpTarget): Promise<SnmpOutcome> {
    try {
      return await this.#prober.readSystem(target);
    } catch (error) {
      this.#onBug(error);
      return { kind: 'failed', reason: `it met a fault of the console (${messageOf(error).replace(/\.$/, '')})` };
    }
  }

  async #ask(watched: Watched): Promise<void> {
    const { id, address, port, community } = watched.device;
    watched.busy = true;
    this.#underWay++;
    const outcome = await this.#outcome({ address, port, community, timeoutMs });
    watched.busy = false;
    this.#underWay--;
    if (this.#watched.get(id) !== watched) return; // Removed or changed meanwhile.
    const reading = after(watched.reading, outcome, this.#clock.now());
    watched.reading = reading;
    this.#onReading(id, reading);
  }
}

function after(last: SnmpReading, outcome: SnmpOutcome, at: number): SnmpReading {
  switch (outcome.kind) {
    case 'answer':
      return { state: 'ok', at, problem: null, sysName: outcome.sysName, sysDescr: outcome.sysDescr, sysObjectId: outcome.sysObjectId, sysUpTimeMs: outcome.sysUpTimeMs };
    case 'no-answer':
      return { ...last, state: 'no-answer', problem: 'No SNMP answer: the community may be wrong, or SNMP is blocked for this computer.' };
    case 'refused':
      return { ...last, state: 'refused', problem: 'The device refuses SNMP: nothing listens on that port.' };
    case 'bad-answer':
      return { ...last, state: 'bad-answer', problem: `The SNMP answer could not be read: ${outcome.reason}.` };
    case 'failed':
      return { ...last, problem: `SNMP could not be asked: ${outcome.reason}.` };
  }
}
