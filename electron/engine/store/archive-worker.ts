/** Thread entry: works on database files that are not the console's own, so that neither of the store's threads waits for them. */
import { parentPort } from 'node:worker_threads';
import { failureOf, type WriteFailure } from './connection.ts';
import { archiveOperations } from './archive-operations.ts';

export type ToArchive = { readonly id: number; readonly operation: string; readonly args: readonly unknown[] };
export type FromArchive =
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: WriteFailure; readonly message: string };

const port = parentPort;
if (!port) throw new Error('the archive worker must be started as a thread');
const post = (message: FromArchive): void => port.postMessage(message);
const operations: Readonly<Record<string, (...args: never[]) => unknown>> = archiveOperations;

port.on('message', ({ id, operation, args }: ToArchive) => {
  void (async () => {
    try {
      const run = operations[operation];
      if (!run) throw new Error(`no archive operation ${operation}`);
      post({ kind: 'done', id, value: await run(...(args as never[])) }); // Type-checked against this very operation in archive.ts.
    } catch (error) {
      const failure = failureOf(error);
      post({ kind: 'failed', id, failure, message: error instanceof Error ? (failure === 'bug' ? (error.stack ?? error.message) : error.message) : String(error) });
    }
  })();
});
