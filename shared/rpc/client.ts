/** The asking end of the contract. */
import { AppError, type Answer, type Arg, type Asked, type Batch, type Contract, type Pipe, type Reply, type Request, type RowOf, type Watched } from './contract.ts';

export type Client<C extends Contract> = {
  /** Settles with the answer, or rejects with an AppError: `cancelled` by the signal, `connectionLost` when the pipe closes. */
  ask<K extends Asked<C>>(name: K, input: Arg<C, K>, signal?: AbortSignal): Promise<Answer<C, K>>;
  /** `onBatch` may return a promise: the next batch is asked for when it settles. Returns stop. `onFail` is called at most once, and ends the subscription. */
  watch<K extends Watched<C>>(name: K, input: Arg<C, K>, onBatch: (batch: Batch<RowOf<C, K>>) => void | Promise<void>, onFail: (error: AppError) => void): () => void;
};

type Waiting = { done(value: unknown): void; fail(error: AppError): void; batch(batch: Batch<unknown>): void };

const nothing = (): void => {};
/** Known by identity: nothing that comes over the pipe can be it. */
const lostMark = { lost: true };

/** There is nobody at the other end, as opposed to an engine that answers it cannot do what it was asked. */
export const connectionLost = (): AppError => new AppError('unavailable', 'The connection to the engine was lost.', lostMark);
export const isConnectionLost = (error: AppError): boolean => error.detail === lostMark;

/** The pipe is the client's alone. After it closes, every call fails with `connectionLost`. */
export function connect<C extends Contract>(pipe: Pipe): Client<C> {
  let lastId = 0;
  let closed = false;
  const waiting = new Map<number, Waiting>();
  const post = (request: Request): void => pipe.post(request);

  pipe.onMessage(raw => {
    const reply = raw as Reply; // Both ends of this format are in this folder, and the far end is the engine.
    const caller = waiting.get(reply.id);
    if (!caller) return; // Answered after cancel: nobody is listening.
    if (reply.t === 'batch') return caller.batch(reply.batch);
    waiting.delete(reply.id);
    if (reply.t === 'done') caller.done(reply.value);
    else caller.fail(new AppError(reply.code, reply.message, reply.detail));
  });
  pipe.onClose(() => {
    closed = true;
    const callers = [...waiting.values()];
    waiting.clear();
    for (const caller of callers) caller.fail(connectionLost());
  });

  return {
    ask(name, input, signal) {
      return new Promise((resolve, reject) => {
        if (closed) return reject(connectionLost());
        if (signal?.aborted) return reject(new AppError('cancelled', `${name} was cancelled.`));
        const id = ++lastId;
        const onAbort = (): void => {
          if (!waiting.delete(id)) return;
          post({ t: 'end', id });
          reject(new AppError('cancelled', `${name} was cancelled.`));
        };
        const settled = <V>(settle: (value: V) => void) => (value: V): void => {
          signal?.removeEventListener('abort', onAbort);
          settle(value);
        };
        // The engine answers with the operation's own output type; it is checked there, in tests and development.
        waiting.set(id, { done: settled(value => resolve(value as never)), fail: settled(reject), batch: nothing });
        signal?.addEventListener('abort', onAbort, { once: true });
        post({ t: 'ask', id, name, input });
      });
    },
    watch(name, input, onBatch, onFail) {
      if (closed) {
        onFail(connectionLost());
        return nothing;
      }
      const id = ++lastId;
      const batch = async (rows: Batch<unknown>): Promise<void> => {
        await onBatch(rows as never); // As above: the row type is the operation's.
        if (waiting.has(id)) post({ t: 'pull', id });
      };
      waiting.set(id, { done: nothing, fail: onFail, batch: rows => void batch(rows) });
      post({ t: 'watch', id, name, input });
      return () => {
        if (waiting.delete(id) && !closed) post({ t: 'end', id });
      };
    },
  };
}
