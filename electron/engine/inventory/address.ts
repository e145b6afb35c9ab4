/** One spelling for each address, so that two ways of writing the same host can be compared. */
import { isIPv4, isIPv6 } from 'node:net';
import { comparableIpv6, type NewDevice } from '../../../shared/model/device.ts';

/**
 * The address as it is compared, not as it is shown: IPv6 lower-case and compressed (RFC 5952), anything else trimmed and lower-case, a host name without the
 * dot at its end. Two addresses are the same host exactly when their normalised forms are equal; what a name stands for is not looked at. Never throws.
 */
export function normaliseAddress(address: string): string {
  const trimmed = address.trim().toLowerCase();
  // A zone would be refused, and zones are not valid addresses here.
  return isIPv6(trimmed) && !trimmed.includes('%') ? comparableIpv6(trimmed) : trimmed.replace(/(?<=.)\.$/, '');
}

/** A router whose address ends in .5 leads its branch to the internet, unless somebody says otherwise. */
export const isProvidersRouter = ({ type, address }: Pick<NewDevice, 'type' | 'address'>): boolean => type === 'router' && isIPv4(address.trim()) && address.trim().endsWith('.5');
