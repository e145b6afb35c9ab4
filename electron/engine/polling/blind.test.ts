/** A console that cannot see says so, and calls nothing down; one that can see is never silent about an outage. */
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { fiveBranches, office, script, without, type Script } from './poller-for-tests.ts';

let at: Script;
let ids: number[];
beforeEach(async () => {
  at = script();
  ids = fiveBranches(at);
  await at.clock.advance(60_000);
  at.ticks.length = 0;
});

const seconds = (ms: number): number => Math.round(ms / 1_000);
/** The only journal entry: cause, length in seconds, how many devices. */
const onlyEntry = (): unknown => at.journal().map(({ row, deviceIds }) => ({ cause: row.cause, lastedS: row.to === null ? null : seconds(row.to - row.from), devices: deviceIds?.length ?? null }));

describe('everything fails at once', () => {
  test('is no outage: nothing goes down, the time is told as not observed, and it ends with the first answer', async () => {
    const cutAt = at.clock.now();
    at.world.cut = true;
    await at.clock.advance(60_000);
    expect(new Set(Object.values(at.states()))).toEqual(new Set(['not-observed']));
    expect(at.poller.blindness()).toMatchObject({ cause: 'gateway', devices: 20 });
    at.world.cut = false;
    await at.clock.advance(20_000);
    expect(at.changes()).toEqual([]);
    expect(at.poller.blindness()).toBeNull();
    const [entry] = at.journal();
    expect(onlyEntry()).toEqual([{ cause: 'gateway', lastedS: expect.any(Number), devices: 20 }]);
    // Since the last answer before, until something answered again.
    expect([(entry?.row.from ?? 0) <= cutAt, (entry?.row.from ?? 0) > cutAt - 6_000, (entry?.row.to ?? 0) >= cutAt + 60_000, (entry?.row.to ?? 0) < cutAt + 66_000]).toEqual([true, true, true, true]);
    expect(new Set(Object.values(at.states()))).toEqual(new Set(['up']));
  });

  test('while the gateway answers, the way beyond it is blamed', async () => {
    at.world.answers = address => address === '198.51.100.1';
    await at.clock.advance(30_000);
    expect(at.poller.blindness()).toMatchObject({ cause: 'everything', devices: 20, detail: 'All 20 devices that answered by way of eth0 and the gateway 198.51.100.1 fell silent at once; the gateway 198.51.100.1 still answers.' });
    expect(at.changes()).toEqual([]);
  });

  test('one that answers is enough to see by: the others are down, in time', async () => {
    at.world.answers = address => address === '198.51.100.1' || address === '192.0.2.54';
    await at.clock.advance(10_000);
    expect(at.changes().sort()).toEqual(ids.filter(id => id !== 54).map(id => `${id} down`).sort());
    expect(at.journal()).toEqual([]);
  });

  test('after it, what is still silent is asked anew and then down, since after it', async () => {
    at.world.answers = () => false;
    await at.clock.advance(60_000);
    const endedAt = at.clock.now();
    at.world.answers = address => address !== '192.0.2.11';
    await at.clock.advance(12_000);
    expect(at.changes()).toEqual(['11 down']);
    expect((at.poller.reading(11)?.downSince ?? 0) >= endedAt).toBe(true);
  });

  test('leaves an outage from before it as it was', async () => {
    at.world.silent.add('192.0.2.11');
    await at.clock.advance(15_000);
    const downSince = at.poller.reading(11)?.downSince;
    at.world.cut = true;
    await at.clock.advance(60_000);
    expect(at.poller.reading(11)).toMatchObject({ state: 'not-observed', downSince: null });
    at.world.cut = false;
    await at.clock.advance(15_000);
    expect(at.poller.reading(11)).toMatchObject({ state: 'down', downSince });
    expect(at.changes()).toEqual(['11 down']);
  });

  test('what was lost while blind is not stored, and counts for no loss', async () => {
    at.world.cut = true;
    await at.clock.advance(120_000);
    at.world.cut = false;
    await at.clock.advance(20_000);
    const lost = at.ticks.flatMap(tick => [...tick.samples.outcome]).filter(outcome => outcome !== 0).length;
    expect(lost).toBeLessThan(ids.length * 6); // The seconds before it was noticed.
    expect(ids.every(id => at.poller.reading(id)?.state === 'up')).toBe(true);
  });
});

