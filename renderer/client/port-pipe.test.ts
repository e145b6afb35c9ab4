import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { api, contractHash, type Api } from '../../shared/api/index.ts';
import type { Pipe } from '../../shared/rpc/contract.ts';
import { serve, type Handlers } from '../../shared/rpc/server.ts';
import { openConnection } from './connection.ts';
import { portPipe, portSource } from './port-pipe.ts';

const hello = { product: 'Ward Console', version: '1.0.0', contractVersion: 1, contractHash: contractHash(), readOnly: false, startedAt: 1, station: 'desk' };

/** The window's side of preload: what it passes on arrives as a message of the window to itself. */
function pass(kind: string): MessagePort {
  const { port1, port2 } = new MessageChannel();
  window.dispatchEvent(Object.assign(new Event('message'), { data: { ward: kind }, source: window, ports: [port1] }));
  return port2;
}

function answering(port: MessagePort): void {
  // Nobody below asks for another operation.
  serve(portPipe(port), api, { 'system.hello': () => hello } as unknown as Handlers<Api>, { report: String });
}

beforeEach(() => {
  vi.stubGlobal('window', new EventTarget());
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the source of ports', () => {
  test('a page whose port never answers asks for another, and is connected by it', async () => {
    const deadline = new AbortController();
    vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(deadline.signal);
    const connection = openConnection(portSource('engine-port', { askAgain: () => answering(pass('engine-port')) }), { now: () => 7, whenVisible: () => Promise.resolve() });
    const connected = new Promise<void>(resolve => connection.onStatus(() => connection.status().status === 'connected' && resolve()));
    pass('engine-port');
    deadline.abort();
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
    expect(connection.status().status).toBe('connecting');
    vi.advanceTimersByTime(1_000);
    await connected;
    expect(connection.status()).toEqual({ status: 'connected', since: 7, hello });
    connection.stop();
  });

  test('asks once for each port that closed, not for one that was replaced, and not after it is stopped', () => {
    const pipes: Pipe[] = [];
    let asked = 0;
    const stop = portSource('engine-port', { askAgain: () => asked++ })({ opened: pipe => pipes.push(pipe), refused: () => {} });
    const seen: number[] = [];
    const after = (act: () => void): void => {
      act();
      vi.advanceTimersByTime(1_000);
      seen.push(asked);
    };
    pass('engine-port');
    pass('engine-port');
    after(() => pipes[0]?.close());
    after(() => {
      pipes[1]?.close();
      pipes[1]?.close();
    });
    pass('engine-port');
    after(() => {
      pipes[2]?.close();
      pass('engine-port'); // It came by itself: an engine has begun to serve.
    });
    after(() => {
      stop();
      pipes[3]?.close();
    });
    expect(seen).toEqual([0, 1, 1, 1]);
  });

  test('a port of the other kind is left alone', () => {
    const pipes: Pipe[] = [];
    portSource('engine-port')({ opened: pipe => pipes.push(pipe), refused: () => {} });
    pass('shell-port');
    expect(pipes).toEqual([]);
  });
});
