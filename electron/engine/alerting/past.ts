/** The past of one thing: its states and samples, fed to it in order of time, and what is known of an hour before its samples are read. Pure but for the things it feeds. */
import type { DeviceState } from '../../../shared/model/device.ts';
import type { Condition } from '../../../shared/model/rule.ts';
import type { Metric } from '../../../shared/model/history.ts';
import { missing, type Bounds, type Span } from './possible.ts';
import type { BranchThing, DeviceThing, Thing } from './things.ts';

/** A device's state changed, as far as anybody could see. */
export type Moment = { readonly at: number; readonly device: DeviceThing; readonly state: DeviceState; readonly downSince: number | null };

/** What the samples of an hour come to. `unseen`: not observed. */
export type Sums = { readonly sent: number; readonly lost: number; readonly unseen: number; readonly min: number | null; readonly max: number | null };

/** Columns of one length in order of time, as stored: outcome 0 measured, 4 not observed, else lost. */
export type PastSamples = { readonly at: Float64Array; readonly outcome: Uint8Array; readonly value: Float64Array };

/** One series, and what a sample of it does to the thing. `sums`: by hours since 1970; what has none has no sample. */
export type TrackInput = { readonly metric: Metric; readonly sums: ReadonlyMap<number, Sums>; readonly take: (at: number, outcome: number, value: number) => void };

/** Samples of a track that are wanted: whole hours, the last not among them. */
export type Need = { readonly track: number; readonly fromHour: number; readonly toHour: number };

const heldBack: ReadonlySet<DeviceState> = new Set(['unreachable', 'not-observed', 'no-data', 'paused']);
/** Sums are rounded. */
const slack = 1e-6;

type Track = TrackInput & { readonly hours: readonly number[]; /** Of `hours`: the first that is not before the hour that is looked at. */ next: number; readThrough: number; readonly pages: PastSamples[]; /** Of the first page. */ index: number; nextAt: number };
type Compare = Extract<Condition, { kind: 'compare' }>;

export class Past {
  readonly #thing: Thing;
  readonly #moments: readonly Moment[];
  readonly #tracks: readonly Track[];
  /** The moments up to here have been fed. */
  #fed = 0;
  /** The moments before the hour that is looked at. */
  #before = 0;

  constructor(thing: Thing, moments: readonly Moment[], tracks: readonly TrackInput[]) {
    this.#thing = thing;
    this.#moments = moments;
    this.#tracks = tracks.map(track => ({ ...track, hours: [...track.sums.keys()].sort((a, b) => a - b), next: 0, readThrough: -Infinity, pages: [], index: 0, nextAt: Infinity }));
  }

  /** Samples of it are kept, besides its states. */
  get isSampled(): boolean {
    return this.#tracks.length > 0;
  }

  /** When a state changes from `from` on, before `to`. */
  momentsIn(from: number, to: number): number[] {
    const times: number[] = [];
    for (let i = this.#fed; i < this.#moments.length; i++) {
      const { at } = this.#moments[i] ?? { at: Infinity };
      if (at >= to) break;
      if (at >= from && at !== times.at(-1)) times.push(at);
    }
    return times;
  }

