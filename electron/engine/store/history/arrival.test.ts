/** What arrives is read back as it came, whatever it was; a changed byte is noticed. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packArrived, unpackArrived } from './arrival.ts';
import { DamagedBlock } from './packed.ts';

const value = fc.oneof(fc.nat(2_000_000), fc.integer({ min: -(2 ** 50), max: 2 ** 50 }), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(-0));
const arrived = fc.array(fc.record({ seriesId: fc.integer({ min: 1, max: 2 ** 31 }), at: fc.nat(2 ** 41), measured: fc.boolean(), outcome: fc.integer({ min: 1, max: 4 }), value })
  .map(({ measured, outcome, value: number, ...rest }) => (measured ? { ...rest, outcome: 0, value: number } : { ...rest, outcome, value: null })), { maxLength: 200 });

test('samples of a tick come out as they went in, to the bit', () => {
  fc.assert(fc.property(arrived, samples => {
    expect(unpackArrived(packArrived(samples))).toEqual(samples);
  }), { numRuns: 500 });
});

test('with one bit changed they are refused, never read wrongly', () => {
  fc.assert(fc.property(arrived, fc.nat(), fc.nat(7), (samples, byte, bit) => {
    const block = packArrived(samples);
    const at = byte % block.length;
    block[at] = (block[at] ?? 0) ^ (1 << bit);
    expect(() => unpackArrived(block)).toThrow(DamagedBlock);
  }));
});

test('a tick of a thousand devices takes less than seven bytes a ping', () => {
  const tick = Array.from({ length: 100 }, (_, i) => ({ seriesId: 1 + i * 10, at: Date.UTC(2026, 0, 5) + i * 5 + (i % 3), outcome: 0, value: 14_000 + ((i * 7_919) % 5_000) }));
  expect(packArrived(tick).length / 100).toBeLessThan(7);
});
