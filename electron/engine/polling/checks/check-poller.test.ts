import { describe, expect, test } from 'vitest';
import { CheckInput } from '../../../../shared/model/check.ts';
import type { CheckOutcome, Found } from '../../probes/checks/check.ts';
import { simulatedCheck } from '../../probes/checks/simulated-check.ts';
import type { CheckPoller, CheckPollerParts } from './check-poller.ts';
import { answers, bad, checkOf, deviceWith, good, polling, tcp, token } from './check-poller-for-tests.ts';
import { nothingKnown, type CheckSummary } from './check-summary.ts';
import type { PolledCheck } from './polled-check.ts';

const status = (poller: CheckPoller, check: PolledCheck, deviceId = 1): unknown => poller.statuses(deviceId).get(check.id);

describe('a check', () => {
  test('is asked once an interval, and is well since its first answer', async () => {
    const { ask, times } = answers(good);
    const { clock, poller, told } = polling(ask);
    const check = tcp();
    poller.set(deviceWith([check]));
    const before = status(poller, check);
    await clock.advance(60_000);
    const firstAt = poller.statuses(1).get(check.id)?.since ?? 0;
    expect([before, times(), status(poller, check)]).toEqual([
      { state: 'waiting', since: null, at: null, message: null, elapsedMs: null }, 6, { state: 'ok', since: firstAt, at: firstAt + 50_000, message: good.message, elapsedMs: 3 },
    ]);
    expect(told.map(([, summary]) => summary)).toEqual([{ ...nothingKnown, total: 1 }, { ...nothingKnown, total: 1, known: true, at: expect.any(Number) }]);
  });

  test('that fails is asked twice more at once, fails since the first failure, and one success brings it back', async () => {
    const { ask, times } = answers(good, bad, bad, bad, bad, good);
    const { clock, poller, told, start } = polling(ask);
    const check = tcp({ name: 'Shell', consequence: 'down' });
    poller.set(deviceWith([check]), new Map(), true);
    await clock.advance(0);
    await clock.advance(10_000);
    const turn = times();
    await clock.advance(4_000);
    const since = poller.summary(1).since;
    const failing = { total: 1, failing: 1, consequence: 'down', since, known: true, lost: false, at: expect.any(Number), problem: `Shell: ${bad.message}` };
    expect([turn >= 2, times(), poller.summary(1), (since ?? 0) > start]).toEqual([true, 4, failing, true]);
    expect(poller.takeChanges().map(({ state, since: from }) => [state, from])).toEqual([['failing', since]]);
    await clock.advance(20_000);
    expect([poller.summary(1), told.map(([, { consequence }]) => consequence)]).toEqual([{ ...nothingKnown, total: 1, known: true, at: expect.any(Number) }, ['none', 'none', 'down', 'none']]);
  });

  test('whose failure is not confirmed never failed', async () => {
    const { ask } = answers(good, bad, bad, good);
    const { clock, poller, told } = polling(ask);
    const check = tcp();
    poller.set(deviceWith([check]));
    await clock.advance(60_000);
    expect([told.some(([, { failing }]) => failing > 0), status(poller, check)]).toEqual([false, expect.objectContaining({ state: 'ok', message: good.message })]);
  });

  test('that cannot be asked is unknown, which is no failure', async () => {
    const { ask } = answers(good, { kind: 'unknown', elapsedMs: null, message: 'This computer has no route to that network.' });
    const { clock, poller } = polling(ask);
    const check = tcp({ consequence: 'down' });
    poller.set(deviceWith([check]));
    await clock.advance(60_000);
    expect([poller.summary(1), status(poller, check)]).toEqual([{ ...nothingKnown, total: 1, lost: true, at: expect.any(Number) }, expect.objectContaining({ state: 'unknown', message: 'This computer has no route to that network.' })]);
  });

  test('that is switched off is not asked and does not count', async () => {
    const { ask, times } = answers(bad);
    const { clock, poller } = polling(ask);
    const check = tcp({ enabled: false });
    poller.set(deviceWith([check]), new Map(), true);
    await clock.advance(60_000);
    expect([times(), poller.summary(1), status(poller, check)]).toEqual([0, nothingKnown, { state: 'off', since: null, at: null, message: null, elapsedMs: null }]);
  });

  test('keeps its state while it asks the same, and begins anew when it does not', async () => {
    const { clock, poller } = polling(answers(bad).ask);
    const check = tcp();
    const states = (): (string | undefined)[] => [poller.statuses(1).get(check.id)?.state];
    poller.set(deviceWith([check]));
    await clock.advance(15_000);
    poller.set(deviceWith([{ ...check, check: { ...check.check, name: 'Shell', intervalMs: 20_000 } }]));
    const renamed = states();
    poller.set(deviceWith([{ ...check, check: CheckInput.parse({ ...check.check, port: 23 }) }]));
    const other = states();
    await clock.advance(25_000);
    const failedAgain = states();
    poller.set(deviceWith([{ ...check, check: CheckInput.parse({ ...check.check, port: 23 }) }], { host: '192.0.2.2' }));
    expect([renamed, other, failedAgain, states(), poller.summary(1).failing]).toEqual([['failing'], ['waiting'], ['failing'], ['waiting'], 0]);
  });

  test('that failed before a restart fails still, since then, until it succeeds', async () => {
    const { clock, poller, told } = polling(answers(good).ask);
    const check = tcp();
    poller.set(deviceWith([check]), new Map([[check.id, { state: 'failing', since: 5, at: 9, message: bad.message, elapsedMs: 3 }]]));
    const before = poller.summary(1);
    await clock.advance(10_000);
    expect([before, poller.summary(1).failing, told.length]).toEqual([expect.objectContaining({ failing: 1, since: 5, problem: bad.message }), 0, 2]);
  });

  test('that is asked once a day is asked within a minute of the start', async () => {
    const { ask, times } = answers(good);
    const { clock, poller } = polling(ask);
    poller.set(deviceWith(Array.from({ length: 10 }, () => tcp({ intervalMs: 86_400_000 }))));
    await clock.advance(61_000);
    expect([times() >= 10, times() <= 11]).toEqual([true, true]);
  });

  test('that is removed is told as no failure any more', async () => {
    const { clock, poller, told } = polling(answers(bad).ask);
    poller.set(deviceWith([tcp()]));
    await clock.advance(15_000);
    poller.set(deviceWith([]));
    expect([told.at(-1), poller.statuses(1).size, poller.takeChanges()]).toEqual([[1, nothingKnown], 0, []]);
  });
});

