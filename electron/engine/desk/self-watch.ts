/** How this console itself is doing, as numbers that rules can look at. */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Alerting } from '../alerting/alerting.ts';
import type { Clock, Stop } from '../clock.ts';

export type SelfWatchParts = {
  readonly clock: Clock;
  readonly alerting: Alerting;
  readonly diskFreePct: () => Promise<number | null>;
  /** Checks since the start that were not made in time. */
  readonly missedChecks: () => number;
  /** How long the oldest thing that waits for the disk has waited, ms. */
  readonly writerBehindMs: () => number;
  readonly notificationsFailingForMs: () => number;
  /** How long forwarding has failed, ms; null: nothing is forwarded. */
  readonly syncFailingForMs: () => number | null;
};

const everyMs = 1_000;
const diskEveryMs = 30_000;
const missedWindow = 60;
/** A computer that slept or was stopped is late once, and is told elsewhere; what is late again within this time is too busy. */
const gapsKeptMs = 120_000;

/** Times are by the clock that only goes forward: a wall clock that is set makes nothing late. */
export class SelfWatch {
  readonly #parts: SelfWatchParts;
  readonly #missed: number[] = [];
  #gaps: { readonly atMs: number; readonly ms: number }[] = [];
  #stops: Stop[] = [];
  #diskFreePct: number | null = null;
  #lastTurnMs: number | null = null;
  #roundAtMs: number | null = null;
  #stoodMs = 0;
  /** What the results add up to: another sum means that one came. */
  #results = 0;
  #resultAtMs: number;

  constructor(parts: SelfWatchParts) {
    this.#parts = parts;
    this.#resultAtMs = parts.clock.monotonicMs();
  }

  start(): void {
    const { clock } = this.#parts;
    this.#resultAtMs = clock.monotonicMs();
    void this.#lookAtDisk();
    this.#stops = [clock.every(everyMs, () => this.#look()), clock.every(diskEveryMs, () => void this.#lookAtDisk())];
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  #look(): void {
    const { alerting, missedChecks, writerBehindMs, notificationsFailingForMs, syncFailingForMs } = this.#parts;
    keep(this.#missed, missedChecks(), missedWindow);
    const gapMs = this.#gapMs();
    const syncFailing = syncFailingForMs();
    const dataAge = this.#dataAgeMs(gapMs);
    alerting.estate.console.values = {
      'alerting-late': this.#latenessMs(gapMs),
      'checks-late': (this.#missed.at(-1) ?? 0) - (this.#missed[0] ?? 0),
      ...(dataAge === null ? {} : { 'data-age': dataAge }),
      'writer-behind': writerBehindMs(),
      ...(this.#diskFreePct === null ? {} : { 'disk-free': this.#diskFreePct }),
      ...(syncFailing === null ? {} : { 'sync-failing-for': syncFailing }),
      'notifications-failing-for': notificationsFailingForMs(),
    };
  }

  /** How late this very turn comes: nothing else went on meanwhile. */
  #gapMs(): number {
    const nowMs = this.#parts.clock.monotonicMs();
    const gapMs = this.#lastTurnMs === null ? 0 : Math.max(0, nowMs - this.#lastTurnMs - everyMs);
    this.#lastTurnMs = nowMs;
    return gapMs;
  }

  #latenessMs(gapMs: number): number {
    const { clock, alerting } = this.#parts;
    const nowMs = clock.monotonicMs();
    if (gapMs > 0) this.#gaps.push({ atMs: nowMs, ms: gapMs });
    this.#gaps = this.#gaps.filter(({ atMs }) => nowMs - atMs < gapsKeptMs);
    const again = this.#gaps.map(({ ms }) => ms).sort((a, b) => b - a)[1] ?? 0;
    const roundAtMs = alerting.lastRound?.atMs ?? null;
    // Since the last round; in that time none could be.
    this.#stoodMs = roundAtMs === this.#roundAtMs ? this.#stoodMs + gapMs : gapMs;
    this.#roundAtMs = roundAtMs;
    const roundAgeMs = roundAtMs === null ? 0 : nowMs - roundAtMs - this.#stoodMs;
    return Math.max(0, again, roundAgeMs);
  }

  /** Since a result of any device came, beyond the shortest interval; null where none is pinged. */
  #dataAgeMs(gapMs: number): number | null {
    const { clock, alerting } = this.#parts;
    let results = 0;
    let shortestMs = Infinity;
    for (const { facts, reading } of alerting.estate.devices) {
      if (!facts.enabled || facts.samplesPerS === 0) continue;
      shortestMs = Math.min(shortestMs, facts.intervalMs);
      // The last nine digits, so that the sum of many is exact.
      results += (reading.lastCheckAt ?? 0) % 1e9;
    }
    const nowMs = clock.monotonicMs();
    this.#resultAtMs = results !== this.#results || shortestMs === Infinity ? nowMs : this.#resultAtMs + gapMs;
    this.#results = results;
    return shortestMs === Infinity ? null : Math.max(0, nowMs - this.#resultAtMs - shortestMs);
  }

  async #lookAtDisk(): Promise<void> {
    this.#diskFreePct = await this.#parts.diskFreePct();
  }
}

function keep(list: number[], value: number, most: number): void {
  list.push(value);
  if (list.length > most) list.shift();
}

/** How much of the disk that holds a file is free, in percent; null where it cannot be asked: then the store that cannot write tells it. */
export async function diskFreePct(file: string): Promise<number | null> {
  try {
    const { bavail, blocks } = await statfs(dirname(file));
    return blocks > 0 ? (100 * bavail) / blocks : null;
  } catch {
    return null;
  }
}
