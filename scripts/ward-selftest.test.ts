import { expect, test } from 'vitest';
import { selfTestTable } from './ward-selftest.ts';

test('the table names the first that works as the one in use, and why the others are not', () => {
  expect(
    selfTestTable([
      { backend: 'icmp-dgram', works: false, rttUs: null, reason: 'Not open to users; to allow it run: sudo this' },
      { backend: 'icmp-raw', works: true, rttUs: 41, reason: null },
      { backend: 'ping', works: true, rttUs: 1_030, reason: null },
    ]),
  ).toBe(`backend     result    round trip  used, or why not
icmp-dgram  does not              Not open to users; to allow it run: sudo this
icmp-raw    works          41 µs  in use
ping        works        1030 µs  works, but a better one does, too
`);
});
