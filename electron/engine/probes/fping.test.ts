import { expect, test } from 'vitest';
import { readFpingLine } from './fping.ts';

test('what fping prints is read, line by line', () => {
  expect(
    [
      '[1795445665.34424] 127.0.0.1  : [0], 64 bytes, 0.109 ms (0.109 avg, 0% loss)',
      '127.3.3.3 : [0], 84 bytes, 12.3 ms (12.3 avg, 0% loss)',
      '[1795445665.64556] 127.0.0.66 : [0], timed out (NaN avg, 100% loss)',
      'ICMP Host Unreachable from 198.51.100.1 for ICMP Echo sent to 198.51.100.9',
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
    { kind: 'unsent', address: '2001:db8::1' },
    { kind: 'reply', address: '::1', sentAt: null, rttUs: 71 },
    { kind: 'message', text: "fping: can't create socket (must run as root?)" },
    null,
  ]);
});
