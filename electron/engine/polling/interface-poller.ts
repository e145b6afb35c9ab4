/** Reads the interfaces of each SNMP device in its turn, a bounded number of devices at a time, and says what is to be remembered of them. */
import type { InterfaceRow } from '../../../shared/model/interface.ts';
import type { Clock, Stop } from '../clock.ts';
import { messageOf } from '../log.ts';
import type { InterfaceReader, InterfaceReading, InterfacesOutcome } from '../probes/snmp/if-table.ts';
import { noRates, ratesBetween, type InterfaceRates, type TimedReading } from './interface-rates.ts';
import { loopbackType, providerOf } from './isp-alias.ts';
import { Scheduler, type Served } from './scheduler.ts';
import type { SnmpDevice } from './snmp-poller.ts';
import type { ValueSample } from './value-sample.ts';

/** An interface as it was last read. `aliasProvider`: the provider that its alias names. */
export type InterfaceRecord = Omit<InterfaceRow, 'ispProvider'> & { readonly deviceId: number; readonly aliasProvider: string | null };

/** What was known of an interface before a restart. `isSampled`: it has a history. */
export type RememberedInterface = { readonly record: InterfaceRecord; readonly isSampled: boolean; readonly mark: Mark | null };

/** Set by hand: the provider whose link it is, or that it is none's. */
export type Mark = { readonly provider: string | null };

export type InterfacePollerParts = {
  readonly clock: Clock;
  readonly reader: InterfaceReader;
  /** This computer cannot see the device at present: nothing is known of its interfaces. */
  readonly isBlind: (deviceId: number) => boolean;
  /** Records that are new or changed, and what was measured. */
  readonly onRead: (records: readonly InterfaceRecord[], samples: readonly ValueSample[]) => void;
  /** A fault of the reader. Its device is as if it had not answered. */
  readonly onBug: (error: unknown) => void;
};

type Known = { record: InterfaceRecord; isSampled: boolean; mark: Mark | null };
type Watched = { readonly device: SnmpDevice; answers: boolean; busy: boolean; last: ReadonlyMap<number, TimedReading> };

const turnMs = 200;
const timeoutMs = 2_000;
const mostAtOnce = 64;
/** A rate over a longer gap would spread over an outage what was carried after it. */
const mostPeriodsBetween = 3;

export class InterfacePoller {
  readonly #parts: InterfacePollerParts;
  readonly #scheduler = new Scheduler();
  readonly #watched = new Map<number, Watched>();
  /** By device and ifIndex, also of devices that are paused. */
  readonly #known = new Map<number, Map<number, Known>>();
  #underWay = 0;
  #stop: Stop = () => {};

  constructor(parts: InterfacePollerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#stop = this.#parts.clock.every(turnMs, () => this.#turn());
  }

  stop(): void {
    this.#stop();
    this.#watched.clear();
  }

  restore(interfaces: readonly RememberedInterface[]): void {
    for (const { record, isSampled, mark } of interfaces) this.#knownOf(record.deviceId).set(record.ifIndex, { record, isSampled, mark });
  }

  /** Takes a device up, or takes over its changed settings. `answers`: its community has been answered. */
  set(device: SnmpDevice, answers: boolean): void {
    const before = this.#watched.get(device.id);
    const isSame = before?.device.address === device.address && before.device.port === device.port && before.device.community === device.community;
    this.#watched.set(device.id, { device, answers, busy: false, last: isSame ? before.last : new Map() });
    this.#scheduler.set(device.id, device.periodMs, this.#parts.clock.monotonicMs());
  }

  /** The device answered SNMP: from now on it is asked. */
  heard(deviceId: number): void {
    const watched = this.#watched.get(deviceId);
    if (!watched || watched.answers) return;
    watched.answers = true;
    this.#scheduler.hasten(deviceId, this.#parts.clock.monotonicMs());
  }

  /** Asks it no more. What is known of it stays. */
  pause(deviceId: number): void {
    this.#watched.delete(deviceId);
    this.#scheduler.remove(deviceId);
  }

  remove(deviceId: number): void {
    this.pause(deviceId);
    this.#known.delete(deviceId);
  }

  /** Somebody said whose link it is. */
  mark(deviceId: number, ifIndex: number, mark: Mark): void {
    const known = this.#known.get(deviceId)?.get(ifIndex);
    if (known) known.mark = mark;
  }

  /** This computer stood still: how long is not known, so rates begin anew, and the turns of then are not missed. */
  skipTurns(): void {
    this.#scheduler.skipTo(this.#parts.clock.monotonicMs());
    // Another object: what is under way was asked before, and is passed over.
    for (const [id, watched] of this.#watched) this.#watched.set(id, { ...watched, busy: false, last: new Map() });
  }

  /** Turns since the start that were not served. */
  get missed(): number {
    return this.#scheduler.missed;
  }

  #turn(): void {
    this.#scheduler.serve(this.#parts.clock.monotonicMs(), id => this.#offer(id));
  }

  #offer(id: number): Served {
    const watched = this.#watched.get(id);
    if (!watched?.answers) return 'done';
    if (watched.busy) return 'later';
    if (this.#parts.isBlind(id)) {
      this.#notObserved(id, this.#parts.clock.now());
      return 'done';
    }
    if (this.#underWay >= mostAtOnce) return 'full';
    void this.#ask(watched);
    return 'done';
  }

