import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checksum, checksumIn, checksumUnder, readEchoReply, readIcmpError, readQuotedRequest, rewriteToken, sameChecksum, skipIpv4Header, writeEchoRequest } from './icmp-packet.ts';

/** As `ping` sends it: the header and 56 bytes. */
const echoBytes = 64;

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
const uint32 = fc.integer({ min: 0, max: 0xffffffff });
const uint16 = fc.integer({ min: 0, max: 0xffff });

/** What a host sends back (RFC 792): the request with type and checksum changed. */
function replyTo(request: Uint8Array, type: number): Uint8Array {
  const reply = Uint8Array.from(request);
  reply.set([type, 0, 0, 0]);
  const sum = checksum(reply);
  reply.set([sum >>> 8, sum & 0xff], 2);
  return reply;
}

describe('checksum', () => {
  test('the example of RFC 1071 sums to ddf2', () => {
    expect(checksum(bytes('0001 f203 f4f5 f6f7'))).toBe(~0xddf2 & 0xffff);
  });

  test('an odd last byte counts as the high half of a word', () => {
    expect(checksum(bytes('0001 f2'))).toBe(checksum(bytes('0001 f200')));
  });

  test('a message with its own checksum sums to zero', () => {
    // An echo request as `ping` sends it: type 8, identifier 1, sequence 1, the letters of the Windows ping.
    expect(checksum(bytes('0800 4d5a 0001 0001 6162636465666768696a6b6c6d6e6f7071727374757677616263646566676869'))).toBe(0);
  });
});

describe('echo over IPv4 (RFC 792)', () => {
  test('a request is type 8, code 0, with identifier, sequence, token and a right checksum', () => {
    const packet = new Uint8Array(echoBytes);
    writeEchoRequest(packet, 4, 0x1234, { index: 0x0001abcd, nonce: 0xdeadbeef });
    expect([Buffer.from(packet.subarray(0, 2)).toString('hex'), Buffer.from(packet.subarray(4, 16)).toString('hex'), checksum(packet)]).toEqual(['0800', '1234abcd0001abcddeadbeef', 0]);
  });

  test('whatever was asked comes back from the reply', () => {
    fc.assert(
      fc.property(uint16, uint32, uint32, (ident, index, nonce) => {
        const packet = new Uint8Array(echoBytes);
        writeEchoRequest(packet, 4, ident, { index, nonce });
        expect(readEchoReply(replyTo(packet, 0), 4)).toEqual({ ident, sequence: index & 0xffff, index, nonce });
      }),
    );
  });

  test('a request that is made the next one is the same as one written anew, at any size', () => {
    fc.assert(
      fc.property(uint16, uint32, uint32, uint32, uint32, fc.constantFrom(4 as const, 6 as const), fc.integer({ min: 8, max: 200 }), (ident, index, nonce, laterIndex, laterNonce, family, payloadBytes) => {
        const rewritten = new Uint8Array(8 + payloadBytes);
        writeEchoRequest(rewritten, family, ident, { index, nonce });
        rewriteToken(rewritten, family, laterIndex, laterNonce);
        const anew = new Uint8Array(8 + payloadBytes);
        writeEchoRequest(anew, family, ident, { index: laterIndex, nonce: laterNonce });
        // One's complement has two zeros; a receiver takes either.
        if (family === 4) expect(checksum(rewritten)).toBe(0);
        for (const packet of [rewritten, anew]) packet.set([0, 0], 2);
        expect(rewritten).toEqual(anew);
      }),
    );
  });

  test('a request and a short reply are not replies, and a damaged one has a wrong checksum', () => {
    const packet = new Uint8Array(echoBytes);
    writeEchoRequest(packet, 4, 1, { index: 2, nonce: 3 });
    const reply = replyTo(packet, 0);
    const damaged = Uint8Array.from(reply);
    damaged[40] = 0xff;
    expect([readEchoReply(packet, 4), readEchoReply(reply.subarray(0, 12), 4), checksum(reply), checksum(damaged) === 0]).toEqual([null, null, 0, false]);
  });

  test('the IP header is skipped by its own length', () => {
    const header = bytes('4500 0054 0000 4000 4001 0000 7f000001 7f000001');
    const withOptions = bytes('4600 0058 0000 4000 4001 0000 7f000001 7f000001 00000000');
    expect([skipIpv4Header(header), skipIpv4Header(withOptions), skipIpv4Header(bytes('60')), skipIpv4Header(bytes('4500'))]).toEqual([20, 24, null, null]);
  });
});

