import { expect, test } from 'vitest';
import { Address } from '../../../shared/model/device.ts';
import { normaliseAddress } from './address.ts';

test.each([
  ['127.0.1.1', '127.0.1.1'],
  ['2001:DB8:0:0::1', '2001:db8::1'],
  ['::ffff:127.0.1.1', '127.0.1.1'],
  ['::FFFF:7f00:101', '127.0.1.1'],
  [' ATM1.Example. ', 'atm1.example'],
  ['0.pool.example', '0.pool.example'],
])('%s is compared as %s', (written, compared) => expect(normaliseAddress(written)).toBe(compared));

test.each([
  '0.0.0.0', '224.0.0.1', '255.255.255.255', '::', 'ff02::1', '0:0:0:0:0:0:0:0', '::0.0.0.0', '::ffff:255.255.255.255', '::FFFF:e000:1', '0:0:0:0:0:ffff:0.0.0.1', 'FF02:0::1', '', '1.2.3', '300.1.2.3', '192.0.2.x', '192.0.2.1/24', '010.1.1.1', '0x7f.1', 'host.123', 'a b', '-x', 'x-', 'a..b', '.', '.a',
  'http://a.example', 'a.example:80', 'a@b', 'მარნეული.example', 'a'.repeat(64), `${'abcdefg.'.repeat(32)}abc`,
])('"%s" is not the address of one device', address => expect(Address.safeParse(address).success).toBe(false));

test.each([
  '127.0.0.1', '198.51.100.7', '223.255.255.254', '::1', '2001:db8::5', '::ffff:192.0.2.5', 'core-1', 'ATM1.example.', 'a_b.example', '1e100.example', '224.example', 'ff-1', 'localhost', `${'abcdefg.'.repeat(31)}abcde`,
])('%s is', address => expect(Address.safeParse(address).success).toBe(true));

test('the refusal says what would do', () =>
  expect(Address.safeParse('300.1.2.3').error?.issues.map(issue => issue.message)).toEqual(['"300.1.2.3" is neither an IP address nor a host name; write one such as 192.0.2.5 or atm1.example.']));
