import i18n from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import { UptimeRow } from '../../../shared/model/history.ts';
import { startTexts } from '../../i18n.ts';
import { shownRows } from '../../ui/shown-rows.ts';
import { reportColumns } from './report-columns.ts';
import { reportTable } from './report-file.ts';

beforeAll(() => startTexts('en'));

const row = (name: string, part: Partial<UptimeRow>): UptimeRow =>
  UptimeRow.parse({ id: name, name, within: 'Kakheti', provider: null, devices: 7, upMs: 1, downMs: 0, unreachableMs: 0, notObservedMs: 0, maintenanceMs: 0, noDataMs: 0, uptimePct: 100, observedPct: 100, outages: 0, mttrMs: null, mtbfMs: null, ...part });
const unknown = row('Unknown', { uptimePct: null, observedPct: 0 });
const nearly = row('Nearly', { uptimePct: 99.99999, observedPct: 99.97, downMs: 26_400, outages: 2, mttrMs: 13_200, mtbfMs: 1_000_000_000 });
const columns = () => reportColumns(i18n.getFixedT('en', 'reports'), 'en', 'branch');

test('the worst stands first, and what nothing is known of last', () => {
  const rows = [unknown, row('Whole', {}), nearly, row('Bad', { uptimePct: 91 })];
  expect(shownRows(rows, columns(), each => each.name, { search: '', layout: undefined }).map(each => each.name)).toEqual(['Bad', 'Nearly', 'Whole', 'Unknown']);
});

test('nearly the whole does not read as the whole, and nothing known reads as a dash', () => {
  const texts = [nearly, unknown].map(each => columns().map(column => column.text(each, 0)));
  expect(texts).toEqual([
    ['Nearly', 'Kakheti', '7', '99.99', '99.9', '26 s', '2', '13 s', '11 d 13 h'],
    ['Unknown', 'Kakheti', '7', '–', '0', '–', '–', '–', '–'],
  ]);
});

test('the file has the headers of the page, times in seconds and shares that are cut', () => {
  expect(reportTable([nearly, unknown], columns(), 's')).toEqual({
    header: ['Branch', 'Region', 'Devices', 'Uptime, %', 'Observed, %', 'Down, s', 'Outages', 'MTTR, s', 'MTBF, s'],
    rows: [['Nearly', 'Kakheti', 7, 99.9999, 99.97, 26, 2, 13, 1_000_000], ['Unknown', 'Kakheti', 7, null, 0, null, null, null, null]],
  });
});
