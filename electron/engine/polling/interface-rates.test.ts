import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Counter, InterfaceReading } from '../probes/snmp/if-table.ts';
import { increaseOf, noRates, ratesBetween, type TimedReading } from './interface-rates.ts';

const c32 = (value: number | bigint): Counter => ({ value: BigInt(value), bits: 32 });
const c64 = (value: number | bigint): Counter => ({ value: BigInt(value), bits: 64 });
const none = { inOctets: null, outOctets: null, inErrors: null, outErrors: null, inDiscards: null, outDiscards: null };

function reading(atMs: number, counters: Partial<InterfaceReading['counters']>, part: { readonly upTimeMs?: number | null; readonly speedBps?: number | null; readonly discontinuity?: number | null } = {}): TimedReading {
  const { upTimeMs = 10_000_000 + atMs, speedBps = 100_000_000, discontinuity = null } = part;
  return { atMs, upTimeMs, reading: { ifIndex: 1, name: 'Fa0', alias: null, type: 6, adminUp: true, operStatus: 'up', speedBps, discontinuity, afterMs: 0, counters: { ...none, ...counters } } };
}

test('octets are whole, errors and discards are told to a thousandth', () => {
  const before = reading(0, { inOctets: c64(1_000), outOctets: c32(0), inErrors: c32(5), outDiscards: c32(0) });
  const now = reading(60_000, { inOctets: c64(1_000 + 7_500_029), outOctets: c32(0), inErrors: c32(6), outDiscards: c32(7_000) });
  expect(ratesBetween(before, now)).toEqual({ ...none, inOctets: 125_000, outOctets: 0, inErrors: 0.017, outDiscards: 116.667 });
});

const last32 = 2 ** 32 - 1;
const last64 = 2n ** 64n - 1n;
test.for<[string, Counter | null, Counter | null, number | null, bigint | null]>([
  ['grew', c32(5), c32(12), null, 7n],
  ['stood still', c64(5), c64(5), 0, 0n],
  ['of 32 bits wrapped', c32(last32 - 9), c32(5), 1_000, 15n],
  ['of 64 bits wrapped', c64(last64 - 9n), c64(5), 1_000, 15n],
  ['wrapped, on a line of unknown speed', c32(last32), c32(0), null, 1n],
  ['began anew: the line cannot carry so much', c32(50_000), c32(5), 1_000_000, null],
  ['began anew, on a line of unknown speed', c32(50_000), c32(5), null, null],
  ['of 64 bits began anew', c64(50_000), c64(5), 1e12, null],
  ['was of 32 bits and is of 64', c32(5), c64(12), null, null],
  ['was not there', null, c32(12), null, null],
  ['is not there any more', c32(5), null, null, null],
])('a counter that %s', ([, before, now, most, increase]) => expect(increaseOf(before, now, most)).toBe(increase));

describe('no rate is told', () => {
  const before = reading(0, { inOctets: c64(1_000) }, { upTimeMs: 500_000, discontinuity: 3 });
  const then = (atMs: number, upTimeMs: number | null, discontinuity: number | null = 3): unknown => ratesBetween(before, reading(atMs, { inOctets: c64(2_000) }, { upTimeMs, discontinuity }));
  test.for<[string, unknown, boolean]>([
    ['when the agent has been running for shorter than before', then(60_000, 10_000), false],
    ['when it began to run since', ratesBetween(reading(0, { inOctets: c64(1) }, { upTimeMs: 20_000 }), reading(60_000, { inOctets: c64(2) }, { upTimeMs: 30_000 })), false],
    ['when the interface was interrupted', then(60_000, 560_000, 4), false],
    ['within a second', then(900, 500_900), false],
    ['back in time', then(-60_000, 560_000), false],
    ['but is when its clock is a little slow', then(60_000, 557_000), true],
    ['but is when it does not say how long it has been running', then(60_000, null), true],
  ])('%s', ([, rates, isTold]) => expect(rates).toEqual(isTold ? { ...none, inOctets: 17 } : noRates));
});

/** A counter of a line of 100 Mbit/s that is polled; a restart sets it to 0. */
const history = fc.record({
  bits: fc.constantFrom(32 as const, 64 as const),
  start: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  polls: fc.array(fc.record({ elapsedMs: fc.integer({ min: 1_000, max: 300_000 }), load: fc.double({ min: 0, max: 1, noNaN: true }), isRestart: fc.boolean() }), { minLength: 1, maxLength: 30 }),
});
const octetsPerMs = 12_500;

test('no sequence of polls, wraps and restarts makes a negative rate, or one that the line cannot carry', () => {
  fc.assert(fc.property(history, ({ bits, start, polls }) => {
    const range = 1n << BigInt(bits);
    let atMs = 0;
    let upTimeMs = 1e9;
    let value = start % range;
    let before = reading(atMs, { inOctets: { value, bits } }, { upTimeMs });
    for (const { elapsedMs, load, isRestart } of polls) {
      const carried = BigInt(Math.floor(elapsedMs * octetsPerMs * load));
      atMs += elapsedMs;
      upTimeMs = isRestart ? Math.floor(elapsedMs * load) : upTimeMs + elapsedMs;
      value = isRestart ? carried % range : (value + carried) % range;
      const now = reading(atMs, { inOctets: { value, bits } }, { upTimeMs });
      const rate = ratesBetween(before, now).inOctets;
      if (rate !== null) expect(rate >= 0 && rate <= octetsPerMs * 1_000 * 1.3 + 1).toBe(true);
      before = now;
    }
  }));
});

test('without a restart the increases are what was carried, whatever wraps', () => {
  fc.assert(fc.property(history, ({ bits, start, polls }) => {
    const range = 1n << BigInt(bits);
    let value = start % range;
    let carried = 0n;
    let told = 0n;
    for (const { elapsedMs, load } of polls) {
      const more = BigInt(Math.floor(elapsedMs * octetsPerMs * load));
      const next = (value + more) % range;
      told += increaseOf({ value, bits }, { value: next, bits }, elapsedMs * octetsPerMs * 1.25) ?? -1n;
      carried += more;
      value = next;
    }
    expect(told).toBe(carried);
  }));
});