describe('one branch that fails', () => {
  test('is an outage, however many devices it has', async () => {
    at.world.answers = address => !/\.1[1-4]$/.test(address);
    await at.clock.advance(10_000);
    expect(at.changes().sort()).toEqual(['11 down', '12 down', '13 down', '14 down']);
  });

  test('is an outage also where it is all there is, as long as the gateway answers', async () => {
    const alone = script();
    for (const id of [11, 12, 13, 14]) alone.set(id, `192.0.2.${id}`, { branch: 'Branch 1' });
    await alone.clock.advance(60_000);
    alone.world.answers = address => address === '198.51.100.1';
    await alone.clock.advance(10_000);
    expect(alone.changes().slice(4).sort()).toEqual(['11 down', '12 down', '13 down', '14 down']);
    expect(alone.journal()).toEqual([]);
  });

  test('is not told as one when the gateway is gone too', async () => {
    const alone = script();
    for (const id of [11, 12, 13, 14]) alone.set(id, `192.0.2.${id}`, { branch: 'Branch 1' });
    await alone.clock.advance(60_000);
    alone.world.cut = true;
    await alone.clock.advance(60_000);
    expect(alone.changes().slice(4)).toEqual([]);
    expect(alone.poller.blindness()).toMatchObject({ cause: 'gateway', devices: 4 });
  });

  test('a gateway that never answers proves nothing', async () => {
    const alone = script();
    alone.world.silent.add('198.51.100.1');
    for (const id of [11, 12]) alone.set(id, `192.0.2.${id}`, { branch: 'Branch 1' });
    await alone.clock.advance(60_000);
    alone.world.cut = true;
    await alone.clock.advance(12_000);
    expect(alone.changes().slice(2).sort()).toEqual(['11 down', '12 down']);
  });
});

test('devices that all stand behind one that fails are an outage, not blindness', async () => {
  const core = script();
  core.set(1, '192.0.2.1', { branch: 'Centre' });
  for (const branch of [1, 2, 3, 4, 5]) core.set(10 * branch, `192.0.2.${10 * branch}`, { branch: `Branch ${branch}`, parentIds: [1] });
  await core.clock.advance(60_000);
  core.world.answers = address => address === '198.51.100.1';
  await core.clock.advance(15_000);
  expect(core.states()).toEqual({ 1: 'down', 10: 'unreachable', 20: 'unreachable', 30: 'unreachable', 40: 'unreachable', 50: 'unreachable' });
});

describe('canaries', () => {
  test('all silent with everything else are blindness, at one branch also', async () => {
    const alone = script();
    alone.world.silent.add('198.51.100.1');
    for (const id of [11, 12, 13]) alone.set(id, `192.0.2.${id}`, { branch: 'Branch 1' });
    alone.set(99, '203.0.113.9', { canary: true });
    await alone.clock.advance(60_000);
    alone.world.cut = true;
    await alone.clock.advance(30_000);
    expect(alone.changes().slice(4)).toEqual([]);
    expect(alone.poller.blindness()?.cause).toBe('everything');
  });

  test('one that answers tells an outage from blindness', async () => {
    at.set(99, '203.0.113.9', { canary: true });
    await at.clock.advance(10_000);
    at.world.answers = address => address === '203.0.113.9';
    await at.clock.advance(12_000);
    expect(at.changes().filter(change => change.endsWith('down'))).toHaveLength(20);
  });
});