test.each<['down' | 'degraded' | 'nothing', 'down' | 'degraded' | 'nothing', Partial<CheckSummary>]>([
  ['down', 'degraded', { consequence: 'down', problem: `A: ${bad.message}` }],
  ['degraded', 'down', { consequence: 'down', problem: `B: ${bad.message}` }],
  ['degraded', 'nothing', { consequence: 'degraded', problem: `A: ${bad.message}` }],
  ['nothing', 'nothing', { consequence: 'none', since: null, known: false, problem: `A: ${bad.message}` }],
])('of two failing checks, %s and %s, the worse decides', async (one, other, expected) => {
  const { clock, poller } = polling(answers(bad).ask);
  poller.set(deviceWith([tcp({ name: 'A', consequence: one }), tcp({ name: 'B', consequence: other, port: 23 })]));
  await clock.advance(20_000);
  expect(poller.summary(1)).toMatchObject({ total: 2, failing: 2, ...expected });
});

describe('a probe with a bug', () => {
  const bugs: [string, CheckPollerParts['probers']['tcp'], string][] = [
    ['throws at once', () => { throw new Error('boom'); }, 'This check met a fault of the console: boom.'],
    ['rejects', () => Promise.reject(new Error('boom')), 'This check met a fault of the console: boom.'],
    ['never comes to an end', () => new Promise(() => {}), 'This check met a fault of the console: the tcp check did not come to an end.'],
  ];
  test.each(bugs)('that %s takes down its check, is told once, and everything else goes on', async (_, broken, message) => {
    const { clock, poller, bugs: told } = polling((check, target, patience) => (check.port === 22 ? broken(check, target, patience) : Promise.resolve(good)));
    const sick = tcp({ consequence: 'down' });
    const well = tcp({ port: 23, consequence: 'down' });
    poller.set(deviceWith([sick, well]));
    await clock.advance(100_000);
    expect([status(poller, sick), status(poller, well), told.length, poller.summary(1)]).toEqual([
      expect.objectContaining({ state: 'unknown', message }), expect.objectContaining({ state: 'ok', at: expect.any(Number) }), 1, { ...nothingKnown, total: 2, known: true, at: expect.any(Number) },
    ]);
  });

  test('that heeds only its signal has its say: it was late, not wrong', async () => {
    const { clock, poller, bugs: told } = polling((_check, _target, { signal }) => new Promise(resolve => {
      signal.addEventListener('abort', () => resolve({ kind: 'unknown', elapsedMs: null, message: 'The check was stopped.' }));
    }));
    const check = tcp();
    poller.set(deviceWith([check]));
    await clock.advance(20_000);
    expect([status(poller, check), told]).toEqual([expect.objectContaining({ state: 'unknown', message: 'The check was stopped.' }), []]);
  });
});

