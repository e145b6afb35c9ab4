/** What is packed comes out as it went in, whatever it was; a changed byte is noticed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DamagedBlock, packBuckets, packSamples, unpackBuckets, unpackSamples } from './packed.ts';
import { figuresOf, type Figures, type Samples } from './samples.ts';

const from = Date.UTC(2026, 0, 5);
const samplesOf = (rows: readonly (readonly [at: number, outcome: number, value: number])[]): Samples => ({
  at: Float64Array.from(rows, ([at]) => from + at), outcome: Uint8Array.from(rows, ([, outcome]) => outcome), value: Float64Array.from(rows, ([, outcome, value]) => (outcome === 0 ? value : Number.NaN)),
});
const value = fc.oneof(fc.nat(2_000_000), fc.integer({ min: -(2 ** 49), max: 2 ** 49 }), fc.double({ noNaN: true, min: -1e300, max: 1e300 }), fc.nat(100_000).map(n => n / 1_000), fc.constant(-0));
const rows = fc.array(fc.tuple(fc.nat(20_000), fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }) }), value), { maxLength: 200 })
  .map(each => each.reduce<[number, number, number][]>((out, [gap, outcome, v]) => [...out, [(out.at(-1)?.[0] ?? 0) + gap + 1, outcome, v]], []));
const plain = ({ at, outcome, value: values }: Samples): unknown => ({ at: [...at], outcome: [...outcome], value: [...values] });

describe('samples', () => {
  test('come out as they went in, to the bit', () => {
    fc.assert(fc.property(rows, each => {
      const samples = samplesOf(each);
      expect(plain(unpackSamples(packSamples(samples, from), from))).toEqual(plain(samples));
    }), { numRuns: 500 });
  });

  test('with one bit changed are refused, never read wrongly', () => {
    fc.assert(fc.property(rows, fc.nat(), fc.nat(7), (each, byte, bit) => {
      const block = packSamples(samplesOf(each), from);
      const at = byte % block.length;
      block[at] = (block[at] ?? 0) ^ (1 << bit);
      expect(() => unpackSamples(block, from)).toThrow(DamagedBlock);
    }));
  });

  test('of an hour of pings, two every ten seconds, take less than two bytes each', () => {
    let seed = 1;
    const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    const hour = Array.from({ length: 720 }, (_, i): [number, number, number] => [i * 5_000 + Math.floor(random() * 5), random() < 0.01 ? 1 : 0, 14_000 + Math.round(500 * (random() + random() + random()))]);
    expect(packSamples(samplesOf(hour), from).length / 720).toBeLessThan(2);
  });
});

describe('buckets', () => {
  const count = fc.nat(100);
  const bucket = fc.tuple(count, count, fc.nat(10), fc.nat(300), fc.array(fc.nat(3_000_000), { minLength: 4, maxLength: 4 })).map(([sent, lost, unseen, observedS, values]): Figures => {
    const [min = 0, avg = 0, p95 = 0, max = 0] = values.toSorted((a, b) => a - b);
    const counts = { sent: sent + lost, lost, unseen, observedMs: observedS * 1_000 };
    return sent === 0 ? { ...counts, min: null, avg: null, max: null, p95: null } : { ...counts, min, avg, p95, max };
  });

  test('of whole numbers come out as they went in', () => {
    fc.assert(fc.property(fc.array(fc.option(bucket), { maxLength: 288 }), buckets => {
      expect(unpackBuckets(packBuckets(buckets))).toEqual(buckets);
    }));
  });

  test('of any samples have the true counts, minima and maxima, and an average to a thousandth', () => {
    fc.assert(fc.property(rows, each => {
      const figures = figuresOf(samplesOf(each), from, from + 4_000_000, 300_000);
      const back = unpackBuckets(packBuckets(figures));
      expect(back.map(b => b && [b.sent, b.lost, b.unseen, b.min, b.max, b.p95])).toEqual(figures.map(b => b && [b.sent, b.lost, b.unseen, b.min, b.max, b.p95]));
      figures.forEach((b, i) => {
        if (b?.avg !== null && b?.avg !== undefined && b.max !== null && b.min !== null) expect(Math.abs((back[i]?.avg ?? Number.NaN) - b.avg)).toBeLessThanOrEqual(Math.max(0.5, Math.abs(b.avg) * 1e-9));
      });
    }));
  });
});
