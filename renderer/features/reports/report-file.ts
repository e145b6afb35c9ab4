/** A report as a table for spreadsheets: times in whole seconds, shares not rounded up. */
import type { UptimeRow } from '../../../shared/model/history.ts';
import type { Column } from '../../ui/grid-column.ts';

type Cell = string | number | null;

/** What the file says where it is not what the screen says: a spreadsheet counts with it. */
const inFile: Readonly<Record<string, (row: UptimeRow) => Cell>> = {
  uptime: row => cut(row.uptimePct),
  observed: row => cut(row.observedPct),
  downMs: row => inSeconds(row, row.downMs),
  mttrMs: row => inSeconds(row, row.mttrMs),
  mtbfMs: row => inSeconds(row, row.mtbfMs),
  outages: row => (row.uptimePct === null ? null : row.outages),
};
const inSecondsIds = ['downMs', 'mttrMs', 'mtbfMs'];

/** `seconds`: the word that goes with the headers of times. */
export function reportTable(rows: readonly UptimeRow[], columns: readonly Column<UptimeRow>[], seconds: string): { readonly header: readonly string[]; readonly rows: readonly (readonly Cell[])[] } {
  return {
    header: columns.map(({ id, header }) => (inSecondsIds.includes(id) ? `${header}, ${seconds}` : header)),
    rows: rows.map(row => columns.map(column => (inFile[column.id] ?? (each => asCell(column.value(each))))(row))),
  };
}

/** Four decimals, cut: 99.99999 is not the whole. */
function cut(percent: number | null): number | null {
  return percent === null ? null : Math.floor(percent * 10_000) / 10_000;
}

function inSeconds(row: UptimeRow, ms: number | null): number | null {
  return ms === null || row.uptimePct === null ? null : Math.round(ms / 1_000);
}

function asCell(value: string | number | boolean | null): Cell {
  return typeof value === 'boolean' ? String(value) : value;
}
