/** The further checks of a simulated device: they fare as its pings do, so that the demo does not contradict itself. Nothing is sent. */
import type { CheckOutcome } from './check.ts';
import { simulatedOutcome } from '../simulated.ts';

/** What any check of the simulated device at `address` brings at `nowMs` (UTC). Pure. */
export function simulatedCheck(seed: number, address: string, nowMs: number): CheckOutcome {
  const outcome = simulatedOutcome(seed, address, nowMs);
  if (outcome.kind !== 'reply') return { kind: 'failed', elapsedMs: null, message: 'The simulated device does not answer.' };
  const elapsedMs = Math.round(outcome.rttUs / 1_000);
  return { kind: 'ok', elapsedMs, message: `The simulated device answered in ${elapsedMs} ms.` };
}
