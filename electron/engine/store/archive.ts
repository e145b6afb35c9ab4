/** A thread of its own for database files that are not the console's own, started when needed and ended with the work. */
import { Worker } from 'node:worker_threads';
import type { ArchiveOperations } from './archive-operations.ts';
import type { FromArchive, ToArchive } from './archive-worker.ts';
import { StoreError } from './thread.ts';

export type { ExportCell, ExportColumn } from './archive-operations.ts';

type Waiting = { readonly done: (value: unknown) => void; readonly fail: (error: Error) => void };

export class Archive {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #ended: Error | null = null;

  constructor() {
    this.#worker = new Worker(new URL(import.meta.url.endsWith('.ts') ? './archive-worker.ts' : './archive-worker.js', import.meta.url));
    this.#worker.on('message', (message: FromArchive) => {
      const caller = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.kind === 'done') caller?.done(message.value);
      else caller?.fail(new StoreError(message.failure, message.message));
    });
    this.#worker.on('error', reason => this.#die(reason instanceof Error ? reason : new Error(String(reason))));
    this.#worker.on('exit', () => this.#die(new Error('the archive thread ended')));
  }

  /** Rejects with StoreError, or when the thread is ended meanwhile. */
  call<K extends keyof ArchiveOperations>(operation: K, ...args: Parameters<ArchiveOperations[K]>): Promise<Awaited<ReturnType<ArchiveOperations[K]>>> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended);
      const id = ++this.#lastId;
      this.#waiting.set(id, { done: value => resolve(value as Awaited<ReturnType<ArchiveOperations[K]>>), fail: reject }); // The worker ran this very operation.
      const message: ToArchive = { id, operation, args };
      this.#worker.postMessage(message);
    });
  }

  /** Ends the thread where it is; what it was reading or writing stays as it is. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #die(reason: Error): void {
    this.#ended ??= reason;
    for (const caller of this.#waiting.values()) caller.fail(reason);
    this.#waiting.clear();
  }
}

/** Ends the thread with the work; `signal` ends it at once. */
export async function withArchive<T>(signal: AbortSignal | null, work: (archive: Archive) => Promise<T>): Promise<T> {
  signal?.throwIfAborted();
  const archive = new Archive();
  const onAbort = (): void => void archive.end();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await work(archive);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await archive.end();
  }
}
