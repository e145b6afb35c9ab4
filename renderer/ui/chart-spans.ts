/** Stretches of time that a chart shades, and the legend for those that are there. */
import type { HistorySpan } from '../../shared/model/observation.ts';
import type { RttSeries } from '../../shared/model/history.ts';
import { losses } from './chart-columns.ts';

/** How a stretch is shaded. `lost`: probes were lost in it, `share` of them. */
type Shade = { readonly kind: HistorySpan['kind']; readonly from: number; readonly to: number } | { readonly kind: 'lost'; readonly from: number; readonly to: number; readonly share: number };

/** In the order of the legend. */
const shadeKinds = ['down', 'unreachable', 'not-observed', 'lost'] as const satisfies readonly Shade['kind'][];
export type ShadeKind = (typeof shadeKinds)[number];

/** What to shade, UTC ms. A loss within an outage or blind time is not shaded again: that time has its own look. */
export function shades(series: RttSeries): readonly Shade[] {
  const spans = series.spans.map(({ kind, from, to }) => ({ kind, from, to }));
  return [...losses(series).flatMap(loss => outside(loss, series.spans).map(part => ({ kind: 'lost' as const, share: loss.share, ...part }))), ...spans];
}

/** The kinds that there is something of between `from` and `to`. */
export function shownKinds(series: RttSeries, from: number, to: number): readonly ShadeKind[] {
  const there = new Set(shades(series).flatMap(shade => (shade.from < to && shade.to > from ? [shade.kind] : [])));
  return shadeKinds.filter(kind => there.has(kind));
}

/** The outage or blind time that a moment lies in. */
export function spanAt(series: RttSeries, at: number): HistorySpan | undefined {
  return series.spans.find(span => span.from <= at && at < span.to);
}

type Stretch = { readonly from: number; readonly to: number };

/** The parts of `whole` that none of `holes` covers; `holes` are in order. */
function outside(whole: Stretch, holes: readonly Stretch[]): Stretch[] {
  const parts: Stretch[] = [];
  let { from } = whole;
  for (const hole of holes) {
    if (hole.to <= from || hole.from >= whole.to) continue;
    if (hole.from > from) parts.push({ from, to: hole.from });
    from = hole.to;
  }
  return from < whole.to ? [...parts, { from, to: whole.to }] : parts;
}
