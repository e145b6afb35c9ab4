/** Uptime of everything of a kind in one go: branches, devices, or the links of internet providers. */
import type { Metric, UptimeRow } from '../../../../shared/model/history.ts';
import type { Uptime } from '../../../../shared/model/observation.ts';
import { prepared, type Db } from '../connection.ts';
import { maintenanceOf } from '../journal.ts';
import { chunkColumns } from './days.ts';
import { dayMs, keyOf, slotOf } from './keys.ts';
import { find, type Found, type SeriesPart } from './read.ts';
import { stepsASample, type Figures } from './samples.ts';
import { coveredMs, joined } from './stretches.ts';
import { uptimeFrom, uptimesOf } from './timeline.ts';

type Range = { readonly from: number; readonly to: number; readonly now: number };
type Subject = Pick<UptimeRow, 'id' | 'name' | 'within' | 'provider'> & { readonly devices: readonly number[] };

export function uptimeByBranch(db: Db, range: Range): UptimeRow[] {
  return reported(db, range, subjects(db, `
    SELECT b.public_id AS id, b.name, (SELECT region FROM device WHERE branch_id = b.id AND region IS NOT NULL LIMIT 1) AS within, group_concat(d.id) AS devices
    FROM branch b JOIN device d ON d.branch_id = b.id GROUP BY b.id ORDER BY b.name`));
}

export function uptimeByDevice(db: Db, range: Range): UptimeRow[] {
  return reported(db, range, subjects(db, 'SELECT d.public_id AS id, d.name, b.name AS within, d.id AS devices FROM device d LEFT JOIN branch b ON b.id = d.branch_id ORDER BY d.name, d.id'));
}

/** Links whose status has been recorded. `parts` by series. */
export function uptimeByLink(db: Db, range: Range, parts: readonly SeriesPart[]): UptimeRow[] {
  const link = prepared(db, `
    SELECT d.public_id || ' ' || i.if_index AS id, i.name, d.name AS within, i.isp_provider AS provider
    FROM series s JOIN interface i ON i.device_id = s.device_id AND i.if_index = CAST(s.object AS INTEGER) JOIN device d ON d.id = s.device_id WHERE s.id = ?`);
  return parts.flatMap(part => {
    const subject = link.get(part.seriesId) as Omit<Subject, 'devices'> | undefined; // Columns are named after the fields.
    return subject ? [{ ...subject, devices: 1, ...withoutRange(uptimeOfLinks(db, range, [part])) }] : [];
  });
}

/** Of more readings than this their own distance is known; what fewer stand for is told from when the next ones came. */
const fewReadings = 2;

/**
 * Uptime of interfaces by the samples of their status. An outage is a run of stretches, five minutes where those are kept and hours before, in which it was seen to be down; what
 * was not observed in its midst does not make it two. The time down is the share of its readings. Maintenance of its device is left out; a stretch that lies in it in part counts by the
 * share of the rest.
 */
export function uptimeOfLinks(db: Db, { from, to, now }: Range, parts: readonly SeriesPart[]): Uptime {
  const sums = { upMs: 0, downMs: 0, unreachableMs: 0, notObservedMs: 0, maintenanceMs: 0, noDataMs: 0 };
  let outages = 0;
  const end = Math.max(from, Math.min(to, now));
  for (const part of parts) {
    const buckets = statusOf(db, part, from, end);
    const maintenance = joined(maintenanceOf(db, { deviceId: part.deviceId, from, to: end }));
    let usualMs: number | null = null;
    let observed = 0;
    let done = from;
    let wasDown = false;
    for (const [i, { at, forMs, figures }] of buckets.entries()) {
      if (figures.sent === 0) continue;
      const begin = Math.max(at, done);
      const next = Math.min(end, buckets[i + 1]?.at ?? end);
      const isFew = figures.sent + figures.unseen <= fewReadings;
      if (isFew) usualMs ??= usualDistance(buckets);
      const spanMs = Math.max(0, isFew ? Math.min(next, at + Math.round(stepsASample * Math.max(forMs, usualMs ?? 0))) - begin : Math.min(figures.observedMs, Math.min(end, at + forMs) - begin));
      const judgedMs = spanMs - coveredMs({ from: begin, to: begin + spanMs }, maintenance);
      const downMs = Math.round((judgedMs * figures.lost) / figures.sent);
      sums.downMs += downMs;
      sums.upMs += judgedMs - downMs;
      observed += judgedMs;
      done = Math.max(done, begin + spanMs);
      if (spanMs > 0 && judgedMs === 0) continue;
      const isDown = figures.lost > 0;
      if (isDown && !wasDown) outages++;
      wasDown = isDown;
    }
    const known = end - Math.min(end, Math.max(from, buckets[0]?.at ?? end));
    const maintenanceMs = coveredMs({ from: end - known, to: end }, maintenance);
    sums.maintenanceMs += maintenanceMs;
    sums.notObservedMs += known - maintenanceMs - observed;
    sums.noDataMs += to - from - known;
  }
  return uptimeFrom({ from, to }, sums, outages);
}

