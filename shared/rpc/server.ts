/** The answering end of the contract: parses what arrives, calls the handler, and always answers. */
import { AppError, type Answer, type Asked, type Batch, type Contract, type Parsed, type Pipe, type Reply, type Request, type RowOf, type Watched } from './contract.ts';

/** Where a live operation gets its rows. `pull` means: the last batch was applied, the next may come. */
export type Source<R> = { attach(sink: (batch: Batch<R>) => void): { pull(): void; detach(): void } };

export type Handlers<C extends Contract> =
  & { readonly [K in Asked<C>]: (input: Parsed<C, K>, call: { readonly signal: AbortSignal }) => Answer<C, K> | Promise<Answer<C, K>> }
  & { readonly [K in Watched<C>]: (input: Parsed<C, K>) => Source<RowOf<C, K>> };

export type ServeOptions = {
  /** Refuses every command with `forbidden`. */
  readonly readOnly?: boolean;
  /** Told of each bug a handler throws; returns the incident id that crosses the wire instead. */
  readonly report: (bug: unknown, name: string) => string;
  /** Through which each command runs: serialises and audits. Given none, a command runs at once. */
  readonly gate?: (name: string, input: unknown, run: () => Promise<unknown>) => Promise<unknown>;
  /** Parses every answer and row against its schema, for tests and development; a mismatch is a bug. */
  readonly checkOutputs?: boolean;
};

/** A page has some ten open; each watched operation costs a copy of its rows. */
const mostOpen = 200;

type Open = { readonly pull?: () => void; readonly end: () => void };

/** Serves one pipe until it closes. Handlers may throw AppError for what the caller can act on. */
export function serve<C extends Contract>(pipe: Pipe, contract: C, handlers: Handlers<C>, options: ServeOptions): void {
  const open = new Map<number, Open>();
  const post = (reply: Reply): void => pipe.post(reply);

  function fail(id: number, name: string, error: unknown): void {
    if (error instanceof AppError) {
      const { code, message, detail } = error;
      return post({ t: 'fail', id, code, message, ...(detail === undefined ? {} : { detail }) });
    }
    const incident = options.report(error, name);
    post({ t: 'fail', id, code: 'internal', message: `${name} failed inside the console (incident ${incident}); its log says more.` });
  }

  async function ask(id: number, name: string, input: unknown, isCommand: boolean): Promise<void> {
    // The contract was checked against the handlers where they were given to us; here the name is only known at run time.
    const handler = handlers[name as keyof typeof handlers] as unknown as (input: unknown, call: { signal: AbortSignal }) => unknown;
    const abort = new AbortController();
    open.set(id, { end: () => abort.abort() });
    try {
      const run = async (): Promise<unknown> => {
        // Cancelled while it waited for its turn.
        if (abort.signal.aborted) throw new AppError('cancelled', `${name} was cancelled.`);
        return handler(input, { signal: abort.signal });
      };
      const value = await (isCommand && options.gate ? options.gate(name, input, run) : run());
      if (!open.has(id)) return;
      post({ t: 'done', id, value: checked(name, value) });
      open.delete(id);
    } catch (error) {
      // A value that cannot be cloned ends here too: whoever asked must be answered.
      if (open.delete(id)) fail(id, name, error);
    }
  }

  function watch(id: number, name: string, input: unknown): void {
    // As in `ask`: a live name has a handler that returns a Source.
    const handler = handlers[name as keyof typeof handlers] as unknown as (input: unknown) => Source<unknown>;
    try {
      let failed = false; // The first batch comes while attaching, before there is anything to end.
      const subscription = handler(input).attach(batch => {
        try {
          if (options.checkOutputs) for (const row of batch.upsert) checked(name, row);
          post({ t: 'batch', id, batch });
        } catch (error) {
          failed = true;
          end(id);
          fail(id, name, error);
        }
      });
      if (failed) subscription.detach();
      else open.set(id, { pull: subscription.pull, end: subscription.detach });
    } catch (error) {
      fail(id, name, error);
    }
  }

  function end(id: number): void {
    open.get(id)?.end();
    open.delete(id);
  }

  function checked(name: string, value: unknown): unknown {
    const op = options.checkOutputs ? contract[name] : undefined;
    return op ? (op.kind === 'live' ? op.row : op.output).parse(value) : value;
  }

  pipe.onMessage(raw => {
    const request = asRequest(raw);
    if (!request) return post({ t: 'fail', id: 0, code: 'invalid-input', message: 'That message is not a request of this contract; see docs/contract.md.' });
    if (request.t === 'pull') return open.get(request.id)?.pull?.();
    if (request.t === 'end') return end(request.id);

    const { t, id, name } = request;
    if (open.size >= mostOpen) return fail(id, name, new AppError('unavailable', `More than ${mostOpen} requests are open on this connection; wait for answers, or end what is watched.`));
    if (open.has(id)) return fail(id, name, new AppError('invalid-input', `Request ${id} is still open; use another id.`));
    const op = Object.hasOwn(contract, name) ? contract[name] : undefined;
    if (!op) return fail(id, name, new AppError('invalid-input', `There is no operation "${name.slice(0, 80)}".`));
    if ((op.kind === 'live') !== (t === 'watch')) return fail(id, name, new AppError('invalid-input', op.kind === 'live' ? `${name} is live: watch it.` : `${name} is a ${op.kind}: ask it.`));
    if (op.kind === 'command' && options.readOnly) return fail(id, name, new AppError('forbidden', 'This console was opened read-only: nothing can be changed here.'));
    const parsed = parse(op.input, request.input);
    if (!parsed) return fail(id, name, new AppError('invalid-input', 'That input is nested too deep.'));
    if (!parsed.success) return fail(id, name, new AppError('invalid-input', sentence(parsed.error.issues), parsed.error.issues));
    if (t === 'watch') watch(id, name, parsed.data);
    else void ask(id, name, parsed.data, op.kind === 'command');
  });
  pipe.onClose(() => {
    for (const each of open.values()) each.end();
    open.clear();
  });
}

function asRequest(raw: unknown): Request | null {
  if (typeof raw !== 'object' || raw === null) return null;
  const { t, id, name, input } = raw as Readonly<Record<string, unknown>>; // Any object may be indexed by name; each field is checked below.
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) return null;
  if (t === 'pull' || t === 'end') return { t, id };
  if ((t === 'ask' || t === 'watch') && typeof name === 'string') return { t, id, name, input };
  return null;
}

/** Null: it is nested deeper than the stack lets anybody look. */
function parse<S extends { safeParse(input: unknown): unknown }>(schema: S, input: unknown): ReturnType<S['safeParse']> | null {
  try {
    return schema.safeParse(input) as ReturnType<S['safeParse']>; // What it answers.
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The first problem as a sentence, with the field it is about. */
function sentence(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string {
  const first = issues[0];
  if (!first) return 'The input does not fit.';
  const where = first.path.map(String).join('.');
  // A schema's own message is a whole sentence already.
  return where === '' || first.message.endsWith('.') ? first.message : `${where}: ${first.message}`;
}
