/** What stands behind a dead device is told as unreachable, not as down; parents are judged first. */
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { script, type Script } from './poller-for-tests.ts';

let at: Script;
beforeEach(() => {
  at = script();
});
const silence = (...ids: readonly number[]): void => {
  for (const id of ids) at.world.silent.add(`192.0.2.${id}`);
};
const answer = (...ids: readonly number[]): void => {
  for (const id of ids) at.world.silent.delete(`192.0.2.${id}`);
};

describe('a branch behind its marked router', () => {
  beforeEach(async () => {
    at.set(1, '192.0.2.1', { branch: 'Kvareli', branchRouter: true });
    for (const id of [2, 3]) at.set(id, `192.0.2.${id}`, { branch: 'Kvareli' });
    at.set(4, '192.0.2.4', { branch: 'Kvareli', parentIds: [3] });
    at.set(9, '192.0.2.9', { branch: 'Telavi' });
    await at.clock.advance(60_000);
    at.ticks.length = 0;
  });

  test('is unreachable behind it, whoever was asked first; only the router is down', async () => {
    silence(1, 2, 3, 4);
    await at.clock.advance(15_000);
    expect(at.changes().toSorted()).toEqual(['1 down', '2 unreachable', '3 unreachable', '4 unreachable']);
    expect([2, 3, 4].map(id => at.poller.reading(id)?.behindId)).toEqual([1, 1, 1]);
    expect(at.poller.reading(2)).toMatchObject({ downSince: null, since: expect.any(Number) });
  });

  test('is up with its router, without ever having been down', async () => {
    silence(1, 2, 3, 4);
    await at.clock.advance(60_000);
    answer(1, 2, 3, 4);
    await at.clock.advance(20_000);
    expect(at.changes().filter(change => change.endsWith(' down'))).toEqual(['1 down']);
    expect(at.changes().slice(4).toSorted()).toEqual(['1 up', '2 up', '3 up', '4 up']);
    expect([2, 3, 4].map(id => at.poller.reading(id)?.behindId)).toEqual([null, null, null]);
  });

  test('what stays silent when the router is back is down after a while, since after it, and what stands behind that is behind that', async () => {
    silence(1, 2, 3, 4);
    await at.clock.advance(60_000);
    answer(1, 2);
    const backAt = at.clock.now();
    await at.clock.advance(40_000);
    expect(at.states()).toMatchObject({ 1: 'up', 2: 'up', 3: 'down', 4: 'unreachable' });
    expect(at.poller.reading(4)?.behindId).toBe(3);
    expect((at.poller.reading(3)?.downSince ?? 0) > backAt).toBe(true);
    expect(at.changes().filter(change => change === '4 down')).toEqual([]);
  });

  test('a device that was down before its router stays down, since then', async () => {
    silence(2);
    await at.clock.advance(15_000);
    const downSince = at.poller.reading(2)?.downSince;
    silence(1, 3, 4);
    await at.clock.advance(30_000);
    expect(at.poller.reading(2)).toMatchObject({ state: 'down', downSince });
  });

  test('a device that fails alone is down in time, though its parents are asked first', async () => {
    silence(4);
    await at.clock.advance(9_500);
    expect(at.changes()).toEqual(['4 down']);
  });

  test('it is measured all the while', async () => {
    silence(1, 2, 3, 4);
    await at.clock.advance(20_000);
    at.ticks.length = 0;
    await at.clock.advance(60_000);
    expect(at.ticks.flatMap(tick => [...tick.samples.deviceId]).filter(id => id === 2)).toHaveLength(12);
  });

  test.each(['removed', 'paused'])('when the router is %s, the branch is judged by itself', async () => {
    silence(1, 2, 3, 4);
    await at.clock.advance(20_000);
    at.poller.remove(1);
    at.dependencies.remove(1);
    await at.clock.advance(30_000);
    expect(at.states()).toMatchObject({ 2: 'down', 3: 'down', 4: 'unreachable' });
  });

  test('a router that fails while its branch is already silent is not asked for ever', async () => {
    silence(2, 3, 4);
    await at.clock.advance(5_000);
    silence(1);
    await at.clock.advance(20_000);
    expect(Object.entries(at.states()).filter(([, state]) => state !== 'up').length).toBe(4);
  });
});

describe('several parents', () => {
  const twoParents = async (parentsNeeded: 'any' | 'all'): Promise<void> => {
    for (const id of [1, 2]) at.set(id, `192.0.2.${id}`);
    at.set(3, '192.0.2.3', { parentIds: [1, 2], parentsNeeded });
    at.set(9, '192.0.2.9');
    await at.clock.advance(60_000);
    at.ticks.length = 0;
  };

  test('one that answers is enough: then the device is down itself', async () => {
    await twoParents('any');
    silence(1, 3);
    await at.clock.advance(15_000);
    expect(at.states()).toMatchObject({ 1: 'down', 2: 'up', 3: 'down' });
  });

  test('where all are needed, one that is dead cuts it off', async () => {
    await twoParents('all');
    silence(1, 3);
    await at.clock.advance(15_000);
    expect(at.states()).toMatchObject({ 1: 'down', 2: 'up', 3: 'unreachable' });
    expect(at.poller.reading(3)?.behindId).toBe(1);
  });
});

