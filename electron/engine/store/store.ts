/** The only door to the database: one writer thread, one reader thread, typed calls, and an honest account of what could not be written. */
import { existsSync, statSync } from 'node:fs';
import { AppError } from '../../../shared/rpc/contract.ts';
import type { OpenProblem, WriteFailure } from './connection.ts';
import type { LogLimits } from './log-guard.ts';
import type { CopyControl } from './copy.ts';
import type { ArgsOf, Peeks, Reads, Remembered, TickWrite, Writes } from './operations.ts';
import { renameDatabase, type Replacement } from './replacement.ts';
import { StoreError, Thread } from './thread.ts';
import { TickQueue, type NewTick } from './tick-queue.ts';

type DiskFailure = Exclude<WriteFailure, 'bug'> | 'gone' | 'held';

/** How writing goes. `failure: null`: it works. */
export type StoreHealth = { readonly failure: DiskFailure | null; readonly message: string | null; readonly unwrittenReadings: number; readonly writeP99Ms: number; readonly sizeBytes: number; /** How long what waits to be written has waited. */ readonly behindMs: number };

export type StoreOptions = {
  readonly file: string;
  /** A thread ended that should not have, or met a bug: the engine cannot go on. */
  readonly onDeath: (reason: unknown) => void;
  readonly logLimits?: LogLimits;
};

/** So many alerts that have ended are remembered, and shown. */
export const endedAlertsKept = 500;
/** A write that takes longer is told as trouble, and a command that waits longer gives up waiting. */
const slowMs = 10_000;
const deadlineMs = 30_000;

const sentences: Record<DiskFailure, string> = {
  full: 'The disk is full: readings are not being stored. Free some space; storing resumes by itself.',
  'read-only': 'The database cannot be written (the disk or folder became read-only): readings are not being stored. Make it writable; storing resumes by itself.',
  busy: 'Another program holds the database: readings are not being stored. Close that program; storing resumes by itself.',
  damaged: 'The database file reports damage: readings are not being stored. Restart the console; it will offer to set the file aside.',
  held: 'Another program has been reading the database for too long, so its log cannot be folded in: readings are not being stored. Close that program; storing resumes by itself.',
  gone: 'The database file was moved or deleted while it was in use: nothing is being stored. Put it back and restart the console.',
  failing: 'The disk does not take writes: readings are not being stored. Check the disk; storing resumes by itself.',
};

/** A write that the disk, not the program, refused. */
class WriteRefused extends AppError {
  constructor(failure: DiskFailure) {
    super('unavailable', `Not saved. ${sentences[failure]}`);
  }
}

/** Opens the file in its own threads. A problem is an answer, not an exception. */
export async function openStore(options: StoreOptions): Promise<{ readonly kind: 'ok'; readonly store: Store } | OpenProblem> {
  const writer = new Thread({ role: 'writer', file: options.file, ...(options.logLimits ? { logLimits: options.logLimits } : {}) }, options.onDeath);
  const problem = await writer.opened;
  if (problem) {
    await writer.end();
    return problem;
  }
  return { kind: 'ok', store: new Store(options, writer) };
}

/** The name a damaged file is kept under: beside it, with the time, never an existing one. */
export function setAsideName(file: string, now: number): string {
  const stamp = new Date(now).toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-');
  const name = `${file}.damaged-${stamp}`;
  for (let copy = 1; ; copy++) {
    const candidate = copy === 1 ? name : `${name}-${copy}`;
    if (!existsSync(candidate)) return candidate;
  }
}

/** Renames the damaged file and its log. Nothing is deleted. */
export function setAside(file: string, name: string): void {
  renameDatabase(file, name);
}

export class Store {
  readonly file: string;
  readonly #onDeath: (reason: unknown) => void;
  readonly #writer: Thread;
  readonly #ticks: TickQueue;
  /** Started at the first question: a console that nobody asks for history is a thread lighter. */
  #reader: Thread | null = null;
  readonly #inode: number;
  #failure: DiskFailure | null = null;
  #heldReadings = 0;
  #closed = false;

  constructor(options: StoreOptions, writer: Thread) {
    this.file = options.file;
    this.#inode = statSync(options.file).ino;
    this.#onDeath = options.onDeath;
    this.#writer = writer;
    this.#ticks = new TickQueue(tick => this.#writeTick(tick), options.onDeath);
  }

