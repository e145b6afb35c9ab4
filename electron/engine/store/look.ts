/** Looks at a database file that is not in use here: whose it is, whether this build can read it, whether it is whole. */
import Database from 'better-sqlite3';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { applicationId, failureOf, findDamage, openForReading, type Db } from './connection.ts';
import { versionOf } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { messageOf } from '../log.ts';

/** `problem`: one sentence that says why it cannot be restored. */
export type Looked =
  | { readonly kind: 'sound'; readonly bytes: number; readonly devices: number; /** Of an earlier schema. */ readonly isOlder: boolean }
  | { readonly kind: 'missing' | 'foreign' | 'newer' | 'damaged' | 'unreadable'; readonly bytes: number; readonly problem: string };

/** Sees the size, the marks and the devices; `whole`: every page too, which takes a second for each few hundred megabytes. */
export function lookAt(file: string, whole: boolean): Looked {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) return { kind: 'missing', bytes: 0, problem: 'There is no such file.' };
  if (!stat.isFile()) return { kind: 'foreign', bytes: 0, problem: 'It is not a file.' };
  if (stat.size === 0) return { kind: 'damaged', bytes: 0, problem: 'It is damaged: the file is empty.' };
  const hasLog = existsSync(`${file}-wal`);
  try {
    return { bytes: stat.size, ...withoutTraces(file, () => withDb(file, db => judged(db, stat.size, hasLog, whole))) };
  } catch (error) {
    return { bytes: stat.size, ...problemOf(error) };
  }
}

/** A file that was copied by hand may be in WAL mode: merely reading it leaves a log and its index beside it. */
export function withoutTraces<T>(file: string, read: () => T): T {
  const strays = ['-wal', '-shm'].map(suffix => file + suffix).filter(stray => !existsSync(stray));
  const clear = (): void => {
    for (const stray of strays) rmSync(stray, { force: true });
  };
  try {
    const value = read();
    if (value instanceof Promise) return value.finally(clear) as T; // A promise of the same.
    clear();
    return value;
  } catch (error) {
    clear();
    throw error;
  }
}

function withDb<T>(file: string, look: (db: Db) => T): T {
  const db = openForReading(file);
  try {
    return look(db);
  } finally {
    db.close();
  }
}

/** What of a folder's files can be a backup, the newest first. `inUse`: the console's own database, which is none. */
export function listBackups(folder: string, inUse: string): { readonly name: string; readonly at: number; readonly looked: Looked }[] {
  const own = statSync(inUse, { throwIfNoEntry: false })?.ino;
  const found = readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isFile() && backupName.test(entry.name))
    .flatMap(({ name }) => {
      const stat = statSync(join(folder, name), { throwIfNoEntry: false });
      return stat && stat.ino !== own ? [{ name, at: timeIn(name) ?? Math.round(stat.mtimeMs) }] : [];
    })
    .sort((a, b) => b.at - a.at || (a.name < b.name ? 1 : -1));
  return found.slice(0, mostListed).map(each => ({ ...each, looked: lookAt(join(folder, each.name), false) }));
}

const mostListed = 500;
/** Also what a restore or a new schema kept beside the database. */
const backupName = /\.db(\.before-[a-z]+-[\d-]+)?$/i;

/** A copy of a copy keeps its name but not its time. */
function timeIn(name: string): number | null {
  const [, year, month, day, hour, minute, second] = /(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)/.exec(name) ?? [];
  const at = year === undefined ? Number.NaN : Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(at) ? null : at;
}

type Judged = { readonly kind: 'sound'; readonly devices: number; readonly isOlder: boolean } | { readonly kind: 'foreign' | 'newer' | 'damaged' | 'unreadable'; readonly problem: string };

function judged(db: Db, bytes: number, hasLog: boolean, whole: boolean): Judged {
  if (db.pragma('application_id', { simple: true }) !== applicationId) return { kind: 'foreign', problem: 'It is an SQLite file of another program.' };
  const version = versionOf(db);
  if (version > migrations.length) {
    return { kind: 'newer', problem: `It was written by a newer Ward Console (schema ${version}, this one knows up to ${migrations.length}); install that version to restore it.` };
  }
  if (version < 1) return { kind: 'damaged', problem: 'It is damaged: it does not say which schema it has.' };
  const expected = Number(db.pragma('page_count', { simple: true })) * Number(db.pragma('page_size', { simple: true }));
  if (!hasLog && bytes < expected) return { kind: 'damaged', problem: `It is damaged: ${expected - bytes} of its ${expected} bytes are missing.` };
  const damage = whole ? findDamage(db) : null;
  if (damage !== null) return { kind: 'damaged', problem: `It is damaged: ${damage}.` };
  return { kind: 'sound', isOlder: version < migrations.length, devices: db.prepare('SELECT count(*) FROM device').pluck().get() as number }; // A count is an integer.
}

/** What SQLite says of a file that is looked at. Anything else is thrown again. */
export function problemOf(error: unknown): Exclude<Judged, { kind: 'sound' }> {
  if (!(error instanceof Database.SqliteError)) throw error;
  if (error.code === 'SQLITE_NOTADB') return { kind: 'foreign', problem: 'It is not a database, or its beginning is destroyed.' };
  // A table that is missing is a bug elsewhere; here the file is what lacks it.
  if (failureOf(error) === 'damaged' || failureOf(error) === 'bug') return { kind: 'damaged', problem: `It is damaged: ${messageOf(error)}.` };
  return { kind: 'unreadable', problem: `It cannot be read (${messageOf(error)}).` };
}
