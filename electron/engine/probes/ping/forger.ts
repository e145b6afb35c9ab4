/** For tests and benchmarks: ICMP as a hostile or broken host would send it, and a look at the requests it would see. Raw sockets of Linux, so root only, and meant for loopback and network namespaces. */
import koffi from 'koffi';
import { checksum, type Family } from './icmp-packet.ts';
import { parseIpAddress } from '../ip-address.ts';

/** An echo request as it passed by: the ICMP message alone. */
export type SeenRequest = { readonly source: Uint8Array; readonly destination: Uint8Array; readonly message: Uint8Array };

const domains = { 4: 2, 6: 10 } as const;
const icmpProtocols = { 4: 1, 6: 58 } as const;
const rawSocket = 3;
const ipProtoRaw = 255;
const dontWait = 0x40;
const solSocket = 1;
const soMark = 36;
/** Forged packets carry this mark, so that a firewall rule can silence a host and let its impostor through. */
export const forgedMark = 1;

export class Forger {
  readonly #libc = bind();
  readonly #out: { readonly [family in Family]: number };
  readonly #seen: number;
  readonly #buffer = new Uint8Array(65_536);

  constructor() {
    const open = (family: Family, protocol: number): number => {
      const fd = this.#libc.socket(domains[family], rawSocket, protocol);
      if (fd < 0) throw new Error('Forging packets needs root on Linux.');
      return fd;
    };
    this.#out = { 4: open(4, ipProtoRaw), 6: open(6, ipProtoRaw) };
    const mark = new Uint8Array(Uint32Array.of(forgedMark).buffer);
    for (const fd of [this.#out[4], this.#out[6]]) this.#libc.setsockopt(fd, solSocket, soMark, mark, mark.length);
    this.#seen = open(4, icmpProtocols[4]);
  }

  /** Sends a whole IP packet. False when the kernel would not. */
  send(family: Family, destination: Uint8Array, packet: Uint8Array): boolean {
    const name = new Uint8Array(family === 4 ? 16 : 28);
    name[0] = domains[family];
    name.set(destination, family === 4 ? 4 : 8);
    return this.#libc.sendto(this.#out[family], packet, packet.length, dontWait, name, name.length) >= 0;
  }

  /** The IPv4 echo requests that have passed since the last call. */
  requests(): SeenRequest[] {
    const requests: SeenRequest[] = [];
    for (;;) {
      const length = this.#libc.recv(this.#seen, this.#buffer, this.#buffer.length, dontWait);
      if (length < 0) return requests;
      const packet = this.#buffer.slice(0, length);
      const header = ((packet[0] ?? 0) & 0x0f) * 4;
      if (packet[header] === 8) requests.push({ source: packet.slice(12, 16), destination: packet.slice(16, 20), message: packet.slice(header) });
    }
  }

  close(): void {
    for (const fd of [this.#out[4], this.#out[6], this.#seen]) this.#libc.close(fd);
  }
}

/** An IP packet with that ICMP message, from wherever it claims to come. An IPv6 message gets its right checksum unless `asIs`. */
export function ipPacket(family: Family, source: Uint8Array, destination: Uint8Array, message: Uint8Array, asIs = false): Uint8Array {
  if (family === 4) {
    const header = Uint8Array.of(0x45, 0, 0, 0, 0, 0, 0, 0, 64, icmpProtocols[4], 0, 0, ...source, ...destination);
    new DataView(header.buffer).setUint16(2, header.length + message.length);
    new DataView(header.buffer).setUint16(10, checksum(header));
    return joined(header, message);
  }
  const header = Uint8Array.of(0x60, 0, 0, 0, 0, 0, icmpProtocols[6], 64, ...source, ...destination);
  new DataView(header.buffer).setUint16(4, message.length);
  if (asIs || message.length < 4) return joined(header, message);
  const whole = Uint8Array.from(message);
  whole.set([0, 0], 2);
  const pseudo = joined(Uint8Array.of(...source, ...destination, 0, 0, message.length >> 8, message.length & 0xff, 0, 0, 0, icmpProtocols[6]), whole);
  new DataView(whole.buffer).setUint16(2, checksum(pseudo));
  return joined(header, whole);
}

/** An IPv4 ICMP message with its right checksum, where it is long enough to have one. */
export function summed(message: Uint8Array): Uint8Array {
  if (message.length < 4) return message;
  const whole = Uint8Array.from(message);
  whole.set([0, 0], 2);
  new DataView(whole.buffer).setUint16(2, checksum(whole));
  return whole;
}

/** What a host answers to that request (RFC 792). */
export const replyTo = (request: Uint8Array): Uint8Array => summed(joined(Uint8Array.of(0, 0, 0, 0), request.subarray(4)));

/** The bytes of an address that is known to be one. */
export function addressBytes(text: string): Uint8Array {
  const parsed = parseIpAddress(text);
  if (!parsed) throw new Error(`${text} is not an address.`);
  return parsed.bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

type Libc = {
  readonly socket: (domain: number, type: number, protocol: number) => number;
  readonly close: (fd: number) => number;
  readonly setsockopt: (fd: number, level: number, option: number, value: Uint8Array, length: number) => number;
  readonly sendto: (fd: number, bytes: Uint8Array, length: number, flags: number, address: Uint8Array, addressLength: number) => number;
  readonly recv: (fd: number, bytes: Uint8Array, length: number, flags: number) => number;
};

function bind(): Libc {
  const library = koffi.load('libc.so.6');
  return {
    socket: library.func('int socket(int, int, int)'),
    close: library.func('int close(int)'),
    setsockopt: library.func('int setsockopt(int, int, int, void*, uint)'),
    sendto: library.func('long sendto(int, void*, size_t, int, void*, uint)'),
    recv: library.func('long recv(int, _Out_ void*, size_t, int)'),
  };
}
