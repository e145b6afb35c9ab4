import { expect, test } from 'vitest';
import { AlertRow } from '../../../shared/model/alert.ts';
import { byUrgency, durationMs, quietOf, searchTextOf, stateOf } from './alert-view.ts';

let made = 0;
function alert(fields: Partial<AlertRow>): AlertRow {
  const id = `00000000-0000-4000-8000-${String(++made).padStart(12, '0')}`;
  return AlertRow.parse({
    id, deviceId: '00000000-0000-4000-8000-000000000000', deviceName: 'Kvareli router', address: '192.0.2.5', branch: 'Kvareli', rule: 'device-down',
    severity: 'critical', since: 1_000, raisedAt: 11_000, clearedAt: null, clearedBy: null, acknowledgedAt: null, acknowledgedBy: null, note: null, simulated: false, ...fields,
  });
}

test('an alert that ended is ended, acknowledged or not', () => {
  const acknowledged = { acknowledgedAt: 12_000, acknowledgedBy: 'night shift' };
  const states = [{}, acknowledged, { clearedAt: 20_000 }, { ...acknowledged, clearedAt: 20_000 }].map(fields => stateOf(alert(fields)));
  expect(states).toEqual(['open', 'acknowledged', 'ended', 'ended']);
});

test('open alerts stand on top, the newest first', () => {
  const list = [
    alert({ deviceName: 'ended', clearedAt: 99_000, since: 90_000 }),
    alert({ deviceName: 'old open', since: 1_000 }),
    alert({ deviceName: 'acknowledged', acknowledgedAt: 60_000, since: 50_000 }),
    alert({ deviceName: 'new open', since: 40_000 }),
  ];
  expect(list.sort(byUrgency).map(each => each.deviceName)).toEqual(['new open', 'old open', 'acknowledged', 'ended']);
});

test('the duration counts from the first lost probe and stops at the end', () => {
  expect([durationMs(alert({}), 61_000), durationMs(alert({ clearedAt: 31_000 }), 61_000), durationMs(alert({}), 0)]).toEqual([60_000, 30_000, 0]);
});

test('a search looks through device, address, branch, who acknowledged and the note', () => {
  const one = alert({ acknowledgedAt: 1, acknowledgedBy: 'noc-desk', note: 'Power cut' });
  expect([searchTextOf(one), searchTextOf(alert({ branch: null }))]).toEqual(['Kvareli router 192.0.2.5 Kvareli noc-desk Power cut', 'Kvareli router 192.0.2.5']);
});

test('an empty list never claims that all is well while a device is silent or not seen', () => {
  const counts = { total: 10, paused: 2, down: 0, knownDown: 0, unreachable: 0, notObserved: 0, noData: 0 };
  const said = [undefined, { ...counts, total: 2 }, counts, { ...counts, noData: 1, knownDown: 2, unreachable: 1 }, { ...counts, notObserved: 5 }, { ...counts, notObserved: 8 }].map(fleet => quietOf(fleet));
  expect(said).toEqual([
    { kind: 'unknown' },
    { kind: 'no-devices' },
    { kind: 'all-answer', checked: 8, unseen: 0 },
    { kind: 'some-silent', checked: 8, silent: 4, unseen: 0 },
    { kind: 'all-answer', checked: 3, unseen: 5 },
    { kind: 'blind', unseen: 8 },
  ]);
});
