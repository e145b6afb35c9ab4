import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../clock.ts';
import { Heartbeats, type AwaitedCall, type HeartbeatStatus } from './heartbeats.ts';

const minute = 60_000;
const awaited: AwaitedCall = { checkId: 'till', deviceId: 1, token: 'a-token-of-some-length', intervalMs: minute, graceMs: 0 };
const switchedOff = 'Listening for heartbeats is switched off in the settings.';

/** One device that should call, on a clock that the test moves; `told` grows with every change. */
function waiting(last: Parameters<Heartbeats['set']>[1] = null): { readonly clock: ManualClock; readonly heartbeats: Heartbeats; readonly told: number[]; readonly start: number; readonly after: (ms: number) => Promise<HeartbeatStatus | null> } {
  const clock = new ManualClock();
  const told: number[] = [];
  const heartbeats = new Heartbeats(clock, () => false, (_checkId, deviceId) => void told.push(deviceId));
  heartbeats.set(awaited, last);
  const after = async (ms: number): Promise<HeartbeatStatus | null> => {
    await clock.advance(ms);
    heartbeats.turn();
    return heartbeats.status(awaited.checkId);
  };
  return { clock, heartbeats, told, start: clock.now(), after };
}

const failing = expect.objectContaining({ state: 'failing' });
const unknown = expect.objectContaining({ state: 'unknown', message: switchedOff });

describe('a heartbeat that fails', () => {
  test('is unknown while nobody listens, and is waited for anew when somebody does', async () => {
    const { heartbeats, told, start, after } = waiting();
    heartbeats.hear(null);
    heartbeats.called(awaited.token);
    const states = [await after(2 * minute)];
    const before = told.length;
    heartbeats.hear(switchedOff);
    states.push(await after(10 * minute));
    const deafTold = told.length - before;
    heartbeats.hear(null);
    states.push(await after(minute), await after(1_000));
    expect([states, deafTold]).toEqual([[
      failing,
      { state: 'unknown', since: start + 2 * minute, at: start, message: switchedOff },
      { state: 'waiting', since: null, at: start, message: 'The device has not called since this console began to listen.' },
      expect.objectContaining({ state: 'failing', since: start + 13 * minute }),
    ], 1]);
  });

  test('fails still after a restart, before and after it is known that calls are heard', async () => {
    const { heartbeats, after } = waiting({ state: 'failing', since: 5, at: 3 });
    const states = [await after(0)];
    heartbeats.hear(null);
    states.push(await after(1_000));
    expect(states).toEqual([expect.objectContaining({ state: 'failing', since: 5, at: 3 }), expect.objectContaining({ state: 'failing', since: 5, at: 3 })]);
  });

  test('is unknown after a restart that finds that nobody listens', async () => {
    const { heartbeats, after } = waiting({ state: 'failing', since: 5, at: 3 });
    heartbeats.hear(switchedOff);
    const deaf = await after(0);
    heartbeats.hear(null);
    expect([deaf, await after(1_000)]).toEqual([unknown, expect.objectContaining({ state: 'waiting' })]);
  });
});

describe('a call', () => {
  test('that changes nothing is not told, but once when its device was to be looked at again', () => {
    const { heartbeats, told } = waiting();
    heartbeats.hear(null);
    heartbeats.called(awaited.token);
    const counts = [told.length];
    const call = (): void => {
      heartbeats.called(awaited.token);
      counts.push(told.length);
    };
    call();
    heartbeats.lookAgain(deviceId => deviceId === 2);
    call();
    heartbeats.lookAgain(deviceId => deviceId === 1);
    call();
    call();
    const [first = 0] = counts;
    expect(counts).toEqual([first, first, first, first + 1, first + 1]);
  });
});