describe('echo over IPv6 (RFC 4443)', () => {
  test('a request is type 128 and leaves the checksum to the kernel; its reply is type 129', () => {
    const packet = new Uint8Array(echoBytes);
    writeEchoRequest(packet, 6, 7, { index: 8, nonce: 9 });
    const reply = Uint8Array.from(packet);
    reply[0] = 129;
    expect([Buffer.from(packet.subarray(0, 4)).toString('hex'), readEchoReply(reply, 6), readEchoReply(reply, 4)]).toEqual(['80000000', { ident: 7, sequence: 8, index: 8, nonce: 9 }, null]);
  });
});

describe('ICMP errors', () => {
  test('a router that quotes eight bytes still names the request by sequence', () => {
    const packet = new Uint8Array(echoBytes);
    writeEchoRequest(packet, 4, 5, { index: 6, nonce: 7 });
    expect([readQuotedRequest(packet.subarray(0, 8), 4), readQuotedRequest(packet, 4), readQuotedRequest(packet.subarray(0, 7), 4), readQuotedRequest(replyTo(packet, 0), 4)]).toEqual([
      { ident: 5, sequence: 6, checksum: checksumIn(packet), token: null },
      { ident: 5, sequence: 6, checksum: checksumIn(packet), token: { index: 6, nonce: 7 } },
      null,
      null,
    ]);
  });

  test('the checksum under another identifier is known without the packet', () => {
    fc.assert(
      fc.property(uint16, uint16, uint32, uint32, (ident, other, index, nonce) => {
        const [packet, renamed] = [new Uint8Array(echoBytes), new Uint8Array(echoBytes)];
        writeEchoRequest(packet, 4, ident, { index, nonce });
        writeEchoRequest(renamed, 4, other, { index, nonce });
        expect(sameChecksum(checksumUnder(checksumIn(packet), ident, other), checksumIn(renamed))).toBe(true);
      }),
    );
  });

  test('codes are told in words, unknown ones by number, too many hops by themselves, other messages not at all', () => {
    expect([readIcmpError(4, 3, 1), readIcmpError(4, 3, 99), readIcmpError(4, 11, 0), readIcmpError(4, 11, 1), readIcmpError(4, 5, 0), readIcmpError(6, 1, 0), readIcmpError(6, 2, 0), readIcmpError(6, 3, 0), readIcmpError(6, 129, 0)]).toEqual([
      { kind: 'unreachable', reason: 'host unreachable' }, { kind: 'unreachable', reason: 'destination unreachable (code 99)' }, { kind: 'hops-exceeded' }, { kind: 'unreachable', reason: 'fragments were lost on the way' }, null,
      { kind: 'unreachable', reason: 'no route to the destination' }, { kind: 'unreachable', reason: 'packet too big for the path' }, { kind: 'hops-exceeded' }, null,
    ]);
  });
});

test('no bytes from the network make the reader throw or read past their end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), fc.constantFrom(4 as const, 6 as const), fc.nat(130), fc.nat(130), (noise, family, from, to) => {
      const echo = readEchoReply(noise, family, from, to);
      const quoted = readQuotedRequest(noise, family, from, to);
      const start = skipIpv4Header(noise, from, to);
      if (echo) expect(to - from).toBeGreaterThanOrEqual(16);
      if (quoted) expect(to - from).toBeGreaterThanOrEqual(8);
      if (start !== null) expect(start).toBeLessThanOrEqual(to);
    }),
    { numRuns: 2_000 },
  );
});
