/** Small live sets shared by every component that shows them: one subscription each, ended when the last one leaves. */
import type { Api } from '../../shared/api/index.ts';
import type { Client } from '../../shared/rpc/client.ts';
import type { AppError, Arg, RowOf, Watched } from '../../shared/rpc/contract.ts';

type Rows<Row> = { readonly rows: readonly Row[]; readonly loaded: boolean; readonly error: AppError | null };

type LiveSet<Row> = {
  subscribe(changed: () => void): () => void;
  /** The same object until the next batch. */
  all(): Rows<Row>;
  get(id: string): Row | undefined;
};

const setsOfClient = new WeakMap<Client<Api>, Map<string, LiveSet<never>>>();

/** The set of one live operation; `inputJson` is its input as JSON. Asks nothing of the engine before somebody subscribes. */
export function liveSet<K extends Watched<Api>>(client: Client<Api>, name: K, inputJson: string): LiveSet<RowOf<Api, K>> {
  const sets = setsOfClient.get(client) ?? new Map<string, LiveSet<never>>();
  setsOfClient.set(client, sets);
  const key = `${name} ${inputJson}`;
  // A set is only ever stored under the name of its own operation, so its rows are of that operation's type.
  const known = sets.get(key) as LiveSet<RowOf<Api, K>> | undefined;
  if (known) return known;
  const made = makeSet(client, name, JSON.parse(inputJson) as Arg<Api, K>); // The hooks made this JSON from such an input.
  sets.set(key, made as LiveSet<never>); // See `known` above.
  return made;
}

function makeSet<K extends Watched<Api>>(client: Client<Api>, name: K, input: Arg<Api, K>): LiveSet<RowOf<Api, K>> {
  type Row = RowOf<Api, K> & { readonly id: string }; // `live` admits no row schema without an id.
  const rows = new Map<string, Row>();
  const listeners = new Set<() => void>();
  const empty: Rows<Row> = { rows: [], loaded: false, error: null };
  let snapshot = empty;
  let stop: (() => void) | null = null;

  function tell(next: Rows<Row>): void {
    snapshot = next;
    for (const changed of listeners) changed();
  }

  function start(): () => void {
    return client.watch(
      name,
      input,
      batch => {
        if (batch.reset) rows.clear();
        // See `Row`: the compiler loses the id on the way through the generic name.
        for (const row of batch.upsert as readonly Row[]) rows.set(row.id, row);
        for (const id of batch.remove) rows.delete(id);
        tell({ rows: [...rows.values()], loaded: true, error: null });
      },
      error => tell({ ...snapshot, error }),
    );
  }

  return {
    subscribe(changed) {
      listeners.add(changed);
      stop ??= start();
      return () => {
        listeners.delete(changed);
        if (listeners.size > 0) return;
        stop?.();
        stop = null;
        rows.clear();
        snapshot = empty; // Nobody keeps it current from here on: the next one to come starts from nothing, not from old rows.
      };
    },
    all: () => snapshot,
    get: id => rows.get(id),
  };
}
