/** Hands ticks to the writer one at a time. What a refusing or slow disk holds up is merged: decisions are kept, readings are counted and dropped. */
import type { SampleColumns } from './history/writer.ts';
import { readingsOf, type AlertingRecord, type TickWrite } from './operations.ts';

/** What one tick brings: its probes and other samples, and what was decided from them. */
export type NewTick = Omit<TickWrite, 'samples'> & { readonly samples: SampleColumns };

/** Half a minute of ticks: longer waits drop the oldest readings. */
const mostWaitingTicks = 60;
/** As much of everything else, for a large fleet with many interfaces. */
const mostWaitingValues = 200_000;
/** A disk that refused is asked again every tenth tick. */
const ticksBeforeRetry = 10;
/** Half a year of a wildly flapping fleet; beyond it the oldest changes go. */
const mostWaitingChanges = 100_000;

export class TickQueue {
  /** Resolves true when written, false when the disk refused; rejects for a bug. */
  readonly #write: (tick: TickWrite) => Promise<boolean>;
  readonly #onBug: (error: unknown) => void;
  #waiting: TickWrite = nothing();
  #writing: Promise<void> | null = null;
  #writingSinceMs = 0;
  #ticksToSkip = 0;
  #unwrittenReadings = 0;
  /** When the disk began to refuse; null while it takes what it is given. */
  #refusedSinceMs: number | null = null;

  constructor(write: (tick: TickWrite) => Promise<boolean>, onBug: (error: unknown) => void) {
    this.#write = write;
    this.#onBug = onBug;
  }

  /** Readings since the start that were dropped. */
  get unwrittenReadings(): number {
    return this.#unwrittenReadings;
  }

  /** How long the present write has been under way. */
  get writingForMs(): number {
    return this.#writing ? performance.now() - this.#writingSinceMs : 0;
  }

  /** How long what waits has waited. */
  get behindMs(): number {
    return Math.max(this.writingForMs, this.#refusedSinceMs === null ? 0 : performance.now() - this.#refusedSinceMs);
  }

  push(tick: NewTick): void {
    this.#waiting = merged(this.#waiting, { ...tick, samples: tick.samples.deviceId.length > 0 ? [tick.samples] : [] });
    this.#dropTheOldest();
    if (this.#ticksToSkip > 0) this.#ticksToSkip--;
    else this.#next();
  }

  /** Resolves when everything pushed was written, or the disk refused it once more. */
  async drained(): Promise<void> {
    for (let attempt = 0; attempt < 2; attempt++) {
      await this.#writing;
      this.#next();
      await this.#writing;
    }
  }

  #next(): void {
    const tick = this.#waiting;
    if (this.#writing || isEmpty(tick)) return;
    this.#waiting = nothing();
    this.#writingSinceMs = performance.now();
    // The columns are handed over with the write: their lengths are gone by the time it fails.
    const readings = readingsOf(tick);
    this.#writing = this.#write(tick)
      .then(written => this.#written(tick, written, readings), this.#onBug)
      .finally(() => {
        this.#writing = null;
        if (this.#ticksToSkip === 0) this.#next();
      });
  }

  #written(tick: TickWrite, written: boolean, readings: number): void {
    this.#refusedSinceMs = written ? null : (this.#refusedSinceMs ?? this.#writingSinceMs);
    if (written) return;
    this.#unwrittenReadings += readings;
    this.#waiting = merged({ ...tick, samples: [], values: [] }, this.#waiting);
    this.#dropTheOldest();
    this.#ticksToSkip = ticksBeforeRetry;
  }

  #dropTheOldest(): void {
    const { samples, values, stateChanges, alerting } = this.#waiting;
    const tooMany = Math.max(0, samples.length - mostWaitingTicks);
    const dropped = { samples: samples.slice(0, tooMany), values: values.slice(0, Math.max(0, values.length - mostWaitingValues)) };
    this.#unwrittenReadings += readingsOf(dropped);
    this.#waiting = { ...this.#waiting, samples: samples.slice(tooMany), values: values.slice(dropped.values.length), stateChanges: stateChanges.slice(-mostWaitingChanges), ...(alerting ? { alerting: { ...alerting, events: alerting.events.slice(-mostWaitingChanges) } } : {}) };
  }
}

const nothing = (): TickWrite => ({ at: 0, samples: [], values: [], stateChanges: [], alerts: [], snmp: [], journal: [], checks: [], interfaces: [] });
const isEmpty = (tick: TickWrite): boolean => tick.samples.length === 0 && tick.values.length === 0 && tick.stateChanges.length === 0 && tick.alerts.length === 0 && tick.snmp.length === 0 && tick.journal.length === 0 && tick.checks.length === 0 && tick.interfaces.length === 0 && !tick.alerting;

/** Messages and what happened are history; of all else the latest matters. What happened is as bounded as changes are. */
function mergedAlerting(older: AlertingRecord | null, newer: AlertingRecord | null): AlertingRecord | null {
  if (!older || !newer) return older ?? newer;
  return {
    states: latestBy([...older.states, ...newer.states], ({ rule, subject }) => `${rule} ${subject}`),
    incidents: latestBy([...older.incidents, ...newer.incidents], ({ id }) => id),
    events: [...older.events, ...newer.events],
    messages: [...older.messages, ...newer.messages],
    told: latestBy([...older.told, ...newer.told], ({ incidentId, targetId }) => `${incidentId} ${targetId}`),
  };
}

/** Of an alert or an SNMP record only the latest matters; changes are history, and all stay. */
function merged(older: TickWrite, newer: TickWrite): TickWrite {
  return {
    at: newer.at,
    samples: [...older.samples, ...newer.samples],
    values: [...older.values, ...newer.values],
    stateChanges: [...older.stateChanges, ...newer.stateChanges],
    alerts: latestBy([...older.alerts, ...newer.alerts], alert => alert.id),
    snmp: latestBy([...older.snmp, ...newer.snmp], entry => entry.deviceId),
    journal: latestBy([...older.journal, ...newer.journal], entry => entry.row.id),
    checks: latestBy([...older.checks, ...newer.checks], state => state.checkId),
    interfaces: latestBy([...older.interfaces, ...newer.interfaces], each => `${each.deviceId} ${each.ifIndex}`),
    alerting: mergedAlerting(older.alerting ?? null, newer.alerting ?? null),
  };
}

const latestBy = <T>(entries: readonly T[], key: (entry: T) => unknown): T[] => (entries.length < 2 ? [...entries] : [...new Map(entries.map(entry => [key(entry), entry])).values()]);