describe('what is measured', () => {
  const asks = (...list: CheckOutcome[]): ReturnType<typeof polling> => polling(answers(...list).ask);
  const taken = (poller: CheckPoller): unknown[] => poller.takeSamples().map(({ metric, outcome, value }) => [metric, outcome, value]);

  test('each time it is asked: how long it took, also what only confirms a failure, and nothing twice', async () => {
    const { clock, poller, start } = asks(good, bad, bad, bad, { kind: 'unknown', elapsedMs: null, message: 'This computer has no route to that network.' });
    const check = tcp();
    poller.set(deviceWith([check]), new Map(), true);
    await clock.advance(0);
    const first = poller.takeSamples();
    await clock.advance(30_000);
    expect([first, taken(poller).slice(0, 4), taken(poller)]).toEqual([
      [{ deviceId: 1, metric: 'check-time', object: check.id, at: start, outcome: 0, value: 3 }],
      [['check-time', 1, null], ['check-time', 1, null], ['check-time', 1, null], ['check-time', 4, null]], [],
    ]);
  });

  test('a number that was read is kept, also one that is not as it should be', async () => {
    const { clock, poller } = asks({ ...good, value: 7 }, { ...bad, value: 99.5 }, good);
    poller.set(deviceWith([tcp()]), new Map(), true);
    await clock.advance(10_500);
    expect(taken(poller).slice(0, 4)).toEqual([['check-time', 0, 3], ['check-value', 0, 7], ['check-time', 1, null], ['check-value', 0, 99.5]]);
  });

  test('a failure while this computer cannot see is not observed', async () => {
    const { clock, poller } = polling(answers(bad).ask, { isBlind: () => true });
    poller.set(deviceWith([tcp()]), new Map(), true);
    await clock.advance(0);
    expect(taken(poller)).toEqual([['check-time', 4, null]]);
  });

  test('of a check that is removed nothing is handed over', async () => {
    const { clock, poller } = asks(good);
    const [gone, stays] = [tcp(), tcp({ port: 23 })];
    poller.set(deviceWith([gone, stays]), new Map(), true);
    await clock.advance(0);
    poller.set(deviceWith([stays]));
    expect(poller.takeSamples().map(sample => sample.object)).toEqual([stays.id]);
  });
});

describe('many checks', () => {
  test('are spread over their interval, and all asked once in it', async () => {
    const perSecond = new Map<number, number>();
    const { clock, poller, start } = polling(() => {
      const second = Math.floor((clock.now() - start) / 1_000);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
      return Promise.resolve(good);
    });
    for (let id = 1; id <= 1_000; id++) poller.set(deviceWith([tcp(), tcp({ port: 23 })], { id }));
    await clock.advance(10_000);
    const counts = [...perSecond.values()];
    expect([counts.reduce((sum, each) => sum + each, 0), Math.max(...counts) < 300, poller.missed]).toEqual([2_000, true, 0]);
  });

  test('are asked at most 128 at a time; those without room keep their turn, and are counted when it is past', async () => {
    let open = 0;
    let most = 0;
    const { clock, poller } = polling(async () => {
      most = Math.max(most, ++open);
      await new Promise<void>(resolve => void clock.after(4_000, resolve));
      open--;
      return good;
    });
    for (let id = 1; id <= 800; id++) poller.set(deviceWith([tcp()], { id }));
    await clock.advance(60_000);
    expect([most, poller.missed > 500]).toEqual([128, true]);
  });
});

