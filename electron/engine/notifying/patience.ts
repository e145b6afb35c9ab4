/** The one deadline of an attempt, over all that it waits for. */
import { retry, type Sent } from './sender.ts';

/** Such as "0.1 s" and "15 s". */
export const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;

export const stopped: Sent = retry('Sending was stopped.');

/** Does `work`. When it is not done by then, it comes to what `late` makes of it; when it is stopped, to an attempt to be made again. The signal that `work` is given ends what it opened, also then. */
export async function within<T>(timeoutMs: number, signal: AbortSignal, late: () => Sent, work: (ending: AbortSignal) => Promise<T>): Promise<T | Sent> {
  const ending = new AbortController();
  const stop = (): void => ending.abort();
  const deadline = setTimeout(stop, timeoutMs);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    return await orAborted(work(ending.signal), ending.signal, () => (signal.aborted ? stopped : late()));
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/** What `work` comes to, or `instead` when the signal comes first. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal, instead: () => Sent): Promise<T | Sent> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => resolve(instead());
    if (signal.aborted) aborted();
    signal.addEventListener('abort', aborted);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted));
  });
}
