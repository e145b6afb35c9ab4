/** One lasting connection to the engine: it survives lost pipes, says how it is, and makes every subscription again. */
import { contractHash, type Api } from '../../shared/api/index.ts';
import type { Hello } from '../../shared/api/system.ts';
import { connect, connectionLost, type Client } from '../../shared/rpc/client.ts';
import type { AppError, Arg, Batch, Pipe, RowOf, Watched } from '../../shared/rpc/contract.ts';

/** Why the engine will not talk to this page; trying again does not help. */
type Refusal = 'token' | 'other-build';

/** `since` is UTC ms: when this status began. After `connected`, `hello` is the engine's own introduction. */
export type ConnectionStatus =
  | { readonly status: 'connecting'; readonly since: number }
  | { readonly status: 'connected'; readonly since: number; readonly hello: Hello }
  | { readonly status: 'lost'; readonly since: number; readonly hello: Hello | null }
  | { readonly status: 'refused'; readonly since: number; readonly reason: Refusal };

/** Brings pipes, one after the other, for as long as it is not stopped: a new one replaces the last, and follows one that was closed from either end. Returns stop. */
export type PipeSource = (events: { opened(pipe: Pipe): void; refused(reason: Refusal): void }) => () => void;

export type Connection = {
  /** Stable for the life of the page. `ask` fails with `connectionLost` while there is no engine; `watch` waits for one and begins again, with a reset batch, at every new one. */
  readonly client: Client<Api>;
  status(): ConnectionStatus;
  onStatus(changed: () => void): () => void;
  stop(): void;
};

type Environment = {
  now(): number;
  /** Resolves at once while the page is visible, else when it becomes so: a hidden page asks for no batches. */
  whenVisible(): Promise<void>;
};

const helloDeadlineMs = 10_000;

type Subscription = { start(client: Client<Api>): () => void; end: (() => void) | null };

/** Opens the lasting connection over whatever pipes `source` brings. */
export function openConnection(source: PipeSource, environment: Environment): Connection {
  let status: ConnectionStatus = { status: 'connecting', since: environment.now() };
  let pipe: Pipe | null = null;
  let current: Client<Api> | null = null;
  const listeners = new Set<() => void>();
  const subscriptions = new Set<Subscription>();

  function become(next: ConnectionStatus): void {
    status = next;
    for (const changed of listeners) changed();
  }

  function dropSubscriptions(): void {
    for (const each of subscriptions) {
      each.end?.();
      each.end = null;
    }
  }

  function lost(which: Pipe): void {
    if (pipe !== which) return; // A pipe that was replaced closes late: no news.
    pipe = null;
    current = null;
    dropSubscriptions();
    if (status.status === 'connected') become({ status: 'lost', since: environment.now(), hello: status.hello });
  }

  async function opened(next: Pipe): Promise<void> {
    const previous = pipe;
    pipe = next;
    current = null;
    dropSubscriptions();
    previous?.close();
    next.onClose(() => lost(next));
    const client = connect<Api>(next);
    let hello: Hello;
    try {
      hello = await client.ask('system.hello', {}, AbortSignal.timeout(helloDeadlineMs));
    } catch {
      // No introduction is a lost pipe: closing it makes the source bring another. Nothing is hidden, the banner stays.
      if (pipe === next) {
        next.close();
        lost(next);
      }
      return;
    }
    if (pipe !== next) return;
    if (hello.contractHash !== contractHash()) return become({ status: 'refused', since: environment.now(), reason: 'other-build' });
    current = client;
    become({ status: 'connected', since: environment.now(), hello });
    for (const each of subscriptions) each.end = each.start(client);
  }

  const stopSource = source({
    opened: next => void opened(next),
    refused: reason => become({ status: 'refused', since: environment.now(), reason }),
  });

  const client: Client<Api> = {
    ask(name, input, signal) {
      if (!current) return Promise.reject(connectionLost());
      return current.ask(name, input, signal);
    },
    watch<K extends Watched<Api>>(name: K, input: Arg<Api, K>, onBatch: (batch: Batch<RowOf<Api, K>>) => void | Promise<void>, onFail: (error: AppError) => void) {
      const subscription: Subscription = {
        end: null,
        start: engine =>
          engine.watch(
            name,
            input,
            async batch => {
              await onBatch(batch);
              await environment.whenVisible();
            },
            error => {
              if (current === engine) onFail(error); // A lost pipe fails every call on it; that is told by the status, and the subscription begins again.
            },
          ),
      };
      subscriptions.add(subscription);
      if (current) subscription.end = subscription.start(current);
      return () => {
        subscriptions.delete(subscription);
        subscription.end?.();
      };
    },
  };

  return {
    client,
    status: () => status,
    onStatus(changed) {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
    stop() {
      stopSource();
      dropSubscriptions();
      subscriptions.clear();
      pipe?.close();
    },
  };
}
