import { expect, test } from 'vitest';
import { Address } from '../../../shared/model/device.ts';
import { normaliseAddress } from './address.ts';

test.each([
  ['127.0.1.1', '127.0.1.1'],
  ['2001:DB8:0:0::1', '2001:db8::1'],
  ['::ffff:127.0.1.1', '127.0.1.1'],
  ['::FFFF:7f00:101', '127.0.1.1'],
])('%s is compared as %s', (written, compared) => expect(normaliseAddress(written)).toBe(compared));

test.each(['0.0.0.0', '224.0.0.1', '255.255.255.255', '::', 'ff02::1', 'core-1', '', '1.2.3'])('"%s" is not the address of one device', address => {
  expect(Address.safeParse(address).success).toBe(false);
});

test.each(['127.0.0.1', '198.51.100.7', '223.255.255.254', '::1', '2001:db8::5'])('%s is', address => expect(Address.safeParse(address).success).toBe(true));
