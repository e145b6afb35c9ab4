/** History columns made ready to draw: in the unit that a person reads, with a hole where nothing was measured. */
import type { Series } from '../../shared/model/history.ts';
import { drawnValue } from './metric-figures.ts';

/** Seconds since 1970, then drawn values; null breaks the line. All of one length. */
export type ChartColumns = { readonly t: number[]; readonly min: (number | null)[]; readonly avg: (number | null)[]; readonly max: (number | null)[] };

/** A stretch of time with lost probes, UTC ms; `share` is the part that was lost, above 0 up to 1. */
type Loss = { readonly from: number; readonly to: number; readonly share: number };

/** How far apart points usually stand. A series of single probes has no step of its own: the median distance stands for it. */
function stepOf(series: Series): number {
  if (series.stepMs > 0) return series.stepMs;
  const gaps = series.t.slice(1).map((t, i) => t - (series.t[i] ?? t)).toSorted((a, b) => a - b);
  return gaps[Math.floor(gaps.length / 2)] ?? 1_000;
}

export function chartColumns(series: Series): ChartColumns {
  const columns: ChartColumns = { t: [], min: [], avg: [], max: [] };
  const hole = 3 * stepOf(series);
  const drawn = (value: number | null | undefined): number | null => drawnValue(series.unit, value);
  const push = (t: number, min: number | null, avg: number | null, max: number | null): void => {
    columns.t.push(t / 1_000);
    columns.min.push(min);
    columns.avg.push(avg);
    columns.max.push(max);
  };
  series.t.forEach((t, i) => {
    const before = series.t[i - 1];
    if (before !== undefined && t - before > hole) push(before + 1, null, null, null);
    push(t, drawn(series.min[i]), drawn(series.avg[i]), drawn(series.max[i]));
  });
  return columns;
}

/** Indices of the values that have none beside them: a line does not show these. */
export function lonePoints(values: readonly (number | null | undefined)[]): number[] {
  return values.flatMap((value, i) => (typeof value === 'number' && typeof values[i - 1] !== 'number' && typeof values[i + 1] !== 'number' ? [i] : []));
}

/** Neighbouring points that lost the same share are one stretch. */
export function losses(series: Series): Loss[] {
  const step = stepOf(series);
  const found: Loss[] = [];
  series.t.forEach((t, i) => {
    const sent = series.sent[i] ?? 0;
    const lost = series.lost[i] ?? 0;
    if (lost === 0 || sent === 0) return;
    const share = lost / sent;
    const next = series.t[i + 1];
    const to = next !== undefined && next - t <= 3 * step ? next : t + step;
    const last = found.at(-1);
    if (last && last.share === share && t - last.to <= 0) found[found.length - 1] = { ...last, to };
    else found.push({ from: t, to, share });
  });
  return found;
}
