/** What would have been measured: the samples of one series in an hour, or what its buckets of five minutes would have come to. Pure. */
import { dayMs, hourMs, hoursADay } from '../../electron/engine/store/history/keys.ts';
import { outcomes, type Figures, type Samples } from '../../electron/engine/store/history/samples.ts';
import { exponential, randomOf, type Random } from './chance.ts';
import type { Span } from './estate.ts';

/** `rtt`: us. `rate`: octets a second. `faults`: packets a second. `status`: 1 while it is up. */
export type Signal =
  | { readonly of: 'rtt'; readonly baseUs: number; readonly noiseUs: number; readonly loss: number; readonly busy: number }
  | { readonly of: 'rate'; readonly mean: number }
  | { readonly of: 'faults'; readonly share: number }
  | { readonly of: 'status' };

/** A stretch in which nothing was measured: asked and not answered, asked and blind, or not asked. */
export type Gap = Span & { readonly as: 'lost' | 'unseen' | 'absent' };

/** `gaps`: of two that overlap the later one holds. */
export type SeriesPlan = { readonly id: number; readonly signal: Signal; readonly stepMs: number; readonly phaseMs: number; readonly gaps: readonly Gap[] };

/** How late probes leave: half of them within 2 ms, the others within so many, as measured on a console that pings a thousand devices. */
const mostLateMs = 8;
/** A round trip now and then takes several times as long. */
const spikes = 0.002;

/** The chances of a week repeat in the next one: what is alike then need not be made anew. */
export const weekDays = 7;
const weekHours = weekDays * hoursADay;

/** Whether the gaps of a day are those of the same day of the week before, and with them all of it. */
export function isAsAWeekBefore(gaps: readonly Gap[], day: number): boolean {
  const clipped = (start: number): string => gaps.flatMap(({ from, to, as }) => (from < start + dayMs && to > start ? [`${Math.max(0, from - start)} ${Math.min(dayMs, to - start)} ${as}`] : [])).join();
  return clipped(day * dayMs) === clipped((day - weekDays) * dayMs);
}

/** The hour's, up to `until`. */
export function samplesIn({ id, signal, stepMs, phaseMs, gaps }: SeriesPlan, hour: number, until: number, seed: number): Samples {
  const from = hour * hourMs;
  const end = Math.min(from + hourMs, until);
  const random = randomOf(seed, `${id} ${hour % weekHours}`);
  const touching = gaps.filter(gap => gap.from < end && gap.to > from);
  const most = Math.max(0, Math.ceil((end - from) / stepMs) + 1);
  const [at, outcome, value] = [new Float64Array(most), new Uint8Array(most), new Float64Array(most)];
  const level = levelAt(signal, from);
  let count = 0;
  for (let due = Math.ceil((from - phaseMs) / stepMs) * stepMs + phaseMs; due < end; due += stepMs) {
    const time = Math.min(end - 1, Math.floor(due + mostLateMs * random() ** 2));
    const as = touching.length === 0 ? undefined : gapAt(touching, time);
    if (as === 'absent') continue;
    const measured = as === undefined ? measure(signal, level, random) : Number.NaN;
    at[count] = time;
    value[count] = measured;
    outcome[count] = as === 'unseen' ? outcomes.notObserved : Number.isNaN(measured) ? outcomes.noAnswer : outcomes.measured;
    count++;
  }
  return { at: at.subarray(0, count), outcome: outcome.subarray(0, count), value: value.subarray(0, count) };
}

/** What the buckets of a day come to, without its samples: counts and times as they would be, values as far as chance goes. */
export function figuresIn({ id, signal, stepMs, gaps }: SeriesPlan, day: number, bucketMs: number, seed: number): (Figures | null)[] {
  const start = day * dayMs;
  const random = randomOf(seed, `${id} day ${day % weekDays}`);
  const touching = gaps.filter(gap => gap.from < start + dayMs && gap.to > start);
  const all = Math.round(bucketMs / stepMs);
  const buckets: (Figures | null)[] = [];
  for (let from = start; from < start + dayMs; from += bucketMs) {
    const counts = countsOf(touching, from, bucketMs, all, stepMs);
    const sent = all - counts.absent - counts.unseen;
    const byChance = signal.of === 'rtt' ? Math.floor(exponential(random, signal.loss * all) + random() * 0.5) : 0;
    const lost = Math.min(sent, counts.lost + byChance);
    if (sent + counts.unseen === 0) buckets.push(null);
    else buckets.push(spread(signal, levelAt(signal, from), { sent, lost, unseen: counts.unseen, observedMs: sent * stepMs }, random));
  }
  return buckets;
}

