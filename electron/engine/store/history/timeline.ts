/** What devices were, when: from the events of their states, with blind time and, over all, maintenance laid over them. */
import type { DeviceState } from '../../../../shared/model/device.ts';
import type { StateSpan } from '../../../../shared/model/history.ts';
import type { HistorySpan, Uptime } from '../../../../shared/model/observation.ts';
import { prepared, type Db } from '../connection.ts';
import { allTimes, blindTimesOf, maintenanceOf, type UnjudgedTime } from '../journal.ts';
import { joined, outside } from './stretches.ts';

type Range = { readonly from: number; readonly to: number; /** What comes later is not known. */ readonly now: number };
type Span = Range & { readonly deviceId: number };

/** So many stretches are told at most, the newest ones. */
const mostStates = 5_000;

/** Outages, blind time and maintenance of one device in a range, in order. */
export function spansOf(db: Db, span: Span): HistorySpan[] {
  return timelineOf(lifeOf(db, span), span).segments.flatMap(({ state, from, to, cause }) => (state === 'down' || state === 'unreachable' || state === 'not-observed' || state === 'maintenance' ? [{ kind: state, from, to, cause }] : []));
}

/** Every stretch of one device in a range, in order: the newest when there are too many. */
export function statesOf(db: Db, span: Span): { readonly spans: StateSpan[]; readonly more: boolean } {
  const { segments } = timelineOf(lifeOf(db, span), span);
  return { spans: segments.slice(-mostStates), more: segments.length > mostStates };
}

/** How much of a range was what; the times of several devices are added up. */
export function uptimeOf(db: Db, deviceIds: readonly number[], range: Range): Uptime {
  return uptimeOfLives(deviceIds.map(deviceId => lifeOf(db, { ...range, deviceId })), range);
}

/** The same of one group of devices after the other; nearly all devices are in one of them. */
export function uptimesOf(db: Db, groups: readonly (readonly number[])[], range: Range): Uptime[] {
  const lives = allLives(db, range);
  return groups.map(deviceIds => uptimeOfLives(deviceIds.map(lives), range));
}

function uptimeOfLives(lives: readonly Life[], range: Range): Uptime {
  const sums = { upMs: 0, downMs: 0, unreachableMs: 0, notObservedMs: 0, maintenanceMs: 0, noDataMs: 0 };
  let outages = 0;
  for (const life of lives) {
    const { segments, outages: its } = timelineOf(life, range);
    for (const { state, from, to } of segments) sums[counted[state]] += to - from;
    outages += its;
  }
  return uptimeFrom(range, sums, outages);
}

type Sums = Pick<Uptime, 'upMs' | 'downMs' | 'unreachableMs' | 'notObservedMs' | 'maintenanceMs' | 'noDataMs'>;

export function uptimeFrom({ from, to }: { readonly from: number; readonly to: number }, sums: Sums, outages: number): Uptime {
  const judged = sums.upMs + sums.downMs;
  const known = judged + sums.unreachableMs + sums.notObservedMs;
  return {
    from, to, ...sums, outages,
    uptimePct: judged === 0 ? null : (100 * sums.upMs) / judged,
    observedPct: known === 0 ? null : (100 * (known - sums.notObservedMs)) / known,
    mttrMs: outages === 0 ? null : sums.downMs / outages,
    mtbfMs: outages === 0 ? null : sums.upMs / outages,
  };
}

const counted: Readonly<Record<StateSpan['state'], keyof Sums>> = {
  'up': 'upMs', 'degraded': 'upMs', 'down': 'downMs', 'unreachable': 'unreachableMs', 'not-observed': 'notObservedMs', 'no-data': 'noDataMs', 'paused': 'maintenanceMs', 'maintenance': 'maintenanceMs',
};

type KnownSpan = StateSpan & { readonly state: DeviceState };
type Timeline = { readonly segments: StateSpan[]; /** Downs of which something was judged; blind time or maintenance in the midst of one does not make it two. */ readonly outages: number };

/** A stretch in which nothing is judged. */
type Overlay = UnjudgedTime & { readonly state: 'not-observed' | 'maintenance' };

type StateEvent = { readonly at: number; readonly kind: DeviceState };
/** What is stored of a device in a range: its state before it, its changes within, and what is laid over them, in order. */
type Life = { readonly before: DeviceState | undefined; readonly events: readonly StateEvent[]; readonly overlays: readonly Overlay[] };

