import { describe, expect, test } from 'vitest';
import type { IncidentRow } from '../../../shared/model/incident.ts';
import { incidentId, incidentRow, messageId, recipient, startedAt, suppressedBy, targetId, view } from './incident-for-tests.ts';
import { plan, spoken, type IncidentView, type Recipient } from './routing.ts';
import { ToldBook } from './told.ts';

const minute = 60_000;
const anyone = [recipient(1)];

/** A conversation as it is planned, round by round. */
function talk(recipients: readonly Recipient[] = anyone) {
  let made = 0;
  let book = new ToldBook();
  const round = (views: readonly IncidentView[], now = startedAt, to = recipients) => {
    const planned = plan({ incidents: views, recipients: to, told: book, now, station: 'NOC', newId: () => messageId(++made) });
    book.apply(planned.told);
    return planned.messages;
  };
  return {
    round,
    says: (change: Partial<IncidentRow>, more: Partial<IncidentView> = {}, now = startedAt, to = recipients): string[] => round([view(incidentRow(1, change), more)], now, to).map(({ content }) => `${content.kind} ${content.severity}`),
    /** As after a restart: from what is stored. */
    restart: () => {
      book = ToldBook.from(JSON.parse(JSON.stringify([...book.incidents].flatMap(id => [...(book.of(id) ?? [])].map(([target, told]) => ({ incidentId: id, targetId: target, told }))))) as unknown[]);
    },
    open: () => [...book.incidents],
  };
}

test('a problem says all there is to say, once', () => {
  const { round } = talk();
  const first = round([view(incidentRow(1))]);
  expect(first).toEqual([{
    id: messageId(1), targetId: targetId(1), targetName: 'Recipient 1', incidentId: incidentId(1), state: 'waiting', createdAt: startedAt, dueAt: startedAt, attempts: 0, doneAt: null, problem: null,
    content: {
      kind: 'problem', incidentId: incidentId(1), severity: 'high', title: 'Kvareli router is down', verdict: 'The router does not answer.', evidence: ['No answer for 30 s.'], branch: 'Kvareli', region: 'Kakheti',
      affected: ['Kvareli router'], affectedCount: 1, since: startedAt - 30_000, at: startedAt, closedAt: null, station: 'NOC',
    },
  }]);
  expect(round([view(incidentRow(1))])).toEqual([]);
});

describe('a conversation', () => {
  test('ends once, and says how long it took', () => {
    const { round, open } = talk();
    round([view(incidentRow(1))]);
    const closed = view(incidentRow(1, { closedAt: startedAt + 5 * minute }));
    expect(round([closed], startedAt + 5 * minute).map(({ content: { kind, verdict, closedAt } }) => ({ kind, verdict, closedAt }))).toEqual([{ kind: 'recovery', verdict: 'It is over, after 5 min 30 s.', closedAt: startedAt + 5 * minute }]);
    expect([round([closed], startedAt + 6 * minute), open()]).toEqual([[], []]);
  });

  test('is not begun before everything is gathered, nor while it is suppressed, and not at all when it ends before', () => {
    const { says } = talk();
    expect([says({}, { gathered: false }), says(suppressedBy('maintenance')), says({ closedAt: startedAt }), says({})]).toEqual([[], [], [], ['problem high']]);
  });

  test('goes on when it is worse or grows, once for each, and falling severity is not told', () => {
    const { says } = talk();
    expect([says({ severity: 'medium' }), says({ severity: 'high' }), says({ severity: 'low' }), says({ severity: 'high' }), says({ severity: 'high', kind: 'branch' }), says({ severity: 'high', kind: 'device' }), says({ severity: 'critical', kind: 'isps' }), says({ severity: 'critical', kind: 'branch' })])
      .toEqual([['problem medium'], ['update high'], [], [], ['update high'], [], ['update critical'], []]);
  });

  test('waits while it is suppressed, and catches up when that ends', () => {
    const { says } = talk();
    expect([says({}), says({ severity: 'critical', ...suppressedBy('snoozed') }), says({ severity: 'critical' })]).toEqual([['problem high'], [], ['update critical']]);
  });

  test.each(['known-down', 'parent-down', 'blind', 'maintenance', 'snoozed', 'acknowledged'] as const)('ends also while it is suppressed as %s', reason => {
    const { says } = talk();
    expect([says({}), says({ ...suppressedBy(reason), closedAt: startedAt })]).toEqual([['problem high'], ['recovery high']]);
  });

  test('ends when the incident goes on as part of another, and says so', () => {
    const { round, says } = talk();
    says({});
    const [end] = round([view(incidentRow(1, { flapping: true, closedAt: startedAt, mergedInto: { id: incidentId(2), title: 'Kvareli is down' } }))]);
    expect([end?.content.kind, end?.content.verdict]).toEqual(['recovery', 'It goes on as part of another incident: Kvareli is down.']);
  });

  test('goes on over a restart as if there had been none', () => {
    const { says, restart } = talk();
    says({});
    restart();
    const again = says({});
    says({ flapping: true, severity: 'critical' });
    restart();
    expect([again, says({ flapping: true, severity: 'critical' }), says({ severity: 'critical', closedAt: startedAt })]).toEqual([[], [], ['recovery critical']]);
  });
});

