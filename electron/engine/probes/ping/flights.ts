/** The requests that are under way or were answered, by the index that their replies carry. Columns, because at 100,000 a second objects would cost more than the network. */
import { randomFillSync } from 'node:crypto';
import type { Family } from './icmp-packet.ts';

/** Also the range of the sequence number, by which an ICMP error that quotes no payload is matched. */
export const maxUnderWay = 65_536;

const addressBytes = 16;
const none = -1;
type Line = { first: number; last: number };

/** What is known of an index: nothing (or its request was lost), a request under way, or one that was answered. */
export const flying = 1;
export const answered = 2;

export class Flights {
  readonly ids = new Float64Array(maxUnderWay);
  readonly sentUs = new Float64Array(maxUnderWay);
  readonly sentMonotonicMs = new Float64Array(maxUnderWay);
  readonly timeoutsMs = new Float64Array(maxUnderWay);
  readonly nonces = new Uint32Array(maxUnderWay);
  readonly checksums = new Uint16Array(maxUnderWay);
  readonly #states = new Uint8Array(maxUnderWay);
  readonly #families = new Uint8Array(maxUnderWay);
  readonly #addresses = new Uint8Array(maxUnderWay * addressBytes);
  readonly #freshNonces = new Uint32Array(1024);
  #usedNonces = this.#freshNonces.length;
  #nextIndex = 0;
  #flying = 0;
  /** For each timeout in use what is under way, in order of sending, which is the order in which they expire. */
  readonly #lines = new Map<number, Line>();
  /** Who stands before and behind in the line; `none` at its ends. */
  readonly #before = new Int32Array(maxUnderWay);
  readonly #behind = new Int32Array(maxUnderWay);

  get underWay(): number {
    return this.#flying;
  }

  /** An index for the next request, with a new nonce; null when all are under way. They go round, so that a late reply meets an index long free, and an answered request is remembered as long as can be. */
  next(): number | null {
    if (this.#flying >= maxUnderWay) return null;
    while (this.#states[this.#nextIndex] === flying) this.#nextIndex = (this.#nextIndex + 1) % maxUnderWay;
    const index = this.#nextIndex;
    this.#states[index] = 0;
    this.nonces[index] = this.#nonce();
    return index;
  }

  /** The request that `next` gave the index for has left. */
  begin(index: number, id: number, family: Family, addresses: Uint8Array, addressAt: number, timeoutMs: number, sentUs: number, sentMonotonicMs: number): void {
    this.ids[index] = id;
    this.sentUs[index] = sentUs;
    this.sentMonotonicMs[index] = sentMonotonicMs;
    this.timeoutsMs[index] = timeoutMs;
    this.#families[index] = family;
    const length = family === 4 ? 4 : 16;
    for (let i = 0; i < length; i++) this.#addresses[index * addressBytes + i] = addresses[addressAt + i] ?? 0;
    this.#states[index] = flying;
    this.#flying++;
    this.#nextIndex = (index + 1) % maxUnderWay;
    let line = this.#lines.get(timeoutMs);
    if (!line) this.#lines.set(timeoutMs, (line = { first: none, last: none }));
    this.#before[index] = line.last;
    this.#behind[index] = none;
    if (line.last === none) line.first = index;
    else this.#behind[line.last] = index;
    line.last = index;
  }

  /** The state of the request with that index, where index and family are right; `nonces` are for the caller to compare. */
  stateOf(index: number, family: Family): number {
    return this.#families[index] === family ? (this.#states[index] ?? 0) : 0;
  }

  wasSentTo(index: number, address: Uint8Array, at: number): boolean {
    const length = this.#families[index] === 4 ? 4 : 16;
    for (let i = 0; i < length; i++) if (this.#addresses[index * addressBytes + i] !== address[at + i]) return false;
    return true;
  }

  /** Valid until the index is used again. */
  addressOf(index: number): Uint8Array {
    return this.#addresses.subarray(index * addressBytes, index * addressBytes + (this.#families[index] === 4 ? 4 : 16));
  }

  end(index: number, state: typeof answered | 0): void {
    this.#states[index] = state;
    this.#flying--;
    const line = this.#lines.get(this.timeoutsMs[index] ?? 0);
    if (!line) return;
    const before = this.#before[index] ?? none;
    const behind = this.#behind[index] ?? none;
    if (before === none) line.first = behind;
    else this.#behind[before] = behind;
    if (behind === none) line.last = before;
    else this.#before[behind] = before;
  }

  /** Calls `each` with every request whose time is over, after ending it. */
  expire(nowMs: number, each: (index: number) => void): void {
    for (const [timeoutMs, line] of this.#lines) {
      for (let index = line.first; index !== none && nowMs - (this.sentMonotonicMs[index] ?? 0) >= timeoutMs; index = line.first) {
        this.end(index, 0);
        each(index);
      }
      if (line.first === none) this.#lines.delete(timeoutMs);
    }
  }

  #nonce(): number {
    if (this.#usedNonces === this.#freshNonces.length) {
      randomFillSync(this.#freshNonces);
      this.#usedNonces = 0;
    }
    return this.#freshNonces[this.#usedNonces++] ?? 0;
  }
}
