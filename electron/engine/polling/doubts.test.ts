/** Cases in which an outage was once kept silent, or a blind console believed what it did not see. */
import { describe, expect, test } from 'vitest';
import { fiveBranches, office, script, without, type Script } from './poller-for-tests.ts';

const branch = (at: Script, name: string, ids: readonly number[], more: object = {}): void => {
  for (const id of ids) at.set(id, `192.0.2.${id}`, { branch: name, ...more });
};
const gatewayOnly = (address: string): boolean => address === '198.51.100.1';
const downs = (at: Script): string[] => at.changes().filter(change => change.endsWith(' down'));

describe('a console that starts while it cannot see', () => {
  test('believes no outage of several sites before anything has answered', async () => {
    const at = script();
    at.world.cut = true;
    const ids = fiveBranches(at);
    await at.clock.advance(60_000);
    expect([downs(at), at.poller.blindness()?.devices]).toEqual([[], ids.length]);
    at.world.cut = false;
    at.world.silent.add('192.0.2.11');
    await at.clock.advance(20_000);
    expect(downs(at)).toEqual(['11 down']);
  });

  test('nor of devices that were paused and resumed meanwhile, when it knows their gateway', async () => {
    const at = script();
    branch(at, 'Kvareli', [1, 2, 3]);
    await at.clock.advance(60_000);
    at.world.cut = true;
    await at.clock.advance(30_000);
    for (const id of [1, 2, 3]) at.poller.remove(id);
    await at.clock.advance(10_000);
    branch(at, 'Kvareli', [1, 2, 3]);
    await at.clock.advance(30_000);
    expect(downs(at)).toEqual([]);
  });
});

test('a branch of two hundred devices that fails at default limits is down within 10 s', async () => {
  const at = script();
  at.poller.configure({ limits: { perS: 3_000, perBranchPerS: 50 }, recoveryReplies: 2 });
  for (let n = 0; n < 200; n++) at.set(1_000 + n, `192.0.3.${n}`, { branch: 'Large', intervalMs: 10_000 });
  for (let n = 0; n < 50; n++) at.set(2_000 + n, `192.0.4.${n}`, { branch: `Branch ${n % 10}` });
  await at.clock.advance(60_000);
  at.world.answers = address => !address.startsWith('192.0.3.');
  await at.clock.advance(10_000);
  expect(downs(at)).toHaveLength(200);
});

test('an interface that comes back while its only branch is gone leaves nobody blind for ever', async () => {
  const at = script();
  branch(at, 'Kvareli', [1, 2]);
  await at.clock.advance(60_000);
  at.world.view = without(office, 'eth0');
  at.world.cut = true;
  await at.clock.advance(30_000);
  at.world.view = office;
  at.world.cut = false;
  at.world.answers = gatewayOnly;
  await at.clock.advance(30_000);
  expect([downs(at).toSorted(), at.poller.blindness()]).toEqual([['1 down', '2 down'], null]);
});

test('a gateway that does not answer pings any more does not hide the only branch behind it', async () => {
  const at = script();
  branch(at, 'Kvareli', [1, 2]);
  await at.clock.advance(60_000);
  at.world.silent.add('198.51.100.1');
  await at.clock.advance(600_000);
  at.world.cut = true;
  await at.clock.advance(15_000);
  expect(downs(at).toSorted()).toEqual(['1 down', '2 down']);
});

test('what was under way when everything was cut is not down for the answers that came just before', async () => {
  const at = script();
  for (let n = 0; n < 600; n++) at.set(1_000 + n, `192.0.${n % 6}.${n % 250}`, { branch: `Branch ${n % 6}` });
  // Half of them take 400 ms to answer.
  let nth = 0;
  at.world.delayMs = () => (nth++ % 2 === 0 ? 400 : 5);
  await at.clock.advance(60_000);
  at.world.cut = true;
  await at.clock.advance(60_000);
  expect([downs(at), at.poller.blindness()?.devices]).toEqual([[], 600]);
});