describe('flapping', () => {
  const flapping = { flapping: true, ...suppressedBy('flapping') };

  test('is told once, and the end when it is over', () => {
    const { says } = talk();
    expect([says({}), says(flapping), says({ ...flapping, closedAt: startedAt }), says(flapping), says({ closedAt: startedAt })]).toEqual([['problem high'], ['flapping high'], [], [], ['recovery high']]);
  });

  test('that ends while the trouble goes on is told as still so', () => {
    const { round } = talk();
    round([view(incidentRow(1))]);
    round([view(incidentRow(1, flapping))]);
    const [still] = round([view(incidentRow(1))]);
    expect([still?.content.kind, still?.content.title, still?.content.verdict]).toEqual(['update', 'Still: Kvareli router is down', 'It has stopped ending and beginning, and it is still so. The router does not answer.']);
  });

  test('that ends in maintenance is told as still so when that ends, in one message with what grew worse', () => {
    const { says } = talk();
    expect([says({}), says(flapping), says(suppressedBy('maintenance')), says({ severity: 'critical' }), says({ severity: 'critical' })]).toEqual([['problem high'], ['flapping high'], [], ['update critical'], []]);
  });

  test('of what was never told is told once, with the problem: its own coming and going would keep it silent for ever', () => {
    const { says } = talk();
    expect([says(flapping), says({ flapping: true }), says({ flapping: false }), says({ closedAt: startedAt })]).toEqual([['problem high'], [], ['update high'], ['recovery high']]);
  });

  test('that nobody ends holds back the end for an hour', () => {
    const { says } = talk();
    says({});
    const closed = { flapping: true, closedAt: startedAt };
    expect([says(closed), says(closed, {}, startedAt + 59 * minute), says(closed, {}, startedAt + 60 * minute)]).toEqual([[], [], ['recovery high']]);
  });
});

