import { expect, test } from 'vitest';
import { ipAddr, isTouched, meaningOfSendError, meaningOfStatus, readReply, roundTripUs, slotLayout, writeSlot } from './windows-echo.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
const six = bytes('20010db8000000000000000000000005');
const token = { index: 0x01020304, nonce: 0xdeadbeef };

test('a slot has room for the reply with its payload, an error and the status block, and everything in it is aligned', () => {
  const layout = slotLayout(57);
  expect(layout.replyBytes).toBeGreaterThanOrEqual(40 + 57 + 8 + 16);
  for (const at of Object.values(layout)) expect(at % 8).toBe(0);
});

test('a request lies in its slot as the functions want it', () => {
  const layout = slotLayout(12);
  const memory = new Uint8Array(8 + layout.bytes).fill(0xff);
  writeSlot(new DataView(memory.buffer), 8, layout, 6, six, token, { payloadBytes: 12, dscp: 46, dontFragment: true });
  const at = (from: number, length: number): string => Buffer.from(memory.subarray(8 + from, 8 + from + length)).toString('hex');
  expect({
    before: Buffer.from(memory.subarray(0, 8)).toString('hex'), touched: isTouched(memory, 8), request: at(layout.requestAt, 12),
    // Ttl, Tos, Flags, OptionsSize, and no OptionsData.
    options: at(layout.optionsAt, 16), source: at(layout.sourceAt, 28), destination: at(layout.destinationAt, 28),
  }).toEqual({
    before: 'ffffffffffffffff', touched: false, request: '01020304deadbeef08090a0b', options: `80b80200${'00'.repeat(12)}`,
    source: `1700${'00'.repeat(26)}`, destination: '1700000000000000' + '20010db8000000000000000000000005' + '00000000',
  });
});

test('an IPv4 address is passed as its bytes stand in memory', () => {
  expect(ipAddr(Uint8Array.of(192, 0, 2, 5))).toBe(0x050200c0);
});

test('an ICMP_ECHO_REPLY is read, and its data only where it lies in the slot', () => {
  const layout = slotLayout(8);
  const memoryAddress = 0x7f00_1234_0000;
  const reply = (data: number, dataSize = '0800'): ReturnType<typeof readReply> => {
    const memory = new Uint8Array(16 + layout.bytes);
    // Address, Status, RoundTripTime, DataSize, Reserved; then the pointer to the data, and the options.
    memory.set(bytes(`c0000205 00000000 07000000 ${dataSize} 0100`), 16);
    new DataView(memory.buffer).setBigUint64(32, BigInt(data), true);
    memory.set(bytes('01020304deadbeef'), 16 + 40);
    return readReply(new DataView(memory.buffer), 16, layout, 4, memoryAddress);
  };
  const read = { status: 0, from: Uint8Array.of(192, 0, 2, 5), roundTripMs: 7, token };
  expect([reply(memoryAddress + 56), reply(memoryAddress + 8), reply(memoryAddress + 16 + layout.bytes), reply(0), reply(memoryAddress + 56, '0400')]).toEqual([
    read, { ...read, token: null }, { ...read, token: null }, { ...read, token: null }, { ...read, token: null },
  ]);
});

test('an ICMPV6_ECHO_REPLY_LH is read: a packed address, then status and round trip', () => {
  const layout = slotLayout(8);
  const memory = new Uint8Array(layout.bytes);
  memory.set(bytes('0000 00000000 20010db8000000000000000000000005 00000000 0000 05 2b0000 09000000 01020304deadbeef'), 0);
  expect(readReply(new DataView(memory.buffer), 0, layout, 6, 0x1000)).toEqual({ status: 11_013, from: six, roundTripMs: 9, token });
});

test('our clock says the part of a millisecond that Windows leaves out, and no more', () => {
  expect([roundTripUs(7, 7_400), roundTripUs(7, 19_000), roundTripUs(7, 6_900), roundTripUs(0, 0)]).toEqual([7_400, 8_000, 7_000, 1]);
});

test('every IP_STATUS has its meaning, some another over IPv6', () => {
  const said = (family: 4 | 6, status: number): string => {
    const meaning = meaningOfStatus(family, status);
    return 'reason' in meaning ? `${meaning.kind}: ${meaning.reason}` : meaning.kind;
  };
  expect([said(4, 0), said(4, 11_002), said(6, 11_002), said(4, 11_003), said(6, 11_004), said(4, 11_009), said(4, 11_010), said(4, 11_013), said(6, 11_041), said(4, 11_014), said(4, 11_050), said(4, 11_006), said(4, 12_345)]).toEqual([
    'reply', 'unreachable: network unreachable', 'unreachable: no route to the destination', 'unreachable: host unreachable', 'unreachable: forbidden by an administrator', 'unreachable: packet too big for the path',
    'timeout', 'hops-exceeded', 'hops-exceeded', 'unreachable: fragments were lost on the way', 'not-sent: This computer could not send to that address.',
    'failed: Windows could not send the packet: it is out of resources.', 'failed: Windows could not send the packet: error 12345.',
  ]);
});

test('what kept a request from being sent is told apart: no route, no permission, its size, a bug', () => {
  expect([1_231, 1_232, 5, 11_009, 11_003, 87].map(error => meaningOfSendError(4, error))).toEqual([
    { kind: 'not-sent', reason: 'This computer has no route to that network.' },
    { kind: 'unreachable', reason: 'host unreachable', from: null },
    { kind: 'not-sent', reason: 'This computer does not permit sending to that address: a firewall rule or a route of its own forbids it, or it is a broadcast address.' },
    { kind: 'unreachable', reason: 'packet too big for the path', from: null },
    { kind: 'unreachable', reason: 'host unreachable', from: null },
    { kind: 'failed', reason: 'Windows could not send the packet: error 87.' },
  ]);
});
