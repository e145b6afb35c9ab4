/** Reads a CSV inventory: any usual encoding, delimiter and header, row by row, naming each row that cannot be used and why. */
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CsvError, parse, type Info } from 'csv-parse';
import type { NewDevice } from '../../../shared/model/device.ts';
import type { ImportFailure, ImportReport } from '../../../shared/model/import.ts';
import { AppError } from '../../../shared/rpc/contract.ts';
import { normaliseAddress } from './address.ts';
import { readHeader, type Columns, type Delimiter } from './columns.ts';
import { detectEncoding, textSlices } from './encoding.ts';
import { readRow } from './row.ts';

const maxRows = 20_000;
const maxBytes = 32 * 1024 * 1024;
const maxRowBytes = 100_000;
/** So small that reading one does not hold up the engine's event loop, which turns between slices. */
const sliceBytes = 64 * 1024;
const shownSamples = 100;
const shownFailures = 500;
const shownTextLength = 160;

export type Inventory = {
  readonly report: Omit<ImportReport, 'created'>;
  /** Every valid row, in the order of the file. */
  readonly devices: readonly NewDevice[];
};

/**
 * Reads a whole file. `known` holds the addresses already present as `normaliseAddress` writes them: a row with one of them fails, and so does
 * every row but the first with one address, unless shared addresses are allowed. Rejects with `invalid-input` and one sentence when the file
 * as a whole cannot be used. The event loop turns every few hundred rows.
 */
export async function readInventory(bytes: Uint8Array, known: ReadonlySet<string>, options: { readonly allowSharedAddresses: boolean }): Promise<Inventory> {
  if (bytes.length > maxBytes) throw new AppError('invalid-input', 'This file is larger than 32 MB; split it and import the parts one after the other.');
  const encoding = detectEncoding(bytes);
  const slices = textSlices(bytes, encoding, sliceBytes);
  const first = slices.next().value ?? '';
  // Excel's own first line, which tells the delimiter; that is found without it.
  const separatorLine = /^sep=.\n/i.exec(first)?.[0] ?? '';
  const start = first.slice(separatorLine.length);
  const columns = readHeader(start);
  const rows = new Rows(columns, known, options.allowSharedAddresses);
  const linesBefore = separatorLine === '' ? 0 : 1;
  await eachRecord(start, slices, columns.delimiter, linesBefore, (line, cells) => rows.add(line, cells));
  if (rows.count === 0) throw new AppError('invalid-input', 'This file names its columns but has no rows below; add a line for each device.');
  return { report: { encoding, delimiter: columns.delimiter, columns: columns.headers.map((header, at) => ({ header, field: columns.fields[at] ?? null })), ...rows.summary() }, devices: rows.devices };
}

/** Calls `take` with every record below the header that is not blank, and the line of the file that it begins on. */
async function eachRecord(start: string, rest: Iterable<string>, delimiter: Delimiter, linesBefore: number, take: (line: number, cells: readonly string[]) => void): Promise<void> {
  let headerSeen = false;
  let linesRead = linesBefore;
  const parser = parse({
    delimiter, info: true, relax_quotes: true, relax_column_count: true, skip_empty_lines: true, record_delimiter: '\n', max_record_size: maxRowBytes,
    // Noted as they are parsed: a parse error throws away the records that were not yet taken.
    on_record: (record: string[], { lines }) => {
      linesRead = linesBefore + lines;
      return record;
    },
  });
  try {
    await pipeline(
      async function* () {
        yield start;
        for (const slice of rest) {
          await nextTurn();
          yield slice;
        }
      },
      parser,
      async (parsed: AsyncIterable<{ readonly info: Info; readonly record: readonly string[] }>) => {
        for await (const { info, record } of parsed) {
          if (record.every(cell => cell.trim() === '')) continue;
          // The parser counts up to the end of a record; cells of several lines begin earlier.
          if (headerSeen) take(linesBefore + info.lines - lineEnds(record), record);
          headerSeen = true;
        }
      },
    );
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new AppError('invalid-input', `The file cannot be read past line ${linesRead}: ${csvProblem(error)}`);
  }
}

const lineEnds = (cells: readonly string[]): number => cells.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0);

function csvProblem({ code }: CsvError): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED') return 'a quotation mark is opened and never closed; close or remove it.';
  if (code === 'CSV_MAX_RECORD_SIZE') return 'the next row is longer than 100,000 characters; a quotation mark may be open there.';
  return 'its quotation marks do not add up; save it as CSV again.';
}

/** Collects what becomes of the rows. */
class Rows {
  readonly devices: NewDevice[] = [];
  readonly #columns: Columns;
  readonly #known: ReadonlySet<string>;
  readonly #allowShared: boolean;
  readonly #firstLines = new Map<string, number>();
  readonly #sample: ImportReport['sample'] = [];
  readonly #failures: ImportFailure[] = [];
  #count = 0;

  constructor(columns: Columns, known: ReadonlySet<string>, allowShared: boolean) {
    this.#columns = columns;
    this.#known = known;
    this.#allowShared = allowShared;
  }

  get count(): number {
    return this.#count;
  }

  add(line: number, cells: readonly string[]): void {
    if (++this.#count > maxRows) throw new AppError('invalid-input', 'This file has more than 20,000 rows; split it and import the parts one after the other.');
    const result = readRow(cells, this.#columns);
    if (result.kind === 'failed') return this.#fail(line, cells, result.problem, result.message);
    const { device } = result;
    const address = normaliseAddress(device.address);
    const firstLine = this.#firstLines.get(address);
    if (!this.#allowShared && firstLine !== undefined) return this.#fail(line, cells, 'duplicate-in-file', `Line ${firstLine} has the same address, ${device.address}; keep one of the two.`);
    if (!this.#allowShared && this.#known.has(address)) return this.#fail(line, cells, 'already-present', `A device with the address ${device.address} is already present; remove this row.`);
    if (firstLine === undefined) this.#firstLines.set(address, line);
    this.devices.push(device);
    if (this.#sample.length < shownSamples) this.#sample.push({ line, name: device.name || device.address, address: device.address, type: device.type, branch: device.branch, region: device.region, snmp: device.snmpCommunity !== null });
  }

  summary(): Pick<ImportReport, 'rowCount' | 'validCount' | 'failedCount' | 'sample' | 'failures'> {
    return { rowCount: this.#count, validCount: this.devices.length, failedCount: this.#count - this.devices.length, sample: this.#sample, failures: this.#failures };
  }

  #fail(line: number, cells: readonly string[], problem: ImportFailure['problem'], message: string): void {
    if (this.#failures.length < shownFailures) this.#failures.push({ line, problem, message, text: this.#shown(cells) });
  }

  /** The row for the eye: on one line, cut, and without the community, which is a secret. */
  #shown(cells: readonly string[]): string {
    const text = cells.map((cell, at) => (this.#columns.fields[at] === 'snmpCommunity' && cell !== '' ? '•••' : cell)).join(this.#columns.delimiter).replaceAll('\n', ' ');
    return text.length > shownTextLength ? `${text.slice(0, shownTextLength)}…` : text;
  }
}
