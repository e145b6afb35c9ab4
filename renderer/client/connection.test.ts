import { describe, expect, test } from 'vitest';
import { api, contractHash, type Api } from '../../shared/api/index.ts';
import type { Hello } from '../../shared/api/system.ts';
import type { AppError, Batch, Pipe } from '../../shared/rpc/contract.ts';
import { serve, type Handlers } from '../../shared/rpc/server.ts';
import { openConnection, type Connection, type PipeSource } from './connection.ts';
import { portPipe } from './port-pipe.ts';

const hello: Hello = { product: 'Ward Console', version: '1.0.0', contractVersion: 1, contractHash: contractHash(), readOnly: false, startedAt: 1, station: 'desk' };
const branch = { id: '3b241101-e2bb-4255-8caf-4136c566a962', name: 'North', region: null, total: 1, up: 1, degraded: 0, down: 0, knownDown: 0, noData: 0, paused: 0 };

/** An engine that knows two operations, enough to be connected to. */
function engine(pipe: Pipe, seen: { pulls: number; watches: number }, introduction: Hello = hello): void {
  const handlers = {
    'system.hello': () => introduction,
    'branches.live': () => ({
      attach: (sink: (batch: Batch<unknown>) => void) => {
        seen.watches++;
        sink({ reset: true, upsert: [branch], remove: [] });
        return { pull: () => void seen.pulls++, detach: () => {} };
      },
    }),
  };
  serve(pipe, api, handlers as unknown as Handlers<Api>, { report: bug => String(bug) }); // No test below asks for another operation.
}

type Station = { readonly connection: Connection; connect(introduction?: Hello): Pipe; readonly seen: { pulls: number; watches: number }; show(): void; hide(): void };

function station(): Station {
  let opened: (pipe: Pipe) => void = () => {};
  const source: PipeSource = events => {
    opened = events.opened;
    return () => {};
  };
  let visible = Promise.resolve();
  let show = (): void => {};
  const seen = { pulls: 0, watches: 0 };
  const connection = openConnection(source, { now: () => 7, whenVisible: () => visible });
  return {
    connection,
    seen,
    connect(introduction) {
      const { port1, port2 } = new MessageChannel();
      const far = portPipe(port2);
      engine(far, seen, introduction);
      opened(portPipe(port1));
      return far;
    },
    hide: () => void (visible = new Promise(resolve => (show = resolve))),
    show: () => show(),
  };
}

const becomes = (connection: Connection, status: string): Promise<void> =>
  new Promise(resolve => {
    const check = (): void => {
      if (connection.status().status === status) resolve();
    };
    connection.onStatus(check);
    check();
  });

describe('the lasting connection', () => {
  test('is connected once the engine has introduced itself', async () => {
    const { connection, connect } = station();
    expect(connection.status()).toEqual({ status: 'connecting', since: 7 });
    connect();
    await becomes(connection, 'connected');
    expect(connection.status()).toEqual({ status: 'connected', since: 7, hello });
    connection.stop();
  });

  test('begins every subscription again, with a reset, on the next pipe, and tells nobody of a failure', async () => {
    const { connection, connect, seen } = station();
    const resets: boolean[] = [];
    const failures: AppError[] = [];
    let arrived = (): void => {};
    const batch = (): Promise<void> => new Promise(resolve => (arrived = resolve));
    const first = batch();
    connection.client.watch('branches.live', {}, ({ reset }) => {
      resets.push(reset);
      arrived();
    }, error => failures.push(error));
    const far = connect();
    await first;
    far.close();
    await becomes(connection, 'lost');
    expect(connection.status()).toEqual({ status: 'lost', since: 7, hello });
    const second = batch();
    connect();
    await second;
    expect({ resets, failures, watches: seen.watches, status: connection.status().status }).toEqual({ resets: [true, true], failures: [], watches: 2, status: 'connected' });
    connection.stop();
  });

  test('a pipe that is replaced counts as neither lost nor heard', async () => {
    const { connection, connect } = station();
    connect();
    await becomes(connection, 'connected');
    const seen: string[] = [];
    connection.onStatus(() => seen.push(connection.status().status));
    connect();
    const { promise, resolve } = Promise.withResolvers<void>();
    connection.onStatus(resolve);
    await promise;
    expect(seen).toEqual(['connected']);
    connection.stop();
  });

  test('a hidden page takes the batch that comes but asks for no other', async () => {
    const { connection, connect, seen, hide, show } = station();
    hide();
    const { promise, resolve } = Promise.withResolvers<void>();
    connection.client.watch('branches.live', {}, () => resolve(), () => {});
    connect();
    await promise;
    await connection.client.ask('system.hello', {}); // Whatever was posted before this is answered by now.
    expect(seen.pulls).toBe(0);
    show();
    await connection.client.ask('system.hello', {});
    expect(seen.pulls).toBe(1);
    connection.stop();
  });

  test('an engine of another build is refused', async () => {
    const { connection, connect } = station();
    connect({ ...hello, contractHash: '00000000' });
    await becomes(connection, 'refused');
    expect(connection.status()).toEqual({ status: 'refused', since: 7, reason: 'other-build' });
    connection.stop();
  });

  test('a question without a connection fails at once, with a sentence', async () => {
    const { connection } = station();
    await expect(connection.client.ask('system.hello', {})).rejects.toMatchObject({ code: 'unavailable' });
    connection.stop();
  });
});
