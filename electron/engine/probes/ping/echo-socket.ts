/** What the ping thread needs of a socket, whatever the system calls it. */
import type { Family, QuotedRequest } from './icmp-packet.ts';

/** An echo reply as it arrived, token and source; the source is valid during the call. `atUs`: the kernel's receive time, UTC microseconds; NaN when it gave none. */
export type ReceiveReply = (index: number, nonce: number, source: Uint8Array, sourceAt: number, atUs: number) => void;

/** An ICMP error about what may be a request of ours: as quoted, where it was sent, who complains (null: not told), and of what. */
export type Complaint = {
  readonly quoted: QuotedRequest;
  readonly destination: Uint8Array;
  readonly from: Uint8Array | null;
  readonly type: number;
  readonly code: number;
};

/** Nothing in it waits. */
export interface EchoSocket {
  readonly family: Family;
  /** What the kernel keeps for certain between two calls of `drain`. */
  readonly receiveBufferBytes: number;
  /** Sends one request to the address of 4 or 16 bytes at `addresses[addressAt]`; `echo` is an `echoCode`. Null when sent, else the error's name (EACCES, EMSGSIZE, …). */
  send(addresses: Uint8Array, addressAt: number, index: number, nonce: number, echo: number): string | null;
  /** Identifier and checksum of the request sent last; other identifiers may be seen on the wire. */
  readonly ident: number;
  readonly sentChecksum: number;
  /** UTC now, in microseconds: the clock that arrivals are stamped with. */
  nowUs(): number;
  /** Hands over everything that has arrived and may be about requests of this socket. How many messages it took. */
  drain(receive: ReceiveReply, complain: (complaint: Complaint) => void): number;
  close(): void;
}

/** What a packet with that payload takes of a receive buffer, rounded up. */
export const bufferedBytes = (payloadBytes: number): number => 1024 + 2 * payloadBytes;