test('sites that fail one after another are outages, the last like the first', async () => {
  const at = script();
  [1, 2, 3].forEach(id => branch(at, `Branch ${id}`, [id]));
  await at.clock.advance(60_000);
  for (const id of [1, 2, 3]) {
    at.world.silent.add(`192.0.2.${id}`);
    await at.clock.advance(100_000);
  }
  expect([downs(at), at.poller.blindness()]).toEqual([['1 down', '2 down', '3 down'], null]);
});

describe('behind a parent', () => {
  test('that was down and is asked seldom, a child that fails alone is down in time', async () => {
    const at = script();
    at.set(1, '192.0.2.1', { branch: 'Kvareli', branchRouter: true, intervalMs: 3_600_000 });
    branch(at, 'Kvareli', [2]);
    branch(at, 'Telavi', [9]);
    at.poller.checkNow(1);
    await at.clock.advance(60_000);
    at.world.silent = new Set(['192.0.2.1', '192.0.2.2']);
    await at.clock.advance(60_000);
    expect(at.states()).toMatchObject({ 1: 'down', 2: 'unreachable' });
    at.world.silent.clear();
    await at.clock.advance(30_000);
    at.world.silent.add('192.0.2.2');
    await at.clock.advance(12_000);
    expect(at.states()).toMatchObject({ 1: 'up', 2: 'down' });
  });

  test('that is back, a child that is asked seldom and stays silent is down soon', async () => {
    const at = script();
    at.set(1, '192.0.2.1', { branch: 'Kvareli', branchRouter: true });
    at.set(2, '192.0.2.2', { branch: 'Kvareli', intervalMs: 3_600_000 });
    branch(at, 'Telavi', [9]);
    at.poller.checkNow(2);
    await at.clock.advance(60_000);
    at.world.silent = new Set(['192.0.2.1', '192.0.2.2']);
    at.poller.checkNow(2);
    await at.clock.advance(30_000);
    expect(at.states()).toMatchObject({ 1: 'down', 2: 'unreachable' });
    at.world.silent.delete('192.0.2.1');
    await at.clock.advance(30_000);
    expect(at.states()).toMatchObject({ 1: 'up', 2: 'down' });
  });

  test.each([1_000, 5_000, 10_000])('that takes %i ms to be given up, the child waits for it', async timeoutMs => {
    for (let phase = 0; phase < 5; phase++) {
      const at = script();
      at.set(1, '192.0.2.1', { branch: 'Kvareli', branchRouter: true, timeoutMs });
      branch(at, 'Kvareli', [2]);
      branch(at, 'Telavi', [9]);
      await at.clock.advance(60_000 + 1_000 * phase);
      at.world.silent = new Set(['192.0.2.1', '192.0.2.2']);
      await at.clock.advance(60_000);
      expect([phase, at.states()]).toEqual([phase, { 1: 'down', 2: 'unreachable', 9: 'up' }]);
    }
  });

  test('that is paused, it is behind the dead one above', async () => {
    const at = script();
    at.set(1, '192.0.2.1');
    at.dependencies.set(2, { branch: null, branchRouter: false, parentIds: [1], parentsNeeded: 'any' });
    at.set(3, '192.0.2.3', { parentIds: [2] });
    at.set(9, '192.0.2.9');
    await at.clock.advance(60_000);
    at.world.silent = new Set(['192.0.2.1', '192.0.2.3']);
    await at.clock.advance(20_000);
    expect([at.states(), at.poller.reading(3)?.behindId]).toEqual([{ 1: 'down', 3: 'unreachable', 9: 'up' }, 1]);
  });

  test('a check that fails at once does not tell its device down when the parent is dying', async () => {
    const failing = { total: 1, failing: 1, consequence: 'down' as const, known: true, lost: false, at: 1, problem: 'Port 443 is closed.' };
    for (let phase = 0; phase < 10; phase++) {
      const at = script();
      at.set(1, '192.0.2.1', { branch: 'Kvareli', branchRouter: true });
      branch(at, 'Kvareli', [2]);
      branch(at, 'Telavi', [9]);
      await at.clock.advance(60_000 + 500 * phase);
      at.world.silent = new Set(['192.0.2.1', '192.0.2.2']);
      const since = at.clock.now();
      await at.clock.advance(3_100);
      at.poller.applyChecks(2, { ...failing, since });
      await at.clock.advance(20_000);
      expect([phase, at.states()]).toEqual([phase, { 1: 'down', 2: 'unreachable', 9: 'up' }]);
      expect(downs(at)).toEqual(['1 down']);
    }
  });
});

