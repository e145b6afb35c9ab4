/** What host names stand for: looked up beside the probes, never in their way, and remembered while name servers fail. */
import { isIP } from 'node:net';
import type { Clock, Stop } from '../../clock.ts';
import { quoted, type Found, type Names } from '../checks/check.ts';
import { LookupQueue, type Rank } from './lookup-queue.ts';
import type { NameLookup } from './name-lookup.ts';

/** `stale`: what it last stood for; `reason` says why that could not be asked again, null while it is fresh. */
export type Resolution =
  | { readonly kind: 'address'; readonly address: string; readonly stale: boolean; readonly reason: string | null }
  | { readonly kind: 'pending' }
  | { readonly kind: 'failed'; readonly reason: string };

type Entry = {
  readonly host: string;
  resolution: Resolution;
  /** Of the forward clock: until when that holds, and when somebody last asked for it. */
  dueMs: number;
  usedMs: number;
  /** In a row. */
  failures: number;
  readonly waiting: Set<() => void>;
};

const turnMs = 1_000;
/** Within these bounds a name's own time to live holds. */
const shortestLifeMs = 30_000;
const longestLifeMs = 300_000;
/** Doubled with every failure. */
const retryMs = 10_000;
const longestRetryMs = 300_000;
/** A device's name is kept fresh while it was asked for within this time; a passing one is forgotten after it. */
const inUseMs = 600_000;
/** What a device's name stood for is remembered for longer than any ping interval. */
const forgottenAfterMs = 2 * 3_600_000;
const mostNames = 100_000;
const mostPassingNames = 1_000;
const mostPatienceMs = 15_000;
/** RFC 1035. */
const longestName = 253;

/**
 * Names of devices are kept fresh. Passing ones, which checks ask for and redirects of web pages bring, have few places of their own, and are asked again only
 * when they are wanted: whoever runs a web page could otherwise fill the queue that all devices wait in.
 */
export class NameResolver implements Names {
  readonly #clock: Clock;
  readonly #lookup: NameLookup;
  readonly #onChange: (host: string, resolution: Resolution) => void;
  readonly #entries = new Map<string, Entry>();
  /** The one that was used last comes last. */
  readonly #passing = new Map<string, Entry>();
  readonly #queue: LookupQueue<Entry>;
  readonly #passingQueue: LookupQueue<Entry>;
  #closed = false;
  readonly #stop: Stop;

  /** Begins at once. `onChange` is called when what a name of `resolve` stands for, or what is known of that, has changed. */
  constructor(clock: Clock, lookup: NameLookup, onChange: (host: string, resolution: Resolution) => void = () => {}) {
    this.#clock = clock;
    this.#lookup = lookup;
    this.#onChange = onChange;
    this.#queue = new LookupQueue(clock, { quick: 16, inAll: 128 }, entry => this.#look(entry));
    this.#passingQueue = new LookupQueue(clock, { quick: 4, inAll: 32 }, entry => this.#look(entry));
    this.#stop = clock.every(turnMs, () => this.#turn());
  }

