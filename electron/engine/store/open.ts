/** Opens the console's database file, or says in one sentence why it cannot be. */
import Database from 'better-sqlite3';
import { accessSync, constants, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { applicationId, configureWriter, connectTo, failureOf, findDamage, type Db, type OpenProblem } from './connection.ts';
import { migrate, NewerDatabase, refuseNewer } from './migrate.ts';
import { migrations } from './migrations/index.ts';

/** Checking every page of a file this small is not felt; a larger one is checked only after a crash. */
const alwaysCheckBytes = 64 * 1024 * 1024;

/** Left beside a file that reported damage while it was in use: the next start checks it whole. */
export const suspectNote = (file: string): string => `${file}.suspect`;

export type Opened = { readonly kind: 'ok'; readonly db: Db; readonly lock: Db };

/** Takes the data folder for this process, brings the file to the newest schema, and checks it. Never changes a file it refuses. */
export function openDatabase(file: string): Opened | OpenProblem {
  const folder = dirname(file);
  let lock: Db | undefined;
  let db: Db | undefined;
  const refuse = (problem: OpenProblem): OpenProblem => {
    db?.close();
    lock?.close();
    return problem;
  };
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK); // SQLite would only say that it cannot open a file.
    const taken = takeLock(folder);
    if ('kind' in taken) return taken;
    lock = taken;
    const unclean = existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0;
    const sizeBytes = existsSync(file) ? statSync(file).size : 0;
    db = connectTo(file);
    const stranger = whoseFile(db);
    if (stranger) return refuse({ kind: 'unusable', message: `"${file}" is an SQLite file of another program; move it away or choose another folder with --data.` });
    if (sizeBytes > 0 && (unclean || existsSync(suspectNote(file)) || sizeBytes <= alwaysCheckBytes)) {
      const damage = findDamage(db);
      if (damage) return refuse({ kind: 'damaged', reason: damage });
      rmSync(suspectNote(file), { force: true });
    }
    refuseNewer(db, migrations);
    configureWriter(db);
    const writer = db;
    migrate(db, migrations, from => backupBefore(writer, file, from));
    return { kind: 'ok', db, lock };
  } catch (error) {
    return refuse(problemOf(error, file));
  }
}

/** An exclusive lock of an empty SQLite file: the operating system frees it however this process ends. */
function takeLock(folder: string): Db | OpenProblem {
  const lock = new Database(join(folder, 'console.lock'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    const busy = error instanceof Database.SqliteError && error.code === 'SQLITE_BUSY';
    if (!busy) throw error;
    return { kind: 'in-use', message: `Another Ward Console already uses "${folder}"; close it, or choose another folder with --data.` };
  }
}

/** True for a file with content that is not ours. */
function whoseFile(db: Db): boolean {
  const tables = db.prepare("SELECT count(*) FROM sqlite_schema WHERE type = 'table'").pluck().get();
  return tables !== 0 && db.pragma('application_id', { simple: true }) !== applicationId;
}

function backupBefore(db: Db, file: string, fromVersion: number): void {
  const copy = `${file}.before-schema-${fromVersion + 1}`;
  if (!existsSync(copy)) db.exec(`VACUUM INTO '${copy.replaceAll("'", "''")}'`);
}

function problemOf(error: unknown, file: string): OpenProblem {
  if (error instanceof NewerDatabase) {
    return { kind: 'newer', message: `"${file}" was written by a newer Ward Console (${error.message}); install that version, or choose another folder with --data. Nothing was changed.` };
  }
  const reason = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const failure = failureOf(error);
  if (failure === 'damaged') return { kind: 'damaged', reason };
  if (failure === 'full' || code === 'ENOSPC') return { kind: 'unusable', message: `The disk that holds "${file}" is full; free some space and start again. Nothing stored was lost.` };
  if (failure === 'busy') return { kind: 'in-use', message: `Another program holds "${file}"; close it, or choose another folder with --data.` };
  if (failure === 'read-only' || code === 'EROFS' || code === 'EACCES') return { kind: 'unusable', message: `"${file}" cannot be written: the disk or folder is read-only. Make it writable, or choose another folder with --data.` };
  if (failure === 'failing' || code !== '') return { kind: 'unusable', message: `"${file}" cannot be opened (${reason}); check the folder and the disk, or choose another folder with --data.` };
  throw error;
}
