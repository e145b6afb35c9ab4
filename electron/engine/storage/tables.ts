/** The tables that exports write: their columns, and how rows of the store become cells. */
import { metricUnits, type Metric, type Resolution } from '../../../shared/model/history.ts';
import type { ExportCell, ExportColumn } from '../store/archive.ts';
import type { AlertExportRow, JournalExportRow, StateExportRow } from '../store/export-pages.ts';
import type { RawSampleRow, SamplePage, SummedSampleRow } from '../store/history/sample-page.ts';

type Cells = readonly ExportCell[];

const text = (name: string): ExportColumn => ({ name, type: 'TEXT' });
const integer = (name: string): ExportColumn => ({ name, type: 'INTEGER' });
const real = (name: string): ExportColumn => ({ name, type: 'REAL' });
/** A moment is written twice: for people, and as UTC ms for programs. */
const moment = (name: string): ExportColumn[] => [text(name), integer(`${name}_ms`)];
const momentCells = (at: number | null): Cells => [at === null ? null : new Date(at).toISOString(), at];

const device = [text('device'), text('address'), text('branch')];
const deviceCells = (row: { readonly deviceName: string | null; readonly address: string | null; readonly branch: string | null }): Cells => [row.deviceName, row.address, row.branch];

export const stateColumns: readonly ExportColumn[] = [...device, ...moment('at'), text('state')];
export const stateCells = (row: StateExportRow): Cells => [...deviceCells(row), ...momentCells(row.at), row.state];

export const alertColumns: readonly ExportColumn[] = [
  ...device, text('subject'), text('rule'), text('rule_name'), text('value'), text('severity'), ...moment('since'), ...moment('raised_at'), ...moment('cleared_at'), text('cleared_by'), ...moment('acknowledged_at'), text('acknowledged_by'), text('note'),
];
export const alertCells = (row: AlertExportRow): Cells => [
  ...deviceCells(row), row.subjectName, row.rule, row.ruleName, row.value, row.severity, ...momentCells(row.since), ...momentCells(row.raisedAt), ...momentCells(row.clearedAt), row.clearedBy,
  ...momentCells(row.acknowledgedAt), row.acknowledgedBy, row.note,
];

export const journalColumns: readonly ExportColumn[] = [text('kind'), text('cause'), ...moment('from_at'), ...moment('to_at'), integer('devices'), text('detail')];
export const journalCells = (row: JournalExportRow): Cells => [row.kind, row.cause, ...momentCells(row.from), ...momentCells(row.to), row.devices, row.detail];

const unitSuffix = { 'us': '_us', 'ms': '_ms', 'value': '', 'octets/s': '_octets_per_s', '1/s': '_per_s', '%': '_pct', '°C': '_celsius' } as const;

/** `object`: which interface, by its ifIndex, or which check. */
export function sampleColumns(metric: Metric, resolution: Resolution): readonly ExportColumn[] {
  const suffix = unitSuffix[metricUnits[metric]];
  const named = [...device, text('object'), ...moment('at')];
  if (resolution === 'raw') return [...named, text('outcome'), real(`value${suffix}`)];
  return [...named, integer('sent'), integer('lost'), real(`min${suffix}`), real(`avg${suffix}`), real(`max${suffix}`), real(`p95${suffix}`), integer('observed_ms')];
}

export const samplePageCells = (page: SamplePage): Cells[] => (page.kind === 'raw' ? page.rows.map(rawCells) : page.rows.map(summedCells));
const named = (row: RawSampleRow | SummedSampleRow): Cells => [...deviceCells(row), row.object, ...momentCells(row.t)];
const rawCells = (row: RawSampleRow): Cells => [...named(row), row.outcome, row.value];
const summedCells = (row: SummedSampleRow): Cells => [...named(row), row.sent, row.lost, row.min, row.avg, row.max, row.p95, row.observedMs];
