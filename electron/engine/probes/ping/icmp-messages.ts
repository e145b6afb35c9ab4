/** What the engine and its ping thread tell each other: columns of numbers, which cross between threads at next to no cost. */
import type { Family } from './icmp-packet.ts';
import { writeIpAddress } from '../ip-address.ts';
import type { EchoOptions, Oddity, PingBackend } from '../probe.ts';

/** A way of pinging that the thread can try. */
export type IcmpBackend = Extract<PingBackend, `icmp-${string}`>;

/** Best first. */
export type IcmpWorkerData = { readonly backends: readonly IcmpBackend[] };

/** Row `i` has an id, an address of 4 or 16 bytes at `16 * i`, and an `echoCode`. */
export type PingBatch = {
  readonly ids: Uint32Array;
  readonly families: Uint8Array;
  readonly addresses: Uint8Array;
  readonly timeoutsMs: Float64Array;
  readonly echoes: Uint32Array;
};

/** To the thread. */
export type IcmpRequest = { readonly kind: 'ping'; readonly batch: PingBatch } | { readonly kind: 'close' };

/** An outcome that is not a reply or a timeout. */
export type OtherOutcome =
  | { readonly kind: 'unreachable'; readonly reason: string; readonly from: string | null }
  | { readonly kind: 'hops-exceeded'; readonly from: string | null }
  | { readonly kind: 'not-sent' | 'failed'; readonly reason: string };

/**
 * From the thread. `opened` comes once, first; `backend` null: each was refused, by that error. Outcomes travel as columns of three
 * numbers each: id, sentAt (UTC ms), and the round trip in µs, or -1 for a timeout, or -2 - n for entry n of `others`.
 */
export type IcmpReport =
  | { readonly kind: 'opened'; readonly backend: IcmpBackend | null; readonly refusals: readonly { readonly backend: IcmpBackend; readonly error: string }[] }
  | { readonly kind: 'outcomes'; readonly columns: Float64Array; readonly others: readonly OtherOutcome[]; readonly oddities: readonly Oddity[] };

/** Echo options as one number, which is quick to compare. */
export const echoCode = ({ payloadBytes, dscp, dontFragment }: EchoOptions): number => payloadBytes * 128 + dscp * 2 + (dontFragment ? 1 : 0);

export const payloadBytesOf = (code: number): number => code >>> 7;

export const echoOf = (code: number): EchoOptions => ({ payloadBytes: payloadBytesOf(code), dscp: (code >> 1) & 63, dontFragment: (code & 1) === 1 });

/** Gathers the rows of a batch. */
export class BatchColumns {
  #size = 0;
  #ids = new Uint32Array(64);
  #families = new Uint8Array(64);
  #addresses = new Uint8Array(64 * 16);
  #timeoutsMs = new Float64Array(64);
  #echoes = new Uint32Array(64);

  get size(): number {
    return this.#size;
  }

  /** False when the text is not an address; then nothing is added. */
  add(id: number, address: string, timeoutMs: number, echo: number): boolean {
    const at = this.#size;
    if (at === this.#families.length) this.#grow();
    const family: Family | null = writeIpAddress(address, this.#addresses, at * 16);
    if (family === null) return false;
    this.#ids[at] = id;
    this.#families[at] = family;
    this.#timeoutsMs[at] = timeoutMs;
    this.#echoes[at] = echo;
    this.#size = at + 1;
    return true;
  }

  /** All rows so far; afterwards there are none. */
  take(): PingBatch {
    const rows = this.#size;
    this.#size = 0;
    return {
      ids: this.#ids.slice(0, rows), families: this.#families.slice(0, rows), addresses: this.#addresses.slice(0, rows * 16),
      timeoutsMs: this.#timeoutsMs.slice(0, rows), echoes: this.#echoes.slice(0, rows),
    };
  }

  #grow(): void {
    const rows = this.#size * 2;
    const { ids, families, addresses, timeoutsMs, echoes } = { ids: this.#ids, families: this.#families, addresses: this.#addresses, timeoutsMs: this.#timeoutsMs, echoes: this.#echoes };
    (this.#ids = new Uint32Array(rows)).set(ids);
    (this.#families = new Uint8Array(rows)).set(families);
    (this.#addresses = new Uint8Array(rows * 16)).set(addresses);
    (this.#timeoutsMs = new Float64Array(rows)).set(timeoutsMs);
    (this.#echoes = new Uint32Array(rows)).set(echoes);
  }
}
