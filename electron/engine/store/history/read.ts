/** Series for a chart: from the coarsest data that fit its points, and from finer or coarser ones where those are not there, or are damaged. */
import type { Resolution, Series } from '../../../../shared/model/history.ts';
import { prepared, type Db } from '../connection.ts';
import { blindTimesOf } from '../journal.ts';
import { bucketsOf, chunkColumns, samplesOf, type ChunkRow } from './days.ts';
import { dayMs, dayOf, fiveMinMs, hourMs, hourOf, hoursADay, keyOf, slotOf } from './keys.ts';
import { concatenated, figuresOf, indexOf, inOrder, merged, noSamples, slice, together, withBlindTime, type Figures, type Samples } from './samples.ts';
import { joined } from './stretches.ts';

type Points = Omit<Series, 'unit' | 'spans'>;

/** What one stored series gives for a range: figures at their times, and for raw data the samples themselves. */
export type Found = { readonly samples: Samples; readonly buckets: readonly Bucket[]; readonly unreadable: readonly { readonly from: number; readonly to: number }[]; readonly coarsest: Resolution };
/** `forMs`: how much time it sums up. */
type Bucket = { readonly at: number; readonly forMs: number; readonly figures: Figures };

/** A stored series, and its samples of hours that were still open when the writer was asked. */
export type SeriesPart = { readonly seriesId: number; readonly deviceId: number; readonly open: Samples };

const ranks = { 'raw': 0, '5min': 1, 'hour': 2, 'day': 3 } as const satisfies Record<Resolution, number>;
const bucketMs = { '5min': fiveMinMs, 'hour': hourMs, 'day': dayMs } as const;

/** The coarsest data of which so many points can still be made; hours begin to serve where five minutes would be read by the ten thousand. */
export function resolutionFor(from: number, to: number, maxPoints: number): Resolution {
  const pointMs = (to - from) / maxPoints;
  return pointMs < fiveMinMs ? 'raw' : pointMs < 2 * hourMs ? '5min' : pointMs < 2 * dayMs ? 'hour' : 'day';
}

/** Several series are summed up as if they were one. */
export function seriesOf(db: Db, parts: readonly SeriesPart[], from: number, to: number, maxPoints: number): Points {
  const wanted = resolutionFor(from, to, maxPoints);
  const found = parts.map(part => find(db, part, from, to, wanted));
  const unreadable = joined(found.flatMap(each => each.unreadable));
  const resolution = found.reduce<Resolution>((worst, { coarsest }) => (ranks[coarsest] > ranks[worst] ? coarsest : worst), wanted);
  const [only] = found;
  if (found.length === 1 && only && only.buckets.length === 0 && only.samples.at.length <= maxPoints) return { resolution, stepMs: 0, ...samplePoints(only.samples), unreadable };
  return { resolution, ...steppedPoints(found, from, to, maxPoints, resolution), unreadable };
}

/** Everything of one series in a range, no finer than `wanted` where there is a choice. */
export function find(db: Db, { seriesId, deviceId, open }: SeriesPart, from: number, to: number, wanted: Resolution): Found {
  const recent = within(withBlindTime(inOrder(open), open.at.length === 0 ? [] : blindTimesOf(db, { deviceId, from, to: to + 1 })), from, to);
  const days = wanted === 'raw' ? daysWithoutSamples(db, seriesId, from, to) : closedDays(db, seriesId, from, to);
  const sums = days.map(({ id, ...day }) => summedDay(db, id, day, wanted === 'raw' ? '5min' : wanted));
  const closed = new Set(days.map(({ id }) => slotOf(id)));
  const rest = restOf(db, seriesId, from, to, wanted, closed, wanted === 'raw' ? recent : notSummedUp(db, seriesId, recent, closed));
  const buckets = [...sums.flatMap(sum => sum.buckets), ...rest.buckets].filter(({ at, forMs }) => at + forMs > from && at <= to).sort((a, b) => a.at - b.at);
  const coarsest = sums.reduce<Resolution>((worst, sum) => (sum.buckets.length > 0 && ranks[sum.coarsest] > ranks[worst] ? sum.coarsest : worst), wanted);
  return { samples: rest.samples, buckets, unreadable: [...sums.flatMap(sum => sum.unreadable), ...rest.unreadable], coarsest };
}

type DayRow = Figures & { readonly id: number; readonly hours: Uint8Array };
const dayColumns = `${chunkColumns}, hours`;

function closedDays(db: Db, seriesId: number, from: number, to: number): DayRow[] {
  return prepared(db, `SELECT ${dayColumns} FROM day WHERE id BETWEEN ? AND ? ORDER BY id`).all(keyOf(seriesId, dayOf(from)), keyOf(seriesId, dayOf(to))) as DayRow[]; // Columns are named after the fields.
}

