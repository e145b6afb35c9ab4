import { beforeAll, expect, test } from 'vitest';
import { startTexts } from '../i18n.ts';
import { durationFigure, uptimeFigures } from './uptime-words.ts';

beforeAll(() => startTexts('en'));

test('nearly the whole is not written as the whole', () => {
  const shown = [[99.628, 94.2], [100, 100], [99.999, 99.97], [97.5, null]].map(([uptimePct = null, observedPct = null]) => uptimeFigures({ uptimePct, observedPct, outages: 0, mttrMs: null, mtbfMs: null }));
  expect(shown.map(({ uptime, observed }) => [uptime, observed])).toEqual([['99.62', '94'], ['100', '100'], ['99.99', '99.9'], ['97.50', '–']]);
});

test('outages are told with how long they took and how far apart they were', () => {
  expect(uptimeFigures({ uptimePct: 99, observedPct: 100, outages: 2, mttrMs: 223_400, mtbfMs: 133_200_000 })).toEqual({ uptime: '99.00', observed: '100', outages: '2', mttr: '3 min 43 s', mtbf: '1 d 13 h' });
});

test('without observed time there is no figure, not even that there was no outage', () => {
  expect(uptimeFigures({ uptimePct: null, observedPct: 0, outages: 0, mttrMs: null, mtbfMs: null })).toEqual({ uptime: '–', observed: '0', outages: '–', mttr: '–', mtbf: '–' });
});

test('what never happened has no length', () => {
  expect([durationFigure(null), durationFigure(0)]).toEqual(['–', '0 s']);
});