describe('this computer\'s own network', () => {
  test('an interface that is gone blinds what it led to, and nothing else', async () => {
    at.set(7, '127.0.0.7');
    at.set(8, '10.1.2.3');
    await at.clock.advance(10_000);
    at.ticks.length = 0;
    at.world.view = without(office, 'eth0');
    at.world.answers = address => !address.startsWith('192.');
    await at.clock.advance(30_000);
    expect(at.states()).toEqual({ ...Object.fromEntries(ids.map(id => [id, 'not-observed'])), 7: 'up', 8: 'up' });
    expect(onlyEntry()).toEqual([{ cause: 'interface', lastedS: null, devices: 20 }]);
    at.world.view = office;
    at.world.answers = () => true;
    await at.clock.advance(20_000);
    expect(at.changes()).toEqual([]);
    expect(onlyEntry()).toEqual([{ cause: 'interface', lastedS: expect.any(Number), devices: 20 }]);
    expect(new Set(Object.values(at.states()))).toEqual(new Set(['up']));
  });

  test('a tunnel that is gone blinds what it led to, though packets now leave by another way', async () => {
    for (const id of [71, 72]) at.set(id, `10.1.0.${id}`);
    await at.clock.advance(20_000);
    at.ticks.length = 0;
    at.world.view = without(office, 'tun0', true);
    at.world.answers = address => !address.startsWith('10.');
    await at.clock.advance(30_000);
    expect([at.poller.reading(71), at.poller.reading(72), at.poller.reading(11)].map(reading => reading?.state)).toEqual(['not-observed', 'not-observed', 'up']);
    expect(onlyEntry()).toEqual([{ cause: 'vpn', lastedS: null, devices: 2 }]);
    expect(at.changes()).toEqual([]);
  });

  test('a way that changed and works is no blindness', async () => {
    for (const id of [71, 72]) at.set(id, `10.1.0.${id}`);
    await at.clock.advance(20_000);
    at.ticks.length = 0;
    at.world.view = without(office, 'tun0', true);
    await at.clock.advance(30_000);
    at.world.silent.add('10.1.0.71');
    await at.clock.advance(10_000);
    expect([at.changes(), at.journal()]).toEqual([['71 down'], []]);
  });

  test('a gateway that is gone is noticed also when nothing behind it is being asked', async () => {
    const slow = script();
    for (const branch of [1, 2, 3]) slow.set(branch, `192.0.2.${branch}`, { branch: `Branch ${branch}`, intervalMs: 3_600_000 });
    for (const id of [1, 2, 3]) slow.poller.checkNow(id);
    await slow.clock.advance(60_000);
    slow.world.cut = true;
    await slow.clock.advance(15_000);
    expect(slow.poller.blindness()).toMatchObject({ cause: 'gateway', devices: 3 });
  });

  test('a route that is gone while its interface is up is told as the gateway\'s', async () => {
    at.world.view = { ...office, routes: office.routes?.filter(route => route.gateway !== '198.51.100.1') ?? null };
    await at.clock.advance(5_000);
    expect(at.poller.blindness()).toMatchObject({ cause: 'gateway', devices: 20, detail: 'The route by the gateway 198.51.100.1 is gone.' });
  });

  test('a console that starts without a network says that it sees nothing, and begins by itself', async () => {
    const lost = script();
    lost.world.view = without(office, 'eth0', true);
    fiveBranches(lost);
    lost.poller.remove(11);
    await lost.clock.advance(5_000);
    lost.set(11, '192.0.2.11', { branch: 'Branch 1' });
    await lost.clock.advance(5_000);
    expect(lost.poller.blindness()).toMatchObject({ cause: 'interface', devices: 20 });
    lost.world.view = office;
    await lost.clock.advance(10_000);
    expect(new Set(Object.values(lost.states()))).toEqual(new Set(['up']));
    expect(lost.poller.blindness()).toBeNull();
  });

  test('removing the last device that cannot be seen ends the entry', async () => {
    at.world.cut = true;
    await at.clock.advance(30_000);
    for (const id of ids) at.poller.remove(id);
    await at.clock.advance(1_000);
    expect(onlyEntry()).toEqual([{ cause: 'gateway', lastedS: expect.any(Number), devices: 20 }]);
  });
});