/** Days that are summed up and whose samples have expired; those that came late to such a day are in its sums. */
function daysWithoutSamples(db: Db, seriesId: number, from: number, to: number): DayRow[] {
  const days = closedDays(db, seriesId, from, to);
  if (days.length === 0) return days;
  const first = keyOf(seriesId, dayOf(from) * hoursADay);
  const stored = prepared(db, `SELECT (id - CAST(?1 AS INTEGER)) / ${hoursADay}, sum(sent + unseen) FROM chunk WHERE id BETWEEN ?1 AND ?2 GROUP BY 1`).raw().all({ 1: first, 2: keyOf(seriesId, (dayOf(to) + 1) * hoursADay - 1) }) as [number, number][]; // SQLite: integers.
  const firstDay = slotOf(first) / hoursADay;
  const samplesOn = new Map(stored.map(([day, samples]) => [firstDay + day, samples]));
  return days.filter(({ id, sent, unseen }) => (samplesOn.get(slotOf(id)) ?? 0) < sent + unseen);
}

/** One day as fine as is wanted, or as it still is; what is damaged gives way to the next coarser. */
function summedDay(db: Db, id: number, { hours, ...figures }: Omit<DayRow, 'id'>, wanted: Exclude<Resolution, 'raw'>): Omit<Found, 'samples'> {
  const start = slotOf(id) * dayMs;
  const unreadable = [{ from: start, to: start + dayMs }];
  const atTimes = (buckets: readonly (Figures | null)[], stepMs: number): Bucket[] => buckets.flatMap((each, i) => (each === null ? [] : [{ at: start + i * stepMs, forMs: stepMs, figures: each }]));
  let damaged = false;
  if (wanted === '5min') {
    const block = prepared(db, 'SELECT buckets FROM five_min WHERE id = ?').pluck().get(id) as Uint8Array | undefined; // A BLOB column.
    const fives = block && bucketsOf(block);
    if (fives) return withLostHours(atTimes(fives, fiveMinMs), figures, () => atTimes(bucketsOf(hours) ?? [], hourMs));
    damaged = block !== undefined;
  }
  const hourly = wanted === 'day' ? null : bucketsOf(hours);
  if (hourly) return { buckets: atTimes(hourly, hourMs), unreadable: damaged ? unreadable : [], coarsest: 'hour' };
  return { buckets: [{ at: start, forMs: dayMs, figures }], unreadable: wanted === 'day' ? [] : unreadable, coarsest: 'day' };
}

/** An hour whose samples could not be read when its day was summed up has sums of its own and no five minutes: it is told, and shown as the hour it is. */
function withLostHours(fives: readonly Bucket[], day: Figures, hours: () => readonly Bucket[]): Omit<Found, 'samples'> {
  const sampled = fives.reduce((sum, { figures }) => sum + figures.sent + figures.unseen, 0);
  const there = new Set(fives.map(({ at }) => hourOf(at)));
  const lost = sampled >= day.sent + day.unseen ? [] : hours().filter(({ at }) => !there.has(hourOf(at)));
  if (lost.length === 0) return { buckets: fives, unreadable: [], coarsest: '5min' };
  return { buckets: [...fives, ...lost], unreadable: lost.map(({ at }) => ({ from: at, to: at + hourMs })), coarsest: 'hour' };
}

/** What is not summed up, or not to be read from sums: from chunks and open hours. */
function restOf(db: Db, seriesId: number, from: number, to: number, wanted: Resolution, closed: ReadonlySet<number>, recent: Samples): Omit<Found, 'coarsest'> {
  const unreadable: { from: number; to: number }[] = [];
  const buckets: Bucket[] = [];
  let samples = noSamples;
  const openHours = new Set<number>();
  for (const at of recent.at) openHours.add(hourOf(at));
  const columns = wanted === 'hour' || wanted === 'day' ? chunkColumns : `${chunkColumns}, samples`;
  const pieces: Samples[] = [];
  for (const chunk of chunksOutside(db, columns, seriesId, from, to, closed)) {
    const at = slotOf(chunk.id) * hourMs;
    // An hour that samples have been added to since is summed up anew, with them.
    if ((wanted === 'hour' || wanted === 'day') && !openHours.has(hourOf(at))) {
      const { id: _id, ...figures } = chunk;
      buckets.push({ at, forMs: hourMs, figures });
      continue;
    }
    const stored = samplesOf(chunk.samples ? chunk : withSamples(db, chunk.id));
    if (stored) pieces.push(stored);
    else unreadable.push({ from: at, to: at + hourMs });
  }
  samples = merged(concatenated(pieces), recent);
  if (wanted === 'raw') return { samples: within(samples, from, to), buckets, unreadable };
  for (const each of cut(samples, wanted === '5min' ? fiveMinMs : hourMs)) buckets.push(each);
  return { samples: noSamples, buckets, unreadable };
}

function chunksOutside(db: Db, columns: string, seriesId: number, from: number, to: number, closed: ReadonlySet<number>): ChunkRow[] {
  const last = keyOf(seriesId, hourOf(to));
  // Days before the first open one are summed up without a hole: there is no need to pass over their chunks one by one.
  let first = hourOf(from);
  while (closed.has(Math.floor(first / hoursADay)) && first <= hourOf(to)) first = (Math.floor(first / hoursADay) + 1) * hoursADay;
  const rows = prepared(db, `SELECT ${columns} FROM chunk WHERE id BETWEEN ? AND ? ORDER BY id`).all(keyOf(seriesId, first), last) as ChunkRow[]; // Columns are named after the fields; without `samples` for coarse data.
  return rows.filter(({ id }) => !closed.has(Math.floor(slotOf(id) / hoursADay)));
}

