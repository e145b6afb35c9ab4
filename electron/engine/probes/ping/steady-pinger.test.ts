import { expect, test } from 'vitest';
import { ManualClock } from '../../clock.ts';
import type { EchoOptions, Oddity, Pinger, PingOutcome } from '../probe.ts';
import { SteadyPinger } from './steady-pinger.ts';

const reply: PingOutcome = { kind: 'reply', sentAt: 0, rttUs: 1 };
const failed: PingOutcome = { kind: 'failed', sentAt: 0, reason: 'The ping thread has ended.' };
const notSent: PingOutcome = { kind: 'not-sent', sentAt: 0, reason: 'This computer has no route to that network.' };

type Backend = { answer: PingOutcome; closed: boolean; asked: (EchoOptions | undefined)[]; say: (oddity: Oddity) => void };

/** Backends that are opened one after the other; each answers `reply` until it is told another. */
function backends(): { open: () => Promise<Pinger>; opened: Backend[]; refuse: (reason: string | null) => void } {
  const opened: Backend[] = [];
  let refusal: string | null = null;
  return {
    opened,
    refuse: reason => (refusal = reason),
    open: () => {
      if (refusal !== null) return Promise.reject(new Error(refusal));
      const state: Backend = { answer: reply, closed: false, asked: [], say: () => {} };
      opened.push(state);
      return Promise.resolve({
        backend: 'ping' as const, refused: [],
        ping: (_address, _timeoutMs, options) => {
          state.asked.push(options);
          return Promise.resolve(state.answer);
        },
        onOddity: listener => (state.say = listener),
        close: () => Promise.resolve(void (state.closed = true)),
      });
    },
  };
}

const pingTimes = async (pinger: Pinger, times: number): Promise<string> => {
  let last = '';
  for (let i = 0; i < times; i++) last = (await pinger.ping('127.0.0.1', 100)).kind;
  return last;
};

test('a backend that only fails is said, closed and replaced', async () => {
  const clock = new ManualClock();
  const { open, opened } = backends();
  const pinger = await SteadyPinger.start(clock, open);
  expect([await pingTimes(pinger, 3), pinger.problem]).toEqual(['reply', null]);
  const [first] = opened;
  if (first) first.answer = failed;
  await pingTimes(pinger, 10);
  expect(pinger.problem).toBe('The ping thread has ended.');
  await clock.advance(10_000);
  await pingTimes(pinger, 1);
  await clock.advance(0);
  expect({ replaced: opened.length, closed: first?.closed, kind: await pingTimes(pinger, 1), problem: pinger.problem }).toEqual({ replaced: 2, closed: true, kind: 'reply', problem: null });
});

test('a single failure among answers replaces nothing', async () => {
  const clock = new ManualClock();
  const { open, opened } = backends();
  const pinger = await SteadyPinger.start(clock, open);
  for (let i = 0; i < 30; i++) {
    if (opened[0]) opened[0].answer = i % 3 === 0 ? failed : reply;
    await clock.advance(5_000);
    await pingTimes(pinger, 1);
  }
  expect([opened.length, pinger.problem]).toEqual([1, null]);
});

test('what this computer would not send replaces nothing, and ends a run of failures: the backend works', async () => {
  const clock = new ManualClock();
  const { open, opened } = backends();
  const pinger = await SteadyPinger.start(clock, open);
  for (const answer of [notSent, failed, notSent, failed]) {
    if (opened[0]) opened[0].answer = answer;
    await clock.advance(10_000);
    await pingTimes(pinger, answer === failed ? 9 : 30);
  }
  expect([opened.length, opened[0]?.closed, pinger.problem]).toEqual([1, false, null]);
});

test('a host that lets nothing be pinged is told why, and is tried again until it does', async () => {
  const clock = new ManualClock();
  const { open, refuse } = backends();
  refuse('Open ICMP sockets first.');
  const pinger = await SteadyPinger.start(clock, open);
  expect([await pingTimes(pinger, 1), pinger.problem, pinger.backend]).toEqual(['failed', 'Open ICMP sockets first.', 'none']);
  refuse(null);
  await clock.advance(10_000);
  await pingTimes(pinger, 1);
  await clock.advance(0);
  expect([await pingTimes(pinger, 1), pinger.problem, pinger.backend]).toEqual(['reply', null, 'ping']);
});

test('options reach the backend, and oddities of every backend reach the listener', async () => {
  const clock = new ManualClock();
  const { open, opened } = backends();
  const pinger = await SteadyPinger.start(clock, open);
  const told: string[] = [];
  pinger.onOddity(({ kind, from }) => told.push(`${kind} from ${from}`));
  const options: EchoOptions = { payloadBytes: 1_400, dscp: 46, dontFragment: true };
  await pinger.ping('127.0.0.1', 100, options);
  opened[0]?.say({ kind: 'duplicate', address: '127.0.0.1', from: '127.0.0.1' });
  if (opened[0]) opened[0].answer = failed;
  await clock.advance(10_000);
  await pingTimes(pinger, 10);
  await clock.advance(0);
  opened[1]?.say({ kind: 'stray', address: '127.0.0.1', from: '127.0.0.9' });
  expect([opened.length, opened[0]?.asked[0], told]).toEqual([2, options, ['duplicate from 127.0.0.1', 'stray from 127.0.0.9']]);
});
