import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PingRing } from './ping-ring.ts';

test('a window holds what was sent in it, and nothing older', () => {
  const ring = new PingRing(16);
  [500, 300, null, 700].forEach((rttUs, i) => ring.add(1_000 * (i + 1), rttUs));
  expect([ring.figures(1_000, 4_000), ring.quantileUs(0.5, 0, 4_000)]).toEqual([{ sent: 3, lost: 1, minUs: 300, avgUs: 500, maxUs: 700, jitterUs: Number.NaN }, 500]);
});

test('losses that prove nothing are taken back, as far as the last answer', () => {
  const ring = new PingRing(16);
  [500, null, 400, null, null].forEach((rttUs, i) => ring.add(i + 1, rttUs));
  ring.forgive();
  ring.add(6, 600);
  expect(ring.figures(0, 10)).toMatchObject({ sent: 4, lost: 1 });
});

test('for any pings, any size and any window the figures are those of the list', () => {
  const ping = fc.option(fc.integer({ min: 0, max: 5_000_000 }));
  fc.assert(fc.property(fc.array(ping, { maxLength: 200 }), fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 200 }), (pings, size, newSize, after) => {
    const ring = new PingRing(size);
    pings.forEach((rttUs, i) => {
      ring.add(i, rttUs);
      if (i === 50) ring.resize(newSize);
    });
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(16, pings.length > 50 ? newSize : size)));
    const kept = pings.map((rttUs, i) => ({ rttUs, i })).filter(({ i }) => i > after && (pings.length <= 50 ? i >= pings.length - capacity : i >= pings.length - capacity && (i > 50 || i > 50 - Math.min(2 ** Math.ceil(Math.log2(Math.max(16, size))), capacity))));
    const answered = kept.flatMap(({ rttUs }) => rttUs ?? []);
    const sorted = [...answered].sort((a, b) => a - b);
    const { sent, lost, minUs, maxUs } = ring.figures(after, 1_000);
    expect({ sent, lost, minUs, maxUs, p95: ring.quantileUs(0.95, after, 1_000) }).toEqual({
      sent: kept.length, lost: kept.length - answered.length, minUs: sorted[0] ?? Number.NaN, maxUs: sorted.at(-1) ?? Number.NaN, p95: sorted[Math.max(0, Math.ceil(0.95 * sorted.length) - 1)] ?? Number.NaN,
    });
  }));
});

test('pings of months apart, and of a clock that was set back by months, do not get into one window', () => {
  const ring = new PingRing(16);
  const month = 30 * 86_400_000;
  const at = Date.UTC(2026, 0, 1);
  for (const moment of [at, at + 3 * month, at + 3 * month + 5, at - 6 * month, at - 6 * month + 7]) ring.add(moment, 100);
  expect([ring.figures(at - 6 * month - 1, at - 6 * month + 10).sent, ring.figures(at + 7 * month, at + 8 * month).sent]).toEqual([2, 0]);
  ring.shift(2 * month);
  expect(ring.figures(at - 4 * month - 1, at - 4 * month + 10).sent).toBe(2);
});
