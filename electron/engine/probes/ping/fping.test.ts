import { expect, test } from 'vitest';
import { fpingArguments, readFpingLine } from './fping.ts';
import { plainEcho } from '../probe.ts';

test('what fping prints is read, line by line', () => {
  expect(
    [
      '[1795445665.34424] 127.0.0.1  : [0], 64 bytes, 0.109 ms (0.109 avg, 0% loss)',
      '127.3.3.3 : [0], 84 bytes, 12.3 ms (12.3 avg, 0% loss)',
      '[1795445665.64556] 127.0.0.66 : [0], timed out (NaN avg, 100% loss)',
      'ICMP Host Unreachable from 198.51.100.1 for ICMP Echo sent to 198.51.100.9',
      'ICMP Time Exceeded from 198.51.100.1 for ICMP Echo sent to 198.51.100.9',
      'ICMP Redirect from 198.51.100.1 for ICMP Echo sent to 198.51.100.9',
      ' [<- 127.0.0.99][1795455688.03116] 127.0.0.66 : [0], 64 bytes, 4.11 ms (4.11 avg, 0% loss)',
      ' [<- 2001:db8::99]2001:db8::1 : [0], 64 bytes, 4.11 ms (4.11 avg, 0% loss)',
      '127.0.0.77 : duplicate for [0], 64 bytes, 3.71 ms',
      '2001:db8::1 : -',
      '::1         : 0.071',
      "fping: can't create socket (must run as root?)",
      '',
    ].map(readFpingLine),
  ).toEqual([
    { kind: 'reply', address: '127.0.0.1', sentAt: 1_795_445_665_344, rttUs: 109 },
    { kind: 'reply', address: '127.3.3.3', sentAt: null, rttUs: 12_300 },
    { kind: 'timeout', address: '127.0.0.66', sentAt: 1_795_445_665_645.56 },
    { kind: 'unreachable', address: '198.51.100.9', reason: 'host unreachable', from: '198.51.100.1' },
    { kind: 'hops-exceeded', address: '198.51.100.9', from: '198.51.100.1' },
    null,
    { kind: 'stray', address: '127.0.0.66', sentAt: 1_795_455_688_027, from: '127.0.0.99' },
    { kind: 'stray', address: '2001:db8::1', sentAt: null, from: '2001:db8::99' },
    { kind: 'duplicate', address: '127.0.0.77' },
    { kind: 'unsent', address: '2001:db8::1' },
    { kind: 'reply', address: '::1', sentAt: null, rttUs: 71 },
    { kind: 'message', text: "fping: can't create socket (must run as root?)" },
    null,
  ]);
});

test('size, code point and an uncut packet are asked for in its own options', () => {
  expect([fpingArguments(['127.0.0.1', '::1'], 900, plainEcho), fpingArguments(['127.0.0.1'], 900, { payloadBytes: 1_400, dscp: 46, dontFragment: true })]).toEqual([
    ['-C1', '-D', '-i1', '-t900', '-b56', '127.0.0.1', '::1'],
    ['-C1', '-D', '-i1', '-t900', '-b1400', '-O184', '-M', '127.0.0.1'],
  ]);
});
