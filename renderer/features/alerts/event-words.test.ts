import i18n from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import { incidentEventKinds } from '../../../shared/model/incident.ts';
import { startTexts } from '../../i18n.ts';
import { eventWords, worthTelling } from './event-words.ts';
import { alert } from './sample.ts';

beforeAll(() => startTexts('en'));

test('the console speaks in its own sentence, a person in theirs', () => {
  const t = i18n.getFixedT('en', 'alerts');
  const events = [
    { kind: 'raised', by: null, text: 'Kvareli is down.' }, { kind: 'closed', by: null, text: '' }, { kind: 'told', by: null, text: 'problem to Duty' }, { kind: 'commented', by: 'Nino', text: 'Called the ISP.' }, { kind: 'acknowledged', by: 'Nino', text: '' }, { kind: 'assigned', by: 'Nino', text: 'Dato' },
  ] as const;
  expect(events.map(event => eventWords(event, t))).toEqual([
    { title: 'Kvareli is down.', words: null }, { title: 'Closed', words: null }, { title: 'Told: problem to Duty', words: null }, { title: 'Commented', words: 'Called the ISP.' }, { title: 'Acknowledged', words: null }, { title: 'Assigned: Dato', words: null },
  ]);
});

test('every kind of event has its word', () => {
  expect(incidentEventKinds.filter(kind => !i18n.exists(`event.${kind}`, { ns: 'alerts' }))).toEqual([]);
});

test('an alert that joins as it is raised is told once, and so is that it was acknowledged', () => {
  const [first, second] = [alert({}).id, alert({}).id];
  const events = [
    { kind: 'raised', alertId: first, at: 0 }, { kind: 'joined', alertId: first, at: 0 }, { kind: 'joined', alertId: second, at: 0 }, { kind: 'joined', alertId: null, at: 0 },
    { kind: 'suppressed', alertId: first, at: 9_000 }, { kind: 'acknowledged', alertId: first, at: 20_000 }, { kind: 'suppressed', alertId: first, at: 21_000 }, { kind: 'suppressed', alertId: second, at: 21_000 },
  ] as const;
  expect(worthTelling(events)).toEqual([events[0], events[2], events[3], events[4], events[5], events[7]]);
});
