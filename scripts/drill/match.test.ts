import { expect, test } from 'vitest';
import type { IncidentRow } from '../../shared/model/incident.ts';
import type { MessageContent } from '../../shared/model/notification.ts';
import { incidentRow } from '../../electron/engine/alerting/incident-for-tests.ts';
import { compare } from './match.ts';
import type { ExpectedIncident, Happening } from './scenario.ts';
import type { SeenIncident, SeenMessage } from './seen.ts';

const minuteMs = 60_000;
const wanted: ExpectedIncident = { kind: 'device', title: 'Kvareli router is down', severity: 'high', since: '00:10', until: '00:20', told: { NOC: ['00:10 problem', '00:20 recovery'], Escalation: ['00:12..00:15 problem'] } };
const happenings = (...incidents: ExpectedIncident[]): Happening[] => [{ what: 'It fails.', steps: [], incidents }];
const seen = (change: Partial<IncidentRow> = {}, times: Partial<SeenIncident> = {}): SeenIncident => ({ row: incidentRow(1, change), openedMs: 10 * minuteMs + 5_000, closedMs: 20 * minuteMs + 5_000, isOnBoard: true, ...times });
const said = (to: string, kind: MessageContent['kind'], atMs: number, change: Partial<MessageContent> = {}): SeenMessage => {
  const { id, title, verdict, evidence, branch, region, affected, affectedCount, since, severity } = incidentRow(1);
  return { to, atMs, content: { kind, incidentId: id, severity, title, verdict, evidence, branch, region, affected, affectedCount, since, at: since, closedAt: null, station: 'NOC', ...change } };
};
const problem = said('NOC', 'problem', 10 * minuteMs + 15_000);
const escalated = said('Escalation', 'problem', 13 * minuteMs);
const recovery = said('NOC', 'recovery', 20 * minuteMs + 15_000);
const all = [problem, escalated, recovery];
const summary = (incidents: readonly SeenIncident[], messages: readonly SeenMessage[], ...more: ExpectedIncident[]): unknown => {
  const { matched, expected, got, differences } = compare(happenings(wanted, ...more), incidents, messages);
  return { matched, expected, got, differences };
};

test('what is exactly as it should be is all matched', () => {
  expect(summary([seen()], all)).toEqual({ matched: 4, expected: 4, got: 4, differences: [] });
});

test('a message that is missing, one too many, and one that is told twice are found', () => {
  expect([summary([seen()], [problem, escalated]), summary([seen()], [...all, said('NOC', 'update', 15 * minuteMs)]), summary([seen()], [...all, { ...problem }])]).toEqual([
    { matched: 3, expected: 4, got: 3, differences: ['Missed: recovery "Kvareli router is down" to NOC at 00:20.'] },
    { matched: 4, expected: 4, got: 5, differences: ['Too much: update "Kvareli router is down" reached NOC at 00:15:00.'] },
    { matched: 4, expected: 4, got: 5, differences: ['Too much: problem "Kvareli router is down" reached NOC at 00:10:15.'] },
  ]);
});

test('an incident that is missing is missed with its messages, and one that nobody wanted is too much', () => {
  expect([summary([], []), summary([seen(), seen({ title: 'Telavi router is down' })], all)]).toEqual([
    { matched: 0, expected: 4, got: 0, differences: ['Missed: "Kvareli router is down" of 00:10 was not on the board.', 'Missed: problem "Kvareli router is down" to NOC at 00:10.', 'Missed: recovery "Kvareli router is down" to NOC at 00:20.', 'Missed: problem "Kvareli router is down" to Escalation at 00:12 to 00:15.'] },
    { matched: 4, expected: 4, got: 5, differences: ['Too much: the incident "Telavi router is down" (device, high) came up at 00:10:05.'] },
  ]);
});

test.each([
  ['another severity', seen({ severity: 'critical' }), 'it is critical, not high'],
  ['another kind', seen({ kind: 'branch' }), 'it is of the kind "branch", not "device"'],
  ['found late', seen({}, { openedMs: 11 * minuteMs }), 'it was on the board at 00:11:00, not within 15 s of 00:10'],
  ['found before its cause', seen({}, { openedMs: 9 * minuteMs }), 'it was on the board at 00:09:00, not within 15 s of 00:10'],
  ['closed early', seen({}, { closedMs: 19 * minuteMs }), 'it was closed at 00:19:00, not within 15 s of 00:20'],
  ['not closed', seen({}, { closedMs: null }), 'it is still open, and should have been closed at 00:20'],
])('an incident that is otherwise is told: %s', (_name, incident, why) => {
  expect(compare(happenings(wanted), [incident], all).differences[0]).toBe(`Not as expected: "Kvareli router is down" of 00:10: ${why}.`);
});

test.each([
  ['late', said('NOC', 'recovery', 22 * minuteMs)],
  ['early', said('NOC', 'recovery', 19 * minuteMs)],
  ['to another', said('Desktop', 'recovery', 20 * minuteMs)],
  ['under another title', said('NOC', 'recovery', 20 * minuteMs, { title: 'Telavi router is down' })],
  ['of no incident', said('NOC', 'recovery', 20 * minuteMs, { incidentId: null })],
])('a message that comes %s is missed and too much', (_name, message) => {
  const { differences } = compare(happenings(wanted), [seen()], [problem, escalated, message]);
  expect(differences.map(each => each.slice(0, 8))).toEqual(['Missed: ', 'Too much']);
});

test('one incident fulfils one expectation only', () => {
  const { matched, expected } = compare(happenings(wanted, { ...wanted, told: {} }), [seen()], all);
  expect([matched, expected]).toEqual([4, 5]);
});

test('a time or a message that cannot be read is refused', () => {
  expect(() => compare(happenings({ ...wanted, told: { NOC: ['at ten'] } }), [seen()], all)).toThrow('is not a message');
  expect(() => compare(happenings({ ...wanted, since: '7:10' }), [seen()], all)).toThrow('is not a time');
});
