import { expect, test } from 'vitest';
import { checksumIn, writeEchoRequest } from './icmp-packet.ts';
import { readMessage, readTimestampUs, writeName } from './macos-packet.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
const hexOf = (from: Uint8Array): string => Buffer.from(from).toString('hex');

/** An echo message with that type: identifier 7, index 0x10002, nonce 0xdeadbeef. */
function echo(type: number, family: 4 | 6): Uint8Array {
  const packet = new Uint8Array(24);
  writeEchoRequest(packet, family, 7, { index: 0x10002, nonce: 0xdeadbeef });
  packet[0] = type;
  return packet;
}

/** As the kernel hands it up: the length without the header, in the order of the processor. */
const header4 = bytes('4500 1800 0000 4000 4001 0000 c0000205 7f000001');

test('a socket address begins with its length, then the family', () => {
  const name = new Uint8Array(32).fill(0xff);
  writeName(name, 0, 4, Uint8Array.of(192, 0, 2, 5));
  const six = new Uint8Array(32).fill(0xff);
  writeName(six, 0, 6, bytes('20010db8000000000000000000000001'));
  expect([hexOf(name), hexOf(six)]).toEqual(['10020000c00002050000000000000000ffffffffffffffffffffffffffffffff', '1c1e00000000000020010db800000000000000000000000100000000ffffffff']);
});

test('the receive time is found among other control messages', () => {
  // A control message of another kind, 13 bytes long and so padded to 16, then SCM_TIMESTAMP: 1,700,000,000 s, 123,456 us.
  const control = bytes('0d000000 00000000 14000000 01000000  1c000000 ffff0000 02000000 00f1536500000000 40e20100 00000000');
  const view = new DataView(control.buffer);
  expect([readTimestampUs(view, 0, control.length), readTimestampUs(view, 0, 16), readTimestampUs(view, 16, 30)]).toEqual([1_700_000_000_123_456, Number.NaN, Number.NaN]);
});

test('a reply is found behind its IP header over IPv4, and at once over IPv6', () => {
  const four = Uint8Array.of(...header4, ...echo(0, 4));
  const six = echo(129, 6);
  const reply = { kind: 'reply', echo: { ident: 7, sequence: 2, index: 0x10002, nonce: 0xdeadbeef } };
  expect([readMessage(four, 4, 0, four.length), readMessage(six, 6, 0, six.length), readMessage(four, 6, 0, four.length), readMessage(four, 4, 0, 30)]).toEqual([reply, reply, null, null]);
});

test('an error names the request that it quotes, with or without its payload', () => {
  const quotedHeader = bytes('4500 4000 0000 4000 0101 0000 7f000001 c6336409');
  const error = (code: string, quoted: Uint8Array): Uint8Array => Uint8Array.of(...header4, ...bytes(code), ...quotedHeader, ...quoted);
  const whole = error('0b00 0000 00000000', echo(8, 4));
  const short = error('0301 0000 00000000', echo(8, 4).subarray(0, 8));
  const quoted6 = Uint8Array.of(...bytes('0300 0000 00000000'), ...bytes('6000000000183a01 00000000000000000000000000000001 20010db8000000000000000000000009'), ...echo(128, 6));
  expect([readMessage(whole, 4, 0, whole.length), readMessage(short, 4, 0, short.length), readMessage(quoted6, 6, 0, quoted6.length)]).toEqual([
    { kind: 'complaint', complaint: { quoted: { ident: 7, sequence: 2, checksum: expect.any(Number), token: { index: 0x10002, nonce: 0xdeadbeef } }, destination: Uint8Array.of(198, 51, 100, 9), type: 11, code: 0 } },
    { kind: 'complaint', complaint: { quoted: { ident: 7, sequence: 2, checksum: checksumIn(echo(8, 4)), token: null }, destination: Uint8Array.of(198, 51, 100, 9), type: 3, code: 1 } },
    { kind: 'complaint', complaint: { quoted: { ident: 7, sequence: 2, checksum: expect.any(Number), token: { index: 0x10002, nonce: 0xdeadbeef } }, destination: bytes('20010db8000000000000000000000009'), type: 3, code: 0 } },
  ]);
});
