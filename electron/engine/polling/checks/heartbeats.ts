/** Whether the devices that should call this console do: each has a token of its own, and silence longer than agreed is failure. */
import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { seconds } from '../../probes/checks/check.ts';

export type AwaitedCall = { readonly checkId: string; readonly deviceId: number; readonly token: string; readonly intervalMs: number; readonly graceMs: number };

/** `at`: the last call. Times are UTC ms. */
export type HeartbeatStatus = { readonly state: 'waiting' | 'ok' | 'failing' | 'unknown'; readonly since: number | null; readonly at: number | null; readonly message: string };

type Awaited = {
  awaited: AwaitedCall;
  readonly key: string;
  state: 'waiting' | 'ok' | 'failing';
  since: number | null;
  at: number | null;
  /** From when on its silence counts, by both clocks: the last call, or when calls could be heard again. */
  from: { readonly at: number; readonly ms: number };
  /** Its device was to be looked at again, and has not called since. */
  lookedAtAgain: boolean;
};

export class Heartbeats {
  readonly #clock: Clock;
  readonly #isBlind: (deviceId: number) => boolean;
  readonly #onChange: (checkId: string, deviceId: number) => void;
  readonly #byCheck = new Map<string, Awaited>();
  readonly #byToken = new Map<string, Awaited>();
  /** Why no call can be heard; null while they can. Not `certain` until that is told for the first time: what failed before a restart fails until then. */
  #deaf: { readonly reason: string; readonly since: number; readonly certain: boolean } | null;

  constructor(clock: Clock, isBlind: (deviceId: number) => boolean, onChange: (checkId: string, deviceId: number) => void) {
    this.#clock = clock;
    this.#isBlind = isBlind;
    this.#onChange = onChange;
    this.#deaf = { reason: 'This console does not listen for calls.', since: clock.now(), certain: false };
  }

  /** Takes a check up, or takes over its changed times. `last`: what was known before a restart; null for a new one. */
  set(awaited: AwaitedCall, last: { readonly state: string; readonly since: number | null; readonly at: number | null } | null): void {
    const key = hashOf(awaited.token);
    const known = this.#byCheck.get(awaited.checkId);
    if (known?.key === key) {
      // A shorter interval begins now: what was in time by the longer one is not late by it.
      if (known.awaited.intervalMs !== awaited.intervalMs || known.awaited.graceMs !== awaited.graceMs) known.from = this.#now();
      known.awaited = awaited;
      return;
    }
    if (known) this.#byToken.delete(known.key);
    // Whatever was called while this console was not running, nobody heard: patience begins now.
    const state = last?.state === 'ok' || last?.state === 'failing' ? last.state : 'waiting';
    const entry: Awaited = { awaited, key, state, since: state === 'waiting' ? null : (last?.since ?? null), at: last?.at ?? null, from: this.#now(), lookedAtAgain: false };
    this.#byCheck.set(awaited.checkId, entry);
    this.#byToken.set(key, entry);
  }

  remove(checkId: string): void {
    const entry = this.#byCheck.get(checkId);
    if (!entry) return;
    this.#byCheck.delete(checkId);
    this.#byToken.delete(entry.key);
  }

  /** A device called. False when nobody has that token. Told when it changes something, and when its device was to be looked at again. */
  called(token: string): boolean {
    // Looked up by its hash: how long that takes tells nothing of the tokens there are.
    const entry = this.#byToken.get(hashOf(token));
    if (!entry) return false;
    entry.from = this.#now();
    entry.at = entry.from.at;
    if (entry.state === 'ok' && !entry.lookedAtAgain) return true;
    if (entry.state !== 'ok') entry.since = entry.at;
    entry.state = 'ok';
    entry.lookedAtAgain = false;
    this.#tell(entry);
    return true;
  }

  /** Calls can be heard from now on (null), or cannot, for this reason: then silence proves nothing, and neither does an older one. */
  hear(problem: string | null): void {
    const before = this.#deaf;
    if ((before?.reason ?? null) === problem) return;
    this.#deaf = problem === null ? null : { reason: problem, since: this.#clock.now(), certain: true };
    for (const entry of this.#byCheck.values()) {
      entry.from = this.#now();
      // Nobody could have heard the call that ends it.
      if (before?.certain && entry.state === 'failing') {
        entry.state = 'waiting';
        entry.since = null;
      }
      this.#tell(entry);
    }
  }

  /** This computer stood still, or could not see: whatever was called then was not heard. Of all devices, or of some. */
  lookAgain(concerns: (deviceId: number) => boolean): void {
    for (const entry of this.#byCheck.values()) {
      if (!concerns(entry.awaited.deviceId)) continue;
      entry.from = this.#now();
      entry.lookedAtAgain = true;
    }
  }

  /** Finds those that have been silent for too long. */
  turn(): void {
    if (this.#deaf) return;
    const now = this.#now();
    for (const entry of this.#byCheck.values()) {
      if (entry.state === 'failing') continue;
      const { deviceId, intervalMs, graceMs } = entry.awaited;
      if (this.#isBlind(deviceId)) entry.from = now;
      if (now.ms - entry.from.ms <= intervalMs + graceMs) continue;
      entry.state = 'failing';
      // When the call that did not come was due.
      entry.since = entry.from.at + intervalMs;
      this.#tell(entry);
    }
  }

  status(checkId: string): HeartbeatStatus | null {
    const entry = this.#byCheck.get(checkId);
    if (!entry) return null;
    const { state, since, at, awaited } = entry;
    if (this.#deaf && (this.#deaf.certain || state !== 'failing')) return { state: 'unknown', since: this.#deaf.since, at, message: this.#deaf.reason };
    if (state === 'failing') return { state, since, at, message: `The device has not called for longer than ${seconds(awaited.intervalMs + awaited.graceMs)}.` };
    if (state === 'ok') return { state, since, at, message: 'The device calls in time.' };
    return { state, since: null, at, message: at === null ? 'The device has not called yet.' : 'The device has not called since this console began to listen.' };
  }

  #now(): { readonly at: number; readonly ms: number } {
    return { at: this.#clock.now(), ms: this.#clock.monotonicMs() };
  }

  #tell({ awaited }: Awaited): void {
    this.#onChange(awaited.checkId, awaited.deviceId);
  }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64');