test('a canary that is asked seldom is asked when it matters', async () => {
  const at = script();
  at.world.silent.add('198.51.100.1');
  branch(at, 'Kvareli', [1, 2]);
  at.set(99, '203.0.113.9', { canary: true, intervalMs: 3_600_000 });
  at.poller.checkNow(99);
  await at.clock.advance(1_800_000);
  at.world.cut = true;
  await at.clock.advance(30_000);
  expect([downs(at), at.poller.blindness()?.devices]).toEqual([[], 3]);
});

test('blindness that is over for some goes on for the others, in an entry of its own', async () => {
  const at = script();
  branch(at, 'Kvareli', [1]);
  at.set(2, '10.1.0.2');
  await at.clock.advance(60_000);
  at.world.view = { interfaces: office.interfaces.slice(0, 1), routes: [] };
  await at.clock.advance(30_000);
  at.world.view = office;
  at.world.answers = address => address === '192.0.2.1';
  await at.clock.advance(10_000);
  const open = at.journal().filter(({ row }) => row.to === null).flatMap(({ deviceIds }) => deviceIds ?? []);
  expect([at.poller.reading(1)?.state, open.includes(1)]).toEqual(['up', false]);
  at.world.answers = () => true;
  await at.clock.advance(20_000);
  expect([at.poller.reading(2)?.state, at.journal().every(({ row }) => row.to !== null)]).toEqual(['up', true]);
});

test('a gateway that is gone is blamed since it last answered, however seldom its devices do', async () => {
  const at = script();
  for (const id of [1, 2, 3]) at.set(id, `192.0.2.${id}`, { branch: `Branch ${id}`, intervalMs: 3_600_000 });
  for (const id of [1, 2, 3]) at.poller.checkNow(id);
  await at.clock.advance(600_000);
  const cutAt = at.clock.now();
  at.world.cut = true;
  await at.clock.advance(20_000);
  expect(Math.abs((at.poller.blindness()?.since ?? 0) - cutAt)).toBeLessThan(6_000);
});

test('a device that was not asked while the computer slept is asked when it wakes, though a probe was under way', async () => {
  const at = script();
  at.set(1, '192.0.2.1', { intervalMs: 3_600_000 });
  at.set(9, '192.0.2.9');
  at.poller.checkNow(1);
  await at.clock.advance(60_000);
  at.world.cut = true;
  at.poller.checkNow(1);
  await at.clock.advance(100);
  at.clock.sleep(600_000);
  at.world.cut = false;
  await at.clock.advance(10_000);
  expect(at.states()).toMatchObject({ 1: 'up', 9: 'up' });
});

describe('what history says', () => {
  test('ends with a change of address: nothing is known of the new one', async () => {
    const at = script();
    at.set(1, '192.0.2.1');
    at.set(9, '192.0.2.9');
    await at.clock.advance(20_000);
    at.set(1, 'atm1.example');
    await at.clock.advance(20_000);
    expect(at.changes().filter(change => change.startsWith('1 '))).toEqual(['1 up', '1 no-data']);
  });

  test('goes on over a restart without being told twice, and ends when nothing can be asked', async () => {
    const remembered = { state: 'up' as const, since: 5, downSince: null, lastCheckAt: 5, rttUs: 1 };
    const at = script();
    at.set(1, '192.0.2.1', { remembered });
    at.set(2, 'atm1.example', { remembered });
    await at.clock.advance(30_000);
    expect(at.changes()).toEqual(['2 no-data']);
  });
});

