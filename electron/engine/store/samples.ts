/** What the probes measured: the columns of a tick in, series out. */
import type { RttSeries } from '../../../shared/model/history.ts';
import { prepared, type Db } from './connection.ts';

/** One tick's probes as columns of one length. `outcome`: 0 reply, 1 timeout, 2 unreachable; `rttUs` is -1 without a reply. */
export type SampleColumns = {
  readonly deviceId: Int32Array;
  readonly at: Float64Array;
  readonly outcome: Uint8Array;
  readonly rttUs: Int32Array;
};

export function writeSamples(db: Db, samples: SampleColumns): void {
  const hot = prepared(db, 'INSERT OR IGNORE INTO hot (ts, device_id, outcome, rtt_us) VALUES (?, ?, ?, ?)');
  // A device may have been removed while its last probe was under way.
  const latest = prepared(db, `
    INSERT INTO latest (device_id, ts, outcome, rtt_us) SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM device WHERE id = ?1)
    ON CONFLICT (device_id) DO UPDATE SET ts = excluded.ts, outcome = excluded.outcome, rtt_us = excluded.rtt_us`);
  for (let i = 0; i < samples.deviceId.length; i++) {
    const deviceId = samples.deviceId[i] ?? 0;
    const at = samples.at[i] ?? 0;
    const outcome = samples.outcome[i] ?? 0;
    const rtt = samples.rttUs[i] ?? -1;
    const rttUs = rtt < 0 ? null : rtt;
    hot.run(at, deviceId, outcome, rttUs);
    latest.run({ 1: deviceId, 2: at, 3: outcome, 4: rttUs });
  }
}

/** Noted with the removal itself, so that samples of removed devices go even when the console ends in between. */
const orphansNote = 'internal.orphans';
/** At 1,000 devices a slice is some 60,000 rows: the writer is held for a few milliseconds. */
const sliceMs = 300_000;

export function noteOrphans(db: Db): void {
  db.prepare("INSERT OR IGNORE INTO setting (name, value) VALUES (?, 'true')").run(orphansNote);
}

/** Deletes one slice of the samples of devices that are gone, from `after` on. Null when there are none left, else where the next slice begins. */
export function forgetOrphans(db: Db, after: number): number | null {
  const noted = db.prepare('SELECT 1 FROM setting WHERE name = ?').pluck().get(orphansNote);
  const from = noted === undefined ? null : (db.prepare('SELECT min(ts) FROM hot WHERE ts >= ?').pluck().get(after) as number | null); // An integer column.
  if (from === null) {
    db.prepare('DELETE FROM setting WHERE name = ?').run(orphansNote);
    return null;
  }
  db.prepare('DELETE FROM hot WHERE ts >= ? AND ts < ? AND device_id NOT IN (SELECT id FROM device)').run(from, from + sliceMs);
  return from + sliceMs;
}

type Probe = { readonly ts: number; readonly outcome: number; readonly rttUs: number | null };

/** RTT of one device from `from` up to and including `to`. At most `maxPoints` points: raw probes where they fit, else equal steps that keep minimum and maximum. */
export function rttSeries(db: Db, query: { readonly deviceId: number; readonly from: number; readonly to: number; readonly maxPoints: number }): Omit<RttSeries, 'spans'> {
  const { deviceId, from, to, maxPoints } = query;
  const probes = db.prepare('SELECT ts, outcome, rtt_us AS rttUs FROM hot WHERE ts BETWEEN ? AND ? AND device_id = ? ORDER BY ts').all(from, to, deviceId) as Probe[]; // Columns are named after the fields.
  const raw = probes.length <= maxPoints;
  const stepMs = raw ? 0 : Math.ceil((to - from + 1) / maxPoints);
  const series: Omit<RttSeries, 'spans'> = { stepMs, t: [], minUs: [], avgUs: [], maxUs: [], sent: [], lost: [] };
  let next = 0;
  while (next < probes.length) {
    const start = probes[next]?.ts ?? to;
    const t = raw ? start : from + Math.floor((start - from) / stepMs) * stepMs;
    const end = raw ? start + 1 : t + stepMs;
    const point = summarise(probes, next, end);
    next = point.next;
    series.t.push(t);
    series.minUs.push(point.replies > 0 ? point.minUs : null);
    series.avgUs.push(point.replies > 0 ? Math.round(point.sumUs / point.replies) : null);
    series.maxUs.push(point.replies > 0 ? point.maxUs : null);
    series.sent.push(point.sent);
    series.lost.push(point.sent - point.replies);
  }
  return series;
}

/** Sums up the probes from index `first` that are earlier than `end`. */
function summarise(probes: readonly Probe[], first: number, end: number): { next: number; sent: number; replies: number; sumUs: number; minUs: number; maxUs: number } {
  const sum = { next: first, sent: 0, replies: 0, sumUs: 0, minUs: Infinity, maxUs: -Infinity };
  for (let probe = probes[first]; probe && probe.ts < end; probe = probes[sum.next]) {
    sum.next++;
    sum.sent++;
    if (probe.rttUs === null) continue;
    sum.replies++;
    sum.sumUs += probe.rttUs;
    sum.minUs = Math.min(sum.minUs, probe.rttUs);
    sum.maxUs = Math.max(sum.maxUs, probe.rttUs);
  }
  return sum;
}
