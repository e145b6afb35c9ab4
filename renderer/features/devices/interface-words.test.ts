import { expect, test } from 'vitest';
import { formatMbps, formatSpeed, interfaceClass, interfaceState, providersOf, sortedInterfaces } from './interface-words.ts';

const row = (part: Partial<Parameters<typeof interfaceClass>[0]> & { ifIndex?: number } = {}) => ({ ifIndex: 1, adminUp: true, operStatus: 'up', ispProvider: null, ...part }) as const;

test('rates line up in Mbit/s', () => {
  expect([null, 0, 1, 51_500, 1_037_500, 5_000_000, 93_750_000].map(formatMbps)).toEqual(['–', '0', '<0.01', '0.41', '8.30', '40.0', '750']);
});

test('a speed is told in its own unit', () => {
  expect([null, 64_000, 1_544_000, 100_000_000, 2_500_000_000, 100_000_000_000, 1].map(formatSpeed)).toEqual([null, '64 kbit/s', '1.54 Mbit/s', '100 Mbit/s', '2.5 Gbit/s', '100 Gbit/s', '1 bit/s']);
});

test('a port that somebody switched off is off; a provider\'s link that is down stands out', () => {
  expect([row({ adminUp: false, operStatus: 'down' }), row({ operStatus: 'down' }), row({ adminUp: false, operStatus: 'not-present' })].map(interfaceState)).toEqual(['off', 'down', 'not-present']);
  expect([row({ operStatus: 'down' }), row({ operStatus: 'down', ispProvider: 'Magti' }), row({ ispProvider: 'Magti' })].map(interfaceClass)).toEqual(['state state-known-down', 'state state-down', 'state state-up']);
});

test('providers\' links come first, and what is not in use comes apart', () => {
  const rows = [row(), row({ ifIndex: 2, operStatus: 'down' }), row({ ifIndex: 3, operStatus: 'down', ispProvider: 'Silknet' }), row({ ifIndex: 4, ispProvider: 'Magti' }), row({ ifIndex: 5, ispProvider: 'Magti' })];
  const { used, unused } = sortedInterfaces(rows);
  expect([used.map(each => each.ifIndex), unused.map(each => each.ifIndex), providersOf(rows)]).toEqual([[3, 4, 5, 1], [2], ['Magti', 'Silknet']]);
});
