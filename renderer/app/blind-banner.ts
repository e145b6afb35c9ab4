/** What the blind banner says: it comes when this console cannot see, and stays a while after, so that the page moves once for a night of short blindness. */
import type { HealthRow } from '../../shared/model/health.ts';
import type { BlindCause } from '../../shared/model/observation.ts';

type Sight = Extract<HealthRow, { id: 'sight' }>;

/** Times are UTC ms. `over`: it sees again since `until`. */
export type Banner =
  | { readonly kind: 'blind'; readonly since: number; readonly cause: BlindCause | null; readonly devices: number }
  | { readonly kind: 'over'; readonly since: number; readonly cause: BlindCause | null; readonly until: number };

/** How long it is still told that it was blind. */
const afterglowMs = 60_000;

/** The banner that follows `before`; the same object while nothing changes. Without a report the last one stands. */
export function nextBanner(before: Banner | null, sight: Pick<Sight, 'blindSince' | 'cause' | 'devices'> | undefined, now: number): Banner | null {
  if (!sight) return before;
  const { blindSince: since, cause, devices } = sight;
  if (since !== null) {
    const same = before?.kind === 'blind' && before.since === since && before.cause === cause && before.devices === devices;
    return same ? before : { kind: 'blind', since, cause, devices };
  }
  if (before?.kind === 'blind') return { kind: 'over', since: before.since, cause: before.cause, until: now };
  return before && now - before.until > afterglowMs ? null : before;
}
