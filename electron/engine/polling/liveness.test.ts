import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { confirmationDelaysMs, confirmationsFor, defaultPolicy, step, stillDown, type Liveness, type Probe } from './liveness.ts';
import { LossWindow } from './loss-window.ts';

const start: Liveness = { kind: 'unknown' };
const everyMs = 500;
/** By the wall clock far from where the forward clock is. */
const probe = (answered: boolean, sentMs: number, sentAt = 1_000_000 + sentMs): Probe => ({ answered, sentMs, sentAt });

/** One character per probe, half a second apart: o answered, x lost. The result: D told down, U told up, otherwise the state's first letter. */
function play(probes: string): string {
  let state = start;
  return [...probes]
    .map((character, i) => {
      const { next, event } = step(state, probe(character === 'o', i * everyMs));
      state = next;
      return event ? event.charAt(0).toUpperCase() : state.kind.charAt(0);
    })
    .join('');
}

test.each([
  ['the first answer is told as up', 'oo', 'Uu'],
  ['a lost probe makes a suspect, not an outage', 'oxo', 'Usu'],
  ['three lost probes in a row are forgiven', 'oxxxo', 'Usssu'],
  ['the fourth lost in a row is told as down, once', 'oxxxxxx', 'UsssDdd'],
  ['a device that never answered is told as down', 'xxxxx', 'sssDd'],
  ['one answer after an outage is not yet up', 'oxxxxox', 'UsssDrd'],
  ['two answers in a row are told as up', 'oxxxxoo', 'UsssDrU'],
  ['a device that comes up for the first time while suspected is told as up', 'xo', 'sU'],
])('%s', (_name, probes, told) => expect(play(probes)).toBe(told));

describe('times', () => {
  const after = (probes: readonly Probe[], from: Liveness = start): Liveness => probes.reduce<Liveness>((state, each) => step(state, each).next, from);
  const down = after([probe(true, 0), ...[5_000, 6_000, 6_500, 7_000].map(sentMs => probe(false, sentMs))]);

  test('an outage is dated from its first lost probe, and stays so through a failed recovery', () => {
    expect(down).toMatchObject({ kind: 'down', since: { sentAt: 1_005_000 } });
    expect(after([probe(true, 20_000), probe(false, 20_500)], down)).toMatchObject({ kind: 'down', since: { sentAt: 1_005_000 } });
  });

  test('an uptime is dated from the first of the answers that ended the outage', () => {
    expect(after([probe(true, 9_000), probe(true, 9_500)], down)).toMatchObject({ kind: 'up', since: 1_009_000 });
  });

  test('four losses within the shortest outage worth telling are not told', () => {
    const state = after([probe(true, 0), ...[100, 400, 800, 1_200].map(sentMs => probe(false, sentMs))]);
    expect(state.kind).toBe('suspect');
  });

  test('a timeout that a later answer has overtaken is no loss', () => {
    const state = after([probe(true, 0), probe(true, 5_000), probe(false, 4_500)]);
    expect(state.kind).toBe('up');
  });

  test('a wall clock that is set back hides no outage and no recovery', () => {
    const hourMs = 3_600_000;
    const set = (answered: boolean, sentMs: number): Probe => probe(answered, sentMs, sentMs - hourMs);
    expect(after([probe(true, 0), ...[5_000, 6_000, 6_500, 7_000].map(sentMs => set(false, sentMs))])).toMatchObject({ kind: 'down', since: { sentAt: 5_000 - hourMs } });
    expect(after([set(true, 20_000), set(true, 20_500)], down)).toMatchObject({ kind: 'up' });
  });

  test('an outage from before a restart ends with its answers, whatever the clocks say', () => {
    expect(after([probe(true, 1, 5), probe(true, 2, 6)], stillDown(1_000_000))).toMatchObject({ kind: 'up', since: 5 });
  });
});

/** A device that is silent from `fromMs` for `forMs`, seen by probes every 5 s with 1 s timeout and the confirmation that the poller sends. Returns when down was told, if it was. */
function toldDownAt(fromMs: number, forMs: number, rttMs: number): number | null {
  const timeoutMs = 1_000;
  const answers = (sentMs: number): boolean => sentMs + rttMs <= fromMs || sentMs >= fromMs + forMs;
  let state: Liveness = { kind: 'up', since: 0, lastReplyMs: 0 };
  const pending: { at: number; probe: Probe }[] = [];
  const send = (sentMs: number): void => {
    const answered = answers(sentMs);
    pending.push({ at: sentMs + (answered ? rttMs : timeoutMs), probe: probe(answered, sentMs) });
  };
  let extrasUntil = -1;
  for (let turn = 0; turn <= 60_000; turn += 5_000) send(turn);
  while (pending.length > 0) {
    pending.sort((a, b) => a.at - b.at);
    const first = pending.shift();
    if (!first) break;
    const { next, event, ask } = step(state, first.probe);
    state = next;
    if (event === 'down') return first.at;
    if (ask === 'confirm-loss' && next.kind === 'suspect' && first.at > extrasUntil) {
      const delays = confirmationDelaysMs(next.firstLost.sentMs, first.at, rttMs);
      extrasUntil = first.at + Math.max(...delays);
      for (const delay of delays) send(first.at + delay);
    }
  }
  return null;
}

