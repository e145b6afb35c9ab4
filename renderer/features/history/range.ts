/** Steps from one stretch of time to another. */
import { historySpans } from '../../ui/history-spans.ts';
import type { Range } from './place.ts';

type Stretch = { readonly from: number; readonly to: number };

/** Shorter shows nothing more: one sample a second is the most there is. */
const shortestMs = 60_000;

/** `now`: what a stretch up to now ends with. */
export function stretchOf(range: Range, now: number): Stretch {
  return range.kind === 'last' ? { from: now - historySpans[range.span], to: now } : { from: range.from, to: range.to };
}

/** Half its length earlier or later, so that what was seen at one edge is in the middle. Never later than now. */
export function moved(range: Range, direction: 'earlier' | 'later', now: number): Range {
  const { from, to } = stretchOf(range, now);
  const half = Math.round((to - from) / 2);
  if (direction === 'earlier') return { kind: 'between', from: Math.max(0, from - half), to: Math.max(0, from - half) + (to - from) };
  const end = Math.min(now, to + half);
  return { kind: 'between', from: end - (to - from), to: end };
}

/** Whether there is anything later to see. */
export function endsNow(range: Range, now: number): boolean {
  return stretchOf(range, now).to >= now;
}

/** The stretch that was dragged over; one too short to show anything is widened around its middle. */
export function zoomed(from: number, to: number): Range {
  const missing = Math.max(0, shortestMs - (to - from)) / 2;
  return { kind: 'between', from: Math.floor(from - missing), to: Math.ceil(to + missing) };
}
