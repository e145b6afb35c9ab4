import { expect, test } from 'vitest';
import type { StateSpan } from '../../../shared/model/history.ts';
import { outagesOf } from './outages.ts';

const span = (state: StateSpan['state'], from: number, to: number): StateSpan => ({ state, from, to, cause: null });

test('maintenance in the midst of an outage does not make it two, and is no blind time', () => {
  expect(outagesOf([span('down', 10, 30), span('maintenance', 30, 40), span('not-observed', 40, 45), span('down', 45, 60), span('up', 60, 100)], 0, 100)).toEqual([
    { from: 10, to: 60, downMs: 35, blindMs: 5, beganBefore: false, goesOn: false },
  ]);
});

test('the newest outage stands first, with the time that it was seen to be down', () => {
  expect(outagesOf([span('up', 0, 10), span('down', 10, 30), span('up', 30, 50), span('down', 50, 55), span('up', 55, 100)], 0, 100)).toEqual([
    { from: 50, to: 55, downMs: 5, blindMs: 0, beganBefore: false, goesOn: false },
    { from: 10, to: 30, downMs: 20, blindMs: 0, beganBefore: false, goesOn: false },
  ]);
});

test('an outage that goes on after blind time is one, without that time', () => {
  expect(outagesOf([span('down', 10, 30), span('not-observed', 30, 40), span('not-observed', 40, 50), span('down', 50, 60), span('up', 60, 100)], 0, 100)).toEqual([
    { from: 10, to: 60, downMs: 30, blindMs: 20, beganBefore: false, goesOn: false },
  ]);
});

test('blind time after which it was up ends the outage where seeing ended', () => {
  expect(outagesOf([span('down', 10, 30), span('not-observed', 30, 40), span('up', 40, 60), span('down', 60, 70)], 0, 100).map(({ from, to }) => [from, to])).toEqual([[60, 70], [10, 30]]);
});

test('what began before the range, or goes on after it, is cut and says so', () => {
  expect(outagesOf([span('down', -50, 20), span('up', 20, 90), span('down', 90, 150)], 0, 100)).toEqual([
    { from: 90, to: 100, downMs: 10, blindMs: 0, beganBefore: false, goesOn: true },
    { from: 0, to: 20, downMs: 20, blindMs: 0, beganBefore: true, goesOn: false },
  ]);
});
