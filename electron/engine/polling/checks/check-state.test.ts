import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { afterBlindness, failuresNeeded, restored, shown, step, untested, type Asked, type CheckState, type ShownState } from './check-state.ts';

const kinds = { o: 'ok', x: 'failed', '?': 'unknown' } as const;

/** One outcome a second: o ok, x failed, ? could not be asked. */
const asked = (letters: string): Asked[] => [...letters].map((letter, i) => ({ sentAt: 1_000_000 + i * 1_000, sentMs: i * 1_000, kind: letter === 'o' ? kinds.o : letter === 'x' ? kinds.x : kinds['?'] }));

type Told = { readonly event: 'failing' | 'ok'; readonly since: number | null };

function play(outcomes: readonly Asked[], from: CheckState = untested): { state: CheckState; told: Told[]; confirms: string } {
  const told: Told[] = [];
  let state = from;
  let confirms = '';
  for (const each of outcomes) {
    const { next, event, confirm } = step(state, each);
    state = next;
    confirms += confirm ? 'c' : '.';
    if (event) told.push({ event, since: shown(next).since });
  }
  return { state, told, confirms };
}

/** Seconds since the first outcome. */
const at = (second: number): number => 1_000_000 + second * 1_000;

describe('what is shown after', () => {
  test.each<[string, ShownState]>([
    ['', { state: 'waiting', since: null }],
    ['o', { state: 'ok', since: at(0) }],
    ['ooo', { state: 'ok', since: at(0) }],
    ['oxx', { state: 'ok', since: at(0) }],
    ['oxxo', { state: 'ok', since: at(0) }],
    ['oxxx', { state: 'failing', since: at(1) }],
    ['xxx', { state: 'failing', since: at(0) }],
    ['xx', { state: 'waiting', since: null }],
    ['oxxxxxxxxxxxxxxxxx', { state: 'failing', since: at(1) }],
    ['oxxxo', { state: 'ok', since: at(4) }],
    ['o?', { state: 'unknown', since: at(1) }],
    ['o???', { state: 'unknown', since: at(1) }],
    ['o??o', { state: 'ok', since: at(3) }],
    ['?????????????', { state: 'unknown', since: at(0) }],
    ['ox?x?x', { state: 'failing', since: at(1) }],
    ['oxxx???', { state: 'failing', since: at(1) }],
    ['oxxx???o', { state: 'ok', since: at(7) }],
  ])('"%s"', (letters, state) => expect(shown(play(asked(letters)).state)).toEqual(state));
});

test('a failure is told once, a success ends it, and each failure before asks for confirmation', () => {
  const { told, confirms } = play(asked('oxxxxxoxxoxxx'));
  expect([confirms, told]).toEqual(['.cc....cc.cc.', [{ event: 'failing', since: at(1) }, { event: 'ok', since: at(6) }, { event: 'failing', since: at(10) }]]);
});

test('what could not be asked makes no failure and needs no confirmation', () => expect(play(asked('o?x?o????'))).toMatchObject({ told: [], confirms: '..c......' }));

test('after a time without sight a suspicion is dropped, what was asked before it does not count, and a failure that was told stays', () => {
  const suspect = afterBlindness(play(asked('oxx')).state, 5_000);
  const late = step(suspect, { sentAt: at(4), sentMs: 4_000, kind: 'failed' }).next;
  const again = play(asked('???????xx').slice(7), late);
  const failing = afterBlindness(play(asked('oxxx')).state, 5_000);
  expect([shown(again.state), again.told, shown(failing)]).toEqual([{ state: 'ok', since: at(0) }, [], { state: 'failing', since: at(1) }]);
});

test.each<[ShownState, ShownState]>([
  [{ state: 'ok', since: 5 }, { state: 'ok', since: 5 }],
  [{ state: 'failing', since: 5 }, { state: 'failing', since: 5 }],
  [{ state: 'unknown', since: 5 }, { state: 'waiting', since: null }],
  [{ state: 'waiting', since: null }, { state: 'waiting', since: null }],
])('%j before a restart is %j after it', (before, after) => expect(shown(restored(before))).toEqual(after));

const outcomes = (options: { minLength?: number; maxLength: number }): fc.Arbitrary<Asked[]> => fc.array(fc.constantFrom('o', 'x', 'x', '?'), options).map(letters => asked(letters.join('')));

describe('of whatever outcomes', () => {
  test('ok is told only after failing, and failing only after ok', () => {
    fc.assert(fc.property(outcomes({ maxLength: 60 }), sequence => {
      expect(play(sequence).told.map(({ event }) => event)).toEqual(play(sequence).told.map((_, i) => (i % 2 === 0 ? 'failing' : 'ok')));
    }));
  });

  test('failing is since the first failure after the last success, after as many failures as it takes', () => {
    fc.assert(fc.property(outcomes({ maxLength: 60 }), sequence => {
      const { state } = play(sequence);
      const run = sequence.slice(sequence.findLastIndex(({ kind }) => kind === 'ok') + 1).filter(({ kind }) => kind === 'failed');
      const { state: is, since } = shown(state);
      expect([is === 'failing', is === 'failing' ? since : null]).toEqual([run.length >= failuresNeeded, run.length >= failuresNeeded ? run[0]?.sentAt : null]);
    }));
  });

  test('those of one round bring the same, in whatever order they arrive', () => {
    const round = outcomes({ minLength: 1, maxLength: 6 }).chain(sequence => fc.tuple(fc.constant(sequence), fc.shuffledSubarray(sequence, { minLength: sequence.length })));
    fc.assert(fc.property(outcomes({ maxLength: 20 }), round, (before, [inOrder, shuffled]) => {
      const from = play(before).state;
      const later = (sequence: Asked[]): Asked[] => sequence.map(each => ({ ...each, sentAt: each.sentAt + 100_000, sentMs: each.sentMs + 100_000 }));
      expect(shown(play(later(shuffled), from).state)).toEqual(shown(play(later(inOrder), from).state));
    }));
  });

  test('only unknown ones tell nothing', () => {
    fc.assert(fc.property(outcomes({ maxLength: 20 }), fc.integer({ min: 1, max: 20 }), (before, count) => {
      const from = play(before).state;
      const unknowns = Array.from({ length: count }, (_, i): Asked => ({ sentAt: 2_000_000 + i, sentMs: 1_000_000 + i, kind: 'unknown' }));
      expect(play(unknowns, from).told).toEqual([]);
    }));
  });
});
