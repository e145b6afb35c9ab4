/**
 * What two readings of an interface make of its counters. Pure.
 *
 * Octets are told as whole octets a second; errors and discards, which are few, to a thousandth of a packet a second.
 *
 * A counter that went backwards has wrapped, or has begun anew. The agent's own words decide where it has any: how long it has been running, and when the
 * interface's counters were last interrupted. Otherwise it wrapped only if the line can have carried so much meanwhile. Of 32 bits on a fast line anything is
 * possible between two readings, and the smallest increase that fits is taken.
 */
import type { Counter, CounterName, InterfaceReading } from '../probes/snmp/if-table.ts';

/** `atMs`: by a clock that only goes forward. `upTimeMs`: how long the agent has been running, null where it does not say. */
export type TimedReading = { readonly reading: InterfaceReading; readonly atMs: number; readonly upTimeMs: number | null };

/** A second; null where nothing can be told. */
export type InterfaceRates = Readonly<Record<CounterName, number | null>>;

export const noRates: InterfaceRates = { inOctets: null, outOctets: null, inErrors: null, outErrors: null, inDiscards: null, outDiscards: null };

/** A line gives a little more than its name says, and times are not exact. */
const tolerance = 1.25;
const smallestPacketOctets = 64;
/** Agents count their time by clocks of their own. */
const upTimeSlackMs = 5_000;
const shortestMs = 1_000;

export function ratesBetween(before: TimedReading, now: TimedReading): InterfaceRates {
  const elapsedMs = now.atMs - before.atMs;
  if (elapsedMs < shortestMs || beganAnew(before, now, elapsedMs)) return noRates;
  const speedBps = now.reading.speedBps;
  const octetsMost = speedBps === null ? null : (speedBps / 8) * (elapsedMs / 1_000) * tolerance;
  const rate = (name: CounterName): number | null => {
    const isOctets = name === 'inOctets' || name === 'outOctets';
    const most = octetsMost === null ? null : isOctets ? octetsMost : octetsMost / smallestPacketOctets;
    const increase = increaseOf(before.reading.counters[name], now.reading.counters[name], most);
    if (increase === null) return null;
    const perS = (Number(increase) * 1_000) / elapsedMs;
    return isOctets ? Math.round(perS) : Math.round(perS * 1_000) / 1_000;
  };
  return { inOctets: rate('inOctets'), outOctets: rate('outOctets'), inErrors: rate('inErrors'), outErrors: rate('outErrors'), inDiscards: rate('inDiscards'), outDiscards: rate('outDiscards') };
}

/** By how much a counter grew; null when it is not the same counter, or has begun anew. `most`: what it can have grown by; null: not known, and then half of its range. Never negative. */
export function increaseOf(before: Counter | null, now: Counter | null, most: number | null): bigint | null {
  if (before === null || now === null || before.bits !== now.bits) return null;
  if (now.value >= before.value) return now.value - before.value;
  const range = 1n << BigInt(now.bits);
  const wrapped = range - before.value + now.value;
  return wrapped <= (most === null ? range / 2n : BigInt(Math.ceil(most))) ? wrapped : null;
}

function beganAnew(before: TimedReading, now: TimedReading, elapsedMs: number): boolean {
  if (before.reading.discontinuity !== null && now.reading.discontinuity !== null && before.reading.discontinuity !== now.reading.discontinuity) return true;
  if (before.upTimeMs === null || now.upTimeMs === null) return false;
  // A device that restarted soon after the last reading may be running for longer again than it was then.
  return now.upTimeMs < before.upTimeMs || now.upTimeMs < elapsedMs - upTimeSlackMs;
}

