/** One spelling for each address, so that two ways of writing the same host can be compared. */
import { isIPv6 } from 'node:net';

/**
 * The address as it is compared, not as it is shown: IPv6 lower-case and compressed (RFC 5952), anything else trimmed and lower-case, a host name without the
 * dot at its end. Two addresses are the same host exactly when their normalised forms are equal; what a name stands for is not looked at. Never throws.
 */
export function normaliseAddress(address: string): string {
  const trimmed = address.trim().toLowerCase();
  // The URL parser writes IPv6 the canonical way; a zone would be refused by it, and zones are not valid addresses here.
  return isIPv6(trimmed) && !trimmed.includes('%') ? withoutMapping(new URL(`http://[${trimmed}]`).hostname.slice(1, -1)) : trimmed.replace(/(?<=.)\.$/, '');
}

/** An IPv4 address written as IPv6 (RFC 4291, section 2.5.5.2) is that IPv4 address. */
function withoutMapping(address: string): string {
  const [, high, low] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(address) ?? [];
  if (high === undefined || low === undefined) return address;
  const bits = (parseInt(high, 16) << 16) | parseInt(low, 16);
  return [24, 16, 8, 0].map(shift => (bits >>> shift) & 255).join('.');
}
