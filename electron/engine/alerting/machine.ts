/**
 * One step of the alert machine. Pure: time is an argument, the result is a new state and at most one event.
 * Suppressions and acknowledgements are not phases; they only decide, later, whether an event is told to anyone.
 */
/** The condition's verdict for one thing at one evaluation. `between`: neither the condition nor the recovery holds. `no-data` is a verdict, not an error. */
export type Verdict = 'breach' | 'between' | 'clear' | 'no-data';

/** How long a breach must last before it is told, how long it must be gone, and what silence of `noDataMs` does. `flap`: so many changes within `withinMs` are flapping, until `calmMs` without one. */
export type Timing = {
  readonly forMs: number;
  readonly holdMs: number;
  readonly noData: 'keep' | 'end' | 'fire';
  readonly noDataMs: number;
  readonly flap: { readonly changes: number; readonly withinMs: number; readonly calmMs: number } | null;
};

/**
 * `since`: when the phase began. `seenAt`: when it was last more than silence. `changes`: when it was raised and cleared lately. `calmSince`: while it flaps, when its verdict last changed.
 * `dismissed`: a person ended it; it is raised anew only after its condition was once over.
 */
export type AlertState = {
  readonly phase: 'ok' | 'pending' | 'firing' | 'recovering' | 'dismissed';
  readonly since: number;
  readonly seenAt: number;
  readonly changes: readonly number[];
  readonly calmSince: number | null;
};

/** `flapping`: it flaps from now on, and is open; `settled`: it flaps no more, and is open. */
export type AlertEvent = 'raised' | 'cleared' | 'lost-data' | 'flapping' | 'settled';
type Step = { readonly next: AlertState; readonly event?: AlertEvent };

export const quiet = (now: number): AlertState => ({ phase: 'ok', since: now, seenAt: now, changes: [], calmSince: null });

/** Nothing is left to remember of it. */
export const isForgettable = (state: AlertState, now: number, timing: Timing): boolean => state.phase === 'ok' && lately(state.changes, now, timing).length === 0;

export const isOpen = ({ phase }: AlertState): boolean => phase === 'firing' || phase === 'recovering';

/** A person ends it. */
export const dismissed = (prev: AlertState, now: number): AlertState => ({ ...prev, phase: 'dismissed', since: now, calmSince: null });

export function step(prev: AlertState, verdict: Verdict, timing: Timing, now: number): Step {
  if (verdict === 'no-data') return withoutData(prev, timing, now);
  const seen: AlertState = { ...prev, seenAt: now };
  if (prev.calmSince !== null) return flap(seen, verdict, prev.calmSince, timing, now);
  const enter = (phase: AlertState['phase']): AlertState => ({ ...seen, phase, since: now });
  switch (prev.phase) {
    case 'ok':
      if (verdict !== 'breach') return { next: seen };
      return timing.forMs === 0 ? changed(seen, 'raised', timing, now) : { next: enter('pending') };
    case 'pending':
      if (verdict !== 'breach') return { next: enter('ok') };
      return now - prev.since >= timing.forMs ? changed(seen, 'raised', timing, now) : { next: seen };
    case 'firing':
      if (verdict !== 'clear') return { next: seen };
      return timing.holdMs === 0 ? changed(seen, 'cleared', timing, now) : { next: enter('recovering') };
    case 'recovering':
      if (verdict !== 'clear') return { next: enter('firing') };
      return now - prev.since >= timing.holdMs ? changed(seen, 'cleared', timing, now) : { next: seen };
    case 'dismissed':
      return { next: verdict === 'clear' ? enter('ok') : seen };
  }
}

/** Gaps neither raise nor clear, until they are as long as the rule says. */
function withoutData(prev: AlertState, timing: Timing, now: number): Step {
  if (timing.noData === 'keep' || now - prev.seenAt < timing.noDataMs) return { next: prev };
  if (timing.noData === 'fire') return isOpen(prev) || prev.phase === 'dismissed' ? { next: prev } : { next: { ...prev, phase: 'firing', since: now, changes: [...prev.changes, now] }, event: 'raised' };
  const over = { ...quiet(now), changes: prev.changes };
  return isOpen(prev) ? { next: over, event: 'lost-data' } : { next: over };
}

/** It is raised or cleared, or, where that has come too often, begins to flap: then it stays open. */
function changed(seen: AlertState, event: 'raised' | 'cleared', timing: Timing, now: number): Step {
  const changes = [...lately(seen.changes, now, timing), now];
  if (timing.flap && changes.length >= timing.flap.changes) return { next: { ...seen, phase: event === 'raised' ? 'firing' : 'recovering', since: now, changes, calmSince: now }, event: 'flapping' };
  return { next: { ...seen, phase: event === 'raised' ? 'firing' : 'ok', since: now, changes }, event };
}

/** While it flaps it is open; what it says when it has been calm for long enough is its final state. */
function flap(seen: AlertState, verdict: Exclude<Verdict, 'no-data'>, calmSince: number, timing: Timing, now: number): Step {
  const phase = verdict === 'clear' ? 'recovering' : 'firing';
  if (phase !== seen.phase) return { next: { ...seen, phase, since: now, changes: [...lately(seen.changes, now, timing), now], calmSince: now } };
  if (now - calmSince < (timing.flap?.calmMs ?? 0)) return { next: seen };
  const calm = { ...seen, calmSince: null, since: now, changes: [] };
  return phase === 'firing' ? { next: calm, event: 'settled' } : { next: { ...calm, phase: 'ok' }, event: 'cleared' };
}

const lately = (changes: readonly number[], now: number, { flap: limit }: Timing): readonly number[] => (limit === null ? [] : changes.filter(at => now - at <= limit.withinMs));
