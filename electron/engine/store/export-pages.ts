/** What exports read, a page at a time: each question is short, and nothing is held open between two of them. */
import type { AlertRow } from '../../../shared/model/alert.ts';
import type { DeviceState } from '../../../shared/model/device.ts';
import type { HistoryTarget, Metric } from '../../../shared/model/history.ts';
import type { JournalRow } from '../../../shared/model/observation.ts';
import { prepared, type Db } from './connection.ts';
import type { ExportSeries } from './history/sample-page.ts';

/** `next` is null with the last rows; a page may be empty though more follow. `share`: how far this is, from 0 to 1. */
export type Page<Row, Cursor> = { readonly rows: readonly Row[]; readonly next: Cursor | null; readonly share: number };

type Range = { readonly from: number; readonly to: number; readonly mostRows: number };
/** Internal ids of the devices wanted; null: all. */
type OfDevices = { readonly deviceIds: readonly number[] | null };

export type StateExportRow = { readonly deviceName: string; readonly address: string; readonly branch: string | null; readonly at: number; readonly state: DeviceState };
export type StateCursor = { readonly at: number; readonly id: number };

/** Changes of state in order of time. Rows of other devices are read and passed over, so that a page takes the same time whoever is wanted. */
export function statesPage(db: Db, { from, to, mostRows, deviceIds, cursor }: Range & OfDevices & { readonly cursor: StateCursor | null }): Page<StateExportRow, StateCursor> {
  const rows = prepared(db, `
    SELECT e.id, e.at, e.kind AS state, e.device_id AS deviceId, d.name AS deviceName, d.address, b.name AS branch
    FROM event e JOIN device d ON d.id = e.device_id LEFT JOIN branch b ON b.id = d.branch_id
    WHERE e.at >= @at AND (e.at > @at OR e.id > @id) AND e.at < @to ORDER BY e.at, e.id LIMIT @mostRows`)
    .all({ at: cursor?.at ?? from, id: cursor?.id ?? -1, to, mostRows }) as (StateExportRow & { id: number; deviceId: number })[]; // Columns are named after the fields; the tables are STRICT.
  const wanted = deviceIds && new Set(deviceIds);
  const last = rows.length === mostRows ? rows.at(-1) : undefined;
  return {
    rows: rows.filter(row => !wanted || wanted.has(row.deviceId)).map(({ deviceName, address, branch, at, state }) => ({ deviceName, address, branch, at, state })),
    next: last ? { at: last.at, id: last.id } : null,
    share: last ? (last.at - from) / (to - from) : 1,
  };
}

export type AlertExportRow = Pick<AlertRow, 'deviceName' | 'address' | 'branch' | 'subjectName' | 'rule' | 'ruleName' | 'value' | 'severity' | 'since' | 'raisedAt' | 'clearedAt' | 'clearedBy' | 'acknowledgedAt' | 'acknowledgedBy' | 'note'>;

/** Alerts that were open at some time of the range, in order of being raised. Those of devices that are gone are there too, unless some devices are asked for. */
export function alertsPage(db: Db, { from, to, mostRows, deviceIds, cursor }: Range & OfDevices & { readonly cursor: number | null }): Page<AlertExportRow, number> {
  const rows = prepared(db, `
    SELECT a.id, d.id AS deviceId, a.device_name AS deviceName, a.address, a.branch, a.subject_name AS subjectName, a.rule, a.rule_name AS ruleName, a.value, a.severity, a.since, a.raised_at AS raisedAt, a.cleared_at AS clearedAt,
      a.cleared_by AS clearedBy, a.acknowledged_at AS acknowledgedAt, a.acknowledged_by AS acknowledgedBy, a.note
    FROM alert a LEFT JOIN device d ON d.public_id = a.device_public_id WHERE a.id > ? ORDER BY a.id LIMIT ?`)
    .all(cursor ?? -1, mostRows) as (AlertExportRow & { id: number; deviceId: number | null })[]; // As above.
  const wanted = deviceIds && new Set<number | null>(deviceIds);
  const found = rows.filter(row => row.since < to && (row.clearedAt ?? to) >= from && (!wanted || wanted.has(row.deviceId)));
  return { rows: found.map(({ id: _id, deviceId: _deviceId, ...row }) => row), ...placed(db, 'alert', rows, mostRows) };
}