test('after a restart, what was unreachable is judged anew, parents first', async () => {
  const remembered = { since: 5, lastCheckAt: 5, rttUs: 1 };
  at.set(1, '192.0.2.1', { remembered: { ...remembered, state: 'down', downSince: 5 } });
  at.set(2, '192.0.2.2', { parentIds: [1], remembered: { ...remembered, state: 'unreachable', downSince: null } });
  at.set(9, '192.0.2.9');
  silence(1, 2);
  await at.clock.advance(20_000);
  expect(at.poller.reading(1)).toMatchObject({ state: 'down', downSince: 5 });
  expect(at.poller.reading(2)).toMatchObject({ state: 'unreachable', behindId: 1 });
  expect(at.changes().filter(change => change === '2 down')).toEqual([]);
});

/** Sets of ids that fall silent together, one after the other. */
const outages = fc.array(fc.record({ ids: fc.uniqueArray(fc.integer({ min: 1, max: 7 })), forMs: fc.integer({ min: 500, max: 60_000 }) }), { minLength: 1, maxLength: 5 });
/** id -> parent: a tree of seven. */
const tree: Readonly<Record<number, readonly number[]>> = { 1: [], 2: [1], 3: [1], 4: [2], 5: [2], 6: [3], 7: [3] };

test('no device is told as down while what it stands behind is, and the order of the ids decides nothing', async () => {
  await fc.assert(fc.asyncProperty(outages, fc.boolean(), async (steps, reversed) => {
    const run = script();
    // In the one order parents have the lower ids and turns of their own, in the other the higher.
    const idOf = (n: number): number => (reversed ? 100 - n : n);
    for (const n of [1, 2, 3, 4, 5, 6, 7]) run.set(idOf(n), `192.0.2.${n}`, { parentIds: (tree[n] ?? []).map(idOf) });
    run.set(200, '192.0.2.200');
    await run.clock.advance(30_000);
    const dead = new Map<number, string>();
    let seen = run.ticks.length;
    const check = (): void => {
      for (const tick of run.ticks.slice(seen)) {
        for (const { deviceId, state } of tick.changes) {
          const parents = (tree[reversed ? 100 - deviceId : deviceId] ?? []).map(idOf);
          if (state === 'down' && parents.some(parent => dead.get(parent) === 'down' || dead.get(parent) === 'unreachable')) throw new Error(`${deviceId} is told as down behind a dead parent`);
          dead.set(deviceId, state);
        }
      }
      seen = run.ticks.length;
    };
    for (const { ids, forMs } of steps) {
      // What stands behind a silent device cannot be heard.
      const cut = (n: number): boolean => ids.includes(n) || (tree[n] ?? []).some(cut);
      run.world.silent = new Set([1, 2, 3, 4, 5, 6, 7].filter(cut).map(n => `192.0.2.${n}`));
      await run.clock.advance(forMs);
      check();
    }
    run.world.silent.clear();
    await run.clock.advance(60_000);
    return [1, 2, 3, 4, 5, 6, 7].every(n => ['up', 'degraded'].includes(run.poller.reading(idOf(n))?.state ?? ''));
  }), { numRuns: 60 });
}, 60_000);

test('in whatever order the answers of a round arrive, the same is told of every device', async () => {
  await fc.assert(fc.asyncProperty(outages, fc.array(fc.integer({ min: 1, max: 45 }), { minLength: 7, maxLength: 29 }), async (steps, delaysMs) => {
    const told = async (delayOf: (nth: number) => number): Promise<string> => {
      const run = script();
      let nth = 0;
      run.world.delayMs = () => delayOf(nth++);
      for (const n of [1, 2, 3, 4, 5, 6, 7]) run.set(n, `192.0.2.${n}`, { parentIds: tree[n] ?? [] });
      run.set(200, '192.0.2.200');
      await run.clock.advance(30_000);
      for (const { ids, forMs } of steps) {
        run.world.silent = new Set(ids.map(n => `192.0.2.${n}`));
        await run.clock.advance(Math.max(forMs, 20_000));
      }
      const perDevice = new Map<number, string[]>();
      for (const change of run.ticks.flatMap(tick => tick.changes)) perDevice.set(change.deviceId, [...(perDevice.get(change.deviceId) ?? []), change.state.replace('degraded', 'up')]);
      return [...perDevice].sort(([a], [b]) => a - b).map(([id, states]) => `${id}: ${states.join(' ')}`).join('; ');
    };
    const together = await told(() => 5);
    const scattered = await told(nth => delaysMs[nth % delaysMs.length] ?? 5);
    if (together !== scattered) throw new Error(`${together} / ${scattered}`);
  }), { numRuns: 40 });
}, 60_000);
