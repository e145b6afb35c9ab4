/** Understands the header line: which column holds what, under the names that people and other programs give them. */
import { parse } from 'csv-parse/sync';
import type { ImportReport } from '../../../shared/model/import.ts';
import { AppError } from '../../../shared/rpc/contract.ts';

export type Delimiter = ImportReport['delimiter'];

/** What a column can hold. `intervalS` is in seconds, `intervalMs` and `timeoutMs` in milliseconds. */
export type Field =
  | 'name' | 'address' | 'type' | 'branch' | 'region' | 'vendor' | 'model' | 'location' | 'notes'
  | 'intervalS' | 'intervalMs' | 'timeoutMs' | 'enabled' | 'snmpCommunity' | 'snmpPort' | 'tags' | 'ispLink';

/**
 * Header words for each field as `plainHeader` writes them, the most certain first: where two columns would fill one field, the one found
 * earlier in this list does ("ip" beside "address", which then is a street), and the other is left out.
 */
const headerWords: Readonly<Record<Field, readonly string[]>> = {
  name: ['name', 'device name', 'device', 'hostname', 'host name', 'sysname', 'label', 'სახელი', 'დასახელება', 'მოწყობილობა', 'имя', 'имя устройства', 'название', 'наименование', 'устройство'],
  address: ['ip', 'ip address', 'ip addr', 'ipaddress', 'ipv4', 'ipv6', 'management ip', 'mgmt ip', 'ip მისამართი', 'ip адрес', 'айпи', 'fqdn', 'dns name', 'address', 'host', 'მისამართი', 'адрес'],
  type: ['type', 'device type', 'devicetype', 'kind', 'category', 'ტიპი', 'მოწყობილობის ტიპი', 'тип', 'тип устройства'],
  branch: ['branch', 'branch name', 'site', 'site name', 'office', 'ფილიალი', 'филиал', 'отделение', 'офис'],
  region: ['region', 'region name', 'რეგიონი', 'регион'],
  vendor: ['vendor', 'manufacturer', 'make', 'brand', 'მწარმოებელი', 'производитель', 'вендор'],
  model: ['model', 'მოდელი', 'модель'],
  location: ['location', 'place', 'room', 'address line', 'street address', 'მდებარეობა', 'ლოკაცია', 'расположение', 'местоположение', 'размещение'],
  notes: ['notes', 'note', 'comment', 'comments', 'description', 'შენიშვნა', 'შენიშვნები', 'აღწერა', 'კომენტარი', 'примечание', 'примечания', 'комментарий', 'описание'],
  intervalS: ['interval', 'interval s', 'interval sec', 'interval seconds', 'interval in seconds', 'check interval', 'polling interval', 'ინტერვალი', 'интервал', 'интервал с'],
  intervalMs: ['interval ms', 'intervalms'],
  timeoutMs: ['timeout ms', 'timeoutms'],
  enabled: ['enabled', 'active', 'monitored', 'is enabled', 'is active', 'ჩართულია', 'აქტიური', 'включен', 'включено', 'активен'],
  snmpCommunity: ['snmp community', 'community', 'snmpcommunity', 'community string', 'snmp community string'],
  snmpPort: ['snmp port', 'snmpport'],
  tags: ['tags', 'tag', 'თეგები', 'ტეგები', 'теги', 'метки'],
  ispLink: ['isp link', 'isplink', 'is isp link'],
};

const known = new Map<string, { readonly field: Field; readonly rank: number }>();
for (const [field, words] of Object.entries(headerWords)) {
  // `Object.entries` forgets the key type that `headerWords` is declared with.
  words.forEach((word, rank) => known.set(word, { field: field as Field, rank }));
}

/** Without case, punctuation and extra space: "Interval (s)", "interval_s" and "INTERVAL-S" are one header. */
const plainHeader = (header: string): string => header.normalize('NFC').toLowerCase().replace(/[\s_\-.,:/()[\]*#"'«»]+/gu, ' ').trim();

export type Columns = {
  readonly delimiter: Delimiter;
  readonly headers: readonly string[];
  /** The field of each column; null: left out. */
  readonly fields: readonly (Field | null)[];
};

const delimiters: readonly Delimiter[] = [',', ';', '\t', '|'];

/** Reads the header record at the start of `text` with the delimiter under which most of its columns are understood. */
export function readHeader(text: string): Columns {
  let best: Columns | undefined;
  for (const delimiter of delimiters) {
    const headers = headerCells(text, delimiter);
    const columns: Columns = { delimiter, headers, fields: assign(headers) };
    if (!best || score(columns) > score(best)) best = columns;
  }
  if (!best || best.headers.every(header => header === '')) throw new AppError('invalid-input', 'This file is empty; it needs a line of column names and a line for each device.');
  requireAddress(best);
  return best;
}

/** A column that is understood outweighs any number that are not. */
const score = (columns: Columns): number => columns.fields.filter(field => field !== null).length * 1_000 + Math.min(columns.headers.length, 999);

function headerCells(text: string, delimiter: Delimiter): string[] {
  try {
    const [record = []] = parse(text, { delimiter, to: 1, relax_quotes: true, relax_column_count: true, skip_empty_lines: true, skip_records_with_empty_values: true, record_delimiter: '\n' });
    return record.map(cell => cell.trim());
  } catch {
    // Under a delimiter that is not this file's, its quotes may not add up; then it is not the one.
    return [];
  }
}

function assign(headers: readonly string[]): (Field | null)[] {
  const found = headers.map(header => known.get(plainHeader(header)));
  return found.map((mine, at) => {
    if (!mine) return null;
    const better = found.some((other, otherAt) => other?.field === mine.field && (other.rank < mine.rank || (other.rank === mine.rank && otherAt < at)));
    return better ? null : mine.field;
  });
}

function requireAddress({ headers, fields }: Columns): void {
  if (fields.includes('address')) return;
  const shown = headers.slice(0, 8).map(header => `"${header.slice(0, 40)}"`).join(', ') + (headers.length > 8 ? ', …' : '');
  const problem = fields.some(field => field !== null) ? 'No column holds the addresses' : 'The first line does not name the columns';
  throw new AppError('invalid-input', `${problem}; put a line such as "name,address,type,branch" at the top ("address" is needed). Found: ${shown}.`);
}