  async #ask(watched: Watched): Promise<void> {
    const { clock } = this.#parts;
    const { id, address, port, community } = watched.device;
    const asked = { at: clock.now(), ms: clock.monotonicMs() };
    watched.busy = true;
    this.#underWay++;
    const outcome = await this.#outcome({ address, port, community, timeoutMs });
    watched.busy = false;
    this.#underWay--;
    if (this.#watched.get(id) !== watched) return; // Removed or changed meanwhile.
    if (outcome.kind === 'interfaces') this.#take(watched, asked, outcome);
    else this.#notObserved(id, asked.at);
  }

  async #outcome(target: Parameters<InterfaceReader['readInterfaces']>[0]): Promise<InterfacesOutcome> {
    try {
      return await this.#parts.reader.readInterfaces(target);
    } catch (error) {
      this.#parts.onBug(error);
      return { kind: 'failed', reason: messageOf(error) };
    }
  }

  #take(watched: Watched, asked: { readonly at: number; readonly ms: number }, outcome: Extract<InterfacesOutcome, { kind: 'interfaces' }>): void {
    const { id, periodMs } = watched.device;
    const known = this.#knownOf(id);
    const readings = outcome.interfaces.filter(reading => reading.type !== loopbackType);
    const last = new Map<number, TimedReading>();
    const records: InterfaceRecord[] = [];
    const samples: ValueSample[] = [];
    for (const reading of readings) {
      const now: TimedReading = { reading, atMs: asked.ms + reading.afterMs, upTimeMs: outcome.upTimeMs };
      last.set(reading.ifIndex, now);
      const before = watched.last.get(reading.ifIndex);
      const rates = before && now.atMs - before.atMs <= mostPeriodsBetween * periodMs ? ratesBetween(before, now) : noRates;
      const record = recordOf(id, reading, asked.at, rates);
      const was = known.get(reading.ifIndex);
      const mark = was?.mark ?? null;
      const isSampled = (was?.isSampled ?? false) || isUp(reading.operStatus) || (mark ? mark.provider : record.aliasProvider) !== null;
      known.set(reading.ifIndex, { record, isSampled, mark });
      // Of a port that was never in use only what changes is told.
      if (isSampled || !was || factsOf(was.record) !== factsOf(record)) records.push(record);
      if (isSampled) samples.push(...samplesOf(record, asked.at, rates));
    }
    watched.last = last;
    if (outcome.whole) records.push(...this.#takeAbsent(id, new Set(readings.map(({ ifIndex }) => ifIndex)), asked.at));
    this.#parts.onRead(records, samples);
  }

  /** Interfaces that the device does not have any more: told once, and their history ends. */
  #takeAbsent(deviceId: number, present: ReadonlySet<number>, at: number): InterfaceRecord[] {
    const absent = [...this.#knownOf(deviceId).values()].filter(({ record }) => !present.has(record.ifIndex) && record.operStatus !== 'not-present');
    for (const known of absent) {
      known.record = { ...known.record, operStatus: 'not-present', at, inOctetsPerS: null, outOctetsPerS: null };
      known.isSampled = false;
    }
    return absent.map(({ record }) => record);
  }

  /** The device did not answer, or cannot be seen. That is known of the device; of its interfaces nothing is. */
  #notObserved(deviceId: number, at: number): void {
    const samples = [...this.#knownOf(deviceId).values()].flatMap(({ record, isSampled }) => (isSampled && record.adminUp ? [statusSample(record, at, 4)] : []));
    if (samples.length > 0) this.#parts.onRead([], samples);
  }

  #knownOf(deviceId: number): Map<number, Known> {
    const known = this.#known.get(deviceId) ?? new Map<number, Known>();
    this.#known.set(deviceId, known);
    return known;
  }
}

const isUp = (status: InterfaceRow['operStatus']): boolean => status === 'up' || status === 'dormant';

function recordOf(deviceId: number, reading: InterfaceReading, at: number, rates: InterfaceRates): InterfaceRecord {
  const { ifIndex, name, alias, operStatus, adminUp, speedBps } = reading;
  return { deviceId, ifIndex, name, alias, operStatus, adminUp, speedBps, aliasProvider: providerOf(reading), at, inOctetsPerS: rates.inOctets, outOctetsPerS: rates.outOctets };
}

/** Everything but what is measured. */
const factsOf = ({ name, alias, operStatus, adminUp, speedBps, aliasProvider }: InterfaceRecord): string => JSON.stringify([name, alias, operStatus, adminUp, speedBps, aliasProvider]);

const statusSample = ({ deviceId, ifIndex }: InterfaceRecord, at: number, outcome: 0 | 1 | 4): ValueSample => ({ deviceId, metric: 'if-status', object: String(ifIndex), at, outcome, value: outcome === 0 ? 1 : null });

const metrics = { inOctets: 'if-in', outOctets: 'if-out', inErrors: 'if-in-errors', outErrors: 'if-out-errors', inDiscards: 'if-in-discards', outDiscards: 'if-out-discards' } as const satisfies Record<keyof InterfaceRates, ValueSample['metric']>;

/** An interface that was switched off has no status to tell; one whose agent does not know it is not observed. */
function samplesOf(record: InterfaceRecord, at: number, rates: InterfaceRates): ValueSample[] {
  const { deviceId, ifIndex, adminUp, operStatus } = record;
  const status = adminUp ? [statusSample(record, at, isUp(operStatus) ? 0 : operStatus === 'unknown' ? 4 : 1)] : [];
  const measured = Object.entries(metrics).flatMap(([name, metric]): ValueSample[] => {
    const value = rates[name as keyof InterfaceRates]; // The keys of `metrics` are those of the rates.
    return value === null ? [] : [{ deviceId, metric, object: String(ifIndex), at, outcome: 0, value }];
  });
  return [...status, ...measured];
}
