import { expect, test } from 'vitest';
import { shell, type EngineStatus } from '../../shared/api/shell.ts';
import type { Batch } from '../../shared/rpc/contract.ts';
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
