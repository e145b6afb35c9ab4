/** How SQLite finds what it is asked for: every statement that the store runs, explained. No table that grows with time is ever read from one end to the other. */
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, test } from 'vitest';
import type { IncidentId, MessageId, TargetId } from '../../../shared/model/ids.ts';
import { configureWriter, inTransaction, type Db } from './connection.ts';
import { dayMs, hourMs } from './history/keys.ts';
import { databaseWith, foldAll, part, writePings, type Ping } from './history/history-for-tests.ts';
import { historyOf } from './history/writer.ts';
import { writeJournal } from './journal.ts';
import { peeks, reads, writes } from './operations.ts';
import { writeMessages } from './outbox.ts';

const start = Date.UTC(2026, 0, 5);
const now = start + 4 * dayMs;
/** These grow with the time that the console runs. Others grow with the estate, and are in memory anyway. */
const large = ['hot', 'chunk', 'five_min', 'day', 'event', 'alert', 'journal', 'journal_device', 'audit', 'open_hour', 'outbox'];
/** Statements that read a large table whole, each once a start. */
const onceAStart = ['SELECT id, samples FROM open_hour', 'SELECT samples FROM hot ORDER BY id', 'SELECT max(at) FROM (SELECT max(last_ts)'];

// Any text will do for an id here.
const [incident, message, target] = ['i' as IncidentId, 'm' as MessageId, 't' as TargetId];

let db: Db;
let statements: string[];

const plan = (sql: string): string[] => (db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]).map(row => row.detail); // SQLite's own columns.

/** A database as it is after some days, on which every operation of the store has run. */
beforeAll(() => {
  const source = databaseWith(20);
  const bytes = source.serialize();
  const seen = new Set<string>();
  db = new Database(bytes, { verbose: sql => void seen.add(String(sql)) });
  configureWriter(db);
  const pings = Array.from({ length: 20 }, (_, i) => i + 1).flatMap(id => Array.from({ length: 4 * 24 }, (_, i): Ping => [id, start + i * hourMs, 500]));
  writePings(db, pings);
  inTransaction(db, () => writeJournal(db, [{ row: { id: 'j', kind: 'blind', cause: 'slept', from: start, to: start + hourMs, devices: 1, detail: 'It slept.' }, deviceIds: [1] }, { row: { id: 'm', kind: 'maintenance', cause: null, from: start, to: start + hourMs, devices: 1, detail: 'It was worked on.' }, deviceIds: [1] }]));
  foldAll(db, now);
  const range = { from: start, to: now, now };
  const change = { deviceId: 1, at: now, state: 'down', since: now, downSince: now } as const;
  const run = (operation: () => unknown): unknown => inTransaction(db, operation);
  run(() => writes.tick(db, { at: now, samples: [], interfaces: [], values: [{ deviceId: 1, metric: 'if-status', object: '4', at: now, outcome: 0, value: 1 }], stateChanges: [change], alerts: [], snmp: [], journal: [], checks: [] }));
  run(() => writes.fold(db, now));
  run(() => writes.purge(db));
  run(() => writes.closeDays(db, 0, now));
  run(() => writes.expire(db, { rawDays: 2, fiveMinDays: 2, hourDays: 31 }, 0, now));
  run(() => writes.shrink(db, 1, null, now));
  run(() => writes.giveBack(db, null));
  run(() => historyOf(db).putAway(db));
  for (const metric of ['ping', 'if-status'] as const) peeks.openParts(db, [{ deviceId: 1, metric, object: metric === 'ping' ? '' : '4' }], start, now);
  peeks.openLinks(db, { provider: null }, start, now);
  peeks.openLinks(db, { deviceId: 1, ifIndex: 4 }, start, now);
  for (const maxPoints of [10, 20, 200, 20_000]) reads.series(db, [part(db, 1, start, now)], { from: start, to: now, maxPoints }, { deviceId: 1, ...range });
  reads.series(db, [part(db, 1, start, now)], { from: start - 1_000 * dayMs, to: now, maxPoints: 10 }, null);
  reads.uptime(db, [1], range);
  reads.states(db, { deviceId: 1, ...range });
  reads.report(db, 'branch', range);
  reads.report(db, 'device', range);
  reads.linkReport(db, [part(db, 1, start, now)], range);
  reads.costs(db, 1);
  reads.remembered(db, 500);
  run(() => writeMessages(db, []));
  peeks.waitingMessages(db, 100, 1_000);
  reads.incident(db, incident);
  reads.handover(db, start);
  peeks.deliveriesSince(db, start);
  run(() => writes.recordOutcomes(db, [{ id: message, state: 'sent', dueAt: now, attempts: 1, doneAt: now, problem: null }]));
  run(() => writes.expireOutbox(db, now, 100));
  run(() => writes.expireIncidentEvents(db, now, 100));
  run(() => writes.removeTarget(db, target, now));
  run(() => writes.removeDevices(db, [2]));
  run(() => writes.forgetGone(db));
  statements = [...seen].filter(sql => /^\s*(SELECT|INSERT|UPDATE|DELETE)/i.test(sql));
});

