import { describe, expect, test } from 'vitest';
import { ManualClock } from '../clock.ts';
import { demoFleet } from './demo-fleet.ts';
import type { PingOutcome } from './probe.ts';
import { simulatedOutcome, simulatedPinger } from './simulated.ts';

const seed = 1;
const fleet = demoFleet(875, seed).map(device => device.address);
const start = Date.UTC(2026, 0, 1);
/** Of a few probes at each moment, so that a single lost one does not count as being away. */
const isAway = (address: string, at: number): boolean => [0, 7, 13].every(ms => simulatedOutcome(seed, address, at + ms).kind !== 'reply');

describe('the script of faults', () => {
  test('the same seed, address and time bring the same', () => {
    const outcomes = (): unknown[] => fleet.map(address => simulatedOutcome(seed, address, start));
    expect(outcomes()).toEqual(outcomes());
  });

  test('another seed is another network', () => {
    expect(fleet.map(address => simulatedOutcome(2, address, start).kind)).not.toEqual(fleet.map(address => simulatedOutcome(seed, address, start).kind));
  });

  test.for([0, 1, 2, 3, 4, 5, 6, 7])('whenever it is switched on (case %i), devices go and come back within the first minute', hours => {
    const at = start + hours * 3_777_777;
    const changes = { gone: 0, back: 0 };
    for (const address of fleet) {
      const before = isAway(address, at);
      const after = isAway(address, at + 60_000);
      if (!before && after) changes.gone++;
      if (before && !after) changes.back++;
    }
    expect(changes.gone).toBeGreaterThan(0);
    expect(changes.back).toBeGreaterThan(0);
  });

  test('some devices are never there, and most always are', () => {
    const moments = Array.from({ length: 30 }, (_, i) => start + i * 61_000);
    const never = fleet.filter(address => moments.every(at => isAway(address, at))).length;
    const always = fleet.filter(address => moments.every(at => !isAway(address, at))).length;
    expect([never / fleet.length > 0.04, never / fleet.length < 0.12, always / fleet.length > 0.6]).toEqual([true, true, true]);
  });

  test('when a branch router fails, everything behind it is unreachable and nothing else changes', () => {
    const site = (address: string): string => address.slice(0, address.lastIndexOf('.'));
    const at = Array.from({ length: 600 }, (_, i) => start + i * 1_000).find(moment => fleet.some(address => simulatedOutcome(seed, address, moment).kind === 'unreachable')) ?? start;
    const cutOff = new Set(fleet.filter(address => simulatedOutcome(seed, address, at).kind === 'unreachable').map(site));
    const behind = fleet.filter(address => cutOff.has(site(address)));
    expect(cutOff.size).toBeGreaterThan(0);
    expect(behind.map(address => simulatedOutcome(seed, address, at).kind)).toEqual(behind.map(address => (address.endsWith('.5') ? 'silence' : 'unreachable')));
  });
});

describe('the pinger', () => {
  const replying = fleet.find(address => !isAway(address, start)) ?? '';
  const silent = fleet.find(address => simulatedOutcome(seed, address, start).kind === 'silence') ?? '';

  test('a reply comes after its round trip, a timeout after the timeout', async () => {
    const clock = new ManualClock(start);
    const pinger = simulatedPinger({ seed, clock });
    const settled: [string, PingOutcome][] = [];
    void pinger.ping(replying, 1_000).then(outcome => settled.push(['replying', outcome]));
    void pinger.ping(silent, 1_000).then(outcome => settled.push(['silent', outcome]));
    await clock.advance(999);
    expect(settled).toEqual([['replying', { ...simulatedOutcome(seed, replying, start), sentAt: start }]]);
    await clock.advance(1);
    expect(settled[1]).toEqual(['silent', { kind: 'timeout', sentAt: start }]);
  });

  test('a reply slower than the timeout is a timeout', async () => {
    const clock = new ManualClock(start);
    const asked = simulatedPinger({ seed, clock }).ping(replying, 1);
    await clock.advance(1);
    expect(await asked).toEqual({ kind: 'timeout', sentAt: start });
  });

  test('closing settles what is under way as failed', async () => {
    const clock = new ManualClock(start);
    const pinger = simulatedPinger({ seed, clock });
    const asked = pinger.ping(silent, 1_000);
    await pinger.close();
    expect([(await asked).kind, (await pinger.ping(replying, 1_000)).kind]).toEqual(['failed', 'failed']);
  });
});
