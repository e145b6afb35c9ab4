/** Stretches of time that a chart shades, and the legend for those that are there. */
import type { HistorySpan } from '../../shared/model/observation.ts';
import type { Series } from '../../shared/model/history.ts';
import { losses } from './chart-columns.ts';

/** How a stretch is shaded. `lost`: probes were lost in it, `share` of them. `damaged`: what was stored of it cannot be read. */
type Shade = { readonly kind: HistorySpan['kind'] | 'damaged'; readonly from: number; readonly to: number } | { readonly kind: 'lost'; readonly from: number; readonly to: number; readonly share: number };

/** In the order of the legend. */
const shadeKinds = ['down', 'unreachable', 'maintenance', 'not-observed', 'damaged', 'lost'] as const satisfies readonly Shade['kind'][];
export type ShadeKind = (typeof shadeKinds)[number];

/** What to shade, UTC ms. A loss within an outage, maintenance, blind or damaged time is not shaded again: that time has its own look. */
export function shades(series: Series): readonly Shade[] {
  const spans = series.spans.map(({ kind, from, to }) => ({ kind, from, to }));
  const damaged = series.unreadable.map(({ from, to }) => ({ kind: 'damaged' as const, from, to }));
  const holes = [...spans, ...damaged].toSorted((a, b) => a.from - b.from);
  return [...losses(series).flatMap(loss => outside(loss, holes).map(part => ({ kind: 'lost' as const, share: loss.share, ...part }))), ...spans, ...damaged];
}

/** The kinds that there is something of between `from` and `to`. */
export function shownKinds(series: Series, from: number, to: number): readonly ShadeKind[] {
  const there = new Set(shades(series).flatMap(shade => (shade.from < to && shade.to > from ? [shade.kind] : [])));
  return shadeKinds.filter(kind => there.has(kind));
}

/** The outage, maintenance, blind or damaged time that a moment lies in. */
export function spanAt(series: Series, at: number): HistorySpan | { readonly kind: 'damaged'; readonly from: number; readonly to: number; readonly cause: null } | undefined {
  const here = (span: Stretch): boolean => span.from <= at && at < span.to;
  const damaged = series.unreadable.find(here);
  return damaged ? { kind: 'damaged', cause: null, ...damaged } : series.spans.find(here);
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
