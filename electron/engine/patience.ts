/** One deadline over all that an attempt waits for: of a check, or of a message. */

/** Does `work`: what it comes to, or what came first, that its time was up or that it was stopped. The signal that `work` is given ends what it opened, also then. Rejects as `work` does. */
export async function within<T extends object>({ timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal }, work: (ending: AbortSignal) => Promise<T>): Promise<T | 'late' | 'stopped'> {
  const ending = new AbortController();
  const stop = (): void => ending.abort();
  const deadline = setTimeout(stop, timeoutMs);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    return (await orAborted(work(ending.signal), ending.signal)) ?? (signal.aborted ? 'stopped' : 'late');
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/** Null when the signal came first. */
function orAborted<T extends object>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => resolve(null);
    if (signal.aborted) aborted();
    signal.addEventListener('abort', aborted);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted));
  });
}
