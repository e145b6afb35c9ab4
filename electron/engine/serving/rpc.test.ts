/** The contract's promises, over both wires. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { connect, type Client } from '../../../shared/rpc/client.ts';
import { AppError, command, live, query, type Batch, type Pipe } from '../../../shared/rpc/contract.ts';
import { serve, type Handlers, type ServeOptions } from '../../../shared/rpc/server.ts';
import { LiveTable } from '../live/live-table.ts';
import { nodePortPipe, socketPipe } from '../pipes.ts';

const contract = {
  'sum.of': query(z.object({ a: z.int(), b: z.int() }), z.int()),
  'sum.never': query(z.object({}), z.int()),
  'sum.bug': query(z.object({}), z.int()),
  'sum.uncloneable': query(z.object({}), z.unknown()),
  'sum.missing': query(z.object({}), z.int()),
  'list.add': command(z.object({ id: z.string() }), z.object({ added: z.string() })),
  'list.live': live(z.object({}), z.object({ id: z.string(), n: z.int() })),
};
type TestContract = typeof contract;
type Row = { id: string; n: number };

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function portPair(): Promise<[Pipe, Pipe]> {
  const { port1, port2 } = new MessageChannel();
  closers.push(() => port1.close());
  return [nodePortPipe(port1), nodePortPipe(port2)];
}

async function socketPair(): Promise<[Pipe, Pipe]> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [[serverSide]] = (await Promise.all([once(server, 'connection'), once(client, 'open')])) as [[WebSocket], unknown];
  closers.push(() => client.terminate(), () => server.close());
  return [socketPipe(serverSide), socketPipe(client)];
}

describe.each([['MessagePort', portPair], ['WebSocket', socketPair]] as const)('over a %s', (_wire, pair) => {
  async function start(options: Partial<ServeOptions> = {}): Promise<{ client: Client<TestContract>; table: LiveTable<Row>; near: Pipe; far: Pipe; signals: AbortSignal[]; bugs: unknown[] }> {
    const [far, near] = await pair();
    const table = new LiveTable<Row>();
    const signals: AbortSignal[] = [];
    const bugs: unknown[] = [];
    const handlers: Handlers<TestContract> = {
      'sum.of': ({ a, b }) => a + b,
      'sum.never': (_input, { signal }) => {
        signals.push(signal);
        return new Promise<number>(() => {});
      },
      'sum.bug': () => { throw new TypeError('secret detail'); },
      'sum.uncloneable': () => (_wire === 'MessagePort' ? () => 1 : { toJSON() { throw new Error('no JSON'); } }),
      'sum.missing': () => { throw new AppError('not-found', 'There is no such sum.'); },
      'list.add': ({ id }) => {
        table.upsert({ id, n: 0 });
        return { added: id };
      },
      'list.live': () => table,
    };
    serve(far, contract, handlers, { report: bug => { bugs.push(bug); return 'cafe'; }, ...options });
    return { client: connect<TestContract>(near), table, near, far, signals, bugs };
  }
  const failure = (promise: Promise<unknown>): Promise<unknown> => promise.then(value => ({ value }), (error: AppError) => ({ code: error.code, message: error.message }));

  test('a question is answered', async () => {
    const { client } = await start();
    expect(await client.ask('sum.of', { a: 2, b: 3 })).toBe(5);
  });

  test('bad input is refused with the field and the reason', async () => {
    const { client } = await start();
    expect(await failure(client.ask('sum.of', { a: 2, b: 'x' as unknown as number }))).toMatchObject({ code: 'invalid-input', message: expect.stringMatching(/^b: /) });
  });

  test('an unknown operation, the wrong verb and a message that is no request are refused', async () => {
    const { client, near } = await start();
    const unknown = client as unknown as Client<{ 'no.such': TestContract['sum.of'] }>;
    expect(await failure(unknown.ask('no.such', { a: 1, b: 1 }))).toEqual({ code: 'invalid-input', message: 'There is no operation "no.such".' });
    expect(await failure((client as unknown as Client<{ 'list.live': TestContract['sum.of'] }>).ask('list.live', { a: 1, b: 1 }))).toMatchObject({ code: 'invalid-input', message: 'list.live is live: watch it.' });
    const reply = new Promise(resolve => near.onMessage(resolve));
    near.post('{"hello": 1');
    expect(await reply).toMatchObject({ t: 'fail', id: 0, code: 'invalid-input' });
  });

  test('an operation named like an object\'s own method is unknown', async () => {
    const { client } = await start();
    const sly = client as unknown as Client<{ constructor: TestContract['sum.of'] }>;
    expect(await failure(sly.ask('constructor', { a: 1, b: 1 }))).toMatchObject({ code: 'invalid-input' });
  });

  test('what the user can act on crosses as it is, a bug only by its incident', async () => {
    const { client, bugs } = await start();
    expect(await failure(client.ask('sum.missing', {}))).toEqual({ code: 'not-found', message: 'There is no such sum.' });
    expect(await failure(client.ask('sum.bug', {}))).toEqual({ code: 'internal', message: 'sum.bug failed inside the console (incident cafe); its log says more.' });
    expect(bugs).toHaveLength(1);
  });

  test('an answer that cannot be sent is still answered', async () => {
    const { client } = await start();
    expect(await failure(client.ask('sum.uncloneable', {}))).toMatchObject({ code: 'internal' });
  });

  test('cancelling rejects the caller and aborts the handler', async () => {
    const { client, signals } = await start();
    const abort = new AbortController();
    const asked = failure(client.ask('sum.never', {}, abort.signal));
    await client.ask('sum.of', { a: 1, b: 1 });
    abort.abort();
    expect(await asked).toMatchObject({ code: 'cancelled' });
    await client.ask('sum.of', { a: 1, b: 1 });
    expect(signals.map(signal => signal.aborted)).toEqual([true]);
  });

  test('a lost connection fails every caller as unavailable and aborts the handlers', async () => {
    const { client, far, signals } = await start();
    const asked = failure(client.ask('sum.never', {}));
    const watched = new Promise<unknown>(resolve => client.watch('list.live', {}, () => {}, resolve));
    await client.ask('sum.of', { a: 1, b: 1 });
    far.close();
    expect(await asked).toMatchObject({ code: 'unavailable' });
    expect(await watched).toMatchObject({ code: 'unavailable' });
    expect(await failure(client.ask('sum.of', { a: 1, b: 1 }))).toMatchObject({ code: 'unavailable' });
    await expect.poll(() => signals[0]?.aborted).toBe(true);
  });

  test('a read-only connection asks and watches, and changes nothing', async () => {
    const { client, table } = await start({ readOnly: true });
    expect(await failure(client.ask('list.add', { id: 'x' }))).toMatchObject({ code: 'forbidden' });
    expect(await client.ask('sum.of', { a: 1, b: 1 })).toBe(2);
    expect([...table.values()]).toEqual([]);
  });

  test('a live operation begins with everything and goes on with what changed', async () => {
    const { client, table } = await start();
    table.upsert({ id: 'a', n: 1 });
    const batches: Batch<Row>[] = [];
    client.watch('list.live', {}, batch => void batches.push(batch), () => {});
    await client.ask('sum.of', { a: 1, b: 1 });
    await client.ask('sum.of', { a: 1, b: 1 });
    table.upsert({ id: 'b', n: 2 });
    table.remove('a');
    table.flush();
    await client.ask('sum.of', { a: 1, b: 1 });
    expect(batches).toEqual([{ reset: true, upsert: [{ id: 'a', n: 1 }], remove: [] }, { reset: false, upsert: [{ id: 'b', n: 2 }], remove: ['a'] }]);
  });

  test('a slow watcher has one batch in flight, and ends with the same rows as a quick one', async () => {
    const { client, table } = await start();
    const seen = new Map<string, number>();
    let batches = 0;
    let release: () => void = () => {};
    client.watch('list.live', {}, batch => {
      batches++;
      for (const row of batch.upsert) seen.set(row.id, row.n);
      return new Promise<void>(resolve => { release = resolve; });
    }, () => {});
    await client.ask('sum.of', { a: 1, b: 1 });
    for (let n = 1; n <= 1_000; n++) {
      table.upsert({ id: `r${n % 10}`, n });
      table.flush();
    }
    await client.ask('sum.of', { a: 1, b: 1 });
    expect(batches).toBe(1);
    release();
    await client.ask('sum.of', { a: 1, b: 1 });
    table.flush();
    await client.ask('sum.of', { a: 1, b: 1 });
    expect(batches).toBe(2);
    expect(seen.get('r0')).toBe(1_000);
  });

  test('with outputs checked, an answer of the wrong shape is a bug', async () => {
    const { client, bugs, table } = await start({ checkOutputs: true });
    table.upsert({ id: 'a', n: 1.5 });
    const failed = await new Promise<AppError>(resolve => client.watch('list.live', {}, () => {}, resolve));
    expect(failed.code).toBe('internal');
    expect(bugs).toHaveLength(1);
  });
});