describe('a recipient', () => {
  test('is told of its severities, and from then on to the end', () => {
    const { says } = talk([recipient(1, { severities: ['critical'] })]);
    expect([says({ severity: 'high' }), says({ severity: 'critical' }), says({ severity: 'low' }), says({ severity: 'low', closedAt: startedAt })]).toEqual([[], ['problem critical'], [], ['recovery critical']]);
  });

  test.each([
    ['its region', { regions: ['kakheti'] }, true],
    ['another region', { regions: ['Imereti'] }, false],
    ['its tag', { tags: ['core'] }, true],
    ['another type', { types: ['atm'] }, false],
    ['an interface that fits', { interfaces: ['*_Internet'] }, true],
    ['an interface that does not', { interfaces: ['Vlan*'] }, false],
  ])('is told by scope: %s', (_name, scope, told) => {
    const { says } = talk([recipient(1, { scope })]);
    expect(says({}, { interfaces: [{ name: 'Fa3', alias: 'Magti_Internet' }] })).toEqual(told ? ['problem high'] : []);
  });

  test('of everything is told of the console itself; of a region it is not', () => {
    const { round } = talk([recipient(1), recipient(2, { scope: { regions: ['Kakheti'] } })]);
    expect(round([view(incidentRow(1, { kind: 'console', branch: null, region: null }), { places: [] })]).map(({ targetId: id }) => id)).toEqual([targetId(1)]);
  });

  test('that is changed so that it is not about the incident any more is told the end, and nothing else', () => {
    const { says } = talk();
    says({});
    const elsewhere = [recipient(1, { scope: { regions: ['Imereti'] } })];
    expect([says({ severity: 'critical' }, {}, startedAt, elsewhere), says({ closedAt: startedAt }, {}, startedAt, elsewhere)]).toEqual([[], ['recovery high']]);
  });

  test.each([['removed', []], ['switched off', [recipient(1, { enabled: false })]]])('that is %s is told nothing, and begins anew', (_name, gone) => {
    const { says, open } = talk();
    says({});
    const meanwhile = [says({ severity: 'critical' }, {}, startedAt, gone), open()];
    expect([meanwhile, says({ severity: 'critical' })]).toEqual([[[], []], ['problem critical']]);
  });

  test('for escalation is told when nobody acknowledges for so long', () => {
    const late = recipient(2, { afterMs: 15 * minute });
    const { round } = talk([recipient(1), late]);
    const told = (change: Partial<IncidentRow>, after: number): unknown => round([view(incidentRow(1, change))], startedAt + after).map(({ targetId: id }) => id);
    expect([told({}, 0), told({}, 15 * minute - 1), told({ acknowledgedAt: startedAt }, 20 * minute), told({}, 21 * minute)]).toEqual([[targetId(1)], [], [], [targetId(2)]]);
  });
});

describe('quiet hours', () => {
  const quiet = (more: object = {}) => [recipient(1, { quietHours: { from: '22:00', to: '07:00', zone: 'Asia/Tbilisi', ...more } })];
  const night = Date.UTC(2026, 0, 5, 20);
  const morning = Date.UTC(2026, 0, 6, 3);

  test('hold what is not critical until they end, if it is still so', () => {
    const { says } = talk(quiet());
    expect([says({}, {}, night), says({}, {}, morning - 1), says({}, {}, morning)]).toEqual([[], [], ['problem high']]);
  });

  test('let through what is or becomes critical, to its end', () => {
    const { says } = talk(quiet());
    expect([says({ severity: 'high' }, {}, night - 3 * 3_600_000), says({ severity: 'critical' }, {}, night), says({ closedAt: night }, {}, night)]).toEqual([['problem high'], ['update critical'], ['recovery critical']]);
  });

  test('hold also the end of what was told before', () => {
    const { says } = talk(quiet());
    expect([says({}, {}, night - 3 * 3_600_000), says({ closedAt: night }, {}, night), says({ closedAt: night }, {}, morning)]).toEqual([['problem high'], [], ['recovery high']]);
  });

  test('that are for all let nothing through', () => {
    const { says } = talk(quiet({ evenCritical: true }));
    expect([says({ severity: 'critical' }, {}, night), says({ severity: 'critical' }, {}, morning)]).toEqual([[], ['problem critical']]);
  });
});

test.each([[0, 'less than a second'], [42_500, '42 s'], [3_600_000, '1 h'], [3_900_000, '1 h 5 min'], [90_000_000, '1 d 1 h'], [86_460_000, '1 d']])('%d ms is spoken as %s', (ms, words) => {
  expect(spoken(ms)).toBe(words);
});
