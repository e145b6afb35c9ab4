/** A network that exists only in numbers: what a ping would bring, decided by seed, address and time alone. For the demo, development and tests. */
import type { Clock, Stop } from '../clock.ts';
import type { Pinger, PingOutcome } from './probe.ts';
import { between, chance } from './seeded.ts';

type SimulatedOutcome =
  | { readonly kind: 'reply'; readonly rttUs: number }
  | { readonly kind: 'silence' }
  | { readonly kind: 'unreachable'; readonly reason: string; readonly from: string; readonly afterMs: number };

/** What befalls a device, by share of the fleet; the rest is healthy. */
const fates = [
  { name: 'dead', share: 0.08 },
  { name: 'fragile', share: 0.06 },
  { name: 'flapping', share: 0.012 },
  { name: 'lossy', share: 0.03 },
  { name: 'slow', share: 0.03 },
  { name: 'ordinary loss', share: 0.2 },
] as const;
type Fate = (typeof fates)[number]['name'] | 'healthy';

/** Share of branches whose router fails now and then, and takes everything behind it along. */
const fragileBranches = 0.1;
const second = 1_000;
const minute = 60 * second;

/** What a ping to `address` sent at `nowMs` (UTC) brings. Pure. Addresses that share three octets are a branch; `.5` is its router. */
export function simulatedOutcome(seed: number, address: string, nowMs: number): SimulatedOutcome {
  const site = address.slice(0, address.lastIndexOf('.'));
  const region = site.slice(0, site.lastIndexOf('.'));
  const isRouter = address === `${site}.5`;
  if (chance(seed, `branch ${site}`) < fragileBranches && isAway(seed, `branch ${site}`, nowMs, { period: [4 * minute, 8 * minute], away: [40 * second, 2 * minute] })) {
    // The router is silent; for what stands behind it the next router upstream answers.
    return isRouter ? { kind: 'silence' } : { kind: 'unreachable', reason: 'host unreachable', from: `${region}.0.1`, afterMs: 20 };
  }
  const fate = fateOf(seed, address, isRouter);
  switch (fate) {
    case 'dead':
      return { kind: 'silence' };
    case 'fragile':
      if (isAway(seed, address, nowMs, { period: [5 * minute, 12 * minute], away: [20 * second, 4 * minute] })) return { kind: 'silence' };
      break;
    case 'flapping':
      if (isAway(seed, address, nowMs, { period: [40 * second, 60 * second], away: [14 * second, 22 * second] })) return { kind: 'silence' };
      break;
    case 'lossy':
      if (chance(seed, `loss ${address} ${nowMs}`) < between(seed, `lossy ${address}`, 0.1, 0.35)) return { kind: 'silence' };
      break;
    case 'ordinary loss':
      if (chance(seed, `loss ${address} ${nowMs}`) < 0.01) return { kind: 'silence' };
      break;
    case 'slow':
    case 'healthy':
      break;
  }
  return { kind: 'reply', rttUs: roundTripUs(seed, address, site, nowMs, fate === 'slow') };
}

/** A pinger over that network. Waits by `clock`, so that a manual clock drives it. */
export function simulatedPinger(options: { readonly seed: number; readonly clock: Clock }): Pinger {
  return new SimulatedPinger(options.seed, options.clock);
}

class SimulatedPinger implements Pinger {
  readonly backend = 'simulated';
  readonly refused = [];
  readonly #seed: number;
  readonly #clock: Clock;
  readonly #underWay = new Map<(outcome: PingOutcome) => void, Stop>();
  #closed = false;

  constructor(seed: number, clock: Clock) {
    this.#seed = seed;
    this.#clock = clock;
  }

  ping(address: string, timeoutMs: number): Promise<PingOutcome> {
    const sentAt = this.#clock.now();
    if (this.#closed) return Promise.resolve(closedAt(sentAt));
    const { outcome, afterMs } = asSeen(simulatedOutcome(this.#seed, address, sentAt), sentAt, timeoutMs);
    return new Promise(resolve => {
      this.#underWay.set(resolve, this.#clock.after(afterMs, () => {
        this.#underWay.delete(resolve);
        resolve(outcome);
      }));
    });
  }

  close(): Promise<void> {
    this.#closed = true;
    for (const [settle, stop] of this.#underWay) {
      stop();
      settle(closedAt(this.#clock.now()));
    }
    this.#underWay.clear();
    return Promise.resolve();
  }
}

const closedAt = (sentAt: number): PingOutcome => ({ kind: 'failed', sentAt, reason: 'The pinger was closed.' });

/** How the waiting side learns of it: within its patience, or as a timeout at the end of it. */
function asSeen(simulated: SimulatedOutcome, sentAt: number, timeoutMs: number): { outcome: PingOutcome; afterMs: number } {
  const timeout = { outcome: { kind: 'timeout', sentAt }, afterMs: timeoutMs } as const;
  switch (simulated.kind) {
    case 'silence':
      return timeout;
    case 'reply':
      return simulated.rttUs > timeoutMs * 1000 ? timeout : { outcome: { ...simulated, sentAt }, afterMs: Math.ceil(simulated.rttUs / 1000) };
    case 'unreachable':
      return simulated.afterMs > timeoutMs ? timeout : { outcome: { kind: 'unreachable', sentAt, reason: simulated.reason, from: simulated.from }, afterMs: simulated.afterMs };
  }
}

function fateOf(seed: number, address: string, isRouter: boolean): Fate {
  let drawn = chance(seed, `fate ${address}`);
  for (const { name, share } of fates) {
    // A router that never answers would put its whole branch in doubt.
    if (drawn < share) return isRouter && name === 'dead' ? 'healthy' : name;
    drawn -= share;
  }
  return 'healthy';
}

type Cycle = { readonly period: readonly [number, number]; readonly away: readonly [number, number] };

/** Whether `name` is away now. It goes away once a period, at its own moment, for its own length of time. */
function isAway(seed: number, name: string, nowMs: number, { period, away }: Cycle): boolean {
  const periodMs = Math.round(between(seed, `period ${name}`, ...period));
  const phaseMs = (nowMs + Math.round(chance(seed, `phase ${name}`) * periodMs)) % periodMs;
  return phaseMs < between(seed, `away ${name}`, ...away);
}

/** Distance by branch, a little for the device, jitter that grows with both, and now and then a spike. */
function roundTripUs(seed: number, address: string, site: string, nowMs: number, slow: boolean): number {
  const baseUs = between(seed, `distance ${site}`, 2_000, 45_000) + between(seed, `device ${address}`, 200, 3_000) + (slow ? between(seed, `slow ${address}`, 120_000, 350_000) : 0);
  const jitter = chance(seed, `jitter ${address} ${nowMs}`);
  const spike = jitter > 0.995 ? 4 : 1;
  return Math.round(baseUs * (0.95 + jitter * (slow ? 0.6 : 0.15)) * spike);
}