  /** What is known now. A name that is new is looked up from here on, and known ones are kept fresh while they are asked for. An IP address stands for itself. */
  resolve(host: string): Resolution {
    if (isIP(host) !== 0) return { kind: 'address', address: host, stale: false, reason: null };
    const key = keyOf(host);
    const nowMs = this.#clock.monotonicMs();
    const known = this.#entries.get(key);
    if (known) {
      known.usedMs = nowMs;
      if (nowMs >= known.dueMs) this.#queue.add(known, rankOf(known));
      return known.resolution;
    }
    const refusal = this.#refusal(key);
    if (refusal) return refusal;
    if (this.#entries.size >= mostNames) return { kind: 'failed', reason: `More than ${mostNames} host names are in use.` };
    const entry = newEntry(key, nowMs);
    this.#entries.set(key, entry);
    this.#queue.add(entry, 'new');
    return entry.resolution;
  }

  /** For one who can wait a little; 15 s at most. Never rejects. A name that nobody gave to `resolve` is remembered for its life only. */
  lookUp(host: string): Promise<Found> {
    if (isIP(host) !== 0) return Promise.resolve({ kind: 'address', address: host });
    const key = keyOf(host);
    const device = this.#entries.get(key);
    if (device) return device.resolution.kind === 'pending' ? this.#waitFor(device) : Promise.resolve(device.resolution);
    const nowMs = this.#clock.monotonicMs();
    const entry = this.#passing.get(key) ?? this.#newPassing(key, nowMs);
    if ('kind' in entry) return Promise.resolve(entry);
    entry.usedMs = nowMs;
    this.#passing.delete(key);
    this.#passing.set(key, entry);
    if (nowMs < entry.dueMs && entry.resolution.kind !== 'pending') return Promise.resolve(entry.resolution);
    const found = this.#waitFor(entry);
    this.#passingQueue.add(entry, rankOf(entry));
    return found;
  }

  /** The network may be another one now: what failed, or is stale, is asked at once. */
  lookAgain(): void {
    for (const entries of [this.#entries, this.#passing]) {
      for (const entry of entries.values()) {
        if (entry.failures === 0) continue;
        entry.failures = 0;
        entry.dueMs = this.#clock.monotonicMs();
      }
    }
    this.#turn();
  }

  /** Ends the waiting of everybody. */
  close(): void {
    this.#closed = true;
    this.#stop();
    for (const queue of [this.#queue, this.#passingQueue]) queue.close();
    for (const entries of [this.#entries, this.#passing]) {
      for (const { waiting } of entries.values()) for (const settle of waiting) settle();
      entries.clear();
    }
  }

  #turn(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const entry of this.#entries.values()) {
      const unusedMs = nowMs - entry.usedMs;
      if (unusedMs > forgottenAfterMs && entry.waiting.size === 0) {
        this.#entries.delete(entry.host);
        this.#queue.remove(entry);
      } else if (nowMs >= entry.dueMs && unusedMs <= inUseMs) this.#queue.add(entry, rankOf(entry));
    }
    for (const entry of this.#passing.values()) if (nowMs - entry.usedMs > inUseMs && entry.waiting.size === 0) this.#passing.delete(entry.host);
  }

  async #look(entry: Entry): Promise<void> {
    const answer = await this.#lookup(entry.host);
    if (this.#closed) return;
    const before = entry.resolution;
    const nowMs = this.#clock.monotonicMs();
    if (answer.kind === 'addresses') {
      entry.failures = 0;
      entry.dueMs = nowMs + Math.min(longestLifeMs, Math.max(shortestLifeMs, answer.lifeMs));
      // Servers hand out several addresses in changing order; a device does not move for that.
      const address = before.kind === 'address' && answer.addresses.includes(before.address) ? before.address : answer.addresses[0];
      entry.resolution = { kind: 'address', address, stale: false, reason: null };
    } else {
      entry.dueMs = nowMs + Math.min(longestRetryMs, retryMs * 2 ** entry.failures);
      entry.failures++;
      entry.resolution = before.kind === 'address' ? { ...before, stale: true, reason: answer.reason } : { kind: 'failed', reason: answer.reason };
    }
    for (const settle of entry.waiting) settle();
    if (this.#entries.get(entry.host) === entry && !same(before, entry.resolution)) this.#onChange(entry.host, entry.resolution);
  }

  #waitFor(entry: Entry): Promise<Found> {
    return new Promise(resolve => {
      const settle = (): void => {
        entry.waiting.delete(settle);
        stop();
        // Nobody wants to know it any more.
        if (entry.waiting.size === 0) this.#passingQueue.remove(entry);
        resolve(asFound(entry));
      };
      const stop = this.#clock.after(mostPatienceMs, settle);
      entry.waiting.add(settle);
    });
  }

  /** Where there are as many already, in the place of the one that was not used for longest. */
  #newPassing(key: string, nowMs: number): Entry | Failure {
    const refusal = this.#refusal(key);
    if (refusal) return refusal;
    if (this.#passing.size >= mostPassingNames) {
      const oldest = [...this.#passing.values()].find(entry => entry.waiting.size === 0);
      if (!oldest) return { kind: 'failed', reason: `More than ${mostPassingNames} names are being looked up.` };
      this.#passing.delete(oldest.host);
    }
    return newEntry(key, nowMs);
  }

  #refusal(key: string): Failure | null {
    if (this.#closed) return { kind: 'failed', reason: 'The console is stopping.' };
    return key.length > longestName ? { kind: 'failed', reason: `The name ${quoted(key)} could not be resolved (it is not a valid name).` } : null;
  }
}

type Failure = Extract<Resolution, { readonly kind: 'failed' }>;

const keyOf = (host: string): string => host.toLowerCase().replace(/\.$/, '');

const newEntry = (host: string, nowMs: number): Entry => ({ host, resolution: { kind: 'pending' }, dueMs: nowMs, usedMs: nowMs, failures: 0, waiting: new Set() });

function rankOf({ resolution }: Entry): Rank {
  if (resolution.kind === 'pending') return 'new';
  return resolution.kind === 'failed' || resolution.stale ? 'retry' : 'refresh';
}

function asFound({ resolution, host }: Entry): Found {
  return resolution.kind === 'pending' ? { kind: 'failed', reason: `The name ${quoted(host)} is still being resolved.` } : resolution;
}

const same = (a: Resolution, b: Resolution): boolean =>
  a.kind === 'address' && b.kind === 'address' ? a.address === b.address && a.stale === b.stale && a.reason === b.reason : a.kind === 'failed' && b.kind === 'failed' && a.reason === b.reason;
