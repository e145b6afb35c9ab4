/** What the macOS kernel puts into memory for an ICMP datagram socket, as bytes. Pure. Layouts of the 64-bit headers. */
import type { Complaint } from './echo-socket.ts';
import { type Echo, type Family, readEchoReply, readQuotedRequest, skipIpv4Header } from './icmp-packet.ts';

export const domains = { 4: 2, 6: 30 } as const;
/** Of struct sockaddr_in and sockaddr_in6. */
export const nameBytes = { 4: 16, 6: 28 } as const;
/** Where the address begins in them. */
export const addressAt = { 4: 4, 6: 8 } as const;
const solSocket = 0xffff;
const scmTimestamp = 0x02;
const ip6HeaderBytes = 40;
const errorHeaderBytes = 8;

/** Fills a sockaddr, which begins with its own length here. */
export function writeName(bytes: Uint8Array, at: number, family: Family, address: Uint8Array): void {
  bytes.fill(0, at, at + nameBytes[family]);
  bytes[at] = nameBytes[family];
  bytes[at + 1] = domains[family];
  bytes.set(address, at + addressAt[family]);
}

/** The receive time among the control messages (struct cmsghdr: length u32, level i32, type i32; aligned to 4) in bytes `from` up to `to`, UTC microseconds; NaN when there is none. */
export function readTimestampUs(view: DataView, from: number, to: number): number {
  for (let at = from; at + 12 <= to; ) {
    const length = view.getUint32(at, true);
    if (length < 12) return Number.NaN;
    // A struct timeval: seconds i64, microseconds i32.
    const stamp = view.getInt32(at + 4, true) === solSocket && view.getInt32(at + 8, true) === scmTimestamp && length >= 24 && at + 24 <= to;
    if (stamp) return view.getUint32(at + 12, true) * 1e6 + view.getUint32(at + 20, true);
    at += (length + 3) & ~3;
  }
  return Number.NaN;
}

type Message = { readonly kind: 'reply'; readonly echo: Echo } | { readonly kind: 'complaint'; readonly complaint: Omit<Complaint, 'from'> };

/**
 * The message in bytes `from` up to `to`; null for what is neither an echo reply nor an error about a request. An IPv4 message comes with its IP header, in which the kernel has
 * changed the length; so has it in the quoted one of an error, for which nothing here trusts checksums: the kernel has verified them before.
 */
export function readMessage(bytes: Uint8Array, family: Family, from: number, to: number): Message | null {
  const begin = family === 4 ? skipIpv4Header(bytes, from, to) : from;
  if (begin === null) return null;
  const echo = readEchoReply(bytes, family, begin, to);
  if (echo) return { kind: 'reply', echo };
  const [type = 0, code = 0] = bytes.subarray(begin, begin + 2);
  if (begin + errorHeaderBytes > to || !(family === 4 ? errors4 : errors6).includes(type)) return null;
  const quoted = begin + errorHeaderBytes;
  const request = family === 4 ? skipIpv4Header(bytes, quoted, to) : quoted + ip6HeaderBytes;
  const asked = request === null ? null : readQuotedRequest(bytes, family, request, to);
  if (!asked) return null;
  const destination = family === 4 ? bytes.slice(quoted + 16, quoted + 20) : bytes.slice(quoted + 24, quoted + 40);
  return { kind: 'complaint', complaint: { quoted: asked, destination, type, code } };
}

/** Unreachable, time exceeded, parameter problem; and for IPv6 packet too big. */
const errors4: readonly number[] = [3, 11, 12];
const errors6: readonly number[] = [1, 2, 3, 4];
