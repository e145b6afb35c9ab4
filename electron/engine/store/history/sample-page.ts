/** What an export reads of a metric, page by page: one series at a time, a stretch of time a page. */
import type { Resolution } from '../../../../shared/model/history.ts';
import { prepared, type Db } from '../connection.ts';
import { dayMs, fiveMinMs, hourMs, keyOf, keysOf, slotOf } from './keys.ts';
import { find } from './read.ts';
import { outcomes, together, type Figures, type Samples } from './samples.ts';

/** A series and what it is called in the file. `object`: the ifIndex of an interface, the public id of a check, else empty. */
export type ExportSeries = { readonly seriesId: number; readonly deviceId: number; readonly deviceName: string; readonly address: string; readonly branch: string | null; readonly object: string };

export type SamplePageQuery = {
  readonly series: ExportSeries;
  readonly resolution: Resolution;
  /** Rows from `from` on that are earlier than `to`; of summed-up rows the beginning counts. */
  readonly from: number;
  readonly to: number;
  /** Samples of the series that the writer has not folded yet. */
  readonly open: Samples;
};

type Named = Omit<ExportSeries, 'seriesId' | 'deviceId'> & { readonly t: number };

/** `value` is null without an answer. */
export type RawSampleRow = Named & { readonly outcome: 'reply' | 'no-answer' | 'unreachable' | 'too-many-hops' | 'not-observed'; readonly value: number | null };

/** The samples from `t` on for one step of the resolution; figures are null where all were lost. */
export type SummedSampleRow = Named & Omit<Figures, 'unseen'>;

/** In order of time. `next`: from when on there is more; null: this was the last. A page may be empty though more follow. `unreadable`: stretches whose stored data are damaged and were passed over. */
export type SamplePage = { readonly next: number | null; readonly unreadable: number } & ({ readonly kind: 'raw'; readonly rows: readonly RawSampleRow[] } | { readonly kind: 'summed'; readonly rows: readonly SummedSampleRow[] });

/** Some two thousand rows of a device that is pinged every five seconds. */
const pageMs = { 'raw': 3 * hourMs, '5min': 7 * dayMs, 'hour': 90 * dayMs, 'day': 2_000 * dayMs } as const satisfies Record<Resolution, number>;
const stepMs = { '5min': fiveMinMs, 'hour': hourMs, 'day': dayMs } as const;
const outcomeWords = { [outcomes.measured]: 'reply', [outcomes.noAnswer]: 'no-answer', [outcomes.unreachable]: 'unreachable', [outcomes.hopsExceeded]: 'too-many-hops', [outcomes.notObserved]: 'not-observed' } as const satisfies Record<number, RawSampleRow['outcome']>;

export function samplesPage(db: Db, { series, resolution, from, to, open }: SamplePageQuery): SamplePage {
  const { seriesId, deviceId, ...named } = series;
  const end = Math.min(to, (Math.floor(from / pageMs[resolution]) + 1) * pageMs[resolution]);
  const { samples, buckets, unreadable } = find(db, { seriesId, deviceId, open }, from, end - 1, resolution);
  const next = end < to ? nextTime(db, seriesId, open, end, to) : null;
  if (resolution === 'raw') {
    const rows = Array.from(samples.at, (t, i): RawSampleRow => {
      const value = samples.value[i] ?? Number.NaN;
      return { ...named, t, outcome: outcomeWords[(samples.outcome[i] ?? 0) as keyof typeof outcomeWords] ?? 'no-answer', value: Number.isNaN(value) ? null : value }; // Unknown codes are told as no answer.
    });
    return { kind: 'raw', rows, next, unreadable: unreadable.length };
  }
  const step = stepMs[resolution];
  const steps = new Map<number, Figures[]>();
  for (const { at, forMs, figures } of buckets) {
    const t = Math.floor(at / step) * step;
    // What is only known more coarsely is no row of this resolution.
    if (forMs > step || t < from) continue;
    steps.set(t, [...(steps.get(t) ?? []), figures]);
  }
  const rows = [...steps].map(([t, figures]): SummedSampleRow => {
    const { unseen: _unseen, ...figured } = together(figures);
    return { ...named, t, ...figured };
  });
  return { kind: 'summed', rows, next, unreadable: unreadable.length };
}

/** When the next stored or open sample is, no earlier than `from`; null when there is none before `to`. */
function nextTime(db: Db, seriesId: number, open: Samples, from: number, to: number): number | null {
  const first = (table: string, slotMs: number): number => {
    const slot = Math.floor(from / slotMs);
    const id = prepared(db, `SELECT id FROM ${table} WHERE id BETWEEN ? AND ? ORDER BY id LIMIT 1`).pluck().get(keyOf(seriesId, slot), keysOf(seriesId)[1]) as number | undefined; // The primary key.
    return id === undefined ? Infinity : Math.max(from, slotOf(id) * slotMs);
  };
  const later = open.at.find(at => at >= from) ?? Infinity;
  const next = Math.min(first('chunk', hourMs), first('day', dayMs), later);
  return next < to ? next : null;
}