test('no table that grows with time is read from one end to the other, but once a start', () => {
  const scans = statements.filter(sql => !onceAStart.some(known => sql.includes(known))).flatMap(sql =>
    plan(sql).filter(step => step.startsWith('SCAN ') && large.includes(/^SCAN (?:CONSTANT ROW|(\w+))/.exec(step)?.[1] ?? '') && !isBounded(sql)).map(step => `${step}: ${sql}`));
  expect(statements.length).toBeGreaterThan(60);
  expect(scans).toEqual([]);
});

/** Read along a key, and only so many rows of it; or an index that holds only what is open. */
const isBounded = (sql: string): boolean => /ORDER BY (id|ts|id DESC|from_at DESC, journal\.id DESC)\s+LIMIT \d+/.test(sql) || /FROM alert WHERE cleared_at IS NULL/.test(sql) || /FROM outbox (o )?WHERE (o\.)?state = 'waiting'/.test(sql);

describe('the questions that come most often', () => {
  const cases: readonly (readonly [name: string, sql: string, plan: readonly string[]])[] = [
    ['the samples of a day', 'SELECT samples FROM chunk WHERE id BETWEEN 1 AND 9 ORDER BY id', ['SEARCH chunk USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)']],
    ['the sums of a year', 'SELECT hours FROM day WHERE id BETWEEN 1 AND 9 ORDER BY id', ['SEARCH day USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)']],
    ['the latest sample of every device', 'SELECT s.device_id, l.ts, l.outcome, l.value FROM series s JOIN latest l ON l.series_id = s.id', ['SCAN s USING COVERING INDEX sqlite_autoindex_series_1', 'SEARCH l USING INTEGER PRIMARY KEY (rowid=?)']],
    ['the series of a device', 'SELECT id FROM series WHERE device_id = 1 AND metric = \'ping\' AND object = \'\'', ['SEARCH series USING COVERING INDEX sqlite_autoindex_series_1 (device_id=? AND metric=? AND object=?)']],
    ['the state of a device at a time', 'SELECT kind FROM event WHERE device_id = 1 AND at <= 9 ORDER BY at DESC, id DESC LIMIT 1', ['SEARCH event USING INDEX event_by_device (device_id=? AND at<?)']],
    ['changes of state in order of time', 'SELECT id FROM event WHERE at >= 1 AND at < 9 ORDER BY at, id', ['SEARCH event USING COVERING INDEX event_by_time (at>? AND at<?)']],
    ['maintenance that reaches into a time', `SELECT id FROM journal j WHERE j.kind = 'maintenance' AND coalesce(j.to_at, 8640000000000000) > 1 AND j.from_at < 9`, ['SEARCH j USING INDEX journal_maintenance (<expr>>?)']],
    ['open alerts', 'SELECT * FROM alert WHERE cleared_at IS NULL AND subject = \'a\' AND rule = \'b\'', ['SEARCH alert USING INDEX alert_open (subject=? AND rule=?)']],
    ['the links of a provider', 'SELECT device_id, if_index FROM interface WHERE isp_provider = \'Magti\'', ['SEARCH interface USING COVERING INDEX interface_by_isp (isp_provider=?)']],
    ['how much waits for each recipient', "SELECT target_id, count(*) FROM outbox WHERE state = 'waiting' GROUP BY target_id", ['SCAN outbox USING COVERING INDEX outbox_waiting']],
    ['what waits for a recipient', "SELECT id FROM outbox WHERE state = 'waiting' AND target_id = 'a' ORDER BY id LIMIT 9", ['SEARCH outbox USING COVERING INDEX outbox_waiting (target_id=?)']],
    ['what was sent last', 'SELECT id FROM outbox WHERE done_at IS NOT NULL ORDER BY done_at DESC, id DESC LIMIT 9', ['SEARCH outbox USING COVERING INDEX outbox_done (done_at>?)']],
    ['the messages of an incident', "SELECT body FROM outbox WHERE incident_id = 'a' ORDER BY id LIMIT 9", ['SEARCH outbox USING INDEX outbox_by_incident (incident_id=?)']],
    ['a message by its id', "UPDATE outbox SET state = 'sent' WHERE public_id = 'a' AND state = 'waiting'", ['SEARCH outbox USING INDEX sqlite_autoindex_outbox_1 (public_id=?)']],
    ['samples that are folded', 'DELETE FROM hot WHERE id <= 9', ['SEARCH hot USING INTEGER PRIMARY KEY (rowid<?)']],
  ];
  test.each(cases)('%s', (_name, sql, expected) => {
    expect(plan(sql)).toEqual(expected);
  });
});