/** What its values lie around at a time of day: people come at nine, and leave at six. */
function levelAt(signal: Signal, at: number): number {
  const hours = (at / hourMs) % 24;
  const busy = Math.exp(-(((hours - 9) / 4) ** 2)) * (Math.floor(at / dayMs) % 7 < 5 ? 1 : 0.25);
  switch (signal.of) {
    case 'rtt':
      return signal.baseUs * (1 + signal.busy * busy);
    case 'rate':
      return signal.mean * (0.1 + busy);
    case 'faults':
      return signal.share * (0.2 + busy);
    case 'status':
      return 1;
  }
}

/** NaN: lost. */
function measure(signal: Signal, level: number, random: Random): number {
  switch (signal.of) {
    case 'rtt': {
      if (random() < signal.loss) return Number.NaN;
      const spike = random() < spikes ? level * random() * 6 : 0;
      return Math.round(level + exponential(random, signal.noiseUs) + spike);
    }
    case 'rate':
      return Math.round(level * (0.4 + 1.2 * random()));
    case 'faults':
      return random() < level ? Math.round(1_000 * exponential(random, 0.2)) / 1_000 : 0;
    case 'status':
      return 1;
  }
}

function spread(signal: Signal, level: number, counts: Pick<Figures, 'sent' | 'lost' | 'unseen' | 'observedMs'>, random: Random): Figures {
  const { sent, lost, unseen, observedMs } = counts;
  const count = sent - lost;
  if (count === 0) return { sent, lost, unseen, observedMs, min: null, avg: null, max: null, p95: null };
  switch (signal.of) {
    case 'rtt': {
      const { noiseUs } = signal;
      const min = Math.round(level + exponential(random, noiseUs / count));
      const spike = random() < spikes * count ? level * random() * 6 : 0;
      const avg = Math.max(min, level + noiseUs * (1 + (2 * random() - 1) / Math.sqrt(count)) + spike / count);
      const p95 = Math.round(Math.max(avg, level + noiseUs * (2.6 + 0.8 * random())));
      return { sent, lost, unseen, observedMs, min, avg, max: Math.round(Math.max(p95, level + noiseUs * (Math.log(count) + exponential(random, 1)) + spike)), p95 };
    }
    case 'rate': {
      const min = Math.round(level * (0.4 + 0.2 * random()));
      const max = Math.round(level * (1.4 + 0.2 * random()));
      return { sent, lost, unseen, observedMs, min, avg: (min + max) / 2, max, p95: max };
    }
    case 'faults': {
      const max = random() < level * count ? Math.round(1_000 * exponential(random, 0.2)) / 1_000 : 0;
      return { sent, lost, unseen, observedMs, min: 0, avg: max / count, max, p95: max };
    }
    case 'status':
      return { sent, lost, unseen, observedMs, min: 1, avg: 1, max: 1, p95: 1 };
  }
}

function gapAt(gaps: readonly Gap[], time: number): Gap['as'] | undefined {
  return gaps.findLast(({ from, to }) => from <= time && time < to)?.as;
}

const noGaps = { absent: 0, unseen: 0, lost: 0 };

function countsOf(gaps: readonly Gap[], from: number, bucketMs: number, all: number, stepMs: number): typeof noGaps {
  const here = gaps.length === 0 ? gaps : gaps.filter(gap => gap.from < from + bucketMs && gap.to > from);
  const [only] = here;
  if (!only) return noGaps;
  if (here.length === 1 && only.from <= from && only.to >= from + bucketMs) return { ...noGaps, [only.as]: all };
  const counts = { ...noGaps };
  for (let i = 0; i < all; i++) {
    const as = gapAt(here, from + i * stepMs);
    if (as) counts[as]++;
  }
  return counts;
}
