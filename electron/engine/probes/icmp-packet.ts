/** ICMP echo messages (RFC 792, RFC 4443) as bytes: write a request, read a reply, name an error. Pure. */

export type Family = 4 | 6;

/** What tells one echo from every other: `index` finds the request, `nonce` proves that the reply is ours. Both are unsigned 32-bit. */
export type EchoToken = { readonly index: number; readonly nonce: number };
export type Echo = EchoToken & { readonly ident: number; readonly sequence: number };

const echoTypes = { 4: { request: 8, reply: 0 }, 6: { request: 128, reply: 129 } } as const;
const headerBytes = 8;
const tokenBytes = 8;
/** Header and 56 bytes of payload, as `ping` sends: the size that every host and firewall has seen. */
export const echoBytes = 64;

/** The Internet checksum (RFC 1071) of bytes `from` up to `to`; 0 for a message that contains its own correct checksum. */
export function checksum(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let sum = 0;
  for (let at = from; at < to; at += 2) sum += (byteAt(bytes, at) << 8) | (at + 1 < to ? byteAt(bytes, at + 1) : 0);
  while (sum > 0xffff) sum = (sum >>> 16) + (sum & 0xffff);
  return ~sum & 0xffff;
}

/** Fills the first `echoBytes` of `packet` with an echo request. The sequence number is the low half of the index. An IPv6 checksum stays 0: the kernel fills it in. */
export function writeEchoRequest(packet: Uint8Array, family: Family, ident: number, token: EchoToken): void {
  packet[0] = echoTypes[family].request;
  packet[1] = 0;
  write16(packet, 2, 0);
  write16(packet, 4, ident);
  write16(packet, 6, token.index & 0xffff);
  write32(packet, headerBytes, token.index);
  write32(packet, headerBytes + 4, token.nonce);
  for (let at = headerBytes + tokenBytes; at < echoBytes; at++) packet[at] = at;
  if (family === 4) write16(packet, 2, checksum(packet, 0, echoBytes));
}

/** The echo reply in bytes `from` up to `to`, or null for anything else: other types, short or damaged messages. */
export function readEchoReply(bytes: Uint8Array, family: Family, from = 0, to = bytes.length): Echo | null {
  if (bytes[from] !== echoTypes[family].reply) return null;
  // The IPv6 checksum covers a pseudo-header and is checked by the kernel; a raw IPv4 socket delivers unchecked.
  if (family === 4 && checksum(bytes, from, to) !== 0) return null;
  return readEcho(bytes, from, to);
}

/**
 * The echo request that an ICMP error quotes. Routers may quote as little as the 8 bytes of header;
 * then `token` is null, and sequence number and destination have to do.
 */
export function readQuotedRequest(bytes: Uint8Array, family: Family, from = 0, to = bytes.length): { ident: number; sequence: number; token: EchoToken | null } | null {
  if (bytes[from] !== echoTypes[family].request || to - from < headerBytes) return null;
  const whole = readEcho(bytes, from, to);
  return { ident: read16(bytes, from + 4), sequence: read16(bytes, from + 6), token: whole && { index: whole.index, nonce: whole.nonce } };
}

/** Where the ICMP message begins in an IPv4 packet from `from` up to `to`; null when the header is not one. */
export function skipIpv4Header(bytes: Uint8Array, from = 0, to = bytes.length): number | null {
  const first = byteAt(bytes, from);
  const length = (first & 0x0f) * 4;
  return first >>> 4 === 4 && length >= 20 && from + length <= to ? from + length : null;
}

const unreachable4 = [
  'network unreachable', 'host unreachable', 'protocol unreachable', 'port unreachable', 'packet too big for the path', 'source route failed', 'network unknown', 'host unknown',
  'host isolated', 'network forbidden by an administrator', 'host forbidden by an administrator', 'network unreachable for this type of service',
  'host unreachable for this type of service', 'forbidden by a filter', 'host precedence violation', 'precedence cut-off',
] as const;
const unreachable6 = [
  'no route to the destination', 'forbidden by a filter', 'beyond the scope of the source address', 'address unreachable', 'port unreachable', 'source address refused by policy', 'route rejected',
] as const;

/** What an ICMP error message says, in words; null for a message that is not about an unreachable destination. */
export function describeError(family: Family, type: number, code: number): string | null {
  if (type === (family === 4 ? 3 : 1)) return (family === 4 ? unreachable4 : unreachable6)[code] ?? `destination unreachable (code ${code})`;
  if (type === (family === 4 ? 11 : 3)) return code === 0 ? 'too many hops on the way (a routing loop?)' : 'fragments were lost on the way';
  if (family === 6 && type === 2) return 'packet too big for the path';
  if (type === (family === 4 ? 12 : 4)) return 'a router could not read the packet';
  return null;
}

function readEcho(bytes: Uint8Array, from: number, to: number): Echo | null {
  if (to > bytes.length || to - from < headerBytes + tokenBytes) return null;
  return { ident: read16(bytes, from + 4), sequence: read16(bytes, from + 6), index: read32(bytes, from + headerBytes), nonce: read32(bytes, from + headerBytes + 4) };
}

const byteAt = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0;
const read16 = (bytes: Uint8Array, at: number): number => (byteAt(bytes, at) << 8) | byteAt(bytes, at + 1);
const read32 = (bytes: Uint8Array, at: number): number => ((read16(bytes, at) << 16) | read16(bytes, at + 2)) >>> 0;

function write16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

function write32(bytes: Uint8Array, at: number, value: number): void {
  write16(bytes, at, value >>> 16);
  write16(bytes, at + 2, value & 0xffff);
}
