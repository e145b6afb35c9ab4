/** The only door to the database: one writer thread, one reader thread, typed calls, and an honest account of what could not be written. */
import { renameSync, existsSync, statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { AppError } from '../../../shared/rpc/contract.ts';
import type { OpenProblem, WriteFailure } from './connection.ts';
import type { ArgsOf, Reads, Remembered, TickWrite, Writes } from './operations.ts';
import type { FromWorker, ToWorker, WorkerRole } from './worker.ts';

/** How writing goes. `failure: null`: it works. */
export type StoreHealth = { readonly failure: WriteFailure | null; readonly message: string | null; readonly unwrittenReadings: number; readonly writeP99Ms: number; readonly sizeBytes: number };

export type StoreOptions = {
  readonly file: string;
  /** A thread ended that should not have, or met a bug: the engine cannot go on. */
  readonly onDeath: (reason: Error) => void;
};

type Waiting = { readonly done: (value: unknown) => void; readonly fail: (error: Error) => void };

/** Ticks under way to the writer (30 s of them) after which raw samples are dropped and counted; transitions never are. */
const backlogTicks = 60;
const endedAlertsKept = 500;
const sentences: Record<Exclude<WriteFailure, 'bug'>, string> = {
  full: 'The disk is full: readings are not being stored. Free some space; storing resumes by itself.',
  'read-only': 'The database cannot be written (the disk or folder became read-only): readings are not being stored. Make it writable; storing resumes by itself.',
  damaged: 'The database file reports damage: readings are not being stored. Restart the console; it will offer to set the file aside.',
  failing: 'The disk does not take writes: readings are not being stored. Check the disk; storing resumes by itself.',
};

/** A write that the disk, not the program, refused. */
class WriteRefused extends AppError {
  readonly failure: Exclude<WriteFailure, 'bug'>;
  constructor(failure: Exclude<WriteFailure, 'bug'>) {
    super('unavailable', `Not saved. ${sentences[failure]}`);
    this.failure = failure;
  }
}

/** Opens the file in its own threads. A problem is an answer, not an exception. */
export async function openStore(options: StoreOptions): Promise<{ readonly kind: 'ok'; readonly store: Store } | OpenProblem> {
  const writer = new Thread({ role: 'writer', file: options.file }, options.onDeath);
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
  return `${file}.damaged-${stamp}`;
}

/** Renames the damaged file and its log. Nothing is deleted. */
export function setAside(file: string, name: string): void {
  for (const suffix of ['', '-wal', '-shm']) if (existsSync(file + suffix)) renameSync(file + suffix, name + suffix);
}

export class Store {
  readonly file: string;
  readonly #onDeath: (reason: Error) => void;
  readonly #writer: Thread;
  /** Started at the first question: a console that nobody asks for history is a thread lighter. */
  #reader: Thread | null = null;
  #unwrittenReadings = 0;
  #ticksUnderWay = 0;
  #failure: Exclude<WriteFailure, 'bug'> | null = null;
  /** What a failed tick decided but could not record; goes with the next. */
  #kept: Omit<TickWrite, 'samples'> = { stateChanges: [], alerts: [], snmp: [] };

  constructor(options: StoreOptions, writer: Thread) {
    this.file = options.file;
    this.#onDeath = options.onDeath;
    this.#writer = writer;
  }

  /** Settles when the transaction is committed. Rejects with `unavailable` where the disk refuses. */
  async write<K extends Exclude<keyof Writes, 'tick'>>(operation: K, ...args: ArgsOf<Writes[K]>): Promise<ReturnType<Writes[K]>> {
    const value = await this.#writer.call(operation, args).catch((error: unknown) => {
      throw this.#noted(error);
    });
    return value as ReturnType<Writes[K]>; // The worker ran this very operation.
  }

  async read<K extends keyof Reads>(operation: K, ...args: ArgsOf<Reads[K]>): Promise<ReturnType<Reads[K]>> {
    this.#reader ??= new Thread({ role: 'reader', file: this.file }, this.#onDeath);
    return (await this.#reader.call(operation, args)) as ReturnType<Reads[K]>; // As above.
  }

  async remembered(): Promise<Remembered> {
    return (await this.#writer.call('remembered', [endedAlertsKept])) as Remembered; // As above.
  }

  /** Records a tick in one transaction. Never rejects for the disk's sake: samples that cannot be written are counted, transitions wait for the next tick. */
  async writeTick(tick: TickWrite): Promise<void> {
    const samples = this.#ticksUnderWay < backlogTicks ? tick.samples : noSamples();
    this.#unwrittenReadings += tick.samples.deviceId.length - samples.deviceId.length;
    const whole: TickWrite = {
      samples,
      stateChanges: [...this.#kept.stateChanges, ...tick.stateChanges],
      alerts: [...this.#kept.alerts, ...tick.alerts],
      snmp: [...this.#kept.snmp, ...tick.snmp],
    };
    this.#kept = { stateChanges: [], alerts: [], snmp: [] };
    if (samples.deviceId.length === 0 && whole.stateChanges.length === 0 && whole.alerts.length === 0 && whole.snmp.length === 0) return;
    const readings = samples.deviceId.length;
    this.#ticksUnderWay++;
    try {
      await this.#writer.call('tick', [whole], [samples.deviceId.buffer, samples.at.buffer, samples.outcome.buffer, samples.rttUs.buffer]);
      this.#failure = null;
    } catch (error) {
      const noted = this.#noted(error);
      if (!(noted instanceof WriteRefused)) throw noted;
      this.#unwrittenReadings += readings;
      this.#kept = { stateChanges: [...whole.stateChanges, ...this.#kept.stateChanges], alerts: [...whole.alerts, ...this.#kept.alerts], snmp: latestSnmp([...whole.snmp, ...this.#kept.snmp]) };
    } finally {
      this.#ticksUnderWay--;
    }
  }

  health(): StoreHealth {
    const sizeBytes = ['', '-wal'].reduce((sum, suffix) => sum + (existsSync(this.file + suffix) ? statSync(this.file + suffix).size : 0), 0);
    return { failure: this.#failure, message: this.#failure && sentences[this.#failure], unwrittenReadings: this.#unwrittenReadings, writeP99Ms: this.#writer.p99Ms(), sizeBytes };
  }

  /** Writes what is still under way, folds the log into the file, and ends both threads. */
  async close(): Promise<void> {
    await this.#reader?.close();
    await this.#writer.close();
  }

  #noted(error: unknown): unknown {
    if (!(error instanceof StoreError) || error.failure === 'bug') return error;
    this.#failure = error.failure;
    return new WriteRefused(error.failure);
  }
}

const noSamples = (): TickWrite['samples'] => ({ deviceId: new Int32Array(0), at: new Float64Array(0), outcome: new Uint8Array(0), rttUs: new Int32Array(0) });

const latestSnmp = (entries: TickWrite['snmp']): TickWrite['snmp'] => [...new Map(entries.map(entry => [entry.deviceId, entry])).values()];

class StoreError extends Error {
  readonly failure: WriteFailure;
  constructor(failure: WriteFailure, message: string) {
    super(message);
    this.failure = failure;
  }
}

/** One worker thread and the calls that wait for it. */
class Thread {
  readonly opened: Promise<OpenProblem | null>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #tookMs = new Float64Array(256);
  #calls = 0;
  #lastId = 0;
  #ending = false;

  constructor(role: WorkerRole, onDeath: (reason: Error) => void) {
    this.#worker = new Worker(new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url), { workerData: role, resourceLimits: { maxYoungGenerationSizeMb: 6 } });
    this.opened = new Promise((resolve, reject) => {
      const die = (reason: Error): void => {
        reject(reason);
        for (const caller of this.#waiting.values()) caller.fail(reason);
        this.#waiting.clear();
        if (!this.#ending) onDeath(reason);
      };
      this.#worker.on('message', (message: FromWorker) => {
        if (message.kind !== 'opened') return this.#settle(message);
        // A thread that could not open its file has nothing left to do, and ends by itself.
        this.#ending ||= message.problem !== null;
        resolve(message.problem);
      });
      this.#worker.on('error', die);
      this.#worker.on('exit', code => die(new Error(`the store's ${role.role} thread ended (${code})`)));
    });
    // Whoever opens the store awaits it; this only keeps a later exit from counting as unhandled.
    this.opened.catch(() => {});
  }

  call(operation: string, args: readonly unknown[], transfer: readonly ArrayBufferLike[] = []): Promise<unknown> {
    return new Promise((done, fail) => {
      const id = ++this.#lastId;
      this.#waiting.set(id, { done, fail });
      const message: ToWorker = { id, operation, args };
      this.#worker.postMessage(message, transfer as ArrayBuffer[]); // Each is a plain ArrayBuffer, made in polling.
    });
  }

  /** Of the last 256 calls. */
  p99Ms(): number {
    const known = this.#tookMs.slice(0, Math.min(this.#calls, this.#tookMs.length)).sort();
    return known[Math.floor(known.length * 0.99)] ?? 0;
  }

  /** Ends the thread after what it was asked before. */
  async close(): Promise<void> {
    this.#ending = true;
    await this.call('close', []);
    await this.end();
  }

  async end(): Promise<void> {
    this.#ending = true;
    await this.#worker.terminate();
  }

  #settle(message: Exclude<FromWorker, { kind: 'opened' }>): void {
    const caller = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.kind === 'failed') return caller?.fail(new StoreError(message.failure, message.message));
    this.#tookMs[this.#calls++ % this.#tookMs.length] = message.tookMs;
    caller?.done(message.value);
  }
}
