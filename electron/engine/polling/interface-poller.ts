/** Reads the interfaces of each SNMP device in its turn, a bounded number of devices at a time, and says what is to be remembered of them. */
import type { InterfaceRow } from '../../../shared/model/interface.ts';
import type { Clock } from '../clock.ts';
import type { InterfaceReader, InterfaceReading, InterfacesOutcome } from '../probes/snmp/if-table.ts';
import { noRates, ratesBetween, type InterfaceRates, type TimedReading } from './interface-rates.ts';
import { loopbackType, providerOf } from './isp-alias.ts';
import type { SnmpDevice } from './snmp-poller.ts';
import { Turns, type AskedAt } from './turns.ts';
import type { ValueSample } from './value-sample.ts';

/** An interface as it was last read. `aliasProvider`: the provider that its alias names. */
export type InterfaceRecord = Omit<InterfaceRow, 'ispProvider' | 'critical'> & { readonly deviceId: number; readonly aliasProvider: string | null };

/** An interface as it stands, with what was set by hand. Errors and discards are those of both directions together, packets a second; null before the second reading, and where neither is told. */
export type InterfaceNow = InterfaceRow & { readonly deviceId: number; readonly errorsPerS: number | null; readonly discardsPerS: number | null };

/** What was known of an interface before a restart. `isSampled`: it has a history. `critical`: set by hand; null: as its provider says. */
export type RememberedInterface = { readonly record: InterfaceRecord; readonly isSampled: boolean; readonly mark: Mark | null; readonly critical: boolean | null };

/** Set by hand: the provider whose link it is, or that it is none's. */
export type Mark = { readonly provider: string | null };

export type InterfacePollerParts = {
  readonly clock: Clock;
  readonly reader: InterfaceReader;
  /** This computer cannot see the device at present: nothing is known of its interfaces. */
  readonly isBlind: (deviceId: number) => boolean;
  /** Records that are new or changed, and what was measured, both to be stored; and all interfaces of the device that was read, as they stand: none where it could not be. */
  readonly onRead: (records: readonly InterfaceRecord[], samples: readonly ValueSample[], now: readonly InterfaceNow[]) => void;
  /** A fault of the reader. Its device is as if it had not answered. */
  readonly onBug: (error: unknown) => void;
};

type Known = { record: InterfaceRecord; rates: InterfaceRates; isSampled: boolean; mark: Mark | null; critical: boolean | null };
type Watched = { readonly device: SnmpDevice; answers: boolean; last: ReadonlyMap<number, TimedReading> };

const timeoutMs = 2_000;
/** A rate over a longer gap would spread over an outage what was carried after it. */
const mostPeriodsBetween = 3;

export class InterfacePoller {
  readonly #parts: InterfacePollerParts;
  readonly #turns: Turns<Watched, InterfacesOutcome>;
  /** By device and ifIndex, also of devices that are paused. */
  readonly #known = new Map<number, Map<number, Known>>();