describe('a console that cannot see', () => {
  test('drops the suspicion that it had before it stood still', async () => {
    const { clock, poller, told } = polling(answers(good, bad, bad, bad, good).ask);
    poller.set(deviceWith([tcp({ intervalMs: 60_000 })]), new Map(), true);
    await clock.advance(0);
    poller.checkNow(1);
    await clock.advance(1_600);
    clock.standStill(60_000);
    await clock.advance(2_000);
    expect([told.some(([, { failing }]) => failing > 0), poller.summary(1).known]).toEqual([false, true]);
  });

  test('drops the suspicion that a standstill began, and what was asked before it', async () => {
    const open: ((outcome: CheckOutcome) => void)[] = [];
    const { clock, poller, told } = polling(() => new Promise(resolve => void open.push(resolve)));
    const check = tcp({ consequence: 'down', timeoutMs: 30_000 });
    poller.set(deviceWith([check]), new Map(), true);
    const answer = async (outcome: CheckOutcome): Promise<void> => {
      open.shift()?.(outcome);
      await clock.advance(2_000);
    };
    await answer(bad);
    await answer(bad);
    poller.lookAgain();
    await answer(bad);
    await clock.advance(10_000);
    await answer(bad);
    await answer(good);
    expect([told.some(([, { failing }]) => failing > 0), status(poller, check)]).toEqual([false, expect.objectContaining({ state: 'ok' })]);
  });

  test('has no check fail', async () => {
    let blind = true;
    const { clock, poller } = polling(answers(bad).ask, { isBlind: () => blind });
    const check = tcp();
    poller.set(deviceWith([check]));
    await clock.advance(60_000);
    const during = status(poller, check);
    blind = false;
    await clock.advance(12_000);
    expect([during, status(poller, check)]).toEqual([expect.objectContaining({ state: 'unknown', message: 'This computer cannot see the device at present.' }), expect.objectContaining({ state: 'failing' })]);
  });
});

describe('a device by name', () => {
  test('is asked at the address that its name stands for, when that is known, and nobody waits in its place', async () => {
    const asked: string[] = [];
    let found: (value: Found) => void = () => {};
    const { clock, poller } = polling((_check, { address, host }) => {
      asked.push(`${host} ${address}`);
      return Promise.resolve(good);
    }, { names: { resolve: host => (host.includes('example') ? { kind: 'pending' } : { kind: 'address', address: host }), lookUp: () => new Promise(resolve => (found = resolve)) } });
    const named = tcp();
    poller.set(deviceWith([named], { host: 'atm1.example' }), new Map(), true);
    poller.set(deviceWith([tcp()], { id: 2, host: '192.0.2.9' }), new Map(), true);
    await clock.advance(0);
    const before = [...asked];
    found({ kind: 'address', address: '192.0.2.7' });
    await clock.advance(0);
    expect([before, asked]).toEqual([['192.0.2.9 192.0.2.9'], ['192.0.2.9 192.0.2.9', 'atm1.example 192.0.2.7']]);
  });

  test('whose name stands for nothing is unknown, with the reason, and not failing', async () => {
    const reason = 'The name "atm1.example" could not be resolved (no such name).';
    const { clock, poller } = polling(answers(bad).ask, { names: { resolve: () => ({ kind: 'failed', reason }), lookUp: () => Promise.resolve({ kind: 'failed', reason }) } });
    const check = tcp();
    poller.set(deviceWith([check], { host: 'atm1.example' }));
    await clock.advance(60_000);
    expect(status(poller, check)).toEqual(expect.objectContaining({ state: 'unknown', message: reason, elapsedMs: null }));
  });
});

test('the checks of a simulated device fare as its pings do, heartbeats too, and nothing is sent', async () => {
  const { ask, times } = answers(bad);
  const { clock, poller } = polling(ask);
  const address = Array.from({ length: 200 }, (_, i) => `10.1.${i}.7`).find(each => simulatedCheck(1, each, 0).kind === 'failed' && simulatedCheck(1, each, 5e9).kind === 'failed') ?? '';
  const checks = [tcp(), checkOf({ kind: 'heartbeat', intervalMs: 10_000 })];
  poller.set(deviceWith(checks, { simulated: true, host: address }));
  await clock.advance(40_000);
  expect([times(), poller.summary(1)]).toEqual([0, expect.objectContaining({ total: 2, failing: 2, problem: 'The simulated device does not answer.' })]);
});

