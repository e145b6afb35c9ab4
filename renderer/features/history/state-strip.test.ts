import { expect, test } from 'vitest';
import type { StateSpan } from '../../../shared/model/history.ts';
import { stateAt, statesIn, stripRuns } from './state-strip.ts';

const span = (state: StateSpan['state'], from: number, to: number): StateSpan => ({ state, from, to, cause: null });
const day = [span('no-data', 0, 100), span('up', 100, 502), span('down', 502, 503), span('up', 503, 700), span('not-observed', 700, 800)];

test('an outage shorter than a column still has one, and what is outside the range has none', () => {
  expect(stripRuns(day, 100, 1_100, 10)).toEqual([
    { state: 'up', left: 0, width: 4 },
    { state: 'down', left: 4, width: 1 },
    { state: 'up', left: 5, width: 1 },
    { state: 'not-observed', left: 6, width: 1 },
  ]);
});

test('the legend names what is there, the worst first', () => {
  expect([statesIn(day, 100, 1_100), statesIn(day, 100, 400)]).toEqual([['down', 'not-observed', 'up'], ['up']]);
});

test('a moment has the state that does not end with it', () => {
  expect([99, 100, 502, 900].map(at => stateAt(day, at)?.state)).toEqual(['no-data', 'up', 'down', undefined]);
});
