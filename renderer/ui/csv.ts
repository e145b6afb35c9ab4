/** Tables as CSV files that spreadsheets open without harm. */

/** RFC 4180. A cell that a spreadsheet would take for a formula is written as text. */
export function csvText(header: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  return [header, ...rows].map(row => `${row.map(cell).join(',')}\r\n`).join('');
}

/** Begins with a byte order mark, because without one spreadsheets garble Georgian. */
export function csvFile(name: string, text: string): File {
  return new File(['\uFEFF', text], name, { type: 'text/csv' });
}

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^\s*[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
