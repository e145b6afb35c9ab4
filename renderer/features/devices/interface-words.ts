/** A device's interfaces in words, shapes and figures. */
import type { InterfaceRow } from '../../../shared/model/interface.ts';
import { dash } from '../../ui/format.ts';

/** How it is for people: what was switched off by somebody is neither up nor down. */
export type InterfaceState = 'up' | 'down' | 'dormant' | 'not-present' | 'unknown' | 'off';

const classes: Readonly<Record<InterfaceState, string>> = {
  'up': 'state state-up', 'down': 'state state-known-down', 'dormant': 'state state-up', 'not-present': 'state state-no-data', 'unknown': 'state state-not-observed', 'off': 'state state-paused',
};

export const interfaceState = ({ adminUp, operStatus }: Pick<InterfaceRow, 'adminUp' | 'operStatus'>): InterfaceState => (adminUp || operStatus === 'up' || operStatus === 'not-present' ? operStatus : 'off');

/** Class names of its mark. A provider's link that is down is trouble; another port that is down may have nothing plugged in. */
export function interfaceClass(row: Pick<InterfaceRow, 'adminUp' | 'operStatus' | 'ispProvider'>): string {
  const state = interfaceState(row);
  return state === 'down' && row.ispProvider !== null ? 'state state-down' : classes[state];
}

/** Providers' links first, then what is up; what is not in use comes apart. */
export function sortedInterfaces<Row extends Pick<InterfaceRow, 'adminUp' | 'operStatus' | 'ispProvider' | 'ifIndex'>>(rows: readonly Row[]): { readonly used: readonly Row[]; readonly unused: readonly Row[] } {
  const isUsed = (row: Row): boolean => row.ispProvider !== null || ['up', 'dormant'].includes(interfaceState(row));
  const inOrder = rows.toSorted((a, b) => Number(a.ispProvider === null) - Number(b.ispProvider === null) || a.ifIndex - b.ifIndex);
  return { used: inOrder.filter(isUsed), unused: inOrder.filter(row => !isUsed(row)) };
}

/** Every provider that is named here, once. */
export const providersOf = (rows: readonly Pick<InterfaceRow, 'ispProvider'>[]): string[] => [...new Set(rows.flatMap(({ ispProvider }) => ispProvider ?? []))].toSorted((a, b) => a.localeCompare(b));

/** Octets a second as Mbit/s with two decimals, fewer from ten on. The unit is in the header. */
export function formatMbps(octetsPerS: number | null): string {
  if (octetsPerS === null) return dash;
  const mbps = (octetsPerS * 8) / 1_000_000;
  if (mbps === 0) return '0';
  if (mbps < 0.005) return '<0.01';
  return mbps.toFixed(mbps < 9.995 ? 2 : mbps < 99.95 ? 1 : 0);
}

/** "100 Mbit/s", "2.5 Gbit/s"; null where it says none. */
export function formatSpeed(speedBps: number | null): string | null {
  if (speedBps === null) return null;
  const units = ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, speedBps)) / 3));
  return `${Number((speedBps / 1_000 ** power).toPrecision(3))} ${units[power] ?? ''}`;
}
