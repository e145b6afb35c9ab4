/** Opens the console's database file, or says in one sentence why it cannot be. Looks at it read-only first: a file that is refused stays as it was. */
import Database from 'better-sqlite3';
import { accessSync, constants, existsSync, renameSync, rmSync, statfsSync, statSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { applicationId, configureWriter, connectTo, failureOf, findDamage, openForReading, type Db, type OpenProblem } from './connection.ts';
import { removeDatabase } from './copy.ts';
import { migrate, NewerDatabase, refuseNewer, versionOf } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { historyOf } from './history/writer.ts';
import { reads } from './operations.ts';
import { finishReplacement } from './replacement.ts';
import { findLack } from './schema.ts';
import { messageOf } from '../log.ts';

/** Checking every page of a file this small is not felt; a larger one is checked only after a crash. */
const alwaysCheckBytes = 64 * 1024 * 1024;
/** With less free than this, whatever SQLite complains of is a full disk. */
const fullBelowBytes = 512 * 1024;

/** Left beside a file that reported damage while it was in use: the next start checks it whole. */
export const suspectNote = (file: string): string => `${file}.suspect`;

export type Opened = { readonly kind: 'ok'; readonly db: Db; readonly lock: Db };

/** Takes the data folder, which must exist, for this process; looks whether the file may be used; brings it to the newest schema. */
export function openDatabase(file: string): Opened | OpenProblem {
  let lock: Db | undefined;
  let db: Db | undefined;
  const refuse = (problem: OpenProblem): OpenProblem => {
    db?.close();
    lock?.close();
    return problem;
  };
  try {
    accessSync(dirname(file), constants.W_OK); // SQLite would only say that it cannot open a file.
    const taken = takeLock(dirname(file));
    if ('kind' in taken) return taken;
    lock = taken;
    finishReplacement(file);
    const problem = look(file);
    if (problem) return refuse(problem);
    rmSync(suspectNote(file), { force: true });
    db = connectTo(file);
    configureWriter(db);
    const writer = db;
    migrate(db, migrations, from => backupBefore(writer, file, from));
    // What the last run left open is taken up before anything is asked.
    historyOf(db);
    return { kind: 'ok', db, lock };
  } catch (error) {
    return refuse(problemOf(error, file));
  }
}

/** Why the file must not be taken, or null. A read-only connection folds no log into the file and deletes none. */
function look(file: string): OpenProblem | null {
  const walBytes = sizeOf(`${file}-wal`);
  const sizeBytes = sizeOf(file);
  if (sizeBytes === null) return walBytes ? { kind: 'damaged', reason: 'the file is gone, its log is still there' } : null;
  if (sizeBytes === 0) return { kind: 'damaged', reason: 'the file is empty' };
  const db = openForReading(file);
  try {
    const tables = db.prepare("SELECT count(*) FROM sqlite_schema WHERE type = 'table'").pluck().get();
    if (tables !== 0 && db.pragma('application_id', { simple: true }) !== applicationId) {
      return { kind: 'unusable', message: `"${file}" is an SQLite file of another program; move it away or choose another folder with --data.` };
    }
    refuseNewer(db, migrations);
    if (walBytes || sizeBytes <= alwaysCheckBytes || existsSync(suspectNote(file))) {
      const damage = findDamage(db);
      if (damage !== null) return { kind: 'damaged', reason: damage };
    }
    if (versionOf(db) < 1) return { kind: 'damaged', reason: 'it does not say which schema it has' };
    return versionOf(db) === migrations.length ? unreadable(db) : null;
  } finally {
    db.close();
  }
}

/** Sound pages can still lack a table: what the engine needs at its start must be there. */
function unreadable(db: Db): OpenProblem | null {
  try {
    const lack = findLack(db);
    if (lack !== null) return { kind: 'damaged', reason: lack };
    reads.remembered(db, 1);
    return null;
  } catch (error) {
    if (failureOf(error) !== 'bug') throw error;
    return { kind: 'damaged', reason: messageOf(error) };
  }
}

/** An exclusive lock of an empty SQLite file: the operating system frees it however this process ends. */
function takeLock(folder: string): Db | OpenProblem {
  const file = join(folder, 'console.lock');
  try {
    if (sizeOf(file)) truncateSync(file); // Not ours: a lock file has no content.
    const lock = new Database(file, { timeout: 0 });
    try {
      lock.exec('BEGIN EXCLUSIVE');
      return lock;
    } catch (error) {
      lock.close();
      throw error;
    }
  } catch (error) {
    if (failureOf(error) === 'busy') return { kind: 'in-use', message: `Another Ward Console already uses "${folder}"; close it, or choose another folder with --data.` };
    if (failureOf(error) !== 'bug' && freeBytes(file) < fullBelowBytes) throw error;
    return { kind: 'unusable', message: `"${file}" cannot be used (${messageOf(error)}); remove it, or choose another folder with --data.` };
  }
}

const sizeOf = (file: string): number | null => statSync(file, { throwIfNoEntry: false })?.size ?? null;

/** Named when it is whole: one that was cut short must not be taken for the copy by the next start. */
function backupBefore(db: Db, file: string, fromVersion: number): void {
  const copy = `${file}.before-schema-${fromVersion + 1}`;
  const partial = `${copy}.partial`;
  removeDatabase(partial);
  if (existsSync(copy)) return;
  try {
    db.exec(`VACUUM INTO '${partial.replaceAll("'", "''")}'`);
    renameSync(partial, copy);
  } catch (error) {
    removeDatabase(partial);
    throw error;
  }
}

function problemOf(error: unknown, file: string): OpenProblem {
  if (error instanceof NewerDatabase) {
    return { kind: 'newer', message: `"${file}" was written by a newer Ward Console (${error.message}); install that version, or choose another folder with --data. Nothing was changed.` };
  }
  const reason = messageOf(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const failure = failureOf(error);
  if (failure === 'damaged') return { kind: 'damaged', reason };
  if (failure === 'full' || code === 'ENOSPC' || (failure === 'failing' && freeBytes(file) < fullBelowBytes)) return { kind: 'unusable', message: `The disk that holds "${file}" is full; free some space and start again. Nothing stored was lost.` };
  if (failure === 'busy') return { kind: 'in-use', message: `Another program holds "${file}"; close it, or choose another folder with --data.` };
  if (failure === 'read-only' || code === 'EROFS' || code === 'EACCES') return { kind: 'unusable', message: `"${file}" cannot be written: the disk or folder is read-only. Make it writable, or choose another folder with --data.` };
  // SQLite refuses what every sound file allows: a table is missing that a migration needs, say.
  if (failure === 'bug' && error instanceof Database.SqliteError) return { kind: 'damaged', reason };
  if (failure === 'failing' || code !== '') return { kind: 'unusable', message: `"${file}" cannot be opened (${reason}); check the folder and the disk, or choose another folder with --data.` };
  throw error;
}

function freeBytes(file: string): number {
  const { bavail, bsize } = statfsSync(dirname(file));
  return bavail * bsize;
}
