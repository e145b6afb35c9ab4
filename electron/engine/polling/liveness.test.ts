import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { confirmationDelaysMs, defaultPolicy, step, type Liveness, type Probe } from './liveness.ts';

const start: Liveness = { kind: 'unknown' };
const everyMs = 500;

/** One character per probe, half a second apart: o answered, x lost. The result: D told down, U told up, otherwise the state's first letter. */
function play(probes: string): string {
  let state = start;
  return [...probes]
    .map((character, i) => {
      const { next, event } = step(state, { answered: character === 'o', sentAt: i * everyMs });
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
  const after = (probes: readonly Probe[]): Liveness => probes.reduce<Liveness>((state, probe) => step(state, probe).next, start);

  test('an outage is dated from its first lost probe, and stays so through a failed recovery', () => {
    const down = after([{ answered: true, sentAt: 0 }, ...[5_000, 6_000, 6_500, 7_000].map(sentAt => ({ answered: false, sentAt }))]);
    expect(down).toMatchObject({ kind: 'down', downSince: 5_000 });
    const relapsed = [{ answered: true, sentAt: 20_000 }, { answered: false, sentAt: 20_500 }].reduce<Liveness>((state, probe) => step(state, probe).next, down);
    expect(relapsed).toMatchObject({ kind: 'down', downSince: 5_000 });
  });

  test('an uptime is dated from the first of the answers that ended the outage', () => {
    const up = after([...[0, 1_000, 1_500, 2_000].map(sentAt => ({ answered: false, sentAt })), { answered: true, sentAt: 9_000 }, { answered: true, sentAt: 9_500 }]);
    expect(up).toMatchObject({ kind: 'up', since: 9_000 });
  });

  test('four losses within the shortest outage worth telling are not told', () => {
    const state = after([{ answered: true, sentAt: 0 }, ...[100, 400, 800, 1_200].map(sentAt => ({ answered: false, sentAt }))]);
    expect(state.kind).toBe('suspect');
  });

  test('a timeout that a later answer has overtaken is no loss', () => {
    const state = after([{ answered: true, sentAt: 0 }, { answered: true, sentAt: 5_000 }, { answered: false, sentAt: 4_500 }]);
    expect(state.kind).toBe('up');
  });
});

/** A device that is silent from `fromMs` for `forMs`, seen by probes every 5 s with 1 s timeout and the confirmation that the poller sends. Returns when down was told, if it was. */
function toldDownAt(fromMs: number, forMs: number, rttMs: number): number | null {
  const timeoutMs = 1_000;
  const answers = (sentAt: number): boolean => sentAt + rttMs <= fromMs || sentAt >= fromMs + forMs;
  let state: Liveness = { kind: 'up', since: 0, lastReplyAt: 0 };
  const pending: { at: number; probe: Probe }[] = [];
  const send = (sentAt: number): void => {
    const answered = answers(sentAt);
    pending.push({ at: sentAt + (answered ? rttMs : timeoutMs), probe: { answered, sentAt } });
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
      const delays = confirmationDelaysMs(next.firstLostAt, first.at, rttMs);
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
  const probes = fc.array(fc.record({ answered: fc.boolean(), sentAt: fc.integer({ min: 0, max: 60_000 }) }), { maxLength: 80 });

  test('up and down are told in turn, and down only since a lost probe', () => {
    fc.assert(fc.property(probes, sequence => {
      let state: Liveness = start;
      let last: string | null = null;
      for (const probe of sequence) {
        const { next, event } = step(state, probe);
        if (event !== undefined && event === last) return false;
        if (event === 'down' && !(next.kind === 'down' && sequence.some(each => !each.answered && each.sentAt === next.downSince))) return false;
        if (state.kind === 'down' && (next.kind === 'down' || next.kind === 'recovering') && next.downSince !== state.downSince) return false;
        last = event ?? last;
        state = next;
      }
      return true;
    }));
  });

  test('down is never told by fewer losses than the policy asks for', () => {
    fc.assert(fc.property(probes, sequence => {
      let state: Liveness = start;
      let losses = 0;
      for (const probe of sequence) {
        const { next, event } = step(state, probe);
        if (!probe.answered) losses++;
        if (event === 'down' && losses <= defaultPolicy.confirmations) return false;
        state = next;
      }
      return true;
    }));
  });
});
