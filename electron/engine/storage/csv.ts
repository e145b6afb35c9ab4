/** Rows as CSV text: RFC 4180, and harmless in a spreadsheet. */
import type { ExportCell } from '../store/archive.ts';

export const csvLines = (rows: readonly (readonly ExportCell[])[]): string => rows.map(row => `${row.map(csvCell).join(',')}\r\n`).join('');

function csvCell(cell: ExportCell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  // A spreadsheet would take a device called "=cmd…" for a formula, and run it.
  const harmless = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
