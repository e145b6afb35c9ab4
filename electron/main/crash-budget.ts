/** How often something may crash before starting it again stops being help. Pure. */

const limit = 5;
const windowMs = 5 * 60_000;
const firstDelayMs = 250;

export type AfterCrash =
  /** Start again after `delayMs`, which doubles with every crash still counted. */
  | { readonly kind: 'restart'; readonly delayMs: number; readonly crashes: readonly number[] }
  /** The budget is spent: a person must start it again. */
  | { readonly kind: 'stop'; readonly crashes: readonly number[] };

/** `earlier`: the times (ms) of the crashes counted so far; `now` is on the same clock. The answer's `crashes` are the ones that count from here on. */
export function afterCrash(earlier: readonly number[], now: number): AfterCrash {
  const crashes = [...earlier.filter(at => now - at < windowMs), now];
  if (crashes.length >= limit) return { kind: 'stop', crashes };
  return { kind: 'restart', delayMs: firstDelayMs * 2 ** (crashes.length - 1), crashes };
}