  constructor(parts: InterfacePollerParts) {
    this.#parts = parts;
    this.#turns = new Turns({
      clock: parts.clock, onBug: parts.onBug, wants: watched => this.#wants(watched),
      ask: ({ device: { address, port, community } }) => parts.reader.readInterfaces({ address, port, community, timeoutMs }),
      onAnswer: (watched, outcome, when) => {
        if (outcome.kind === 'interfaces') this.#take(watched, when, outcome);
        else this.#notObserved(watched.device.id, when.at);
      },
    });
  }

  start(): void {
    this.#turns.start();
  }

  stop(): void {
    this.#turns.stop();
  }

  restore(interfaces: readonly RememberedInterface[]): void {
    for (const { record, ...known } of interfaces) this.#knownOf(record.deviceId).set(record.ifIndex, { record, rates: noRates, ...known });
  }

  /** Takes a device up, or takes over its changed settings. `answers`: its community has been answered. */
  set(device: SnmpDevice, answers: boolean): void {
    const before = this.#turns.get(device.id);
    const isSame = before?.device.address === device.address && before.device.port === device.port && before.device.community === device.community;
    this.#turns.set(device.id, device.periodMs, { device, answers, last: isSame ? before.last : new Map() });
  }

  /** The device answered SNMP: from now on it is asked. */
  heard(deviceId: number): void {
    const watched = this.#turns.get(deviceId);
    if (!watched || watched.answers) return;
    watched.answers = true;
    this.#turns.hasten(deviceId);
  }

  /** Asks it no more. What is known of it stays. */
  pause(deviceId: number): void {
    this.#turns.remove(deviceId);
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

  /** Somebody said whether its going down is worth an alert. */
  setCritical(deviceId: number, ifIndex: number, critical: boolean): void {
    const known = this.#known.get(deviceId)?.get(ifIndex);
    if (known) known.critical = critical;
  }

  /** The interfaces of a device as they were last read, those that it does not have any more among them. */
  interfacesOf(deviceId: number): InterfaceNow[] {
    return [...(this.#known.get(deviceId)?.values() ?? [])].map(nowOf);
  }

  /** This computer stood still: how long is not known, so rates begin anew, and the turns of then are not missed. */
  skipTurns(): void {
    this.#turns.beginAnew(watched => ({ ...watched, last: new Map() }));
  }

  /** Turns since the start that were not served. */
  get missed(): number {
    return this.#turns.missed;
  }

  /** What is not observed is told, in its turn. */
  #wants({ device: { id }, answers }: Watched): boolean {
    const isBlind = answers && this.#parts.isBlind(id);
    if (isBlind) this.#notObserved(id, this.#parts.clock.now());
    return answers && !isBlind;
  }

  #take(watched: Watched, asked: AskedAt, outcome: Extract<InterfacesOutcome, { kind: 'interfaces' }>): void {
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
      const { mark, critical } = was ?? { mark: null, critical: null };
      const isSampled = (was?.isSampled ?? false) || isUp(reading.operStatus) || (mark ? mark.provider : record.aliasProvider) !== null;
      known.set(reading.ifIndex, { record, rates, isSampled, mark, critical });
      // Of a port that was never in use only what changes is told.
      if (isSampled || !was || factsOf(was.record) !== factsOf(record)) records.push(record);
      if (isSampled) samples.push(...samplesOf(record, asked.at, rates));
    }
    watched.last = last;
    if (outcome.whole) records.push(...this.#takeAbsent(id, new Set(readings.map(({ ifIndex }) => ifIndex)), asked.at));
    this.#parts.onRead(records, samples, this.interfacesOf(id));
  }

  /** Interfaces that the device does not have any more: told once, and their history ends. */
  #takeAbsent(deviceId: number, present: ReadonlySet<number>, at: number): InterfaceRecord[] {
    const absent = [...this.#knownOf(deviceId).values()].filter(({ record }) => !present.has(record.ifIndex) && record.operStatus !== 'not-present');
    for (const known of absent) {
      known.record = { ...known.record, operStatus: 'not-present', at, inOctetsPerS: null, outOctetsPerS: null };
      known.rates = noRates;
      known.isSampled = false;
    }
    return absent.map(({ record }) => record);
  }

  /** The device did not answer, or cannot be seen. That is known of the device; of its interfaces nothing is. */
  #notObserved(deviceId: number, at: number): void {
    const samples = [...this.#knownOf(deviceId).values()].flatMap(({ record, isSampled }) => (isSampled && record.adminUp ? [statusSample(record, at, 4)] : []));
    if (samples.length > 0) this.#parts.onRead([], samples, []);
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

function nowOf({ record, rates, mark, critical }: Known): InterfaceNow {
  const { aliasProvider, ...rest } = record;
  const ispProvider = mark ? mark.provider : aliasProvider;
  return { ...rest, ispProvider, critical: critical ?? ispProvider !== null, errorsPerS: together(rates.inErrors, rates.outErrors), discardsPerS: together(rates.inDiscards, rates.outDiscards) };
}

/** Some agents count in one direction only. */
const together = (one: number | null, other: number | null): number | null => (one === null && other === null ? null : Math.round(((one ?? 0) + (other ?? 0)) * 1_000) / 1_000);

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