/** Without what was folded, and its day summed up, since the writer was asked. */
function notSummedUp(db: Db, seriesId: number, recent: Samples, closed: ReadonlySet<number>): Samples {
  const hours = new Set<number>();
  for (const at of recent.at) if (closed.has(dayOf(at))) hours.add(hourOf(at));
  if (hours.size === 0) return recent;
  const stored = new Set<number>();
  const block = prepared(db, 'SELECT id, samples FROM chunk WHERE id = ?');
  for (const hour of hours) {
    const chunk = block.get(keyOf(seriesId, hour)) as Pick<ChunkRow, 'id' | 'samples'> | undefined; // Columns are named after the fields.
    for (const at of (chunk && samplesOf(chunk))?.at ?? []) stored.add(at);
  }
  const left = Array.from(recent.at, (_, i) => i).filter(i => !stored.has(recent.at[i] ?? 0));
  return { at: Float64Array.from(left, i => recent.at[i] ?? 0), outcome: Uint8Array.from(left, i => recent.outcome[i] ?? 0), value: Float64Array.from(left, i => recent.value[i] ?? Number.NaN) };
}

function withSamples(db: Db, id: number): ChunkRow {
  return prepared(db, `SELECT ${chunkColumns}, samples FROM chunk WHERE id = ?`).get(id) as ChunkRow; // As above; it was there in this very statement's transaction or a moment ago.
}

/** Cut at the hours or five minutes of the clock. */
function* cut(samples: Samples, stepMs: number): Iterable<Bucket> {
  const first = samples.at[0];
  const last = samples.at.at(-1);
  if (first === undefined || last === undefined) return;
  const start = Math.floor(first / stepMs) * stepMs;
  const figures = figuresOf(samples, start, last + 1, stepMs);
  for (const [i, each] of figures.entries()) if (each) yield { at: start + i * stepMs, forMs: stepMs, figures: each };
}

const within = (samples: Samples, from: number, to: number): Samples => slice(samples, indexOf(samples.at, from), indexOf(samples.at, to + 1));

type Columns = Omit<Points, 'resolution' | 'stepMs' | 'unreadable'>;
const noColumns = (): Columns => ({ t: [], min: [], avg: [], max: [], p95: [], sent: [], lost: [] });

/** What was not observed is no point. */
function samplePoints({ at, outcome, value }: Samples): Columns {
  const columns = noColumns();
  for (let i = 0; i < at.length; i++) {
    if (outcome[i] === 4) continue;
    const each = value[i] ?? Number.NaN;
    push(columns, at[i] ?? 0, { sent: 1, lost: outcome[i] === 0 ? 0 : 1, min: each, avg: each, max: each, p95: each });
  }
  return columns;
}

function push(columns: Columns, t: number, { sent, lost, min, avg, max, p95 }: Pick<Figures, 'sent' | 'lost' | 'min' | 'avg' | 'max' | 'p95'>): void {
  const known = (value: number | null): number | null => (value === null || Number.isNaN(value) ? null : value);
  columns.t.push(t);
  columns.min.push(known(min));
  columns.avg.push(known(avg));
  columns.max.push(known(max));
  columns.p95.push(known(p95));
  columns.sent.push(sent);
  columns.lost.push(lost);
}

/** Equal steps: raw data from the beginning of the range, rollups in whole buckets of the clock. */
function steppedPoints(found: readonly Found[], from: number, to: number, maxPoints: number, resolution: Resolution): Columns & { readonly stepMs: number } {
  const grainMs = resolution === 'raw' ? 1 : bucketMs[resolution];
  const origin = resolution === 'raw' ? from : Math.floor(from / grainMs) * grainMs;
  const stepMs = Math.max(1, Math.ceil((to - origin + 1) / maxPoints / grainMs)) * grainMs;
  const steps = new Map<number, Figures[]>();
  const add = (at: number, figures: Figures): void => {
    const step = Math.max(0, Math.floor((at - origin) / stepMs));
    const there = steps.get(step);
    if (there) there.push(figures);
    else steps.set(step, [figures]);
  };
  for (const { samples, buckets } of found) {
    for (const { at, figures } of buckets) add(at, figures);
    if (samples.at.length > 0) figuresOf(samples, origin, to + 1, stepMs).forEach((figures, i) => figures && add(origin + i * stepMs, figures));
  }
  const columns = noColumns();
  for (const step of [...steps.keys()].sort((a, b) => a - b)) {
    const whole = together(steps.get(step) ?? []);
    if (whole.sent > 0) push(columns, origin + step * stepMs, { ...whole, avg: whole.avg === null ? null : shortened(whole.avg) });
  }
  return { stepMs, ...columns };
}

/** To a thousandth, and small numbers to six digits: what more would say is noise, and bytes on the wire. */
const shortened = (value: number): number => (Math.abs(value) < 100 ? Number(value.toPrecision(6)) : Math.round(value * 1_000) / 1_000);
