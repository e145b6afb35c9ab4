/** ICMP echo messages (RFC 792, RFC 4443) as bytes: write a request, read a reply, name an error. Pure. */

export type Family = 4 | 6;

/** What tells one echo from every other: `index` finds the request, `nonce` proves that the reply is ours. Both are unsigned 32-bit. */
export type EchoToken = { readonly index: number; readonly nonce: number };
export type Echo = EchoToken & { readonly ident: number; readonly sequence: number };

const echoTypes = { 4: { request: 8, reply: 0 }, 6: { request: 128, reply: 129 } } as const;
/** Of an echo message: type, code, checksum, identifier, sequence number. */
export const echoHeaderBytes = 8;
const tokenBytes = 8;

/** The Internet checksum (RFC 1071) of bytes `from` up to `to`; 0 for a message that contains its own correct checksum. */
export function checksum(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let sum = 0;
  for (let at = from; at < to; at += 2) sum += (byteAt(bytes, at) << 8) | (at + 1 < to ? byteAt(bytes, at + 1) : 0);
  return ~folded(sum) & 0xffff;
}

/** Fills all of `packet` with an echo request. The sequence number is the low half of the index. An IPv6 checksum stays 0: the kernel fills it in. */
export function writeEchoRequest(packet: Uint8Array, family: Family, ident: number, token: EchoToken): void {
  packet[0] = echoTypes[family].request;
  packet[1] = 0;
  write16(packet, 2, 0);
  write16(packet, 4, ident);
  writeToken(packet, token.index, token.nonce);
  for (let at = echoHeaderBytes + tokenBytes; at < packet.length; at++) packet[at] = at;
  if (family === 4) write16(packet, 2, checksum(packet));
}

/** Makes a request that `writeEchoRequest` wrote the next one: only token, sequence number and checksum change, the latter by the difference (RFC 1624). */
export function rewriteToken(packet: Uint8Array, family: Family, index: number, nonce: number): void {
  const before = family === 4 ? tokenSum(packet) : 0;
  writeToken(packet, index, nonce);
  if (family === 4) write16(packet, 2, ~folded((~read16(packet, 2) & 0xffff) + tokenWords * 0xffff - before + tokenSum(packet)) & 0xffff);
}

/** The echo reply in bytes `from` up to `to`, or null for anything else: other types, short messages. Its checksum is for `checksum` to judge. */
export function readEchoReply(bytes: Uint8Array, family: Family, from = 0, to = bytes.length): Echo | null {
  return bytes[from] === echoTypes[family].reply ? readEcho(bytes, from, to) : null;
}

/** An echo request as an ICMP error quotes it. IPv4 routers may quote as little as the 8 bytes of header; then `token` is null, and the checksum, over which the nonce went, has to prove that it is ours. */
export type QuotedRequest = { readonly ident: number; readonly sequence: number; readonly checksum: number; readonly token: EchoToken | null };

/** The request that an ICMP error quotes, or null. */
export function readQuotedRequest(bytes: Uint8Array, family: Family, from = 0, to = bytes.length): QuotedRequest | null {
  if (bytes[from] !== echoTypes[family].request || to > bytes.length || to - from < echoHeaderBytes) return null;
  const whole = readEcho(bytes, from, to);
  return { ident: read16(bytes, from + 4), sequence: read16(bytes, from + 6), checksum: read16(bytes, from + 2), token: whole && { index: whole.index, nonce: whole.nonce } };
}

/** The checksum that a request which had `sent` under the identifier `ident` has under another: kernels and address translators change it on the way. */
export const checksumUnder = (sent: number, ident: number, other: number): number => ~folded((~sent & 0xffff) + (~ident & 0xffff) + other) & 0xffff;

/** One's complement has two zeros. */
export const sameChecksum = (a: number, b: number): boolean => a % 0xffff === b % 0xffff;

/** The checksum in the header of a message. */
export const checksumIn = (packet: Uint8Array): number => read16(packet, 2);

/** Where the ICMP message begins in an IPv4 packet from `from` up to `to`; null when the header is not one. */
export function skipIpv4Header(bytes: Uint8Array, from = 0, to = bytes.length): number | null {
  const first = byteAt(bytes, from);
  const length = (first & 0x0f) * 4;
  return first >>> 4 === 4 && length >= 20 && from + length <= to ? from + length : null;
}

/** In the words of every backend: a path that lets requests of this size through in no case, or only in pieces. */
export const tooBig = 'packet too big for the path';

const unreachable4 = [
  'network unreachable', 'host unreachable', 'protocol unreachable', 'port unreachable', tooBig, 'source route failed', 'network unknown', 'host unknown',
  'host isolated', 'network forbidden by an administrator', 'host forbidden by an administrator', 'network unreachable for this type of service',
  'host unreachable for this type of service', 'forbidden by a filter', 'host precedence violation', 'precedence cut-off',
] as const;
const unreachable6 = [
  'no route to the destination', 'forbidden by a filter', 'beyond the scope of the source address', 'address unreachable', 'port unreachable', 'source address refused by policy', 'route rejected',
] as const;

/** What an ICMP error says about a request of ours. */
export type IcmpError = { readonly kind: 'unreachable'; readonly reason: string } | { readonly kind: 'hops-exceeded' };

/** What an ICMP error message says; null for a message that is not about a lost request. */
export function readIcmpError(family: Family, type: number, code: number): IcmpError | null {
  if (type === (family === 4 ? 11 : 3) && code === 0) return { kind: 'hops-exceeded' };
  const reason = reasonOf(family, type, code);
  return reason === null ? null : { kind: 'unreachable', reason };
}

function reasonOf(family: Family, type: number, code: number): string | null {
  if (type === (family === 4 ? 3 : 1)) return (family === 4 ? unreachable4 : unreachable6)[code] ?? `destination unreachable (code ${code})`;
  if (type === (family === 4 ? 11 : 3)) return 'fragments were lost on the way';
  if (family === 6 && type === 2) return tooBig;
  if (type === (family === 4 ? 12 : 4)) return 'a router could not read the packet';
  return null;
}

function readEcho(bytes: Uint8Array, from: number, to: number): Echo | null {
  if (to > bytes.length || to - from < echoHeaderBytes + tokenBytes) return null;
  return { ident: read16(bytes, from + 4), sequence: read16(bytes, from + 6), index: read32(bytes, from + echoHeaderBytes), nonce: read32(bytes, from + echoHeaderBytes + 4) };
}

const byteAt = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0;
const read16 = (bytes: Uint8Array, at: number): number => (byteAt(bytes, at) << 8) | byteAt(bytes, at + 1);
const read32 = (bytes: Uint8Array, at: number): number => ((read16(bytes, at) << 16) | read16(bytes, at + 2)) >>> 0;

const folded = (sum: number): number => {
  let rest = sum;
  while (rest > 0xffff) rest = (rest >>> 16) + (rest & 0xffff);
  return rest;
};

/** Sequence number, index and nonce. */
const tokenWords = 5;
const tokenSum = (packet: Uint8Array): number => read16(packet, 6) + read16(packet, 8) + read16(packet, 10) + read16(packet, 12) + read16(packet, 14);

function writeToken(packet: Uint8Array, index: number, nonce: number): void {
  write16(packet, 6, index & 0xffff);
  write32(packet, echoHeaderBytes, index);
  write32(packet, echoHeaderBytes + 4, nonce);
}

function write16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

function write32(bytes: Uint8Array, at: number, value: number): void {
  write16(bytes, at, value >>> 16);
  write16(bytes, at + 2, value & 0xffff);
}
