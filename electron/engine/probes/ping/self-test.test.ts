import { expect, test } from 'vitest';
import { backendsOf } from './pinger.ts';
import { selfTest } from './self-test.ts';

test('every backend is tried, best first; what works has a round trip, what does not has a reason', async () => {
  const tests = await selfTest();
  expect(tests.map(each => each.backend)).toEqual(backendsOf(process.platform));
  for (const { works, rttUs, reason } of tests) {
    if (works) expect([rttUs !== null && rttUs > 0, reason]).toEqual([true, null]);
    else expect([rttUs, reason?.endsWith('.') || reason?.includes('sudo')]).toEqual([null, true]);
  }
  if (process.env['CI'] === 'true') expect(tests.some(each => each.works)).toBe(true);
});
