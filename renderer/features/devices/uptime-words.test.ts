import { expect, test } from 'vitest';
import { uptimeFigures } from './uptime-words.ts';

test('the observed share is told where it is not the whole', () => {
  const shown = [[99.628, 94.2], [100, 100], [99.999, 99.97], [97.5, null]].map(([uptimePct = null, observedPct = null]) => uptimeFigures({ uptimePct, observedPct }));
  expect(shown).toEqual([{ uptime: '99.62', observed: '94' }, { uptime: '100', observed: null }, { uptime: '99.99', observed: '99.9' }, { uptime: '97.50', observed: null }]);
});

test('without observed time there is no figure', () => {
  expect(uptimeFigures({ uptimePct: null, observedPct: 0 })).toEqual({ uptime: '–', observed: null });
});
