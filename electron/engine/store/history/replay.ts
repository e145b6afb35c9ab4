/** What a rehearsal reads of the past: the states of devices, what each hour of a series comes to, and its samples. Each question is short. */
import type { DeviceState } from '../../../../shared/model/device.ts';
import { prepared, type Db } from '../connection.ts';
import { blindTimesOf, type UnjudgedTime } from '../journal.ts';
import { hourMs, hourOf } from './keys.ts';
import { find, type SeriesPart } from './read.ts';
import type { Figures, Samples } from './samples.ts';

type StateEvent = { readonly at: number; readonly kind: DeviceState };

/** `events`: its state before the range, where it is known, and its changes within, in order of time. */
type PastLife = { readonly events: readonly StateEvent[]; readonly blind: readonly UnjudgedTime[] };

export function livesOf(db: Db, deviceIds: readonly number[], { from, to }: { readonly from: number; readonly to: number }): PastLife[] {
  const before = prepared(db, 'SELECT at, kind FROM event WHERE device_id = ? AND at <= ? ORDER BY at DESC, id DESC LIMIT 1');
  const within = prepared(db, 'SELECT at, kind FROM event WHERE device_id = ? AND at > ? AND at < ? ORDER BY at, id');
  return deviceIds.map(deviceId => {
    const first = before.get(deviceId, from) as StateEvent | undefined; // Columns are named after the fields; kinds are written by writeStateChanges only.
    return { events: [...(first ? [first] : []), ...(within.all(deviceId, from, to) as StateEvent[])], blind: blindTimesOf(db, { deviceId, from, to }) }; // As above.
  });
}

/** Columns of one length: hours since 1970, and what the samples of each come to. NaN where nothing was measured. */
export type HourSums = { readonly hour: Float64Array; readonly sent: Float64Array; readonly lost: Float64Array; readonly unseen: Float64Array; readonly min: Float64Array; readonly max: Float64Array };

export function hourSums(db: Db, parts: readonly SeriesPart[], { from, to }: { readonly from: number; readonly to: number }): HourSums[] {
  return parts.map(part => {
    // What is only known of a whole day can have been in any of its hours.
    const hours = find(db, part, from, to - 1, 'hour').buckets.flatMap(({ at, forMs, figures }) => Array.from({ length: Math.max(1, forMs / hourMs) }, (_, i) => ({ hour: hourOf(at) + i, figures })));
    const column = (of: (figures: Figures) => number): Float64Array => Float64Array.from(hours, ({ figures }) => of(figures));
    return { hour: Float64Array.from(hours, ({ hour }) => hour), sent: column(each => each.sent), lost: column(each => each.lost), unseen: column(each => each.unseen), min: column(each => each.min ?? Number.NaN), max: column(each => each.max ?? Number.NaN) };
  });
}

/** Stretches of samples. `damaged`: what cannot be read; `expired`: of what only sums are kept. */
type PastStretch = { readonly samples: Samples; readonly damaged: number; readonly expired: number };

export function stretchesOf(db: Db, wanted: readonly { readonly part: SeriesPart; readonly from: number; readonly to: number }[]): PastStretch[] {
  return wanted.map(({ part, from, to }) => {
    const { samples, unreadable, buckets } = find(db, part, from, to - 1, 'raw');
    return { samples, damaged: unreadable.length, expired: buckets.length };
  });
}