  /** Settles when the transaction is committed. Rejects with `unavailable` where the disk refuses, or does not answer in half a minute. */
  async write<K extends Exclude<keyof Writes, 'tick'>>(operation: K, ...args: ArgsOf<Writes[K]>): Promise<ReturnType<Writes[K]>> {
    if (this.#closed) throw closedMeanwhile();
    // Into a file that no longer has a name, a write succeeds and is gone.
    if (this.#isGone()) throw new WriteRefused('gone');
    const value = await withDeadline(this.#writer.call(operation, args), 'The disk does not answer; the change may still be saved. Check the disk.').catch((error: unknown) => {
      throw this.#told(error);
    });
    if (this.#failure !== 'held') this.#failure = null;
    return value as ReturnType<Writes[K]>; // The worker ran this very operation.
  }

  async read<K extends keyof Reads>(operation: K, ...args: ArgsOf<Reads[K]>): Promise<ReturnType<Reads[K]>> {
    if (this.#closed) throw closedMeanwhile();
    const reader = await this.#openedReader().catch((error: unknown) => {
      throw this.#closed ? closedMeanwhile() : error;
    });
    // A thread that has ended would never answer.
    if (this.#closed) throw closedMeanwhile();
    const value = await withDeadline(reader.call(operation, args), 'The disk does not answer; try again, or ask for a shorter time.', () => this.#giveUp(reader)).catch((error: unknown) => {
      throw this.#closed ? closedMeanwhile() : this.#told(error);
    });
    return value as ReturnType<Reads[K]>; // As above.
  }

  /** What is not folded yet, and lives in the writer's memory. */
  async peek<K extends keyof Peeks>(operation: K, ...args: ArgsOf<Peeks[K]>): Promise<ReturnType<Peeks[K]>> {
    if (this.#closed) throw closedMeanwhile();
    const value = await withDeadline(this.#writer.call(operation, args), 'The disk does not answer; try again.').catch((error: unknown) => {
      throw this.#told(error);
    });
    return value as ReturnType<Peeks[K]>; // As above.
  }

  async #openedReader(): Promise<Thread> {
    const reader = (this.#reader ??= new Thread({ role: 'reader', file: this.file }, this.#onDeath));
    const problem = await reader.opened;
    if (!problem) return reader;
    this.#reader = null;
    throw new AppError('unavailable', `History cannot be read: "${this.file}" does not open (${problem.kind === 'damaged' ? problem.reason : problem.message}).`);
  }

  /** A question without end would hold the log for ever: it ends with its thread, and the next question gets another. */
  #giveUp(reader: Thread): void {
    if (this.#reader === reader) this.#reader = null;
    void reader.end();
  }

  async remembered(): Promise<Remembered> {
    return (await this.#writer.call('remembered', [endedAlertsKept])) as Remembered; // As above.
  }

  /** Records a tick, in order and in one transaction. What a refusing disk costs is told by `health`. */
  writeTick(tick: NewTick): void {
    this.#ticks.push(tick);
  }

  /** Resolves when the ticks so far were written, or refused once more. */
  async ticksWritten(): Promise<void> {
    await this.#ticks.drained();
  }

  /** Copies the database as it is, while ticks go on, to a new file. Rejects with StoreError; then nothing of the copy is left. */
  async copyTo(target: string, control: CopyControl): Promise<void> {
    if (this.#closed) throw closedMeanwhile();
    await this.#writer.call('copyTo', [target, control]);
  }

  health(): StoreHealth {
    const sizeBytes = ['', '-wal'].reduce((sum, suffix) => sum + (existsSync(this.file + suffix) ? statSync(this.file + suffix).size : 0), 0);
    const failure = this.#isGone() ? 'gone' : this.#failure ?? (this.#ticks.writingForMs > slowMs ? 'failing' : null);
    return { failure, message: failure && sentences[failure], unwrittenReadings: this.#ticks.unwrittenReadings + this.#heldReadings, writeP99Ms: this.#writer.p99Ms(), sizeBytes, behindMs: this.#ticks.behindMs };
  }

  /**
   * Writes what is still waiting, folds the log into the file, and ends both threads; a question under way is refused. With a replacement another file then takes the
   * place of this one. Answers why it could not, or null.
   */
  async close(replacement?: Replacement): Promise<string | null> {
    await this.ticksWritten();
    this.#closed = true;
    await this.#reader?.end();
    return (await this.#writer.close(replacement ? [replacement] : [])) as string | null; // What the worker says at its end.
  }

  async #writeTick(tick: TickWrite): Promise<boolean> {
    try {
      const unwritten = (await this.#writer.call('tick', [tick], tick.samples.flatMap(columns => [columns.deviceId.buffer, columns.at.buffer, columns.outcome.buffer, columns.rttUs.buffer]))) as number; // The worker ran this very operation.
      this.#heldReadings += unwritten;
      this.#failure = unwritten > 0 ? 'held' : null;
      return true;
    } catch (error) {
      if (this.#told(error) instanceof WriteRefused) return false;
      throw error;
    }
  }

  /** The name of the file leads to another file, or to none. */
  #isGone(): boolean {
    return statSync(this.file, { throwIfNoEntry: false })?.ino !== this.#inode;
  }

  /** What the disk refused, as the sentence for a user; a bug as it is. */
  #told(error: unknown): unknown {
    if (!(error instanceof StoreError) || error.failure === 'bug') return error;
    this.#failure = error.failure;
    return new WriteRefused(error.failure);
  }
}

const closedMeanwhile = (): AppError => new AppError('unavailable', 'The database was closed meanwhile; try again in a moment.');

async function withDeadline<T>(work: Promise<T>, sentence: string, onLate: () => void = () => {}): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      onLate();
      reject(new AppError('unavailable', sentence));
    }, deadlineMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
