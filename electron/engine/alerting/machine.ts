/**
 * One step of the alert machine. Pure: time is an argument, the result is a new state and at most one event.
 * Silences and acknowledgements are not phases; they only decide, later, whether an event is told to anyone.
 */

/** The condition's verdict for one target at one evaluation. `no-data` is a verdict, not an error. */
export type Verdict = 'breach' | 'clear' | 'no-data';
/** How long a breach must last before it is told, how long it must be gone, and how long silence ends it (Infinity: never). */
export type Rule = { readonly holdMs: number; readonly recoverMs: number; readonly noDataMs: number };
export type AlertState = { readonly phase: 'ok' | 'pending' | 'firing' | 'recovering'; readonly since: number; readonly lastSeen: number };
export type AlertEvent = 'raised' | 'cleared' | 'lost-data';

export const quiet = (now: number): AlertState => ({ phase: 'ok', since: now, lastSeen: now });

export function step(prev: AlertState, verdict: Verdict, rule: Rule, now: number): { readonly next: AlertState; readonly event?: AlertEvent } {
  if (verdict === 'no-data') {
    const lost = prev.phase !== 'ok' && now - prev.lastSeen >= rule.noDataMs;
    return lost ? { next: quiet(now), event: 'lost-data' } : { next: prev };
  }
  const enter = (phase: AlertState['phase']): AlertState => ({ phase, since: now, lastSeen: now });
  const stay = { ...prev, lastSeen: now };
  const breach = verdict === 'breach';
  switch (prev.phase) {
    case 'ok':
      if (!breach) return { next: stay };
      return rule.holdMs === 0 ? { next: enter('firing'), event: 'raised' } : { next: enter('pending') };
    case 'pending':
      if (!breach) return { next: enter('ok') };
      return now - prev.since >= rule.holdMs ? { next: enter('firing'), event: 'raised' } : { next: stay };
    case 'firing':
      if (breach) return { next: stay };
      return rule.recoverMs === 0 ? { next: enter('ok'), event: 'cleared' } : { next: enter('recovering') };
    case 'recovering':
      if (breach) return { next: enter('firing') };
      return now - prev.since >= rule.recoverMs ? { next: enter('ok'), event: 'cleared' } : { next: stay };
  }
}
