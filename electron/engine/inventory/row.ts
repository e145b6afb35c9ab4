/** Turns one row of an inventory into a device, or says why it cannot be one. */
import { NewDevice } from '../../../shared/model/device.ts';
import type { ImportFailure } from '../../../shared/model/import.ts';
import type { Columns, Field } from './columns.ts';
import { readDeviceType } from './device-types.ts';

export type Problem = Pick<ImportFailure, 'problem' | 'message'>;
export type RowResult = { readonly kind: 'device'; readonly device: NewDevice } | ({ readonly kind: 'failed' } & Problem);

const failed = (problem: Problem['problem'], message: string): RowResult => ({ kind: 'failed', problem, message });

const yes = new Set(['yes', 'y', 'true', '1', 'on', 'enabled', 'active', 'კი', 'да', 'истина']);
const no = new Set(['no', 'n', 'false', '0', 'off', 'disabled', 'inactive', 'არა', 'нет', 'ложь']);

/** A spreadsheet would run it, here or in the next export. Phone numbers and negative numbers begin with a sign too and stay. */
const isFormula = (cell: string): boolean => cell.startsWith('\t') || (/^[=@+-]/.test(cell.trim()) && !/^[+-][\d\s().,-]*$/.test(cell.trim()));

/** How a cell says that there is nothing to say. */
const nothing = new Set(['', '-', '–', '—']);

/** What to call a field in a sentence. */
const fieldNames: Readonly<Record<Field, string>> = {
  name: 'name', address: 'address', type: 'type', branch: 'branch', region: 'region', vendor: 'vendor', model: 'model', location: 'location', notes: 'notes',
  intervalS: 'interval', intervalMs: 'interval', timeoutMs: 'timeout', enabled: 'enabled', snmpCommunity: 'SNMP community', snmpPort: 'SNMP port', tags: 'tags', ispLink: 'ISP link',
};

/** Reads one record. Cells of columns that are left out are not looked at. Never throws. */
export function readRow(cells: readonly string[], { headers, fields }: Columns): RowResult {
  if (cells.length < headers.length || cells.slice(headers.length).some(cell => cell.trim() !== '')) {
    return failed('wrong-columns', `This row has ${cells.length} cells where the header has ${headers.length}; check for a missing or extra delimiter or quote.`);
  }
  const given: Partial<Record<Field, string>> = {};
  for (const [at, field] of fields.entries()) {
    const cell = cells[at] ?? '';
    if (field === null || nothing.has(cell.trim())) continue;
    if (isFormula(cell)) return failed('formula', `The ${fieldNames[field]} begins like a spreadsheet formula; replace it by its value.`);
    // Only notes may have several lines; a line break inside a name is an accident of the export.
    given[field] = field === 'notes' ? cell.trim() : cell.trim().replace(/\s*\n\s*/g, ' ');
  }
  return toDevice(given);
}

function toDevice(given: Partial<Record<Field, string>>): RowResult {
  if (given.address === undefined) return failed('address-missing', 'This row has no address; a device needs one, for example 192.0.2.5 or atm1.example.');
  const type = given.type === undefined ? 'other' : readDeviceType(given.type);
  if (type === null) return failed('unknown-type', `"${shortened(given.type ?? '')}" is not a device type; write one such as router, switch or atm.`);
  const enabled = readFlag(given.enabled);
  if (enabled === null) return failed('bad-value', `"${shortened(given.enabled ?? '')}" does not say whether the device is enabled; write yes or no.`);
  const ispLink = given.ispLink === undefined ? undefined : readFlag(given.ispLink);
  if (ispLink === null) return failed('bad-value', `"${shortened(given.ispLink ?? '')}" does not say whether the device is a link to an internet provider; write yes or no.`);
  const parsed = NewDevice.safeParse({
    name: given.name, address: given.address, type, branch: given.branch, region: given.region, vendor: given.vendor, model: given.model,
    location: given.location, notes: given.notes, enabled, snmpCommunity: given.snmpCommunity,
    intervalMs: readNumber(given.intervalMs, 1) ?? readNumber(given.intervalS, 1_000),
    timeoutMs: readNumber(given.timeoutMs, 1),
    snmpPort: readNumber(given.snmpPort, 1),
    tags: given.tags?.split(/[\s,;]+/).filter(tag => tag !== ''), ispLink,
  });
  if (parsed.success) return { kind: 'device', device: parsed.data };
  const [issue] = parsed.error.issues;
  // The schema's own fields are those of `Field`, but for the two spellings of the interval.
  const field = String(issue?.path[0]) as Field;
  if (field === 'address') return failed('address-invalid', issue?.message ?? 'The address is neither an IP address nor a host name.');
  if (field === 'intervalMs' || field === 'timeoutMs' || field === 'snmpPort') return failed('bad-number', badNumber[field]);
  if (field === 'tags') return failed('bad-value', issue?.message ?? 'The tags are not words.');
  const limit = issue?.code === 'too_big' ? ` (at most ${String(issue.maximum)} characters)` : '';
  return failed('too-long', `The ${fieldNames[field]} is too long${limit}; shorten it.`);
}

const badNumber = {
  intervalMs: 'The interval is not a number of seconds from 1 to 3600; correct it or leave it empty.',
  timeoutMs: 'The timeout is not a whole number of milliseconds from 100 to 10000; correct it or leave it empty.',
  snmpPort: 'The SNMP port is not a whole number from 1 to 65535; correct it or leave it empty.',
} as const;

/** NaN, which the schema refuses, for what is not a number; undefined for an empty cell. */
function readNumber(cell: string | undefined, factor: number): number | undefined {
  if (cell === undefined) return undefined;
  return /^\d{1,9}([.,]\d{1,3})?$/.test(cell) ? Math.round(Number(cell.replace(',', '.')) * factor * 1_000) / 1_000 : Number.NaN;
}

/** An empty cell means enabled; null: neither yes nor no. */
function readFlag(cell: string | undefined): boolean | null {
  const word = cell?.toLowerCase();
  if (word === undefined || yes.has(word)) return true;
  return no.has(word) ? false : null;
}

/** A value short enough for a sentence. */
const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