export type JournalExportRow = Pick<JournalRow, 'kind' | 'cause' | 'from' | 'to' | 'devices' | 'detail'>;

/** What the console noticed about itself at some time of the range. */
export function journalPage(db: Db, { from, to, mostRows, cursor }: Range & { readonly cursor: number | null }): Page<JournalExportRow, number> {
  const rows = prepared(db, 'SELECT id, kind, cause, from_at AS "from", to_at AS "to", devices, detail FROM journal WHERE id > ? ORDER BY id LIMIT ?')
    .all(cursor ?? -1, mostRows) as (JournalExportRow & { id: number })[]; // As above.
  const found = rows.filter(row => row.from < to && (row.to ?? to) >= from);
  return { rows: found.map(({ id: _id, ...row }) => row), ...placed(db, 'journal', rows, mostRows) };
}

function placed(db: Db, table: 'alert' | 'journal', rows: readonly { readonly id: number }[], mostRows: number): { readonly next: number | null; readonly share: number } {
  const last = rows.length === mostRows ? rows.at(-1) : undefined;
  if (!last) return { next: null, share: 1 };
  const newest = prepared(db, `SELECT max(id) FROM ${table}`).pluck().get() as number; // There is a row, and its id is an integer.
  return { next: last.id, share: last.id / newest };
}

/** The devices that targets mean, as internal ids. */
export function devicesOf(db: Db, targets: readonly HistoryTarget[]): number[] {
  const found = new Set<number>();
  for (const target of targets) for (const id of devicesOfTarget(db, target)) found.add(id);
  return [...found];
}

function devicesOfTarget(db: Db, target: HistoryTarget): number[] {
  const ids = (sql: string, value: string): number[] => prepared(db, sql).pluck().all(value) as number[]; // Row ids.
  switch (target.of) {
    case 'device':
    case 'check':
    case 'interface':
      return ids('SELECT id FROM device WHERE public_id = ?', target.deviceId);
    case 'branch':
      return ids('SELECT d.id FROM device d JOIN branch b ON b.id = d.branch_id WHERE b.public_id = ?', target.branchId);
    case 'isp':
      return ids('SELECT DISTINCT device_id FROM interface WHERE isp_provider = ?', target.provider);
  }
}

/** The series of a metric that targets mean, in order of the devices; no targets: all. Of a device or a branch every interface or check that has the metric. */
export function exportSeries(db: Db, { metric, targets }: { readonly metric: Metric; readonly targets: readonly HistoryTarget[] }): ExportSeries[] {
  const wanted = targets.length === 0 ? null : wantedOf(db, targets);
  const rows = prepared(db, `
    SELECT s.id AS seriesId, s.device_id AS deviceId, d.name AS deviceName, d.address, b.name AS branch, s.object
    FROM series s JOIN device d ON d.id = s.device_id LEFT JOIN branch b ON b.id = d.branch_id
    WHERE s.metric = ? ORDER BY s.device_id, s.object`).all(metric) as ExportSeries[]; // As above.
  return rows.filter(row => !wanted || wanted.devices.has(row.deviceId) || wanted.objects.has(`${row.deviceId}/${row.object}`));
}

/** Devices of which all is wanted, and single objects as `device/object`. */
function wantedOf(db: Db, targets: readonly HistoryTarget[]): { readonly devices: ReadonlySet<number>; readonly objects: ReadonlySet<string> } {
  const devices = new Set<number>();
  const objects = new Set<string>();
  const links = prepared(db, "SELECT device_id || '/' || if_index FROM interface WHERE isp_provider = ?").pluck();
  for (const target of targets) {
    if (target.of === 'isp') for (const link of links.all(target.provider) as string[]) objects.add(link); // A text.
    else for (const id of devicesOfTarget(db, target)) {
      if (target.of === 'check') objects.add(`${id}/${target.checkId}`);
      else if (target.of === 'interface') objects.add(`${id}/${target.ifIndex}`);
      else devices.add(id);
    }
  }
  return { devices, objects };
}
