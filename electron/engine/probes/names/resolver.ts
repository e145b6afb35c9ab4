/** What host names stand for: looked up beside the probes, never in their way, and remembered while name servers fail. */
import { isIP } from 'node:net';
import type { Clock, Stop } from '../../clock.ts';
import type { Found, Names } from '../checks/check.ts';
import type { NameLookup } from './name-lookup.ts';

/** `stale`: what it last stood for; `reason` says why that could not be asked again, null while it is fresh. */
export type Resolution =
  | { readonly kind: 'address'; readonly address: string; readonly stale: boolean; readonly reason: string | null }
  | { readonly kind: 'pending' }
  | { readonly kind: 'failed'; readonly reason: string };

type Entry = {
  readonly host: string;
  resolution: Resolution;
  /** Of the forward clock: when it is looked up again, and when somebody last asked for it. */
  dueMs: number;
  usedMs: number;
  looking: boolean;
  /** In a row. */
  failures: number;
  readonly waiting: Set<() => void>;
};

const turnMs = 1_000;
const mostAtOnce = 16;
/** Within these bounds a name's own time to live holds. */
const shortestLifeMs = 30_000;
const longestLifeMs = 300_000;
const retryMs = 10_000;
const longestRetryMs = 30_000;
/** A name that nobody asked for in this time is forgotten: redirects of web pages bring ever new ones. Longer than any ping interval. */
const forgottenAfterMs = 2 * 3_600_000;
const mostNames = 100_000;
const mostPatienceMs = 15_000;

export class NameResolver implements Names {
  readonly #clock: Clock;
  readonly #lookup: NameLookup;
  readonly #onChange: (host: string, resolution: Resolution) => void;
  readonly #entries = new Map<string, Entry>();
  readonly #queue = new Set<Entry>();
  #underWay = 0;
  #closed = false;
  readonly #stop: Stop;

  /** Begins at once. `onChange` is called when what a name stands for, or what is known of that, has changed. */
  constructor(clock: Clock, lookup: NameLookup, onChange: (host: string, resolution: Resolution) => void = () => {}) {
    this.#clock = clock;
    this.#lookup = lookup;
    this.#onChange = onChange;
    this.#stop = clock.every(turnMs, () => this.#turn());
  }

  /** What is known now. A name that is new is looked up from here on, and known ones are kept fresh while they are asked for. An IP address stands for itself. */
  resolve(host: string): Resolution {
    if (isIP(host) !== 0) return { kind: 'address', address: host, stale: false, reason: null };
    const key = host.toLowerCase().replace(/\.$/, '');
    const nowMs = this.#clock.monotonicMs();
    const known = this.#entries.get(key);
    if (known) {
      known.usedMs = nowMs;
      return known.resolution;
    }
    if (this.#closed) return { kind: 'failed', reason: 'The console is stopping.' };
    if (this.#entries.size >= mostNames) return { kind: 'failed', reason: `More than ${mostNames} host names are in use.` };
    const entry: Entry = { host: key, resolution: { kind: 'pending' }, dueMs: nowMs, usedMs: nowMs, looking: false, failures: 0, waiting: new Set() };
    this.#entries.set(key, entry);
    this.#queue.add(entry);
    this.#next();
    return entry.resolution;
  }

  /** The same for one who can wait a little; 15 s at most. Never rejects. */
  lookUp(host: string): Promise<Found> {
    const now = this.resolve(host);
    const entry = this.#entries.get(host.toLowerCase().replace(/\.$/, ''));
    if (now.kind !== 'pending' || !entry) return Promise.resolve(asFound(now, host));
    return new Promise(resolve => {
      const settle = (): void => {
        entry.waiting.delete(settle);
        stop();
        resolve(asFound(entry.resolution, host));
      };
      const stop = this.#clock.after(mostPatienceMs, settle);
      entry.waiting.add(settle);
    });
  }

  /** The network may be another one now: what failed, or is stale, is asked at once. */
  lookAgain(): void {
    for (const entry of this.#entries.values()) if (entry.failures > 0) entry.dueMs = this.#clock.monotonicMs();
    this.#turn();
  }

  /** Ends the waiting of everybody. */
  close(): void {
    this.#closed = true;
    this.#stop();
    this.#queue.clear();
    for (const { waiting } of this.#entries.values()) for (const settle of waiting) settle();
    this.#entries.clear();
  }

  #turn(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const entry of this.#entries.values()) {
      if (nowMs < entry.dueMs || entry.looking || entry.waiting.size > 0) continue;
      if (nowMs - entry.usedMs > forgottenAfterMs) this.#forget(entry);
      else this.#queue.add(entry);
    }
    this.#next();
  }

  #next(): void {
    for (const entry of this.#queue) {
      if (this.#underWay >= mostAtOnce) return;
      this.#queue.delete(entry);
      void this.#look(entry);
    }
  }

  async #look(entry: Entry): Promise<void> {
    entry.looking = true;
    this.#underWay++;
    const answer = await this.#lookup(entry.host);
    this.#underWay--;
    entry.looking = false;
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
      entry.failures++;
      entry.dueMs = nowMs + Math.min(longestRetryMs, retryMs * entry.failures);
      entry.resolution = before.kind === 'address' ? { ...before, stale: true, reason: answer.reason } : { kind: 'failed', reason: answer.reason };
    }
    for (const settle of entry.waiting) settle();
    if (!same(before, entry.resolution)) this.#onChange(entry.host, entry.resolution);
    this.#next();
  }

  #forget(entry: Entry): void {
    this.#entries.delete(entry.host);
    this.#queue.delete(entry);
  }
}

function asFound(resolution: Resolution, host: string): Found {
  return resolution.kind === 'pending' ? { kind: 'failed', reason: `The name "${host}" is still being resolved.` } : resolution;
}

const same = (a: Resolution, b: Resolution): boolean =>
  a.kind === 'address' && b.kind === 'address' ? a.address === b.address && a.stale === b.stale && a.reason === b.reason : a.kind === 'failed' && b.kind === 'failed' && a.reason === b.reason;