describe('time', () => {
  test('a sleep is told with its bounds, and nothing is judged by what was lost around it', async () => {
    at.world.cut = true;
    await at.clock.advance(2_000);
    const from = at.clock.now();
    at.clock.sleep(8 * 3_600_000);
    const to = at.clock.now();
    await at.clock.advance(100);
    expect(new Set(Object.values(at.states()))).toEqual(new Set(['not-observed']));
    at.world.cut = false;
    await at.clock.advance(15_000);
    const [entry] = at.journal();
    expect(entry).toMatchObject({ deviceIds: null, row: { kind: 'blind', cause: 'slept', devices: null, detail: 'This computer slept for 28800 s.' } });
    expect([Math.abs((entry?.row.from ?? 0) - from) <= 200, Math.abs((entry?.row.to ?? 0) - to) <= 200]).toEqual([true, true]);
    expect([at.changes(), new Set(Object.values(at.states()))]).toEqual([[], new Set(['up'])]);
  });

  test('everything is asked again soon after a sleep, whatever its interval', async () => {
    const slow = script();
    for (const id of [1, 2, 3]) slow.set(id, `192.0.2.${id}`, { intervalMs: 3_600_000 });
    await slow.clock.advance(3_600_000);
    slow.clock.sleep(600_000);
    const resumedMs = slow.clock.monotonicMs();
    await slow.clock.advance(1_000);
    expect(new Set(slow.pings.filter(ping => ping.atMs >= resumedMs).map(ping => ping.address)).size).toBeGreaterThanOrEqual(3);
  });

  test('a stopped engine is told as such', async () => {
    at.clock.standStill(30_000);
    await at.clock.advance(10_000);
    expect(onlyEntry()).toEqual([{ cause: 'stopped', lastedS: 30, devices: null }]);
    expect(at.changes()).toEqual([]);
  });

  test.each([['back', 3_600_000], ['forward', -60_000]])('a clock that is set %s is an event and nothing else', async (direction, byMs) => {
    at.clock.setWallClockBack(byMs);
    await at.clock.advance(20_000);
    expect(at.journal().map(({ row }) => ({ kind: row.kind, detail: row.detail }))).toEqual([{ kind: 'clock-step', detail: `This computer's clock was set ${direction} by ${Math.abs(byMs) / 1_000} s.` }]);
    expect([at.changes(), new Set(Object.values(at.states()))]).toEqual([[], new Set(['up'])]);
  });
});

/** What may befall a small network, one step after another; each lasts for a while. */
const mishaps = fc.array(fc.record({
  what: fc.constantFrom('fine', 'cut', 'gateway only', 'interface', 'tunnel', 'some silent', 'one branch', 'sleep', 'stop', 'clock'),
  forMs: fc.integer({ min: 500, max: 40_000 }),
  which: fc.integer({ min: 0, max: 20 }),
}), { minLength: 1, maxLength: 8 });

test('whatever happens: states are told in turn, down only since a probe that was lost in sight, and nothing changes while blind', async () => {
  await fc.assert(fc.asyncProperty(mishaps, async steps => {
    const run = script();
    const all = fiveBranches(run);
    await run.clock.advance(30_000);
    for (const { what, forMs, which } of steps) {
      run.world.view = what === 'interface' ? without(office, 'eth0') : what === 'tunnel' ? without(office, 'tun0', true) : office;
      run.world.cut = what === 'cut' || what === 'interface';
      run.world.answers = address => what === 'gateway only' ? address === '198.51.100.1' : what === 'one branch' ? !/\.2\d$/.test(address) : what === 'some silent' ? Number(address.split('.')[3]) % 20 !== which : true;
      if (what === 'sleep') run.clock.sleep(forMs);
      if (what === 'stop') run.clock.standStill(forMs);
      if (what === 'clock') run.clock.setWallClockBack(forMs);
      await run.clock.advance(forMs);
    }
    const last = new Map<number, string>();
    const blind = new Set<number>();
    for (const tick of run.ticks) {
      for (const change of tick.changes) {
        if (change.state === last.get(change.deviceId)) throw new Error(`${change.deviceId} is told ${change.state} twice`);
        if (change.state === 'down' && blind.has(change.deviceId)) throw new Error(`${change.deviceId} went down unseen`);
        last.set(change.deviceId, change.state);
      }
      for (const entry of tick.journal) {
        for (const id of entry.deviceIds ?? []) {
          if (entry.row.to === null) blind.add(id);
          else blind.delete(id);
        }
      }
      for (const reading of tick.readings) {
        if ((reading.state === 'down') !== (reading.downSince !== null)) throw new Error('a device is down since nothing');
        if ((reading.state === 'not-observed') !== (reading.blindCause !== null)) throw new Error('not observed without a cause');
      }
    }
    // When all is well again, everything is up, or degraded by what it lost in sight.
    run.world.view = office;
    run.world.cut = false;
    run.world.answers = () => true;
    await run.clock.advance(40_000);
    return all.every(id => ['up', 'degraded'].includes(run.poller.reading(id)?.state ?? '')) && run.journal().every(({ row }) => row.to !== null && row.to >= row.from);
  }), { numRuns: 60 });
}, 60_000);
