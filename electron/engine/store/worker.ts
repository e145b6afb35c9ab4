/** Thread entry: owns one connection, runs the operations it is asked for in order, and answers each. */
import { parentPort, workerData } from 'node:worker_threads';
import { failureOf, inSnapshot, inTransaction, openForReading, type Db, type OpenProblem, type WriteFailure } from './connection.ts';
import { writeFileSync } from 'node:fs';
import { copyDatabase, type CopyControl } from './copy.ts';
import { replaceDatabase, type Replacement } from './replacement.ts';
import { openDatabase, suspectNote } from './open.ts';
import { peeks, reads, writes } from './operations.ts';
import { historyOf } from './history/writer.ts';
import { LogGuard, type LogLimits } from './log-guard.ts';
import { messageOf } from '../log.ts';

export type WorkerRole = { readonly role: 'writer' | 'reader'; readonly file: string; /** Of the writer; left out: the usual ones. */ readonly logLimits?: LogLimits };
export type ToWorker = { readonly id: number; readonly operation: string; readonly args: readonly unknown[] };
export type FromWorker =
  | { readonly kind: 'opened'; readonly problem: OpenProblem | null }
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown; readonly tookMs: number }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: WriteFailure; readonly message: string };

const port = parentPort;
if (!port) throw new Error('the store worker must be started as a thread');
const post = (message: FromWorker): void => port.postMessage(message);
const { role, file, logLimits } = workerData as WorkerRole; // Set by store.ts, the only one that starts this file.

const opened = role === 'writer' ? openDatabase(file) : openReader();
if (opened.kind === 'ok') serve(opened.db, opened.lock);
post({ kind: 'opened', problem: opened.kind === 'ok' ? null : opened });

function openReader(): { readonly kind: 'ok'; readonly db: Db; readonly lock: null } | OpenProblem {
  try {
    return { kind: 'ok', db: openForReading(file), lock: null };
  } catch (error) {
    return { kind: 'unusable', message: messageOf(error) };
  }
}

function serve(db: Db, lock: Db | null): void {
  const operations: Readonly<Record<string, (db: Db, ...args: never[]) => unknown>> = role === 'writer' ? { ...writes, ...peeks, ...reads } : reads;
  const guard = role === 'writer' ? new LogGuard(db, file, logLimits) : null;
  port?.on('message', ({ id, operation, args }: ToWorker) => {
    if (operation === 'close') {
      const value = close(db, lock, (args[0] ?? null) as Replacement | null); // Type-checked in store.ts, as is every argument.
      post({ kind: 'done', id, value, tookMs: 0 });
      return port.close();
    }
    // Takes many turns of this thread; what it is asked meanwhile comes between.
    if (operation === 'copyTo') {
      const [target, control] = args as [string, CopyControl]; // As above.
      return void copyDatabase(db, target, control).then(
        () => post({ kind: 'done', id, value: null, tookMs: 0 }),
        (error: unknown) => post({ kind: 'failed', id, failure: failureOf(error), message: messageOf(error) }),
      );
    }
    const began = performance.now();
    try {
      const run = operations[operation];
      if (!run) throw new Error(`no store operation ${operation}`);
      // The arguments were type-checked against this very operation where store.ts was called.
      const call = (): unknown => run(db, ...(args as never[]));
      const value = Object.hasOwn(writes, operation) ? inTransaction(db, call) : inSnapshot(db, call);
      post({ kind: 'done', id, value, tookMs: performance.now() - began });
      guard?.look();
    } catch (error) {
      const failure = failureOf(error);
      if (failure === 'damaged') noteSuspect();
      post({ kind: 'failed', id, failure, message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
}

/** For the next start; a disk that takes not even this says enough by itself. */
function noteSuspect(): void {
  try {
    writeFileSync(suspectNote(file), '');
  } catch (error) {
    process.stderr.write(`${suspectNote(file)}: ${String(error)}\n`);
  }
}

/** Leaves one whole file behind: the write-ahead log is folded in, so that an absent one means a clean end. Why the file could not be replaced, or null. */
function close(db: Db, lock: Db | null, replacement: Replacement | null): string | null {
  try {
    if (role === 'writer') {
      inTransaction(db, () => historyOf(db).putAway(db));
      db.pragma('optimize');
      db.pragma('wal_checkpoint(TRUNCATE)');
    }
  } catch (error) {
    // A full or read-only disk: the log stays beside the file, whole, and the next start folds it in.
    if (failureOf(error) === 'bug') throw error;
  }
  db.close();
  // Before the folder is let go: no other console may find it in between.
  const problem = replacement && replaceDatabase(file, replacement);
  lock?.close();
  return problem;
}
