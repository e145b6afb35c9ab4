/** Samples of one series in order of time: what one is, and what several come to. */

/** As stored. `notObserved`: this console could not see, so the sample says nothing. */
export const outcomes = { measured: 0, noAnswer: 1, unreachable: 2, hopsExceeded: 3, notObserved: 4 } as const;

/** Columns of one length in order of time. `value` is NaN where nothing was measured. */
export type Samples = { readonly at: Float64Array; readonly outcome: Uint8Array; readonly value: Float64Array };

/** What the samples of a stretch of time come to. Figures are null when none was measured; `observedMs`: how long the samples stand for. */
export type Figures = {
  readonly sent: number;
  readonly lost: number;
  readonly unseen: number;
  readonly observedMs: number;
  readonly min: number | null;
  readonly avg: number | null;
  readonly max: number | null;
  readonly p95: number | null;
};

export const noSamples: Samples = { at: new Float64Array(0), outcome: new Uint8Array(0), value: new Float64Array(0) };

/** The median distance of neighbours; null of fewer than three. */
export function stepOf({ at }: Samples): number | null {
  if (at.length < 3) return null;
  const gaps = new Float64Array(at.length - 1);
  for (let i = 1; i < at.length; i++) gaps[i - 1] = (at[i] ?? 0) - (at[i - 1] ?? 0);
  return nth(gaps, gaps.length, gaps.length >> 1);
}

/** What would stand at an index if the first `count` values were sorted; moves them about (Hoare's selection, a third of the time of sorting). */
function nth(values: Float64Array, count: number, index: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1] ?? 0;
    let i = low;
    let j = high;
    while (i <= j) {
      while ((values[i] ?? 0) < pivot) i++;
      while ((values[j] ?? 0) > pivot) j--;
      if (i > j) break;
      const swapped = values[i] ?? 0;
      values[i++] = values[j] ?? 0;
      values[j--] = swapped;
    }
    if (index <= j) high = j;
    else if (index >= i) low = i;
    else break;
  }
  return values[index] ?? 0;
}

export function slice({ at, outcome, value }: Samples, from: number, to: number): Samples {
  return { at: at.subarray(from, to), outcome: outcome.subarray(from, to), value: value.subarray(from, to) };
}