describe('a heartbeat', () => {
  const minute = 60_000;
  const heartbeat = (): PolledCheck => checkOf({ kind: 'heartbeat', intervalMs: minute, consequence: 'down' });
  const grace = 30_000;

  /** A poller that can hear, with one device that should call. */
  function listening(parts: Partial<CheckPollerParts> = {}): ReturnType<typeof polling> & { check: PolledCheck } {
    const running = polling(answers(good).ask, parts);
    running.poller.hear(null);
    const check = heartbeat();
    running.poller.set(deviceWith([check]));
    return { ...running, check };
  }

  test('is waited for, and fails when the first call does not come', async () => {
    const { clock, poller, check, start } = listening();
    const states: unknown[] = [];
    for (const ms of [minute + grace - 1_000, 2_000]) {
      await clock.advance(ms);
      states.push(status(poller, check));
    }
    expect(states).toEqual([
      { state: 'waiting', since: null, at: null, message: 'The device has not called yet.', elapsedMs: null },
      { state: 'failing', since: start + minute, at: null, message: 'The device has not called for longer than 90 s.', elapsedMs: null },
    ]);
  });

  test('is well while it comes, fails since the call that did not, and one call brings it back', async () => {
    const { clock, poller, check, start, told } = listening();
    for (let i = 0; i < 5; i++) {
      await clock.advance(minute + grace - 1_000);
      poller.called(token);
    }
    const lastAt = clock.now();
    const well = status(poller, check);
    await clock.advance(minute + grace + 1_000);
    const silent = status(poller, check);
    poller.called(token);
    expect([well, silent, status(poller, check), told.map(([, { consequence }]) => consequence)]).toEqual([
      { state: 'ok', since: start + minute + grace - 1_000, at: lastAt, message: 'The device calls in time.', elapsedMs: null },
      { state: 'failing', since: lastAt + minute, at: lastAt, message: 'The device has not called for longer than 90 s.', elapsedMs: null },
      { state: 'ok', since: clock.now(), at: clock.now(), message: 'The device calls in time.', elapsedMs: null },
      ['none', 'none', 'down', 'none'],
    ]);
  });

  test('of a token that nobody has is nobody\'s call, also one that was taken away', () => {
    const { poller } = listening();
    const before = [poller.called(`${token}x`), poller.called(token)];
    poller.set(deviceWith([]));
    expect([before, poller.called(token)]).toEqual([[false, true], false]);
  });

  test('is unknown while nothing can be heard, and patience begins when it can', async () => {
    const { clock, poller, check, start } = listening();
    await clock.advance(minute);
    poller.hear('Heartbeats are not heard: port 80 is taken.');
    await clock.advance(10 * minute);
    const deaf = status(poller, check);
    poller.hear(null);
    await clock.advance(minute);
    const hearing = status(poller, check);
    await clock.advance(minute);
    expect([deaf, hearing, status(poller, check)]).toEqual([
      { state: 'unknown', since: start + minute, at: null, message: 'Heartbeats are not heard: port 80 is taken.', elapsedMs: null }, expect.objectContaining({ state: 'waiting' }), expect.objectContaining({ state: 'failing', since: start + 12 * minute }),
    ]);
  });

  test.each(['a standstill', 'blindness'])('that may have come during %s is not missed', async kind => {
    let blind = false;
    const { clock, poller, check } = listening({ isBlind: () => blind });
    poller.called(token);
    if (kind === 'blindness') {
      blind = true;
      await clock.advance(10 * minute);
      blind = false;
    } else {
      clock.standStill(10 * minute);
    }
    await clock.advance(minute);
    const after = status(poller, check);
    await clock.advance(minute);
    expect([after, status(poller, check)]).toEqual([expect.objectContaining({ state: 'ok' }), expect.objectContaining({ state: 'failing' })]);
  });

  test('that was well before a restart has as long as ever to call', async () => {
    const running = polling(answers(good).ask);
    running.poller.hear(null);
    const check = heartbeat();
    running.poller.set(deviceWith([check]), new Map([[check.id, { state: 'ok', since: 5, at: 9, message: null, elapsedMs: null }]]));
    const states = [status(running.poller, check)];
    for (const ms of [minute, minute]) {
      await running.clock.advance(ms);
      states.push(status(running.poller, check));
    }
    expect(states).toEqual([expect.objectContaining({ state: 'ok', since: 5, at: 9 }), expect.objectContaining({ state: 'ok' }), expect.objectContaining({ state: 'failing' })]);
  });
});
