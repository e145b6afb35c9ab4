/** IP addresses between text and the bytes that go on the wire. */
import { isIP, SocketAddress } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Family } from './ping/icmp-packet.ts';

/** 4 or 16 bytes, network order. */
type IpAddress = { readonly family: Family; readonly bytes: Uint8Array };

/** The address in `text`, or null when it is not one. A zone (`%eth0`) is not accepted: stored devices have none. */
export function parseIpAddress(text: string): IpAddress | null {
  const family = text.includes('%') ? 0 : isIP(text);
  if (family === 4) return { family, bytes: Uint8Array.from(text.split('.'), Number) };
  return family === 6 ? { family, bytes: ipv6Bytes(text) } : null;
}

/** The shortest usual form. */
export function formatIpAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, i) => (((bytes[i * 2] ?? 0) << 8) | (bytes[i * 2 + 1] ?? 0)).toString(16));
  return new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address;
}

/** Writes the address in `text` at `into[at]`, 4 or 16 bytes, and says its family; null when it is not an address. The dotted form without making anything: every ping passes here. */
export function writeIpAddress(text: string, into: Uint8Array, at: number): Family | null {
  if (writeDotted(text, into, at)) return 4;
  const parsed = text.includes(':') ? parseIpAddress(text) : null;
  if (!parsed) return null;
  into.set(parsed.bytes, at);
  return parsed.family;
}

/** Four numbers up to 255 without leading zeros, as `isIP` has it. */
function writeDotted(text: string, into: Uint8Array, at: number): boolean {
  let group = 0;
  let value = -1;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit === dot) {
      if (value < 0 || group === 3) return false;
      into[at + group++] = value;
      value = -1;
    } else if (digit < 0 || digit > 9 || value === 0) return false;
    else if ((value = value < 0 ? digit : value * 10 + digit) > 255) return false;
  }
  into[at + group] = value;
  return group === 3 && value >= 0;
}

const dot = '.'.charCodeAt(0) - '0'.charCodeAt(0);

/** Who complains, or null when that is an address of this host: its own stack answers for a neighbour that does not. */
export function byOthers(from: string): string | null {
  return Object.values(networkInterfaces()).some(list => list?.some(own => own.address === from)) ? null : from;
}

/** `text` is a valid IPv6 address: at most one `::`, and perhaps a dotted IPv4 tail. */
function ipv6Bytes(text: string): Uint8Array {
  const [head = '', tail] = text.split('::');
  const front = groupBytes(head);
  const back = tail === undefined ? [] : groupBytes(tail);
  const bytes = new Uint8Array(16);
  bytes.set(front);
  bytes.set(back, 16 - back.length);
  return bytes;
}

function groupBytes(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap(group => {
    if (group.includes('.')) return group.split('.').map(Number);
    const value = Number.parseInt(group, 16);
    return [value >>> 8, value & 0xff];
  });
}
