/** The outages among the states of a device. */
import type { StateSpan } from '../../../shared/model/history.ts';

/** `downMs`: the time that it was seen to be down; `blindMs`: the part in which this console could not see. */
export type Outage = {
  readonly from: number;
  readonly to: number;
  readonly downMs: number;
  readonly blindMs: number;
  /** It began before what is shown, or goes on after it. */
  readonly beganBefore: boolean;
  readonly goesOn: boolean;
};

/** Newest first. An outage that blind time or maintenance interrupts, and that goes on after it, is one. */
export function outagesOf(spans: readonly StateSpan[], from: number, to: number): readonly Outage[] {
  const found: Outage[] = [];
  // How far what nothing was judged in reaches after the last outage, and how much of it was blind.
  let gap = { to: Number.NaN, blindMs: 0 };
  for (const span of spans) {
    const [start, end] = [Math.max(from, span.from), Math.min(to, span.to)];
    if (end <= start) continue;
    const last = found.at(-1);
    const blindMs = span.state === 'not-observed' ? end - start : 0;
    const isGap = span.state === 'not-observed' || span.state === 'maintenance';
    if (isGap && last?.to === start) gap = { to: end, blindMs };
    else if (isGap && gap.to === start) gap = { to: end, blindMs: gap.blindMs + blindMs };
    else if (span.state === 'down') {
      const goesOn = end >= to;
      if (last && (last.to === start || gap.to === start)) found[found.length - 1] = { ...last, to: end, downMs: last.downMs + end - start, blindMs: last.blindMs + (last.to === start ? 0 : gap.blindMs), goesOn };
      else found.push({ from: start, to: end, downMs: end - start, blindMs: 0, beganBefore: span.from <= from, goesOn });
      gap = { to: Number.NaN, blindMs: 0 };
    } else gap = { to: Number.NaN, blindMs: 0 };
  }
  return found.reverse();
}
