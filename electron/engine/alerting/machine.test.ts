import { expect, test } from 'vitest';
import { quiet, step, type Rule, type Verdict } from './machine.ts';

const rule: Rule = { holdMs: 60_000, recoverMs: 60_000, noDataMs: 120_000 };
const verdicts: Record<string, Verdict> = { x: 'breach', o: 'clear', '?': 'no-data' };
const letters = { raised: 'R', cleared: 'C', 'lost-data': 'L' };

/** One character per 30 s evaluation; the result reads as what an operator would see: events in capitals, otherwise the phase's first letter. */
function play(readings: string, played = rule): string {
  let state = quiet(0);
  return [...readings]
    .map((character, i) => {
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
])('%s', (_name, readings, seen) => expect(play(readings)).toBe(seen));

test('zero hold and zero recovery act at once', () => expect(play('oxo', { holdMs: 0, recoverMs: 0, noDataMs: 1 })).toBe('oRC'));
