/** How components reach the engine: questions, commands, small live sets, grid feeds and the connection itself. */
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { Api } from '../../shared/api/index.ts';
import type { Hello } from '../../shared/api/system.ts';
import type { Client } from '../../shared/rpc/client.ts';
import { AppError, type Answer, type Arg, type Asked, type Batch, type RowOf, type Watched } from '../../shared/rpc/contract.ts';
import type { Connection, ConnectionStatus } from './connection.ts';
import { liveSet } from './live-set.ts';

export const ConnectionContext = createContext<Connection | null>(null);

type NamesOfKind<Kind> = { [K in Asked<Api>]: Api[K]['kind'] extends Kind ? K : never }[Asked<Api>];
type QueryName = NamesOfKind<'query'>;
type CommandName = NamesOfKind<'command'>;
type LiveName = Watched<Api>;

/** A grid's source of rows: calls `apply` with each batch, and `fail` where the engine refuses. Returns stop. */
export type Feed<Row> = (apply: (batch: Batch<Row>) => void, fail: (error: AppError) => void) => () => void;

function useEngineConnection(): Connection {
  const connection = useContext(ConnectionContext);
  if (!connection) throw new Error('No ConnectionContext above this component.');
  return connection;
}

/** The client of the contract; stable for the life of the page. Prefer the hooks below. */
export function useClient(): Client<Api> {
  return useEngineConnection().client;
}

/** How the connection is. Re-renders at each change. */
export function useConnection(): ConnectionStatus {
  const connection = useEngineConnection();
  return useSyncExternalStore(connection.onStatus, connection.status);
}

/** The engine's introduction, of the last connection; null before the first. */
export function useHello(): Hello | null {
  const status = useConnection();
  return status.status === 'connected' || status.status === 'lost' ? status.hello : null;
}

/** True where commands would be refused: the console was started read-only. */
export function useReadOnly(): boolean {
  return useHello()?.readOnly ?? false;
}

/** `value` keeps the last answer while a newer one is awaited, or fails; `error` is of the last try. */
type QueryResult<Value> = {
  readonly value: Value | undefined;
  readonly error: AppError | null;
  readonly loading: boolean;
  /** Asks again now. */
  again(): void;
};

/**
 * Asks at mount, when `input` changes (compared as JSON) and after each reconnect. `input` null: does not ask.
 * A value belongs to its input: it is undefined again as soon as the input is another.
 */
export function useQuery<K extends QueryName>(name: K, input: Arg<Api, K> | null): QueryResult<Answer<Api, K>> {
  const client = useClient();
  const connection = useConnection();
  const key = JSON.stringify([name, input]);
  const asked = useRef(input);
  asked.current = input;
  const [attempt, setAttempt] = useState(0);
  const [result, setResult] = useState<{ key: string; value: Answer<Api, K> | undefined; error: AppError | null; loading: boolean }>({ key, value: undefined, error: null, loading: input !== null });
  const connectedSince = connection.status === 'connected' ? connection.since : null;

  useEffect(() => {
    const current = asked.current;
    if (current === null || connectedSince === null) return;
    const abort = new AbortController();
    setResult(before => ({ key, value: before.key === key ? before.value : undefined, error: null, loading: true }));
    client.ask(name, current, abort.signal).then(
      value => setResult({ key, value, error: null, loading: false }),
      (reason: unknown) => {
        if (abort.signal.aborted) return; // Nobody waits for it any more.
        setResult(before => ({ key, value: before.key === key ? before.value : undefined, error: asAppError(reason), loading: false }));
      },
    );
    return () => abort.abort();
  }, [client, name, key, connectedSince, attempt]);

  const again = useCallback(() => setAttempt(count => count + 1), []);
  const same = result.key === key;
  return { value: same ? result.value : undefined, error: same ? result.error : null, loading: same ? result.loading : input !== null, again };
}

/** As `useQuery`, and asks again every `everyMs`. */
export function useQueryEvery<K extends QueryName>(name: K, input: Arg<Api, K> | null, everyMs: number): QueryResult<Answer<Api, K>> {
  const result = useQuery(name, input);
  const { again } = result;
  useEffect(() => {
    const timer = window.setInterval(again, everyMs);
    return () => window.clearInterval(timer);
  }, [again, everyMs]);
  return result;
}

