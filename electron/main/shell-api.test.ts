import { expect, test } from 'vitest';
import type { EngineStatus } from '../../shared/api/shell.ts';
import type { Batch } from '../../shared/rpc/contract.ts';
import { shellHandlers, type SupervisedEngine } from './shell-api.ts';

const status = (state: EngineStatus['state'], crashes = 0): EngineStatus => ({ id: 'engine', state, crashes, reason: null });

/** An engine whose status is set by hand. */
function engine() {
  const listeners = new Set<(status: EngineStatus) => void>();
  let current = status('starting');
  const supervised: SupervisedEngine = {
    get status() {
      return current;
    },
    onStatus(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: () => set(status('starting')),
  };
  const set = (next: EngineStatus): void => {
    current = next;
    for (const listener of listeners) listener(next);
  };
  return { supervised, set, listeners };
}

test('a window learns the present state, then only the newest change each time it pulls', () => {
  const { supervised, set } = engine();
  const batches: Batch<EngineStatus>[] = [];
  const { pull } = shellHandlers(supervised)['shell.engine']({}).attach(batch => batches.push(batch));
  set(status('running'));
  set(status('restarting', 1));
  pull();
  pull();
  set(status('running', 1));
  expect(batches).toEqual([
    { reset: true, upsert: [status('starting')], remove: [] },
    { reset: false, upsert: [status('restarting', 1)], remove: [] },
    { reset: false, upsert: [status('running', 1)], remove: [] },
  ]);
});

test('a window that left is not told any more', () => {
  const { supervised, listeners } = engine();
  shellHandlers(supervised)['shell.engine']({}).attach(() => {}).detach();
  expect(listeners.size).toBe(0);
});
