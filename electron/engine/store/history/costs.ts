/** What samples and sums take on disk, measured on those that are stored; until there are some, what they take of usual devices. */
import { prepared, type Db } from '../connection.ts';
import { heldBytes } from './retention.ts';
import type { Costs } from './forecast.ts';

/** Measured at 1,000 devices, two pings every ten seconds. */
const usual = { bytesPerSample: 2.6, fiveMinBytesPerDay: 2_100, hourBytesPerDay: 330 };
/** Of rows that fill pages only in part, and of the tree over them. */
const pageShare = 1.2;
const rowBytes = 48;
const fewRows = 200;
const sampleRows = 2_000;

export type StoredCosts = Omit<Costs, 'samplesPerDay' | 'otherBytes'> & { readonly otherSeries: number };

/** A sample of the rows with the highest keys and lowest keys stands for all. */
export function storedCosts(db: Db, bytesNow: number): StoredCosts & { readonly otherBytes: number } {
  const chunk = measured(db, 'chunk', 'samples', 'sum(sent + unseen)');
  const five = measured(db, 'five_min', 'buckets', 'count(*)');
  const day = measured(db, 'day', 'hours', 'count(*)');
  const series = prepared(db, 'SELECT count(*) AS series, count(*) FILTER (WHERE metric <> \'ping\') AS otherSeries FROM series').get() as { series: number; otherSeries: number }; // Columns are named after the fields.
  const costs = {
    bytesPerSample: chunk ?? usual.bytesPerSample,
    fiveMinBytesPerDay: five ?? usual.fiveMinBytesPerDay,
    hourBytesPerDay: day ?? usual.hourBytesPerDay,
  };
  // Devices, events and alerts, roughly: a page for four devices, and sixty bytes for every event there ever was.
  const rows = prepared(db, 'SELECT (SELECT count(*) FROM device) AS devices, (SELECT ifnull(max(id), 0) FROM event) AS events, (SELECT ifnull(max(id), 0) FROM alert) AS alerts').get() as { devices: number; events: number; alerts: number }; // As above.
  const otherBytes = 2 ** 20 + rows.devices * 1_024 + rows.events * 60 + rows.alerts * 400;
  return { ...costs, ...series, bytesNow: Math.max(bytesNow, heldBytes(db)), otherBytes };
}

/** Bytes for each unit; null of too few rows to say. */
function measured(db: Db, table: string, blob: string, units: string): number | null {
  const ends = `SELECT * FROM (SELECT * FROM ${table} ORDER BY id LIMIT ${sampleRows}) UNION ALL SELECT * FROM (SELECT * FROM ${table} ORDER BY id DESC LIMIT ${sampleRows})`;
  const row = prepared(db, `SELECT count(*) AS "rows", sum(length(${blob}) + ${rowBytes}) AS bytes, ${units} AS units FROM (${ends})`).get() as { rows: number; bytes: number | null; units: number | null }; // Columns are named after the fields.
  return row.rows < fewRows || !row.bytes || !row.units ? null : (row.bytes * pageShare) / row.units;
}
