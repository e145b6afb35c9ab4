import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RttRing } from './rtt-ring.ts';

test('a window has the probes sent in it, and no others', () => {
  const ring = new RttRing(5_000);
  for (let second = 0; second < 600; second += 5) ring.add(second * 1_000, second % 50 === 0 ? null : second);
  expect(ring.window(600_000, 60_000)).toEqual({ sent: 12, lost: 1, medianUs: 570, p95Us: 595, jitterUs: 6 });
  expect(ring.window(600_000, 300_000)).toMatchObject({ sent: 60, lost: 6 });
});

test('without a reply there is a count and nothing else', () => {
  const ring = new RttRing(5_000);
  expect(ring.window(0, 60_000)).toEqual({ sent: 0, lost: 0, medianUs: null, p95Us: null, jitterUs: null });
  ring.add(1_000, null);
  expect(ring.window(2_000, 60_000)).toEqual({ sent: 1, lost: 1, medianUs: null, p95Us: null, jitterUs: null });
});

test('a clock past 49 days changes nothing', () => {
  const ring = new RttRing(5_000);
  const start = 2 ** 32 - 20_000;
  for (let i = 0; i < 10; i++) ring.add(start + i * 5_000, 100);
  expect(ring.window(start + 45_000, 22_000)).toMatchObject({ sent: 5, lost: 0, medianUs: 100 });
});

test('for any probes the quantiles are those of the sorted replies in the window', () => {
  fc.assert(fc.property(fc.array(fc.option(fc.integer({ min: 1, max: 1e6 })), { maxLength: 400 }), rtts => {
    const ring = new RttRing(5_000);
    rtts.forEach((rtt, i) => ring.add(i * 5_000, rtt));
    const nowMs = rtts.length * 5_000;
    const inWindow = rtts.filter((_rtt, i) => nowMs - i * 5_000 <= 900_000);
    const replies = inWindow.filter(rtt => rtt !== null).sort((a, b) => a - b);
    const { sent, lost, medianUs, p95Us } = ring.window(nowMs, 900_000);
    expect({ sent, lost, medianUs, p95Us }).toEqual({
      sent: inWindow.length, lost: inWindow.length - replies.length,
      medianUs: replies[Math.ceil(replies.length / 2) - 1] ?? null, p95Us: replies[Math.ceil(replies.length * 0.95) - 1] ?? null,
    });
  }));
});