/** The first index whose time is not before `time`. */
export function indexOf(at: Float64Array, time: number): number {
  let low = 0;
  let high = at.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((at[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Both in order of time. Of two at the same moment that are alike one stays; one that differs moves by the next free millisecond, so that nothing is lost. */
export function merged(a: Samples, b: Samples): Samples {
  if (b.at.length === 0) return a;
  if (a.at.length === 0) return b;
  const length = a.at.length + b.at.length;
  const out = { at: new Float64Array(length), outcome: new Uint8Array(length), value: new Float64Array(length) };
  let count = 0;
  const push = ({ at, outcome, value }: Samples, i: number): void => {
    let time = at[i] ?? 0;
    const last = count - 1;
    if (count > 0 && time <= (out.at[last] ?? 0)) {
      // What was not answered may have been found since to be not observed.
      const unmeasured = outcome[i] !== outcomes.measured && out.outcome[last] !== outcomes.measured;
      if (time === out.at[last] && (unmeasured || (outcome[i] === out.outcome[last] && Object.is(value[i], out.value[last])))) return;
      time = (out.at[last] ?? 0) + 1;
    }
    out.at[count] = time;
    out.outcome[count] = outcome[i] ?? 0;
    out.value[count] = value[i] ?? Number.NaN;
    count++;
  };
  let i = 0;
  let j = 0;
  while (i < a.at.length || j < b.at.length) {
    if (j >= b.at.length || (i < a.at.length && (a.at[i] ?? 0) <= (b.at[j] ?? 0))) push(a, i++);
    else push(b, j++);
  }
  return slice(out, 0, count);
}

/** In order of time, each moment once. */
export function inOrder(samples: Samples): Samples {
  const { at } = samples;
  let ordered = true;
  for (let i = 1; i < at.length && ordered; i++) ordered = (at[i] ?? 0) > (at[i - 1] ?? 0);
  if (ordered) return samples;
  const order = Array.from(at, (_, i) => i).sort((a, b) => (at[a] ?? 0) - (at[b] ?? 0) || a - b);
  const sorted: Samples = { at: Float64Array.from(order, i => at[i] ?? 0), outcome: Uint8Array.from(order, i => samples.outcome[i] ?? 0), value: Float64Array.from(order, i => samples.value[i] ?? Number.NaN) };
  return merged(slice(sorted, 0, 1), slice(sorted, 1, order.length));
}

/** Pieces of one series, usually one after the other, as one in order of time. */
export function concatenated(pieces: readonly Samples[]): Samples {
  const [only] = pieces;
  if (pieces.length < 2) return only ?? noSamples;
  const length = pieces.reduce((sum, piece) => sum + piece.at.length, 0);
  const all = { at: new Float64Array(length), outcome: new Uint8Array(length), value: new Float64Array(length) };
  let next = 0;
  for (const { at, outcome, value } of pieces) {
    all.at.set(at, next);
    all.outcome.set(outcome, next);
    all.value.set(value, next);
    next += at.length;
  }
  return inOrder(all);
}

/** Blind time of a device: what was not answered then was not lost, it was not observed. `blind` in order of time. */
export function withBlindTime(samples: Samples, blind: readonly { readonly from: number; readonly to: number }[]): Samples {
  const touched = blind.filter(({ from, to }) => indexOf(samples.at, from) < indexOf(samples.at, to));
  if (touched.length === 0) return samples;
  const outcome = samples.outcome.slice();
  for (const { from, to } of touched) {
    for (let i = indexOf(samples.at, from); i < indexOf(samples.at, to); i++) if (outcome[i] !== outcomes.measured) outcome[i] = outcomes.notObserved;
  }
  return { ...samples, outcome };
}

const usualStepMs = 60_000;
/** A sample stands for the time until the next one, at most for so many steps. */
export const stepsASample = 2.5;

/**
 * The samples of a stretch cut into equal buckets of `bucketMs` from `from` up to `to`; `null` where there is no sample. p95 is by nearest rank. A sample stands for the time until the
 * next, at most two and a half times the usual distance; the first also for what lies before it back to `from`, if that is no more than one such distance.
 */
export function figuresOf(samples: Samples, from: number, to: number, bucketMs: number): (Figures | null)[] {
  const { at, outcome, value } = samples;
  const count = Math.ceil((to - from) / bucketMs);
  const step = stepOf(samples) ?? usualStepMs;
  const observed = observedMsOf(samples, from, to, bucketMs, count, step);
  const out: (Figures | null)[] = [];
  let next = 0;
  for (let bucket = 0; bucket < count; bucket++) {
    const first = next;
    const end = from + (bucket + 1) * bucketMs;
    while (next < at.length && (at[next] ?? 0) < end) next++;
    out.push(first === next ? null : sumUp(outcome, value, first, next, Math.round(observed[bucket] ?? 0)));
  }
  return out;
}

function observedMsOf({ at, outcome }: Samples, from: number, to: number, bucketMs: number, count: number, step: number): Float64Array {
  const observed = new Float64Array(count);
  const most = step * stepsASample;
  let bucket = 0;
  let bucketEnd = from + bucketMs;
  /** Stretches come in order of time. */
  const add = (begin: number, end: number): void => {
    for (let start = begin; start < end; ) {
      while (start >= bucketEnd) {
        bucket++;
        bucketEnd += bucketMs;
      }
      const stop = end < bucketEnd ? end : bucketEnd;
      observed[bucket] = (observed[bucket] ?? 0) + stop - start;
      start = stop;
    }
  };
  const first = at[0] ?? to;
  if (outcome[0] !== outcomes.notObserved && first - from <= step * 1.25) add(from, first);
  for (let i = 0; i < at.length; i++) {
    if (outcome[i] === outcomes.notObserved) continue;
    const begin = at[i] ?? 0;
    add(begin, Math.min(to, begin + most, at[i + 1] ?? Infinity));
  }
  return observed;
}

function sumUp(outcome: Uint8Array, value: Float64Array, first: number, next: number, observedMs: number): Figures {
  const values = new Float64Array(next - first);
  let count = 0;
  let unseen = 0;
  let sum = 0;
  let min = Infinity;
  let max = -Infinity;
  for (let i = first; i < next; i++) {
    if (outcome[i] === outcomes.notObserved) unseen++;
    if (outcome[i] !== outcomes.measured) continue;
    const each = value[i] ?? Number.NaN;
    values[count++] = each;
    sum += each;
    if (each < min) min = each;
    if (each > max) max = each;
  }
  const sent = next - first - unseen;
  if (count === 0) return { sent, lost: sent, unseen, observedMs, min: null, avg: null, max: null, p95: null };
  return { sent, lost: sent - count, unseen, observedMs, min, avg: sum / count, max, p95: nth(values, count, Math.ceil(count * 0.95) - 1) };
}

/** Several stretches as one. The p95 of a whole is not known from its parts: the largest of theirs stands for it. */
export function together(parts: readonly Figures[]): Figures {
  const whole = { sent: 0, lost: 0, unseen: 0, observedMs: 0 };
  let sum = 0;
  let measured = 0;
  let min = Infinity;
  let max = -Infinity;
  let p95 = -Infinity;
  for (const part of parts) {
    whole.sent += part.sent;
    whole.lost += part.lost;
    whole.unseen += part.unseen;
    whole.observedMs += part.observedMs;
    if (part.min === null || part.avg === null || part.max === null) continue;
    const replies = part.sent - part.lost;
    sum += part.avg * replies;
    measured += replies;
    min = Math.min(min, part.min);
    max = Math.max(max, part.max);
    p95 = Math.max(p95, part.p95 ?? part.max);
  }
  return measured === 0 ? { ...whole, min: null, avg: null, max: null, p95: null } : { ...whole, min, avg: sum / measured, max, p95 };
}
