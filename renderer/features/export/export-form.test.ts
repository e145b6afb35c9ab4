import { expect, test } from 'vitest';
import { DeviceId } from '../../../shared/model/ids.ts';
import type { ExportOffer } from '../../ui/export-offer.ts';
import { momentText } from '../../ui/moment-text.ts';
import { formOf, metricChoices, problemsOf, requestOf } from './export-form.ts';

const deviceId = DeviceId.parse('00000000-0000-4000-8000-000000000001');
const from = new Date(2026, 2, 11, 14, 5, 9).getTime();
const to = new Date(2026, 2, 12, 14, 5, 9).getTime();
const offer: ExportOffer = { what: 'samples', metric: 'if-in', targets: [{ of: 'interface', deviceId, ifIndex: 3 }], from, to, of: 'Kvareli router, ether3' };
const form = formOf(offer);

test('what the page offered is asked for, to the millisecond', () => {
  expect(requestOf(form, offer)).toEqual({ what: 'samples', metric: 'if-in', resolution: 'hour', targets: offer.targets, from, to, format: 'csv', folder: '' });
});

test('what was written by hand is what is asked for', () => {
  expect(requestOf({ ...form, from: '2026-03-01', folder: ' /srv/exports ', format: 'sqlite', onlyOf: false }, offer)).toMatchObject({ from: new Date(2026, 2, 1).getTime(), to, folder: '/srv/exports', format: 'sqlite', targets: [] });
});

test('alerts and the journal are of the whole console', () => {
  expect(['states', 'alerts', 'journal'].map(what => requestOf({ ...form, what: what as 'states' }, offer)?.targets.length)).toEqual([1, 0, 0]); // One of the names above.
});

test.each([
  [{ from: 'soon' }, { from: 'moment' }],
  [{ to: momentText(from) }, { to: 'order' }],
  [{ to: '' }, { to: 'moment' }],
  [{ folder: 'exports' }, { folder: 'folder' }],
  [{ folder: 'C:\\exports' }, {}],
])('%o is told at its field', (part, problems) => {
  expect(problemsOf({ ...form, ...part })).toEqual(problems);
  expect(requestOf({ ...form, ...part }, offer) === null).toBe(Object.keys(problems).length > 0);
});

test('the metrics are those of whom it is about, or all', () => {
  expect([metricChoices(form, offer)[0], metricChoices({ ...form, onlyOf: false }, offer)[0]]).toEqual(['if-in', 'ping']);
});
