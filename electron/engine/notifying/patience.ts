/** The one deadline of an attempt, over all that it waits for. */
import { within as settledWithin } from '../patience.ts';
import { retry, type Sent } from './sender.ts';

/** Such as "0.1 s" and "15 s". */
export const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;

export const stopped: Sent = retry('Sending was stopped.');

/** Does `work`. When it is not done by then, it comes to what `late` makes of it; when it is stopped, to an attempt to be made again. The signal that `work` is given ends what it opened, also then. */
export async function within<T extends object>(timeoutMs: number, signal: AbortSignal, late: () => Sent, work: (ending: AbortSignal) => Promise<T>): Promise<T | Sent> {
  const settled = await settledWithin({ timeoutMs, signal }, work);
  if (settled === 'stopped') return stopped;
  return settled === 'late' ? late() : settled;
}
