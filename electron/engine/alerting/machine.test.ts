import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dismissed, isOpen, quiet, step, type AlertEvent, type AlertState, type Timing, type Verdict } from './machine.ts';

const timing: Timing = { forMs: 60_000, holdMs: 60_000, noData: 'end', noDataMs: 120_000, flap: null };
const verdicts: Record<string, Verdict> = { x: 'breach', o: 'clear', '-': 'between', '?': 'no-data' };
const letters: Record<AlertEvent, string> = { raised: 'R', cleared: 'C', 'lost-data': 'L', flapping: 'F', settled: 'S' };

/** One character per 30 s evaluation; the result reads as what an operator would see: events in capitals, otherwise the phase's first letter. "!" is a person who ends it. */
function play(readings: string, played = timing): string {
  let state = quiet(0);
  return [...readings]
    .map((character, i) => {
      if (character === '!') {
        state = dismissed(state, i * 30_000);
        return 'd';
      }
      const { next, event } = step(state, verdicts[character] ?? 'clear', played, i * 30_000);
      state = next;
      return event ? letters[event] : state.phase.charAt(0);
    })
    .join('');
}

test.each([
  ['a blip shorter than the hold raises nothing', 'oxxo', 'oppo'],
  ['a breach that outlasts the hold raises once', 'xxxxx', 'ppRff'],
  ['clearing needs the recovery time', 'xxxoooo', 'ppRrrCo'],
  ['a relapse while recovering does not raise twice', 'xxxoxoooo', 'ppRrfrrCo'],
  ['gaps in data neither raise nor clear', 'xx?x??o', 'pppRffr'],
  ['long silence ends the alert as lost data', 'xxx????', 'ppRfffL'],
  ['between condition and recovery it stays what it is', 'xxx---ooo', 'ppRfffrrC'],
  ['a recovery that does not last starts anew', 'xxxo-ooo', 'ppRrfrrC'],
  ['what a person ended is raised anew only after it was once over', 'xxx!xxxoxxx', 'ppRdddd' + 'oppR'],
])('%s', (_name, readings, seen) => expect(play(readings)).toBe(seen));

test('zero hold and zero recovery act at once', () => expect(play('oxo', { ...timing, forMs: 0, holdMs: 0 })).toBe('oRC'));
test('a rule that keeps is not ended by silence', () => expect(play('xxx??????o', { ...timing, noData: 'keep', holdMs: 0 })).toBe('ppRffffffC'));
test('a rule about silence fires by it', () => expect(play('oo????oo', { ...timing, noData: 'fire', holdMs: 0 })).toBe('ooooo' + 'RCo'));

describe('flapping', () => {
  const flappy: Timing = { ...timing, forMs: 0, holdMs: 0, flap: { changes: 4, withinMs: 600_000, calmMs: 120_000 } };
  test.each([
    ['is told once instead of the fourth change', 'xoxoxox', 'RCRF' + 'frf'],
    ['ends with the final state: still bad', 'xoxoxxxxxxx', 'RCRF' + 'ffffSff'],
    ['ends with the final state: well', 'xoxoooooo', 'RCRF' + 'rrrCo'],
    ['survives gaps', 'xoxo??oo??ooo', 'RCRF' + 'rrrC' + 'ooooo'],
  ])('%s', (_name, readings, seen) => expect(play(readings, flappy)).toBe(seen));
});

test('for any sequence, raising and ending take turns, and the events agree with whether it is open', () => {
  const anyTiming = fc.record({
    forMs: fc.constantFrom(0, 30_000, 90_000), holdMs: fc.constantFrom(0, 30_000, 90_000), noData: fc.constantFrom('keep' as const, 'end' as const, 'fire' as const), noDataMs: fc.constantFrom(30_000, 120_000),
    flap: fc.option(fc.record({ changes: fc.integer({ min: 2, max: 6 }), withinMs: fc.constant(600_000), calmMs: fc.constantFrom(60_000, 300_000) })),
  });
  fc.assert(fc.property(fc.array(fc.constantFrom<Verdict>('breach', 'between', 'clear', 'no-data'), { maxLength: 200 }), anyTiming, (sequence, played) => {
    let state: AlertState = quiet(0);
    let open = false;
    sequence.forEach((verdict, i) => {
      const { next, event } = step(state, verdict, played, i * 30_000);
      state = next;
      if (event === 'raised') expect(open).toBe(false);
      if (event === 'cleared' || event === 'lost-data' || event === 'settled') expect(open).toBe(true);
      if (event === 'raised' || event === 'flapping' || event === 'settled') open = true;
      if (event === 'cleared' || event === 'lost-data') open = false;
      expect(isOpen(state)).toBe(open);
    });
    // And whatever went before, a long calm ends it.
    for (let i = 0; i < 40; i++) state = step(state, 'clear', played, (sequence.length + i) * 30_000).next;
    expect(isOpen(state)).toBe(false);
  }));
});
