import i18n from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import { suppressions } from '../../../shared/model/alert.ts';
import { startTexts } from '../../i18n.ts';
import { alert, incident } from './sample.ts';
import { byUrgency, durationMs, passesStates, rowClass, suppressionDetail, suppressionWords, workClass, workState, workStates, workWords } from './work-state.ts';

beforeAll(() => startTexts('en'));
const t = i18n.getFixedT('en', 'alerts');
const waits = (reason: (typeof suppressions)[number], until: number | null = null, detail = '') => ({ suppression: { reason, until, detail } });
const known = { acknowledgedAt: 12_000, acknowledgedBy: 'night shift' };

test('what ended is closed, whatever was said of it; what somebody knows is acknowledged, also while it waits', () => {
  const states = [{}, known, waits('maintenance'), { ...known, ...waits('parent-down') }, { ...known, ...waits('known-down') }, { ...known, clearedAt: 20_000 }].map(fields => workState(alert(fields)));
  expect(states).toEqual(['open', 'acknowledged', 'waiting', 'acknowledged', 'known-down', 'closed']);
});

test('an incident has the states of an alert', () => {
  expect([{}, known, waits('snoozed'), { closedAt: 5 }].map(fields => workState(incident(fields)))).toEqual(['open', 'acknowledged', 'waiting', 'closed']);
});

test('what is known to be down is shown only when asked for', () => {
  const list = [alert({}), alert(waits('known-down')), alert({ clearedAt: 1 })];
  expect([[], ['known-down'], ['open', 'closed']].map(states => list.map(each => passesStates(each, workStates.filter(state => states.includes(state)))))).toEqual([[true, false, true], [false, true, false], [true, false, true]]);
});

test('open ones stand on top, the newest first, then what waits, what is known, and what is over', () => {
  const list = [
    alert({ subjectName: 'ended', clearedAt: 99_000, since: 90_000 }), alert({ subjectName: 'old open', since: 1_000 }), alert({ subjectName: 'known', ...known, since: 50_000 }),
    alert({ subjectName: 'new open', since: 40_000 }), alert({ subjectName: 'waiting', ...waits('blind'), since: 70_000 }),
  ];
  expect(list.sort(byUrgency).map(each => each.subjectName)).toEqual(['new open', 'old open', 'waiting', 'known', 'ended']);
});

test('of what is open the gravest is on top, however new the rest is; of what is over the newest', () => {
  const list = [alert({ subjectName: 'new, medium', severity: 'medium', since: 9_000 }), alert({ subjectName: 'old, critical' }), alert({ subjectName: 'new, high', severity: 'high', since: 8_000 }), alert({ subjectName: 'over, critical', clearedAt: 9_000 }), alert({ subjectName: 'over, low', severity: 'low', since: 5_000, clearedAt: 9_000 })];
  expect(list.sort(byUrgency).map(each => each.subjectName)).toEqual(['old, critical', 'new, high', 'new, medium', 'over, low', 'over, critical']);
});

test('the duration counts from the beginning of the trouble and stops at the end', () => {
  expect([durationMs(alert({}), 61_000), durationMs(alert({ clearedAt: 31_000 }), 61_000), durationMs(alert({}), 0)]).toEqual([60_000, 30_000, 0]);
});

test('what waits says why', () => {
  const now = new Date(2026, 10, 23, 22, 0).getTime();
  const tonight = new Date(2026, 10, 24, 4, 0).getTime();
  const said = [waits('parent-down', null, 'Kvareli router'), waits('parent-down'), waits('maintenance', tonight, 'Router change'), waits('snoozed', now + 900_000), waits('flapping'), waits('blind'), waits('known-down')];
  expect(said.map(fields => workWords(alert(fields), t, now))).toEqual(['Behind Kvareli router', 'Behind what is down', 'Maintenance until 04:00', 'Snoozed until 22:15', 'Flapping', 'Not observed', 'Known down']);
  expect(said.map(({ suppression }) => suppressionDetail(suppression))).toEqual([null, null, 'Router change', null, null, null, null]);
});

test('every reason to wait has its words', () => {
  const words = suppressions.flatMap(reason => [null, 1].map(until => suppressionWords({ reason, until, detail: '' }, t, 0)));
  expect(words.filter(each => each.startsWith('waiting'))).toEqual([]);
});

test('a new outage pulses; what recovers, waits or is over does not', () => {
  const now = 700_000;
  const classes = [alert({ since: 600_000 }), alert({ since: 1 }), alert({ since: 600_000, phase: 'recovering' }), alert({ since: 600_000, ...waits('maintenance') }), alert({ since: 600_000, clearedAt: 650_000 })].map(each => `${workClass(each, now)} ${rowClass(each)}`.trim());
  expect(classes).toEqual(['state state-down state-new', 'state state-down', 'state state-degraded', 'state state-maintenance row-quiet', 'state state-up row-quiet']);
});