describe('with the default settings', () => {
  const moment = fc.integer({ min: 10_000, max: 20_000 });
  const rtt = fc.integer({ min: 0, max: 900 });

  test('a failure at any moment is down within 10 s', () => {
    fc.assert(fc.property(moment, rtt, (fromMs, rttMs) => {
      const told = toldDownAt(fromMs, Infinity, rttMs);
      return told !== null && told - fromMs < 9_400; // The tick, the batch and the screen take the rest.
    }));
  });

  test('an interruption under 1.5 s is never down', () => {
    fc.assert(fc.property(moment, fc.integer({ min: 0, max: 1_499 }), rtt, (fromMs, forMs, rttMs) => toldDownAt(fromMs, forMs, rttMs) === null));
  });
});

describe('for any sequence of probes', () => {
  const probes = fc.array(fc.record({ answered: fc.boolean(), sentMs: fc.integer({ min: 0, max: 60_000 }), sentAt: fc.integer() }), { maxLength: 80 });

  test('up and down are told in turn, and down only since a lost probe', () => {
    fc.assert(fc.property(probes, sequence => {
      let state: Liveness = start;
      let last: string | null = null;
      for (const each of sequence) {
        const { next, event } = step(state, each);
        if (event !== undefined && event === last) return false;
        if (event === 'down' && !(next.kind === 'down' && sequence.some(other => !other.answered && other.sentAt === next.since.sentAt))) return false;
        if (state.kind === 'down' && next.kind === 'down' && next.since !== state.since) return false;
        if (state.kind === 'down' && next.kind === 'recovering' && next.downSince !== state.since) return false;
        last = event ?? last;
        state = next;
      }
      return true;
    }));
  });

  test('the order in which the outcomes of one round arrive decides nothing', () => {
    const cut = fc.record({
      answeredMs: fc.uniqueArray(fc.integer({ min: 0, max: 9_999 }), { maxLength: 6 }), lostMs: fc.uniqueArray(fc.integer({ min: 10_000, max: 14_000 }), { minLength: 1, maxLength: 8 }),
      backMs: fc.uniqueArray(fc.integer({ min: 14_001, max: 20_000 }), { maxLength: 1 }), begins: fc.constantFrom<Liveness>(start, { kind: 'up', since: 5, lastReplyMs: -1 }),
    });
    const shuffled = cut.chain(({ answeredMs, lostMs, backMs, begins }) => {
      const round = [...[...answeredMs, ...backMs].map(sentMs => probe(true, sentMs)), ...lostMs.map(sentMs => probe(false, sentMs))];
      return fc.record({ begins: fc.constant(begins), inOrder: fc.constant(round.toSorted((a, b) => a.sentMs - b.sentMs)), arrived: fc.shuffledSubarray(round, { minLength: round.length }), losses: fc.constant(lostMs.length), back: fc.constant(backMs.length > 0) });
    });
    fc.assert(fc.property(shuffled, ({ begins, inOrder, arrived, losses, back }) => {
      // Nothing is told before the whole round is in: the last loss is the one that confirms, where none was answered after it.
      const policy = { ...defaultPolicy, shortestOutageMs: 0, confirmations: back ? losses : losses - 1 };
      const told = (round: readonly Probe[]): unknown => {
        const end = round.reduce<Liveness>((state, each) => step(state, each, policy).next, begins);
        return { kind: end.kind, since: end.kind === 'down' ? end.since : end.kind === 'suspect' ? end.firstLost : null };
      };
      expect(told(arrived)).toEqual(told(inOrder));
    }));
  });

  test('down is never told by fewer losses than the policy asks for', () => {
    fc.assert(fc.property(probes, sequence => {
      let state: Liveness = start;
      let losses = 0;
      for (const each of sequence) {
        const { next, event } = step(state, each);
        if (!each.answered) losses++;
        if (event === 'down' && losses <= defaultPolicy.confirmations) return false;
        state = next;
      }
      return true;
    }));
  });
});

describe('a link that loses by chance', () => {
  test('is asked more often before it is called down, the more it loses', () => {
    expect([[0, 60], [3, 60], [12, 60], [30, 60], [0, 0]].map(([lost = 0, probes = 0]) => confirmationsFor({ lost, probes }))).toEqual([6, 8, 14, 15, 15]);
  });

  test('20 % of its probes is not called down in a month', () => {
    // A fixed sequence (mulberry32), so that the test means the same each time.
    let seed = 7;
    const random = (): number => {
      seed = (seed + 0x6d2b79f5) | 0;
      let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
    const window = new LossWindow();
    let state: Liveness = start;
    let policy = defaultPolicy;
    const send = (sentMs: number): ReturnType<typeof step> => {
      const answered = random() >= 0.2;
      if (state.kind === 'up' || state.kind === 'unknown') policy = { ...defaultPolicy, confirmations: confirmationsFor(window.loss()) };
      window.add(sentMs, answered);
      const result = step(state, probe(answered, sentMs), policy);
      state = result.next;
      return result;
    };
    let downs = 0;
    for (let turnMs = 0; turnMs < 30 * 24 * 3_600_000; turnMs += 5_000) {
      const first = send(turnMs);
      if (first.ask !== 'confirm-loss') continue;
      for (const delayMs of confirmationDelaysMs(turnMs, turnMs + 1_000, 20, policy)) if (send(turnMs + 1_000 + delayMs).event === 'down') downs++;
    }
    expect(downs).toBe(0);
  });
});
