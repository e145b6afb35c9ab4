/** One spelling for each address, so that two ways of writing the same host can be compared. */
import { isIPv6 } from 'node:net';

/**
 * The address as it is compared, not as it is shown: IPv6 lower-case and compressed (RFC 5952), anything else trimmed and lower-case.
 * Two addresses are the same host exactly when their normalised forms are equal. Never throws.
 */
export function normaliseAddress(address: string): string {
  const trimmed = address.trim().toLowerCase();
  // The URL parser writes IPv6 the canonical way; a zone would be refused by it, and zones are not valid addresses here.
  return isIPv6(trimmed) && !trimmed.includes('%') ? new URL(`http://[${trimmed}]`).hostname.slice(1, -1) : trimmed;
}
