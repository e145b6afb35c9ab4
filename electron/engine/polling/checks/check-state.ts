/**
 * Whether a further check fails: its state machine. Pure.
 *
 * A failure makes a suspect; the check fails when so many have failed in a row, since the first of them, and one success brings it back. What could not be
 * asked says nothing about the device: it makes no failure and ends none. Only the order of asking counts: an outcome that arrives late takes its place among
 * the latest ones.
 */

/** When it was asked: `sentAt`, UTC ms, is what people are told; `sentMs`, of a clock that only goes forward, is what decides. */
export type Asked = { readonly sentAt: number; readonly sentMs: number; readonly kind: 'ok' | 'failed' | 'unknown' };

/** Since when, UTC ms. `unknownSince`: it cannot be asked at present, since then. */
type Verdict =
  | { readonly kind: 'waiting'; readonly unknownSince: number | null }
  | { readonly kind: 'ok'; readonly since: number; readonly unknownSince: number | null }
  | { readonly kind: 'suspect'; readonly before: Verdict & { readonly kind: 'waiting' | 'ok' }; readonly firstAt: number; readonly failures: number; readonly unknownSince: number | null }
  | { readonly kind: 'failing'; readonly since: number; readonly unknownSince: number | null };

/** `settled` holds for everything before `recent`, which is in the order of asking. */
export type CheckState = { readonly settled: Verdict; readonly recent: readonly Asked[]; readonly settledMs: number };

/** As people see it. */
export type ShownState = { readonly state: 'waiting' | 'ok' | 'failing' | 'unknown'; readonly since: number | null };

export type CheckStep = {
  readonly next: CheckState;
  /** Tell it: it fails, or it fails no more, since `shown(next).since`. */
  readonly event?: 'failing' | 'ok';
  /** Ask again at once. */
  readonly confirm: boolean;
};

/** Failures in a row before a check fails. */
export const failuresNeeded = 3;
/** More than are ever under way at a time for one check. */
const mostRecent = 8;

export const untested: CheckState = { settled: { kind: 'waiting', unknownSince: null }, recent: [], settledMs: -Infinity };

/** As it was before a restart; null for a new check. What was not certain is asked anew. */
export function restored(last: { readonly state: string; readonly since: number | null } | null): CheckState {
  if (!last || last.since === null || (last.state !== 'ok' && last.state !== 'failing')) return untested;
  return { ...untested, settled: { kind: last.state, since: last.since, unknownSince: null } };
}

export function step(prev: CheckState, asked: Asked): CheckStep {
  // So late that nothing can be made of it any more.
  if (asked.sentMs < prev.settledMs) return { next: prev, confirm: false };
  const recent = [...prev.recent, asked].sort((a, b) => a.sentMs - b.sentMs);
  const oldest = recent.length > mostRecent ? recent[0] : undefined;
  const next: CheckState = oldest ? { settled: after(prev.settled, oldest), recent: recent.slice(1), settledMs: oldest.sentMs } : { ...prev, recent };
  const was = verdictOf(prev);
  const is = verdictOf(next);
  const event = is.kind === 'failing' && was.kind !== 'failing' ? 'failing' : was.kind === 'failing' && is.kind !== 'failing' ? 'ok' : undefined;
  return { next, ...(event ? { event } : {}), confirm: is.kind === 'suspect' && asked.kind === 'failed' };
}

/**
 * This computer could not see until `nowMs` (of the forward clock): what was asked before then and failed proves nothing. A suspicion is dropped, and a failure
 * that began at or after `lostSince` (UTC ms) with it.
 */
export function afterBlindness(state: CheckState, nowMs: number, lostSince = Infinity): CheckState {
  const verdict = verdictOf(state);
  const proven = verdict.kind !== 'failing' || verdict.since < lostSince ? verdict : { kind: 'waiting' as const, unknownSince: null };
  return { settled: proven.kind === 'suspect' ? proven.before : proven, recent: [], settledMs: Math.max(state.settledMs, nowMs) };
}

export function shown(state: CheckState): ShownState {
  const verdict = verdictOf(state);
  if (verdict.kind === 'failing') return { state: 'failing', since: verdict.since };
  if (verdict.unknownSince !== null) return { state: 'unknown', since: verdict.unknownSince };
  const told = verdict.kind === 'suspect' ? verdict.before : verdict;
  return told.kind === 'ok' ? { state: 'ok', since: told.since } : { state: 'waiting', since: null };
}

const verdictOf = ({ settled, recent }: CheckState): Verdict => recent.reduce(after, settled);

function after(prev: Verdict, { kind, sentAt }: Asked): Verdict {
  switch (kind) {
    case 'unknown':
      return { ...prev, unknownSince: prev.unknownSince ?? sentAt };
    case 'ok': {
      const told = prev.kind === 'suspect' ? prev.before : prev;
      // After a time in which nothing was known its being well begins anew.
      return { kind: 'ok', since: told.kind === 'ok' && prev.unknownSince === null && told.unknownSince === null ? told.since : sentAt, unknownSince: null };
    }
    case 'failed':
      if (prev.kind === 'failing') return { ...prev, unknownSince: null };
      if (prev.kind !== 'suspect') return suspect(prev, sentAt, 1);
      return prev.failures + 1 >= failuresNeeded ? { kind: 'failing', since: prev.firstAt, unknownSince: null } : suspect(prev.before, prev.firstAt, prev.failures + 1);
  }
}

/** What it was before stays shown, also that it could not be asked: one failure in between does not settle that. */
const suspect = (before: Verdict & { readonly kind: 'waiting' | 'ok' }, firstAt: number, failures: number): Verdict => ({ kind: 'suspect', before, firstAt, failures, unknownSince: before.unknownSince });