  /** What is to be read before `hour` is gone through, and of the hours up to `toHour`; what came just before it is a part of how the thing was. */
  needs(hour: number, toHour: number): Need[] {
    return this.#tracks.flatMap((track, index): Need[] => {
      const last = track.metric === 'ping' ? undefined : this.#lastBefore(track, hour - 1);
      // Since when a check has failed is told from its first failure on.
      const first = track.metric === 'check-time' ? Math.min(hour - 1, this.#lastBefore(track, hour - 1, isWell) ?? track.hours[0] ?? hour) : hour - 1;
      const fromHour = Math.max(track.readThrough, first);
      const earlier: Need[] = last !== undefined && last >= track.readThrough && last < fromHour ? [{ track: index, fromHour: last, toHour: last + 1 }] : [];
      const isThere = track.hours.some(each => each >= fromHour && each < toHour);
      if (toHour > track.readThrough) track.readThrough = toHour;
      return isThere ? [...earlier, { track: index, fromHour, toHour }] : earlier;
    });
  }

  give(needs: readonly Need[], samples: readonly PastSamples[]): void {
    for (const [i, { track }] of needs.entries()) {
      const [page, of] = [samples[i], this.#tracks[track]];
      if (!page || !of || page.at.length === 0) continue;
      of.pages.push(page);
      of.nextAt = of.pages[0]?.at[of.index] ?? Infinity;
    }
  }

  /** Feeds everything up to `now`, in order of time; a sample before what the state made of it. */
  advance(now: number): void {
    let isCounted = true;
    for (;;) {
      let first: Track | undefined;
      let [at, other] = [Infinity, Infinity];
      for (const track of this.#tracks) {
        if (track.nextAt < at) [first, at, other] = [track, track.nextAt, at];
        else if (track.nextAt < other) other = track.nextAt;
      }
      const moment = this.#moments[this.#fed];
      if (moment && moment.at < at && moment.at <= now) {
        this.#fed++;
        moment.device.take({ state: moment.state, since: moment.at, downSince: moment.downSince, lastCheckAt: null, failingChecks: 0, behindId: null }, moment.at);
        isCounted = false;
      } else if (first && at <= now) feed(first, moment && moment.at < now ? moment.at : now, other);
      else break;
    }
    // Nobody knows any more who was known to be down, or in maintenance.
    if (!isCounted && this.#thing.kind === 'branch') this.#thing.count(() => false);
  }

  /** What can have been between `from` and `to`, both within `hour`; asked hour by hour. */
  boundsIn(hour: number, from: number, to: number): Bounds {
    while ((this.#moments[this.#before]?.at ?? Infinity) < from) this.#before++;
    for (const track of this.#tracks) while ((track.hours[track.next] ?? Infinity) < hour) track.next++;
    const moments = this.#momentsAround(to);
    if (this.#thing.kind === 'branch') return this.#branchBounds(this.#thing, moments, from);
    const states = new Set<DeviceState>(this.#before === 0 ? ['no-data'] : []);
    for (const { state } of moments) states.add(state);
    const hulls = this.#tracks.map(track => this.#hull(track, hour));
    return {
      number: part => this.#number(part, { from, to, moments, states, hulls }),
      words: metric => this.#words(metric, states, hulls),
    };
  }

  /** The state that `from` begins with, where it is known, and those that come before `to`. */
  #momentsAround(to: number): readonly Moment[] {
    let end = this.#before;
    while ((this.#moments[end]?.at ?? Infinity) < to) end++;
    return this.#moments.slice(Math.max(0, this.#before - 1), end);
  }

  /** Between two changes a branch is as it is. */
  #branchBounds(branch: BranchThing, around: readonly Moment[], from: number): Bounds {
    if (around.some(({ at }) => at >= from)) return { number: () => null, words: () => null };
    this.advance(from);
    const { counted, down, router } = branch.counts;
    const exactly = (value: number): Span => ({ least: value, most: value, mayMiss: false });
    const numbers: Readonly<Record<string, Span>> = { 'down-share': counted === 0 ? missing : exactly((100 * down) / counted), 'devices-down': exactly(down), 'devices': exactly(counted) };
    return { number: ({ metric }) => numbers[metric] ?? null, words: metric => (metric === 'router' ? new Set([router]) : null) };
  }

  #number({ metric, windowMs = 0 }: Compare, known: Known): Span | null {
    const { states, hulls, from, to } = known;
    const isBlind = [...states].every(state => heldBack.has(state));
    const isOut = [...states].every(state => heldBack.has(state) || state === 'down');
    const hullOf = (name: Metric): Sums => merged(this.#tracks.flatMap((track, i) => (track.metric === name ? [hulls[i] ?? noSums] : [])));
    switch (metric) {
      case 'down-for':
        return isBlind ? missing : downFor(known);
      case 'state-changes':
        return { least: 0, most: this.#moments.filter(({ at }) => at > from - windowMs && at < to).length, mayMiss: false };
      case 'rtt': {
        const { min, max } = hullOf('ping');
        return isBlind || min === null || max === null ? missing : { least: min / 1_000, most: max / 1_000, mayMiss: true };
      }
      case 'jitter': {
        const { min, max } = hullOf('ping');
        return isBlind || min === null || max === null ? missing : { least: 0, most: (max - min) / 1_000, mayMiss: true };
      }
      case 'loss': {
        const { sent, lost } = hullOf('ping');
        return isBlind || sent === 0 ? missing : { least: lost === sent ? 100 : 0, most: lost === 0 ? 0 : 100, mayMiss: true };
      }
      case 'sure-loss': {
        const { sent, lost } = hullOf('ping');
        return isBlind || sent === 0 ? missing : { least: 0, most: lost === 0 ? 0 : 100, mayMiss: true };
      }
      case 'cpu':
      case 'memory':
      case 'disk':
      case 'temperature':
        return spanOf(hullOf(metric), 1);
      case 'isp-links':
      case 'isp-links-down': {
        if (isOut) return missing;
        const links = this.#thing.kind === 'device' ? this.#thing.interfaces.size : 0;
        const everDown = hulls.filter((hull, i) => this.#tracks[i]?.metric === 'if-status' && hull.lost > 0).length;
        return { least: 0, most: metric === 'isp-links' ? links : everDown, mayMiss: true };
      }
      case 'in-rate':
        return isOut ? missing : spanOf(hullOf('if-in'), 8);
      case 'out-rate':
        return isOut ? missing : spanOf(hullOf('if-out'), 8);
      case 'in-use':
      case 'out-use': {
        const speedBps = this.#thing.kind === 'interface' ? this.#thing.reading.speedBps : null;
        return isOut || speedBps === null || speedBps === 0 ? missing : spanOf(hullOf(metric === 'in-use' ? 'if-in' : 'if-out'), 800 / speedBps);
      }
      case 'errors':
        return isOut ? missing : sumOf(hullOf('if-in-errors'), hullOf('if-out-errors'));
      case 'discards':
        return isOut ? missing : sumOf(hullOf('if-in-discards'), hullOf('if-out-discards'));
      case 'status-changes': {
        const { sent, lost } = hullOf('if-status');
        return isOut ? missing : { least: 0, most: lost === 0 || lost === sent ? 0 : Infinity, mayMiss: true };
      }
      case 'failing-for': {
        const { lost, unseen } = hullOf('check-time');
        return isBlind ? missing : { least: 0, most: lost === 0 && unseen === 0 ? 0 : Infinity, mayMiss: true };
      }
      case 'elapsed':
        return isBlind ? missing : spanOf(hullOf('check-time'), 1);
      case 'value':
        return isBlind ? missing : spanOf(hullOf('check-value'), 1);
      case 'late-for':
        return missing;
      default:
        return null;
    }
  }

  #words(metric: string, states: ReadonlySet<DeviceState>, hulls: readonly Sums[]): ReadonlySet<string | null> | null {
    const { kind } = this.#thing;
    if (kind === 'device' && metric === 'state') return states;
    const { sent, lost, unseen } = merged(hulls.filter((_, i) => this.#tracks[i]?.metric === (kind === 'check' ? 'check-time' : 'if-status')));
    if (kind === 'interface' && metric === 'status') return new Set([null, 'unknown', ...(sent > lost ? ['up'] : []), ...(lost > 0 ? ['down'] : [])]);
    if (kind === 'interface' && this.#thing.kind === 'interface' && metric === 'admin') return new Set([null, this.#thing.reading.adminUp ? 'up' : 'down']);
    if (kind === 'interface' && this.#thing.kind === 'interface' && metric === 'critical') return new Set([this.#thing.reading.critical ? 'yes' : 'no']);
    if (kind === 'check' && metric === 'state' && lost === 0 && unseen === 0) return new Set([null, 'waiting', 'ok']);
    return null;
  }

  /** What the thing can have been in the hour: by its own samples, those of the hour before, as no window is longer, and of values that stand until the next one the last before that. */
  #hull(track: Track, hour: number): Sums {
    const last = track.metric === 'ping' ? undefined : this.#lastBefore(track, hour - 1);
    return merged([last, hour - 1, hour].flatMap(each => (each === undefined ? [] : (track.sums.get(each) ?? []))));
  }

  /** The status of an interface stands also while its agent is silent. */
  #lastBefore({ metric, hours, next, sums }: Track, before: number, isMeant = metric === 'if-status' ? isSeen : isAny): number | undefined {
    for (let i = next - 1; i >= 0; i--) {
      const hour = hours[i] ?? Infinity;
      if (hour < before && isMeant(sums.get(hour) ?? noSums)) return hour;
    }
    return undefined;
  }
}

const isAny = (_sums: Sums): boolean => true;
const isSeen = ({ sent }: Sums): boolean => sent > 0;
const isWell = ({ sent, lost, unseen }: Sums): boolean => sent > 0 && lost === 0 && unseen === 0;

type Known = { readonly from: number; readonly to: number; readonly moments: readonly Moment[]; readonly states: ReadonlySet<DeviceState>; readonly hulls: readonly Sums[] };

/** The next sample, and those after it up to `until` that come before any `other`. */
function feed(track: Track, until: number, other: number): void {
  const [page] = track.pages;
  if (!page) return;
  const { at, outcome, value } = page;
  let { index } = track;
  let next = at[index] ?? Infinity;
  do {
    track.take(next, outcome[index] ?? 0, value[index] ?? Number.NaN);
    next = ++index < at.length ? (at[index] ?? Infinity) : Infinity;
  } while (next <= until && next < other);
  track.index = index;
  if (index === at.length) {
    track.pages.shift();
    track.index = 0;
  }
  track.nextAt = track.pages[0]?.at[track.index] ?? Infinity;
}

function downFor({ from, to, moments, states }: Known): Span {
  const since = moments.flatMap(({ state, downSince }) => (state === 'down' && downSince !== null ? [downSince] : []));
  const isAlways = states.size === 1 && states.has('down') && (moments[0]?.at ?? Infinity) < from;
  const mayMiss = [...states].some(state => heldBack.has(state));
  return { least: isAlways ? Math.max(0, from - Math.max(...since)) : 0, most: since.length === 0 ? 0 : to - Math.min(...since), mayMiss };
}

function spanOf({ min, max }: Sums, factor: number): Span {
  if (min === null || max === null) return missing;
  const [least, most] = [min * factor, max * factor];
  return { least: least - Math.abs(least) * slack, most: most + Math.abs(most) * slack, mayMiss: true };
}

/** Of a pair one may be missing. */
function sumOf(a: Sums, b: Sums): Span {
  const most = (a.max ?? 0) + (b.max ?? 0);
  return a.max === null && b.max === null ? missing : { least: 0, most: most * (1 + slack), mayMiss: true };
}

const noSums: Sums = { sent: 0, lost: 0, unseen: 0, min: null, max: null };

function merged(parts: readonly Sums[]): Sums {
  if (parts.length === 1) return parts[0] ?? noSums;
  let { sent, lost, unseen, min, max } = noSums;
  for (const part of parts) {
    sent += part.sent;
    lost += part.lost;
    unseen += part.unseen;
    if (part.min !== null) min = min === null || part.min < min ? part.min : min;
    if (part.max !== null) max = max === null || part.max > max ? part.max : max;
  }
  return { sent, lost, unseen, min, max };
}
