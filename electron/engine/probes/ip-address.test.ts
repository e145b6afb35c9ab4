import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatIpAddress, parseIpAddress, writeIpAddress } from './ip-address.ts';

const hex = (text: string): string | null => {
  const address = parseIpAddress(text);
  return address && Buffer.from(address.bytes).toString('hex');
};

test('addresses become their bytes in network order', () => {
  expect([hex('192.0.2.5'), hex('::'), hex('::1'), hex('2001:db8::5:0'), hex('2001:DB8:0:0:1:0:0:1'), hex('::ffff:192.0.2.5'), hex('1:2:3:4:5:6:7::')]).toEqual([
    'c0000205', '0'.repeat(32), `${'0'.repeat(31)}1`, '20010db8000000000000000000050000', '20010db8000000000001000000000001', '00000000000000000000ffffc0000205', '00010002000300040005000600070000',
  ]);
});

test('what is not an address is refused', () => {
  expect(['', '192.0.2', '192.0.2.256', '192.0.2.5 ', 'core-1', '-c1', 'fe80::1%eth0', '1::2::3'].map(parseIpAddress)).toEqual(Array.from({ length: 8 }, () => null));
});

test('every address survives being written and read', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6().filter(isIPv6)), text => {
      const address = parseIpAddress(text);
      const again = address && parseIpAddress(formatIpAddress(address.bytes));
      expect(again).toEqual(address);
    }),
  );
});

test('what is written in place is what is parsed, for addresses and for what only looks like one', () => {
  const octet = fc.oneof(fc.nat(300).map(String), fc.constantFrom('', '0', '00', '01', '255', '256', '-1', ' 1', '1e1', '0x1'));
  const dotted = fc.array(octet, { minLength: 1, maxLength: 5 }).map(parts => parts.join('.'));
  fc.assert(
    fc.property(fc.oneof(dotted, fc.ipV4(), fc.ipV6(), fc.string({ maxLength: 12 })), text => {
      const bytes = new Uint8Array(20);
      const parsed = parseIpAddress(text);
      expect(writeIpAddress(text, bytes, 2)).toBe(parsed?.family ?? null);
      if (parsed) expect(bytes.subarray(2, 2 + parsed.bytes.length)).toEqual(parsed.bytes);
    }),
    { numRuns: 2_000 },
  );
});