test('a network that blinks, in sight between two blinks, takes nobody down', async () => {
  const at = script();
  for (let n = 0; n < 60; n++) at.set(1_000 + n, `192.0.${n % 6}.${n}`, { branch: `Branch ${n % 6}`, intervalMs: 2_000 });
  await at.clock.advance(60_000);
  // Away for 1.2 s, back for 0.4 s, again and again: what is lost in one and confirmed in the next was never seen to be lost.
  for (let blink = 0; blink < 40; blink++) {
    at.world.cut = true;
    await at.clock.advance(1_217);
    at.world.cut = false;
    await at.clock.advance(431);
  }
  await at.clock.advance(10_000);
  expect(downs(at)).toEqual([]);
});

test('a device that fails in a network that blinks is down all the same', async () => {
  const at = script();
  for (let n = 0; n < 60; n++) at.set(1_000 + n, `192.0.${n % 6}.${n}`, { branch: `Branch ${n % 6}`, intervalMs: 2_000 });
  await at.clock.advance(60_000);
  at.world.silent.add('192.0.0.0');
  for (let blink = 0; blink < 30 && downs(at).length === 0; blink++) {
    at.world.cut = true;
    await at.clock.advance(1_217);
    at.world.cut = false;
    await at.clock.advance(431);
  }
  expect(downs(at)).toEqual(['1000 down']);
});

test('suspicions that go on and on do not put off finding out that all is silent', async () => {
  const at = script();
  // One is asked after the other, so that each second brings new suspicions for a minute.
  for (let n = 0; n < 300; n++) at.set(1_000 + n, `192.0.${n % 6}.${n % 250}`, { branch: `Branch ${n % 6}`, intervalMs: 120_000 });
  at.world.silent.add('198.51.100.1');
  await at.clock.advance(180_000);
  at.world.cut = true;
  await at.clock.advance(40_000);
  expect([downs(at), at.poller.blindness()?.devices]).toEqual([[], 300]);
});

test('a router and what stands behind it that are cut together for a moment: nobody behind it is told as down', async () => {
  for (const forMs of [2_500, 3_000, 3_500, 5_000, 8_000]) {
    const at = script();
    at.set(1, '192.0.2.1', { branch: 'Kvareli', branchRouter: true });
    for (let id = 2; id <= 40; id++) at.set(id, `192.0.2.${id}`, { branch: 'Kvareli' });
    for (let id = 100; id < 130; id++) at.set(id, `192.0.3.${id}`, { branch: `Branch ${id % 7}` });
    await at.clock.advance(61_000);
    at.world.answers = address => !address.startsWith('192.0.2.');
    await at.clock.advance(forMs);
    at.world.answers = () => true;
    await at.clock.advance(30_000);
    expect([forMs, downs(at).filter(change => change !== '1 down')]).toEqual([forMs, []]);
  }
});

test('devices that are asked once an hour are seen soon after the network is back', async () => {
  const at = script();
  for (let id = 1; id <= 9; id++) at.set(id, `192.0.2.${id}`, { branch: `Branch ${id}`, intervalMs: 3_600_000 });
  for (let id = 1; id <= 9; id++) at.poller.checkNow(id);
  await at.clock.advance(60_000);
  at.world.answers = gatewayOnly;
  at.poller.checkNow(1);
  await at.clock.advance(30_000);
  expect(at.poller.blindness()?.devices).toBe(9);
  at.world.answers = () => true;
  await at.clock.advance(7_000);
  expect([at.poller.blindness(), new Set(Object.values(at.states()))]).toEqual([null, new Set(['up'])]);
});

test('a console that starts blind was blind since it started', async () => {
  const at = script();
  at.world.cut = true;
  const startedAt = at.clock.now();
  fiveBranches(at);
  await at.clock.advance(30_000);
  expect(at.poller.blindness()?.since).toBe(startedAt);
});
