/** Opens one SQLite connection the way this product wants it, and names what can be wrong with the file. */
import Database from 'better-sqlite3';

export type Db = Database.Database;

/** "WARD": tells our files from any other SQLite file. */
export const applicationId = 0x57415244;

/** What is wrong with a file that cannot be used. `damaged`: not SQLite, or its pages contradict each other. `unusable`: the folder or disk refuses. */
export type OpenProblem =
  | { readonly kind: 'damaged'; readonly reason: string }
  | { readonly kind: 'newer'; readonly message: string }
  | { readonly kind: 'in-use'; readonly message: string }
  | { readonly kind: 'unusable'; readonly message: string };

/** A connection that has changed nothing yet, so that a file can be looked at before it is taken. Creates a missing file. Throws what SQLite throws. */
export const connectTo = (file: string): Db => new Database(file);

/** Makes a connection the writer's. From here on the file may change. */
export function configureWriter(db: Db): void {
  // Only heeded while the file is empty: from then on freed pages can be given back in small steps.
  db.pragma('auto_vacuum = INCREMENTAL');
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.pragma('foreign_keys = ON');
  db.pragma('busy_timeout = 2000');
  db.pragma('cache_size = -8192');
  db.pragma('journal_size_limit = 8388608');
  // A checkpoint holds the writer: of the usual thousand pages for some thirty milliseconds, beside what its transaction took.
  db.pragma('wal_autocheckpoint = 400');
}

/** A reader's connection, beside the writer. Throws what SQLite throws. */
export function openForReading(file: string): Db {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  db.pragma('busy_timeout = 2000');
  db.pragma('cache_size = -8192');
  return db;
}

/** Why a write failed, told from SQLite's result code. `bug`: not the disk's doing. */
export type WriteFailure = 'full' | 'read-only' | 'busy' | 'damaged' | 'failing' | 'bug';

export function failureOf(error: unknown): WriteFailure {
  // The one thing that better-sqlite3 looks at itself: whether there is such a folder.
  if (error instanceof TypeError && error.message.endsWith('because the directory does not exist')) return 'failing';
  if (error instanceof Error && 'syscall' in error) return failureOfSystem('code' in error ? String(error.code) : '');
  const code = error instanceof Database.SqliteError ? error.code : '';
  if (code.startsWith('SQLITE_FULL')) return 'full';
  if (code.startsWith('SQLITE_READONLY')) return 'read-only';
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')) return 'damaged';
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return 'busy';
  if (code.startsWith('SQLITE_NOMEM') || code.startsWith('SQLITE_PROTOCOL')) return 'failing';
  if (code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_CANTOPEN')) return 'failing';
  return 'bug';
}

/** The same of what the operating system says. */
export function failureOfSystem(code: string): Exclude<WriteFailure, 'bug'> {
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'full';
  return code === 'EACCES' || code === 'EPERM' || code === 'EROFS' ? 'read-only' : 'failing';
}

/** Null when every page that can be checked quickly agrees with the others; otherwise what does not. */
export function findDamage(db: Db): string | null {
  const rows = db.pragma('quick_check(3)') as readonly { readonly quick_check: string }[]; // The pragma's documented result shape.
  const first = rows[0]?.quick_check;
  return first === 'ok' ? null : (first ?? 'quick_check gave no answer').replaceAll(/\*{3}|\n/g, ' ').trim().slice(0, 200);
}

const statements = new WeakMap<Db, Map<string, Database.Statement>>();

/** A statement of the hot path, compiled once per connection: a compiled one is kilobytes that only a garbage collection frees. */
export function prepared(db: Db, sql: string): Database.Statement {
  const known = statements.get(db) ?? new Map<string, Database.Statement>();
  statements.set(db, known);
  const statement = known.get(sql) ?? db.prepare(sql);
  known.set(sql, statement);
  return statement;
}

type Ends = { readonly committed: (() => void)[]; readonly undone: (() => void)[] };
const ends = new WeakMap<Db, Ends>();

/** Runs one transaction. What memory has to learn of it is told when it is committed, or undone. */
export function inTransaction<T>(db: Db, run: () => T): T {
  const mine: Ends = { committed: [], undone: [] };
  ends.set(db, mine);
  try {
    const value = db.transaction(run).immediate();
    for (const end of mine.committed) end();
    return value;
  } catch (error) {
    for (const end of mine.undone) end();
    throw error;
  } finally {
    ends.delete(db);
  }
}

/** Everything that is read in it is of one moment, whatever is written meanwhile. */
export function inSnapshot<T>(db: Db, read: () => T): T {
  return db.transaction(read).deferred();
}

/** For memory that must agree with the file. Outside of `inTransaction` every statement is committed at once. */
export function onCommit(db: Db, committed: () => void, undone?: () => void): void {
  const mine = ends.get(db);
  if (!mine) return committed();
  mine.committed.push(committed);
  if (undone) mine.undone.push(undone);
}
