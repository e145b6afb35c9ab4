import { expect, test } from 'vitest';
import { shell, type EngineStatus } from '../../shared/api/shell.ts';
import type { Batch, Pipe } from '../../shared/rpc/contract.ts';
import { serve } from '../../shared/rpc/server.ts';
import { portPipe } from './port-pipe.ts';
import { watchEngineProcess } from './shell.ts';

const status = (state: EngineStatus['state'], crashes: number): EngineStatus => ({ id: 'engine', state, crashes, reason: null });

test('an engine that stops running is told once, and an engine that was only starting is not', async () => {
  const { port1, port2 } = new MessageChannel();
  let send: (batch: Batch<EngineStatus>) => void = () => {};
  serve(portPipe(port2), shell, {
    'shell.engine': () => ({
      attach: sink => {
        send = sink;
        sink({ reset: true, upsert: [status('starting', 0)], remove: [] });
        return { pull: () => {}, detach: () => {} };
      },
    }),
    'shell.startEngine': () => ({}),
  }, { report: String });
  const watch = watchEngineProcess(({ opened }) => {
    opened(portPipe(port1));
    return () => {};
  });
  const ended: (EngineStatus | null)[] = [];
  watch.onEnd(() => ended.push(watch.status()));
  const next = (): Promise<void> => new Promise(resolve => {
    const stop = watch.onStatus(() => {
      stop();
      resolve();
    });
  });
  await next();
  for (const each of [status('running', 0), status('restarting', 1), status('starting', 1), status('running', 1)]) {
    send({ reset: false, upsert: [each], remove: [] });
    await next();
  }
  expect(ended).toEqual([status('restarting', 1)]);
  port1.close();
});

test('a pipe that is ended tells its listeners once, whoever says it first', () => {
  const { port1 } = new MessageChannel();
  const pipe = portPipe(port1);
  let told = 0;
  pipe.onClose(() => told++);
  pipe.end();
  pipe.end();
  expect(told).toBe(1);
});

test('a port that main replaces is closed, and is no news of the engine', async () => {
  let opened: (pipe: Pipe) => void = () => {};
  const watch = watchEngineProcess(events => {
    opened = events.opened;
    return () => {};
  });
  const told: (string | null)[] = [];
  const connect = async (): Promise<MessagePort> => {
    const { port1, port2 } = new MessageChannel();
    serve(portPipe(port2), shell, {
      'shell.engine': () => ({
        attach: sink => {
          sink({ reset: true, upsert: [status('running', 0)], remove: [] });
          return { pull: () => {}, detach: () => {} };
        },
      }),
      'shell.startEngine': () => ({}),
    }, { report: String });
    const heard = new Promise<void>(resolve => {
      const stop = watch.onStatus(() => {
        stop();
        resolve();
      });
    });
    opened(portPipe(port1));
    await heard;
    return port2;
  };
  const first = await connect();
  const closed = new Promise(resolve => first.addEventListener('close', resolve));
  watch.onStatus(() => told.push(watch.status()?.state ?? null));
  const second = await connect();
  await closed;
  expect(told).toEqual(['running']);
  second.close();
});