/** As `useQuery`, and the last answer stays, with the input that it answers, until the next one is here. `input` null: does not ask. */
export function useKeptQuery<K extends QueryName>(name: K, input: Arg<Api, K> | null): { readonly kept: { readonly input: Arg<Api, K>; readonly value: Answer<Api, K> } | null; readonly error: AppError | null; readonly loading: boolean; again(): void } {
  const { value, error, loading, again } = useQuery(name, input);
  const [kept, setKept] = useState<{ readonly input: Arg<Api, K>; readonly value: Answer<Api, K> } | null>(null);
  if (input !== null && value !== undefined && kept?.value !== value) setKept({ input, value });
  return { kept, error, loading, again };
}

type CommandResult<K extends CommandName> = {
  /** Runs the command. Rejects with an AppError, which is also kept in `error` until the next run. */
  run(input: Arg<Api, K>): Promise<Answer<Api, K>>;
  readonly running: boolean;
  readonly error: AppError | null;
  /** Forgets `error`. */
  forget(): void;
};

/** A command, run by hand. It is not cancelled when the component goes: a command that began is carried out. */
export function useCommand<K extends CommandName>(name: K): CommandResult<K> {
  const client = useClient();
  const [state, setState] = useState<{ running: boolean; error: AppError | null }>({ running: false, error: null });
  const run = useCallback(
    async (input: Arg<Api, K>): Promise<Answer<Api, K>> => {
      setState({ running: true, error: null });
      try {
        const answer = await client.ask(name, input);
        setState({ running: false, error: null });
        return answer;
      } catch (reason) {
        const error = asAppError(reason);
        setState({ running: false, error });
        throw error;
      }
    },
    [client, name],
  );
  const forget = useCallback(() => setState(before => ({ ...before, error: null })), []);
  return { run, ...state, forget };
}

/** `loaded` is false until the first batch: an empty set is only then known to be empty. */
type LiveRows<Row> = { readonly rows: readonly Row[]; readonly loaded: boolean; readonly error: AppError | null };

/** A SMALL live set as an array, re-rendering at each batch. Hundreds of rows at most; grids use `useFeed`. */
export function useLive<K extends LiveName>(name: K, input: Arg<Api, K>): LiveRows<RowOf<Api, K>> {
  const set = useLiveSet(name, input);
  return useSyncExternalStore(set.subscribe, set.all);
}

/** One row of a SMALL live set by id, re-rendering only when that row changes; undefined while it is not there. */
export function useRow<K extends LiveName, const Id extends string>(name: K, input: Arg<Api, K>, id: Id): Extract<RowOf<Api, K>, { id: Id }> | undefined {
  const set = useLiveSet(name, input);
  // Rows are kept under their own id, so the row found under `Id` is the member of the union with that id.
  return useSyncExternalStore(set.subscribe, () => set.get(id)) as Extract<RowOf<Api, K>, { id: Id }> | undefined;
}

/** The rows of one live operation for a DataGrid; they never pass through React. Stable while `input` is the same as JSON. */
export function useFeed<K extends LiveName>(name: K, input: Arg<Api, K>): Feed<RowOf<Api, K>> {
  const client = useClient();
  const key = JSON.stringify(input);
  return useMemo<Feed<RowOf<Api, K>>>(() => {
    // Parsed back from its own JSON two lines above, so that the feed depends on the value and not on the object.
    const same = JSON.parse(key) as Arg<Api, K>;
    return (apply, fail) => client.watch(name, same, apply, fail);
  }, [client, name, key]);
}

function useLiveSet<K extends LiveName>(name: K, input: Arg<Api, K>) {
  const client = useClient();
  const key = JSON.stringify(input);
  return useMemo(() => liveSet(client, name, key), [client, name, key]);
}

/** Whatever was thrown, as an AppError: what is not one is a bug, and says so. */
function asAppError(reason: unknown): AppError {
  return reason instanceof AppError ? reason : new AppError('internal', String(reason));
}
