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

/** Newest first. An outage that blind time interrupts, and that goes on after it, is one. */
export function outagesOf(spans: readonly StateSpan[], from: number, to: number): readonly Outage[] {
  const found: Outage[] = [];
  // How far blind time reaches after the last outage, and how long it is.
  let blind = { to: Number.NaN, ms: 0 };
  for (const span of spans) {
    const [start, end] = [Math.max(from, span.from), Math.min(to, span.to)];
    if (end <= start) continue;
    const last = found.at(-1);
    if (span.state === 'not-observed' && last?.to === start) blind = { to: end, ms: end - start };
    else if (span.state === 'not-observed' && blind.to === start) blind = { to: end, ms: blind.ms + end - start };
    else if (span.state === 'down') {
      const goesOn = end >= to;
      if (last && (last.to === start || blind.to === start)) found[found.length - 1] = { ...last, to: end, downMs: last.downMs + end - start, blindMs: last.blindMs + (last.to === start ? 0 : blind.ms), goesOn };
      else found.push({ from: start, to: end, downMs: end - start, blindMs: 0, beganBefore: span.from <= from, goesOn });
      blind = { to: Number.NaN, ms: 0 };
    } else blind = { to: Number.NaN, ms: 0 };
  }
  return found.reverse();
}
