/** Whatever bytes arrive, the readers say what they are or that they are nothing: they never throw, and never read outside what they were given. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readFpingLine } from './fping.ts';
import { checksum, writeEchoRequest } from './icmp-packet.ts';
import { readMessage, readTimestampUs } from './macos-packet.ts';
import { readPingLine } from './ping.ts';
import { meaningOfSendError, meaningOfStatus, readReply, slotLayout } from './windows-echo.ts';

const family = fc.constantFrom(4 as const, 6 as const);
const runs = { numRuns: 3_000 };

/** Half noise, half a true reply or error that was tampered with. */
const message = fc.oneof(
  fc.uint8Array({ maxLength: 160 }),
  fc.record({ at: fc.nat(120), byte: fc.nat(255), length: fc.nat(130), type: fc.constantFrom(0, 3, 11, 12, 128, 129) }).map(({ at, byte, length, type }) => {
    const request = new Uint8Array(64);
    writeEchoRequest(request, 4, 7, { index: 1, nonce: 2 });
    const packet = Uint8Array.of(0x45, ...new Uint8Array(19), type, ...new Uint8Array(7), 0x45, ...new Uint8Array(19), ...request);
    packet[at] = byte;
    return packet.subarray(0, length);
  }),
);

test('messages of macOS', () => {
  fc.assert(
    fc.property(message, family, fc.nat(200), fc.nat(200), (bytes, of, from, to) => {
      const whole = readMessage(bytes, of, 0, bytes.length);
      if (whole?.kind === 'reply') expect(bytes.length).toBeGreaterThanOrEqual(16);
      const part = readMessage(bytes, of, Math.min(from, bytes.length), Math.min(to, bytes.length));
      if (part) expect(to - from).toBeGreaterThanOrEqual(8);
    }),
    runs,
  );
});

test('control messages of macOS', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 256 }), fc.nat(256), fc.nat(256), (bytes, from, to) => {
      const stamp = readTimestampUs(new DataView(bytes.buffer), Math.min(from, bytes.length), Math.min(to, bytes.length));
      expect(Number.isNaN(stamp) || stamp >= 0).toBe(true);
    }),
    runs,
  );
});

test('replies of Windows: data is read inside the slot or not at all', () => {
  const layout = slotLayout(56);
  fc.assert(
    fc.property(fc.uint8Array({ minLength: layout.bytes, maxLength: layout.bytes }), family, fc.constantFrom(0, 0x7f00_1234_0000), fc.option(fc.integer({ min: -64, max: layout.bytes + 64 })), (bytes, of, address, offset) => {
      const view = new DataView(Uint8Array.from(bytes).buffer);
      if (offset !== null) view.setBigUint64(16, BigInt.asUintN(64, BigInt(address + offset)), true);
      const reply = readReply(view, 0, layout, of, address);
      expect([reply.from.length, meaningOfStatus(of, reply.status).kind.length > 0]).toEqual([of === 4 ? 4 : 16, true]);
    }),
    runs,
  );
});

test('error numbers of Windows always have a meaning', () => {
  fc.assert(fc.property(family, fc.nat(0xffffffff), (of, error) => {
    expect(meaningOfSendError(of, error).kind).toMatch(/^(?:unreachable|hops-exceeded|not-sent|failed)$/);
  }));
});

/** Noise, and lines that were cut and spliced. */
const line = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc
    .tuple(
      fc.constantFrom(
        '[1795445665.34424] 127.0.0.1  : [0], 64 bytes, 0.109 ms (0.109 avg, 0% loss)', ' [<- 127.0.0.99][1795455688.03116] 127.0.0.66 : [0], 64 bytes, 4.11 ms', 'ICMP Host Unreachable from 198.51.100.1 for ICMP Echo sent to 198.51.100.9',
        '64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.010 ms', 'From 198.51.100.2 icmp_seq=1 Destination Net Unreachable', '64 bytes from 127.0.0.99: icmp_seq=1 ttl=64 time=1.58 ms (DIFFERENT ADDRESS!)',
      ),
      fc.nat(90), fc.nat(90), fc.string({ maxLength: 10 }),
    )
    .map(([text, cut, splice, extra]) => text.slice(0, cut) + extra + text.slice(splice)),
  fc.constantFrom(`${'9'.repeat(4_000)} : [0], 1 bytes, 1 ms`, `64 bytes from ${':'.repeat(4_000)}`, `${'[<- '.repeat(1_000)}`, `time=${'1'.repeat(4_000)} ms`, `${' '.repeat(4_000)}x`),
);

test('lines of fping and ping: a round trip is a number of microseconds', () => {
  fc.assert(
    fc.property(line, text => {
      for (const said of [readFpingLine(text), readPingLine(text)]) if (said && 'rttUs' in said) expect(said.rttUs).toBeGreaterThanOrEqual(1);
    }),
    runs,
  );
});

test('a checksum of any part of anything is one of 65,536 numbers', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70_000, size: 'max' }), bytes => {
      const sum = checksum(bytes);
      expect(Number.isInteger(sum) && sum >= 0 && sum <= 0xffff).toBe(true);
    }),
    { numRuns: 50 },
  );
});
