import { expect, test } from 'vitest';
import { alertSearchText, incidentSearchText, quietOf } from './alert-view.ts';
import { alert, incident } from './sample.ts';

test('a search looks through what it is about, where it is, its rule, and who has said what', () => {
  const one = alert({ acknowledgedAt: 1, acknowledgedBy: 'noc-desk', note: 'Power cut', assignee: 'Nino' });
  expect([alertSearchText(one), alertSearchText(alert({ branch: null, region: null }))]).toEqual(['Kvareli router Kvareli router 192.0.2.5 Kvareli Kakheti Device down Nino noc-desk Power cut', 'Kvareli router Kvareli router 192.0.2.5 Device down']);
});

test('an incident is found by each thing that it struck', () => {
  expect(incidentSearchText(incident({ affected: ['Kvareli router', 'ATM 7'] }))).toBe('Kvareli is down Kvareli Kakheti The router of Kvareli does not answer. Kvareli router ATM 7');
});

test('an empty list never claims that all is well while a device is silent or not seen', () => {
  const counts = { total: 10, paused: 2, up: 8, degraded: 0, notObserved: 0, maintenance: 0 };
  const fleets = [undefined, { ...counts, total: 2, up: 0 }, counts, { ...counts, up: 3, degraded: 1 }, { ...counts, up: 3, notObserved: 5 }, { ...counts, up: 0, notObserved: 8 }, { ...counts, up: 6, maintenance: 2 }];
  expect(fleets.map(fleet => quietOf(fleet))).toEqual([
    { kind: 'unknown' },
    { kind: 'no-devices' },
    { kind: 'all-answer', checked: 8, unseen: 0 },
    { kind: 'some-silent', checked: 8, silent: 4, unseen: 0 },
    { kind: 'all-answer', checked: 3, unseen: 5 },
    { kind: 'blind', unseen: 8 },
    { kind: 'all-answer', checked: 6, unseen: 0 },
  ]);
});