/** So many readings of a day are one in a hundred seconds: what they stand for is known of the day as a whole. */
const oftenADay = 864;

/** The readings of a link, whole days at once where it was never seen to be down; everything else as fine as it is kept. */
function statusOf(db: Db, part: SeriesPart, from: number, end: number): Found['buckets'] {
  const [first, last] = [Math.ceil(from / dayMs), Math.floor(end / dayMs) - 1];
  const good = first > last ? [] : prepared(db, `SELECT ${chunkColumns} FROM day WHERE id BETWEEN ? AND ? AND lost = 0 AND sent >= ${oftenADay} ORDER BY id`).all(keyOf(part.seriesId, first), keyOf(part.seriesId, last)) as (Figures & { readonly id: number })[]; // Columns are named after the fields.
  const buckets: Found['buckets'][number][] = [];
  let next = from;
  const upTo = (at: number): void => {
    if (at > next) buckets.push(...find(db, part, next, at - 1, '5min').buckets.filter(bucket => bucket.at < at));
  };
  for (const { id, ...figures } of good) {
    const at = slotOf(id) * dayMs;
    upTo(at);
    buckets.push({ at, forMs: dayMs, figures });
    next = at + dayMs;
  }
  upTo(end + 1);
  return buckets;
}

/** The median distance of buckets; 0 of fewer than two. */
function usualDistance(all: readonly { readonly at: number; readonly forMs: number }[]): number {
  const buckets = all.filter(({ forMs }) => forMs < dayMs);
  const distances = buckets.slice(1).map(({ at }, i) => at - (buckets[i]?.at ?? at)).sort((a, b) => a - b);
  return distances[distances.length >> 1] ?? 0;
}

/** The series of a metric of links: of one provider, of one interface, or of every provider. In order of provider and device. */
export function linkSeries(db: Db, of: { readonly provider: string | null } | { readonly deviceId: number; readonly ifIndex: number }, metric: Metric = 'if-status'): { readonly seriesId: number; readonly deviceId: number }[] {
  const columns = 's.id AS seriesId, s.device_id AS deviceId';
  const rows = 'deviceId' in of
    ? prepared(db, `SELECT ${columns} FROM series s WHERE device_id = ? AND metric = ? AND object = ?`).all(of.deviceId, metric, String(of.ifIndex))
    : prepared(db, `
      SELECT ${columns} FROM interface i CROSS JOIN series s ON s.device_id = i.device_id AND s.metric = ?2 AND s.object = CAST(i.if_index AS TEXT)
      WHERE i.isp_provider IS NOT NULL AND (?1 IS NULL OR i.isp_provider = ?1) ORDER BY i.isp_provider, i.device_id, i.if_index`).all({ 1: of.provider, 2: metric });
  return rows as { seriesId: number; deviceId: number }[]; // Columns are named after the fields.
}

type SubjectRow = Omit<Subject, 'devices' | 'provider'> & { readonly devices: string | number };

function subjects(db: Db, sql: string): Subject[] {
  const rows = prepared(db, sql).all() as SubjectRow[]; // Columns are named after the fields.
  return rows.map(row => ({ ...row, provider: null, devices: String(row.devices).split(',').map(Number) }));
}

function reported(db: Db, range: Range, all: readonly Subject[]): UptimeRow[] {
  const uptimes = uptimesOf(db, all.map(({ devices }) => devices), range);
  return all.flatMap(({ devices, ...subject }, i) => {
    const uptime = uptimes[i];
    return uptime ? [{ ...subject, devices: devices.length, ...withoutRange(uptime) }] : [];
  });
}

function withoutRange({ from: _from, to: _to, ...rest }: Uptime): Omit<Uptime, 'from' | 'to'> {
  return rest;
}
