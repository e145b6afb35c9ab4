/** What can be asked of the thread for other database files: look at one, make one ready, fill one with an export. */
import { connectTo, configureWriter, failureOf, findDamage, openForReading, type Db } from './connection.ts';
import { copyDatabase, removeDatabase, type CopyControl } from './copy.ts';
import { listBackups, lookAt, problemOf, withoutTraces, type Looked } from './look.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { reads } from './operations.ts';
import { findLack, findStranger } from './schema.ts';

/** A column of an exported table. `time`: UTC ms. */
export type ExportColumn = { readonly name: string; readonly type: 'TEXT' | 'INTEGER' | 'REAL' };
export type ExportCell = string | number | null;

/** The one being written by this thread. */
let table: { readonly db: Db; readonly insert: (rows: readonly (readonly ExportCell[])[]) => void } | null = null;

export const archiveOperations = {
  look: lookAt,
  list: listBackups,
  /** Makes a fresh copy one whole file that needs no log beside it, and reads every page of it. */
  verify(file: string): Looked {
    const db = connectTo(file);
    try {
      db.pragma('journal_mode = DELETE');
    } finally {
      db.close();
    }
    return lookAt(file, true);
  },
  /** Copies a backup to `target` and brings that to the newest schema, ready to take the database's place. What is wrong with the backup is an answer; then no copy is left. */
  async prepare(file: string, target: string, control: CopyControl): Promise<Looked> {
    const looked = lookAt(file, false);
    if (looked.kind !== 'sound') return looked;
    removeDatabase(target);
    await withoutTraces(file, async () => {
      const source = openForReading(file);
      try {
        await copyDatabase(source, target, control);
      } finally {
        source.close();
      }
    });
    try {
      const problem = madeCurrent(target);
      if (problem === null) return lookAt(target, false);
      removeDatabase(target);
      return { kind: 'damaged', bytes: looked.bytes, problem: `It is damaged: ${problem}.` };
    } catch (error) {
      removeDatabase(target);
      // The copy is as the backup is; what a disk refuses is not the backup's fault.
      if (failureOf(error) === 'damaged' || failureOf(error) === 'bug') return { bytes: looked.bytes, ...problemOf(error) };
      throw error;
    }
  },
  beginTable(file: string, name: string, columns: readonly ExportColumn[]): void {
    const db = connectTo(file);
    // A file that is thrown away unless it is finished needs neither a journal nor syncing; it is synced once at its end.
    db.pragma('journal_mode = OFF');
    db.pragma('synchronous = OFF');
    db.exec(`CREATE TABLE ${name} (${columns.map(column => `${column.name} ${column.type}`).join(', ')}) STRICT`);
    const insert = db.prepare(`INSERT INTO ${name} VALUES (${columns.map(() => '?').join(', ')})`);
    table = {
      db,
      insert: db.transaction((rows: readonly (readonly ExportCell[])[]) => {
        for (const row of rows) insert.run(...row);
      }),
    };
  },
  addRows(rows: readonly (readonly ExportCell[])[]): void {
    table?.insert(rows);
  },
  endTable(): void {
    table?.db.close();
    table = null;
  },
};

export type ArchiveOperations = typeof archiveOperations;

/** Null when the file can take the database's place; otherwise what is wrong with it. */
function madeCurrent(file: string): string | null {
  const db = connectTo(file);
  try {
    const damage = findDamage(db);
    if (damage !== null) return damage;
    configureWriter(db);
    // No copy before the migration: this is one.
    migrate(db, migrations, () => {});
    const unfit = findLack(db) ?? findStranger(db);
    if (unfit !== null) return unfit;
    reads.remembered(db, 1);
    db.pragma('journal_mode = DELETE');
    return null;
  } finally {
    db.close();
  }
}
