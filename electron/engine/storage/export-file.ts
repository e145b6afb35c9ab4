/** Where the rows of an export go: a CSV file, or an SQLite file with one table. */
import { closeSync, openSync, statSync, write } from 'node:fs';
import { Archive, type ExportCell, type ExportColumn } from '../store/archive.ts';
import { csvLines } from './csv.ts';

export type ExportFile = {
  /** Settles when they are written: the next page is read no earlier. */
  add(rows: readonly (readonly ExportCell[])[]): Promise<void>;
  /** Closes it, whole or not. */
  close(): Promise<void>;
  /** So far. */
  bytes(): number;
};

/** Fails where there is such a file already. */
export async function csvFile(path: string, columns: readonly ExportColumn[]): Promise<ExportFile> {
  const handle = openSync(path, 'wx', 0o600);
  let bytes = 0;
  const append = async (text: string): Promise<void> => {
    let rest = Buffer.from(text);
    // A nearly full disk takes a part of it first.
    while (rest.length > 0) rest = rest.subarray(await written(handle, rest));
    bytes += Buffer.byteLength(text);
  };
  try {
    await append(csvLines([columns.map(column => column.name)]));
  } catch (error) {
    closeSync(handle);
    throw error;
  }
  return { add: rows => append(csvLines(rows)), close: () => Promise.resolve(closeSync(handle)), bytes: () => bytes };
}

const written = (handle: number, bytes: Buffer): Promise<number> => new Promise((resolve, reject) => write(handle, bytes, (error, count) => (error ? reject(error) : resolve(count))));

export async function sqliteFile(path: string, table: string, columns: readonly ExportColumn[]): Promise<ExportFile> {
  closeSync(openSync(path, 'wx', 0o600));
  const archive = new Archive();
  try {
    await archive.call('beginTable', path, table, columns);
  } catch (error) {
    await archive.end();
    throw error;
  }
  return {
    add: rows => archive.call('addRows', rows),
    async close() {
      try {
        await archive.call('endTable');
      } finally {
        await archive.end();
      }
    },
    bytes: () => statSync(path).size,
  };
}