function lifeOf(db: Db, { deviceId, from, to }: Span): Life {
  return {
    before: prepared(db, 'SELECT kind FROM event WHERE device_id = ? AND at <= ? ORDER BY at DESC, id DESC LIMIT 1').pluck().get(deviceId, from) as DeviceState | undefined, // Written by writeStateChanges only.
    events: prepared(db, 'SELECT at, kind FROM event WHERE device_id = ? AND at > ? AND at < ? ORDER BY at, id').all(deviceId, from, to) as StateEvent[], // As above.
    overlays: overlaysOf(blindTimesOf(db, { deviceId, from, to }), maintenanceOf(db, { deviceId, from, to })),
  };
}

/** Those of all devices, by three statements instead of three for each. */
function allLives(db: Db, { from, to }: Range): (deviceId: number) => Life {
  const before = prepared(db, 'SELECT id, (SELECT kind FROM event WHERE device_id = device.id AND at <= ? ORDER BY at DESC, id DESC LIMIT 1) AS kind FROM device').all(from) as { id: number; kind: DeviceState | null }[]; // As above.
  const events = prepared(db, 'SELECT device_id AS deviceId, at, kind FROM event WHERE at > ? AND at < ? ORDER BY at, id').all(from, to) as (StateEvent & { readonly deviceId: number })[]; // As above.
  const byDevice = new Map<number, StateEvent[]>();
  for (const event of events) {
    const there = byDevice.get(event.deviceId);
    if (there) there.push(event);
    else byDevice.set(event.deviceId, [event]);
  }
  const states = new Map(before.map(({ id, kind }) => [id, kind ?? undefined]));
  const [blind, maintenance] = [allTimes(db, 'blind', from, to), allTimes(db, 'maintenance', from, to)];
  return deviceId => ({ before: states.get(deviceId), events: byDevice.get(deviceId) ?? [], overlays: overlaysOf(blind(deviceId), maintenance(deviceId)) });
}

/** Maintenance wins over blind time as over every state: whoever works on a device is told what they did to it, not what this console missed meanwhile. */
function overlaysOf(blind: readonly UnjudgedTime[], maintenance: readonly UnjudgedTime[]): Overlay[] {
  const seen = blind.map(time => ({ ...time, state: 'not-observed' as const }));
  if (maintenance.length === 0) return seen;
  const kept = joined(maintenance);
  return [...seen.flatMap(time => outside(time, kept).map(part => ({ ...time, ...part }))), ...kept.map(part => ({ ...part, cause: null, state: 'maintenance' as const }))].sort((a, b) => a.from - b.from);
}

/** The range cut into stretches of one state; overlays lie over whatever the state was. */
function timelineOf({ before, events, overlays }: Life, { from, to, now }: Range): Timeline {
  const states: KnownSpan[] = [];
  let state = before ?? 'no-data';
  let since = from;
  const future = now < to ? [{ at: Math.max(from, now), kind: 'no-data' as const }] : [];
  for (const event of [...events.filter(({ at }) => at <= now), ...future, { at: to, kind: state }]) {
    const last = states.at(-1);
    if (event.at > since && last?.state === state) states[states.length - 1] = { ...last, to: event.at };
    else if (event.at > since) states.push({ state, from: since, to: event.at, cause: null });
    since = event.at;
    state = event.kind;
  }
  return overlaid(states, overlays);
}

/** Both in order of time; the segments do not overlap, overlays may. Time before the device was known stays unknown, and paused time is kept apart anyway. */
function overlaid(states: readonly KnownSpan[], overlays: readonly Overlay[]): Timeline {
  const segments: StateSpan[] = [];
  let outages = 0;
  const push = (segment: StateSpan): void => {
    const last = segments.at(-1);
    if (segment.to <= segment.from) return;
    if (last && last.state === segment.state && last.cause === segment.cause && last.to === segment.from) segments[segments.length - 1] = { ...last, to: segment.to };
    else segments.push(segment);
  };
  let first = 0;
  for (const state of states) {
    let at = state.from;
    let seenMs = 0;
    // What ended before this stretch touches none of those that follow.
    while ((overlays[first]?.to ?? Infinity) <= state.from) first++;
    if (state.state !== 'no-data' && state.state !== 'paused') {
      for (let i = first; i < overlays.length; i++) {
        const each = overlays[i];
        if (!each || each.from >= state.to) break;
        if (each.to <= at) continue;
        const from = Math.max(at, each.from);
        const to = Math.min(each.to, state.to);
        push({ ...state, from: at, to: from });
        push({ state: each.state, from, to, cause: each.cause });
        seenMs += from - at;
        at = to;
      }
    }
    push({ ...state, from: at });
    if (state.state === 'down' && seenMs + state.to - at > 0) outages++;
  }
  return { segments, outages };
}
