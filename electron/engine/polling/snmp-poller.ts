/** Asks each SNMP device for its system group in its turn, a bounded number at a time. */
import type { SnmpState } from '../../../shared/model/device.ts';
import type { Clock } from '../clock.ts';
import type { SnmpOutcome, SnmpProber, SnmpSystem } from '../probes/probe.ts';
import { Turns } from './turns.ts';

export type SnmpDevice = { readonly id: number; readonly address: string; readonly port: number; readonly community: string; readonly periodMs: number };

/** What SNMP last said. The system group stays as it was last read when a later attempt fails. */
export type SnmpReading = { readonly state: SnmpState; readonly at: number | null; readonly problem: string | null } & SnmpSystem;

export const snmpUnknown: SnmpReading = { state: 'waiting', at: null, problem: null, sysName: null, sysDescr: null, sysObjectId: null, sysUpTimeMs: null };

/** `reading` is what was last known, and goes on from there. */
type Watched = { readonly device: SnmpDevice; reading: SnmpReading };

const timeoutMs = 2_000;

export class SnmpPoller {
  readonly #turns: Turns<Watched, SnmpOutcome>;

  constructor(clock: Clock, prober: SnmpProber, onReading: (id: number, reading: SnmpReading) => void, onBug: (error: unknown) => void) {
    this.#turns = new Turns({
      clock, onBug, wants: () => true,
      ask: ({ device: { address, port, community } }) => prober.readSystem({ address, port, community, timeoutMs }),
      onAnswer: (watched, outcome) => {
        watched.reading = after(watched.reading, outcome, clock.now());
        onReading(watched.device.id, watched.reading);
      },
    });
  }

  start(): void {
    this.#turns.start();
  }

  stop(): void {
    this.#turns.stop();
  }

  /** Takes a device up, or takes over its changed settings. `now`: ask at once. */
  set(device: SnmpDevice, last: SnmpReading, now = false): void {
    this.#turns.set(device.id, device.periodMs, { device, reading: last });
    if (now) this.checkNow(device.id);
  }

  remove(id: number): void {
    this.#turns.remove(id);
  }

  checkNow(id: number): void {
    this.#turns.askNow(id);
  }

  /** Nobody could be asked until now: the turns of then are not missed. */
  skipTurns(): void {
    this.#turns.skip();
  }

  get missed(): number {
    return this.#turns.missed;
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
