/** One worker thread of the store, and the calls that wait for it. */
import { Worker } from 'node:worker_threads';
import type { OpenProblem, WriteFailure } from './connection.ts';
import type { FromWorker, ToWorker, WorkerRole } from './worker.ts';

type Waiting = { readonly done: (value: unknown) => void; readonly fail: (error: Error) => void };

/** An operation failed inside SQLite. */
export class StoreError extends Error {
  readonly failure: WriteFailure;
  constructor(failure: WriteFailure, message: string) {
    super(message);
    this.failure = failure;
  }
}

export class Thread {
  readonly opened: Promise<OpenProblem | null>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #tookMs = new Float64Array(256);
  #calls = 0;
  #lastId = 0;
  #ending = false;

  /** `onDeath`: the thread ended though nobody ended it. */
  constructor(role: WorkerRole, onDeath: (reason: Error) => void) {
    // A small young generation: the thread's garbage is short-lived, and a large one is only memory.
    const options = { workerData: role, resourceLimits: { maxYoungGenerationSizeMb: 6 } };
    this.#worker = new Worker(new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url), options);
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

  /** Runs one operation after those called before. Rejects with StoreError. */
  call(operation: string, args: readonly unknown[], transfer: readonly ArrayBufferLike[] = []): Promise<unknown> {
    return new Promise((done, fail) => {
      const id = ++this.#lastId;
      this.#waiting.set(id, { done, fail });
      const message: ToWorker = { id, operation, args };
      this.#worker.postMessage(message, transfer as ArrayBuffer[]); // Each is a plain ArrayBuffer, made in polling.
    });
  }

  /** How long the slowest hundredth of the last 256 calls took. */
  p99Ms(): number {
    const known = this.#tookMs.slice(0, Math.min(this.#calls, this.#tookMs.length)).sort();
    return known[Math.floor(known.length * 0.99)] ?? 0;
  }

  /** Ends the thread after what it was asked before. Answers with what it says at its end. */
  async close(args: readonly unknown[] = []): Promise<unknown> {
    this.#ending = true;
    const said = await this.call('close', args);
    await this.end();
    return said;
  }

  /** Ends the thread where it is. */
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
