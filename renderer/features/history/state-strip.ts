/** A device's states in a strip of as many columns as the screen has, so that the shortest outage still has one. */
import type { StateSpan } from '../../../shared/model/history.ts';

export type SpanState = StateSpan['state'];

/** Neighbouring columns of one state; `left` and `width` in columns. */
export type StripRun = { readonly state: SpanState; readonly left: number; readonly width: number };

/** Where several states share a column, the first of these is shown. */
const rank: readonly SpanState[] = ['down', 'unreachable', 'not-observed', 'degraded', 'maintenance', 'paused', 'up', 'no-data'];

/** Columns without any span stay empty. */
export function stripRuns(spans: readonly StateSpan[], from: number, to: number, columns: number): readonly StripRun[] {
  const perMs = columns / (to - from);
  const shown = new Array<SpanState | null>(columns).fill(null);
  for (const span of spans) {
    if (span.to <= from || span.from >= to) continue;
    const first = Math.min(columns - 1, Math.max(0, Math.floor((span.from - from) * perMs)));
    // A span that ends exactly where a column begins has no part in it.
    const last = Math.min(columns - 1, Math.max(first, Math.ceil((span.to - from) * perMs) - 1));
    for (let i = first; i <= last; i++) {
      const there = shown[i] ?? null;
      if (there === null || rank.indexOf(span.state) < rank.indexOf(there)) shown[i] = span.state;
    }
  }
  const runs: StripRun[] = [];
  shown.forEach((state, left) => {
    if (state === null) return;
    const before = runs.at(-1);
    if (before && before.state === state && before.left + before.width === left) runs[runs.length - 1] = { ...before, width: before.width + 1 };
    else runs.push({ state, left, width: 1 });
  });
  return runs;
}

/** The states that there is something of, worst first. */
export function statesIn(spans: readonly StateSpan[], from: number, to: number): readonly SpanState[] {
  return rank.filter(state => spans.some(span => span.state === state && span.from < to && span.to > from));
}

/** What it was at a moment. */
export function stateAt(spans: readonly StateSpan[], at: number): StateSpan | undefined {
  return spans.find(span => span.from <= at && at < span.to);
}
