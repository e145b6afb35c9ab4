/** Asks each SNMP device in its turn how it is: processor, memory, disks, temperature. What a device does not tell is asked for again rarely. */
import type { Clock } from '../clock.ts';
import { vitalNames, type Vitals, type VitalsOutcome, type VitalsReader } from '../probes/snmp/vitals.ts';
import type { SnmpDevice } from './snmp-poller.ts';
import { Turns, type AskedAt } from './turns.ts';
import type { ValueSample } from './value-sample.ts';

/** How a device was when it was last asked; UTC ms. */
export type VitalsReading = Vitals & { readonly deviceId: number; readonly at: number };

export type VitalsPollerParts = {
  readonly clock: Clock;
  readonly reader: VitalsReader;
  /** This computer cannot see the device at present: nothing is known of how it is. */
  readonly isBlind: (deviceId: number) => boolean;
  /** What was measured, to be stored; and how the device is: null where it could not be asked, or tells nothing. */
  readonly onRead: (samples: readonly ValueSample[], reading: VitalsReading | null) => void;
  /** A fault of the reader. Its device is as if it had not answered. */
  readonly onBug: (error: unknown) => void;
};

/** `answers`: its community has been answered. `sources`: what told anything, null before it was asked. `asksAll`: the question that is under way is for every source. */
type Watched = {
  readonly device: SnmpDevice; readonly sysObjectId: string | null; readonly answers: boolean;
  sources: readonly string[] | null; allDueMs: number; asksAll: boolean;
};

const timeoutMs = 2_000;
/** What has just begun to run knows its load after a while; what told something and does not may do so again. */
const soonMs = 300_000;
const rarelyMs = 3_600_000;

export class VitalsPoller {
  readonly #parts: VitalsPollerParts;
  readonly #turns: Turns<Watched, VitalsOutcome>;
  readonly #latest = new Map<number, VitalsReading>();

  constructor(parts: VitalsPollerParts) {
    this.#parts = parts;
    this.#turns = new Turns({ clock: parts.clock, onBug: parts.onBug, wants: watched => this.#wants(watched), ask: watched => this.#ask(watched), onAnswer: (watched, outcome, when) => this.#take(watched, outcome, when) });
  }

  start(): void {
    this.#turns.start();
  }

  stop(): void {
    this.#turns.stop();
  }

  /** Takes a device up, or takes over its changed settings. `sysObjectId`: what it says it is; null while it does not. `answers`: its community has been answered. */
  set(device: SnmpDevice, sysObjectId: string | null, answers: boolean): void {
    const before = this.#turns.get(device.id);
    const isSame = before?.sysObjectId === sysObjectId && before.device.address === device.address && before.device.port === device.port && before.device.community === device.community;
    this.#turns.set(device.id, device.periodMs, { device, sysObjectId, answers, sources: isSame ? before.sources : null, allDueMs: isSame ? before.allDueMs : 0, asksAll: false });
    if (!isSame) this.#latest.delete(device.id);
  }

  /** The device answered SNMP, and says what it is: from now on it is asked. */
  heard(deviceId: number, sysObjectId: string | null): void {
    const watched = this.#turns.get(deviceId);
    if (!watched || (watched.answers && watched.sysObjectId === sysObjectId)) return;
    this.set(watched.device, sysObjectId, true);
    this.#turns.hasten(deviceId);
  }

  remove(deviceId: number): void {
    this.#turns.remove(deviceId);
    this.#latest.delete(deviceId);
  }

  /** Nobody could be asked until now: the turns of then are not missed. */
  skipTurns(): void {
    this.#turns.skip();
  }

  /** How the device was when it last told; null before, and while it does not. */
  reading(deviceId: number): VitalsReading | null {
    return this.#latest.get(deviceId) ?? null;
  }

  /** Turns since the start that were not served. */
  get missed(): number {
    return this.#turns.missed;
  }

  #wants(watched: Watched): boolean {
    const { device: { id }, answers, sources, allDueMs } = watched;
    if (!answers) return false;
    const isBlind = this.#parts.isBlind(id);
    if (isBlind) this.#notObserved(id, this.#parts.clock.now());
    return !isBlind && (sources?.length !== 0 || this.#parts.clock.monotonicMs() >= allDueMs);
  }

  #ask(watched: Watched): Promise<VitalsOutcome> {
    const { device: { address, port, community }, sysObjectId, sources, allDueMs } = watched;
    watched.asksAll = sources === null || this.#parts.clock.monotonicMs() >= allDueMs;
    return this.#parts.reader.readVitals({ address, port, community, timeoutMs }, { sysObjectId, sources: watched.asksAll ? null : sources });
  }

  #take(watched: Watched, outcome: VitalsOutcome, { at, ms }: AskedAt): void {
    const { id } = watched.device;
    if (outcome.kind !== 'vitals') return this.#notObserved(id, at);
    if (watched.asksAll) {
      const isLost = watched.sources?.some(name => !outcome.sources.includes(name)) ?? true;
      watched.allDueMs = ms + (isLost ? soonMs : rarelyMs);
      watched.sources = outcome.sources;
    }
    const { vitals } = outcome;
    const samples = vitalNames.flatMap((metric): ValueSample[] => (vitals[metric] === null ? [] : [{ deviceId: id, metric, object: '', at, outcome: 0, value: vitals[metric] }]));
    if (samples.length === 0) return this.#notObserved(id, at);
    const reading = { deviceId: id, at, ...vitals };
    this.#latest.set(id, reading);
    this.#parts.onRead(samples, reading);
  }

  /** The device did not answer, or cannot be seen, or tells nothing any more: what it told before is not observed. */
  #notObserved(deviceId: number, at: number): void {
    const last = this.#latest.get(deviceId);
    if (!last) return;
    this.#parts.onRead(vitalNames.filter(metric => last[metric] !== null).map(metric => ({ deviceId, metric, object: '', at, outcome: 4, value: null })), null);
  }
}
