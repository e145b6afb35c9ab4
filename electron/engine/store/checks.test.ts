/** Further checks in a real database. */
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CheckInput } from '../../../shared/model/check.ts';
import { listChecks, replaceChecks, writeCheckStates, type CheckRecord } from './checks.ts';
import { configureWriter, inTransaction, type Db } from './connection.ts';
import type { ValueSample } from './history/series.ts';
import { historyOf } from './history/writer.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';

let db: Db;
let made = 0;
const make = { id: () => `00000000-0000-4000-8000-${String(++made).padStart(12, '0')}`, token: () => `token-${made}` };
const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const untested = { state: 'waiting', since: null, at: null, message: null, elapsedMs: null } as const;

beforeEach(() => {
  made = 0;
  db = new Database(':memory:');
  configureWriter(db);
  migrate(db, migrations, () => {});
  for (const device of [1, 2]) {
    db.prepare(`INSERT INTO device (id, public_id, name, address, type, enabled, snmp_port, simulated, created_at, updated_at) VALUES (?, ?, 'A', '127.0.0.1', 'atm', 1, 161, 0, 1, 1)`).run(device, `device ${device}`);
  }
});
afterEach(() => void db.close());

const port = (number: number, more: object = {}): CheckInput => CheckInput.parse({ kind: 'tcp', port: number, ...more });
const heartbeat = (more: object = {}): CheckInput => CheckInput.parse({ kind: 'heartbeat', ...more });
const replace = (deviceId: number, ...checks: CheckInput[]): CheckRecord[] => replaceChecks(db, deviceId, checks, make);

test('what was written is there, in order, and answered at once', () => {
  const web = CheckInput.parse({ kind: 'http', url: 'https:///login', contains: 'ყვარელი' });
  const first = replace(1, port(22), web);
  const second = replace(2, heartbeat());
  expect([...first, ...second]).toEqual([
    { id: id(1), deviceId: 1, check: port(22), heartbeatToken: null, state: untested },
    { id: id(2), deviceId: 1, check: web, heartbeatToken: null, state: untested },
    { id: id(3), deviceId: 2, check: heartbeat(), heartbeatToken: 'token-3', state: untested },
  ]);
  expect(listChecks(db)).toEqual([...first, ...second]);
});

test('a check that stays keeps its id, token and state, also in another place and under another name; one that asks something else begins anew', () => {
  const [ssh, telnet, call] = replace(1, port(22), port(23), heartbeat());
  const failing = { state: 'failing', since: 5, at: 9, message: 'Port 22 is closed: the connection was refused.', elapsedMs: 1.5 } as const;
  writeCheckStates(db, [ssh, telnet, call].map(record => ({ checkId: record?.id ?? '', ...failing })));
  const changed = replace(1, heartbeat({ id: call?.id, graceMs: 5_000 }), port(24, { id: telnet?.id }), port(22, { id: ssh?.id, name: 'Shell', intervalMs: 5_000, consequence: 'down' }));
  expect(changed.map(({ id: is, heartbeatToken, state }) => ({ is, heartbeatToken, state }))).toEqual([
    { is: id(3), heartbeatToken: 'token-3', state: failing }, { is: id(2), heartbeatToken: null, state: untested }, { is: id(1), heartbeatToken: null, state: failing },
  ]);
  expect(listChecks(db)).toEqual(changed);
});

test('a check that is left out is gone; the id of another device\'s check, or one that is named twice, makes a new one', () => {
  const [mine] = replace(1, port(22), port(23));
  const [other] = replace(2, port(22, { id: mine?.id }));
  const twice = replace(1, port(22, { id: mine?.id }), port(25, { id: mine?.id }));
  expect([other?.id, twice.map(record => record.id), listChecks(db).length]).toEqual([id(3), [id(1), id(4)], 3]);
});

test('states are written for those that are there, and go with their device', () => {
  const [check] = replace(1, port(22));
  writeCheckStates(db, [{ checkId: check?.id ?? '', ...untested, state: 'ok', since: 7 }, { checkId: id(99), ...untested }]);
  const before = listChecks(db).map(({ state }) => state.since);
  db.prepare('DELETE FROM device WHERE id = 1').run();
  expect([before, listChecks(db)]).toEqual([[7], []]);
});

test('a check that this version does not understand is left out, and the others are read', () => {
  replace(1, port(22), port(23));
  db.prepare(`UPDATE device_check SET settings = '{"kind":"telepathy"}' WHERE public_id = ?`).run(id(1));
  expect(listChecks(db).map(record => record.id)).toEqual([id(2)]);
});

test('the history of a check goes with it; that of the others, and of anything else, stays', () => {
  const [ssh] = replace(1, port(22), port(23));
  replace(2, port(22));
  for (const [device, metric, object] of [[1, 'ping', ''], [1, 'check-time', id(1)], [1, 'check-time', id(2)], [1, 'check-value', id(2)], [1, 'if-in', '2'], [2, 'check-time', id(3)]]) {
    db.prepare('INSERT INTO series (device_id, metric, object) VALUES (?, ?, ?)').run(device, metric, object);
  }
  const left = (): unknown[] => db.prepare(`SELECT device_id || ' ' || metric || ' ' || object FROM series ORDER BY id`).pluck().all();
  replace(1, port(22, { id: ssh?.id }));
  const one = left();
  replace(1);
  expect([one, left()]).toEqual([['1 ping ', `1 check-time ${id(1)}`, '1 if-in 2', `2 check-time ${id(3)}`], ['1 ping ', '1 if-in 2', `2 check-time ${id(3)}`]]);
});

test('what a removed check was still asked makes no history of it again', () => {
  const [ssh] = replace(1, port(22), port(23));
  replace(1, port(22, { id: ssh?.id }));
  const sample = (object: string): ValueSample => ({ deviceId: 1, metric: 'check-time', object, at: 9, outcome: 0, value: 3 });
  inTransaction(db, () => historyOf(db).writeValues(db, [sample(id(1)), sample(id(2))]));
  expect(db.prepare('SELECT object FROM series').pluck().all()).toEqual([id(1)]);
});
