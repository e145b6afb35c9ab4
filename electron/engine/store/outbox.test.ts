/** Messages, what was told, and recipients in a real database. */
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { IncidentId, MessageId, TargetId } from '../../../shared/model/ids.ts';
import { TargetInput, type MessageRow } from '../../../shared/model/notification.ts';
import { configureWriter, inTransaction, type Db } from './connection.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { deliveriesSince, expireOutbox, listMessages, listTold, messagesOf, recordOutcomes, waitingMessages, writeMessages, writeTold } from './outbox.ts';
import { insertTarget, listTargets, removeTarget, updateTarget } from './targets.ts';

let db: Db;
beforeEach(() => {
  db = new Database(':memory:');
  configureWriter(db);
  migrate(db, migrations, () => {});
});
afterEach(() => void db.close());

// Any text will do for an id here.
const incident = (name: string): IncidentId => name as IncidentId;
const target = (name: string): TargetId => name as TargetId;

function message(id: string, change: Partial<MessageRow> = {}, kind: MessageRow['content']['kind'] = 'problem'): MessageRow {
  const incidentId = change.incidentId === undefined ? incident('i') : change.incidentId;
  return {
    id: id as MessageId, targetId: target('t'), targetName: 'NOC', incidentId, state: 'waiting', createdAt: 1, dueAt: 1, attempts: 0, doneAt: null, problem: null, ...change,
    content: { kind, incidentId, severity: 'high', title: 'ყვარელი is down', verdict: 'It is.', evidence: ['a', 'b'], branch: null, region: null, affected: ['A'], affectedCount: 1, since: 1, at: 1, closedAt: null, station: 'NOC' },
  };
}
const done = (id: string, state: MessageRow['state'], doneAt: number): void => recordOutcomes(db, [{ id: id as MessageId, state, dueAt: 1, attempts: 1, doneAt, problem: null }]);
const idsOf = (rows: readonly MessageRow[]): string => rows.map(({ id }) => id).join(' ');

test('a message is read as it was written, in the order of the decisions, and a second of the same id is none', () => {
  const [first, second] = [message('b'), message('a', { incidentId: null }, 'test')];
  writeMessages(db, [first, second, { ...first, targetName: 'Another' }]);
  expect(waitingMessages(db, 10, 10)).toEqual([{ ...first, opened: false, ofTarget: 2 }, { ...second, opened: false, ofTarget: 2 }]);
});

test('messages and what was told are undone with the transaction that they belong to', () => {
  expect(() => inTransaction(db, () => {
    writeMessages(db, [message('a')]);
    writeTold(db, [{ incidentId: incident('i'), targetId: target('t'), told: {} }]);
    throw new Error('the disk is full');
  })).toThrow();
  expect([listMessages(db, 10, 10), listTold(db)]).toEqual([[], []]);
});

test('what was told is kept by incident and recipient until it is over', () => {
  const told = (incidentId: string, targetId: string, what: unknown) => ({ incidentId: incident(incidentId), targetId: target(targetId), told: what });
  writeTold(db, [told('i', 't', { severity: 'high' }), told('i', 'u', { severity: 'low' })]);
  writeTold(db, [told('i', 't', { severity: 'critical' }), told('i', 'u', null), told('j', 'u', null)]);
  expect(listTold(db)).toEqual([told('i', 't', { severity: 'critical' })]);
});

test('what is done stays as it became', () => {
  writeMessages(db, [message('a'), message('b')]);
  recordOutcomes(db, [{ id: 'b' as MessageId, state: 'waiting', dueAt: 9, attempts: 2, doneAt: null, problem: 'No answer.' }]);
  done('a', 'sent', 5);
  done('a', 'failed', 6);
  expect(listMessages(db, 10, 10).map(({ id, state, dueAt, attempts, doneAt, problem }) => ({ id, state, dueAt, attempts, doneAt, problem }))).toEqual([
    { id: 'b', state: 'waiting', dueAt: 9, attempts: 2, doneAt: null, problem: 'No answer.' }, { id: 'a', state: 'sent', dueAt: 1, attempts: 1, doneAt: 5, problem: null },
  ]);
});

test('a recipient that takes nothing does not hide the others', () => {
  writeMessages(db, [...Array.from({ length: 50 }, (_, i) => message(`dead-${i}`, { targetId: target('dead') })), message('late', { targetId: target('live') })]);
  expect([idsOf(waitingMessages(db, 3, 100)), idsOf(waitingMessages(db, 50, 2)), waitingMessages(db, 1, 2).map(({ ofTarget }) => ofTarget)]).toEqual(['dead-0 dead-1 dead-2 late', 'dead-0 late', [50, 1]]);
});

test('a conversation is open once its problem was delivered, until its next', () => {
  writeMessages(db, [message('p'), message('u', {}, 'update'), message('other', { targetId: target('u') }, 'recovery'), message('r', {}, 'recovery'), message('q'), message('s', {}, 'recovery')]);
  const open = (): string => waitingMessages(db, 9, 9).filter(({ opened }) => opened).map(({ id }) => id).join(' ');
  const before = open();
  done('p', 'digested', 2);
  const opened = open();
  done('q', 'stale', 3);
  expect([before, opened, open()]).toEqual(['', 'u r q', 'u r']);
});

test('lists: waiting from the oldest, done from the newest, an incident in order', () => {
  writeMessages(db, ['a', 'b', 'c', 'd', 'e'].map(id => message(id, { incidentId: incident(id === 'e' ? 'j' : 'i') })));
  done('b', 'sent', 20);
  done('a', 'stale', 30);
  expect([idsOf(listMessages(db, 2, 1)), idsOf(listMessages(db, 9, 9)), idsOf(messagesOf(db, incident('i'), 3)), idsOf(messagesOf(db, incident('j'), 3))]).toEqual(['c d a', 'c d e a b', 'a b c', 'e']);
});

test('messages that were gathered are one delivery, others one each', () => {
  writeMessages(db, ['a', 'b', 'c', 'd', 'e', 'f'].map(id => message(id)));
  for (const id of ['a', 'b']) done(id, 'digested', 20);
  for (const id of ['c', 'f']) done(id, 'sent', 30);
  done('d', 'failed', 40);
  done('e', 'sent', 10);
  expect(deliveriesSince(db, 10)).toEqual([{ targetId: 't', at: 20 }, { targetId: 't', at: 30 }, { targetId: 't', at: 30 }]);
});

test('old messages are removed in slices, but not those of a conversation that goes on', () => {
  writeMessages(db, [message('told'), ...['a', 'b', 'c'].map(id => message(id, { incidentId: incident('j') })), message('p', { incidentId: incident('k') }), message('r', { incidentId: incident('k') }, 'recovery'), message('young', { incidentId: null }, 'test')]);
  writeTold(db, [{ incidentId: incident('i'), targetId: target('t'), told: {} }]);
  for (const id of ['told', 'a', 'b', 'c', 'p']) done(id, 'sent', 10);
  done('young', 'sent', 20);
  const removed = [expireOutbox(db, 20, 2), expireOutbox(db, 20, 2), expireOutbox(db, 20, 2)];
  const left = idsOf(listMessages(db, 9, 9));
  done('r', 'sent', 15);
  writeTold(db, [{ incidentId: incident('i'), targetId: target('t'), told: null }]);
  expect([removed, left, expireOutbox(db, 20, 9), idsOf(listMessages(db, 9, 9))]).toEqual([[2, 1, 0], 'r young p told', 3, 'young']);
});

test('a recipient is kept with its sealed secret, and with its removal what waits for it is dropped', () => {
  const { secret: _secret, ...input } = TargetInput.parse({ name: 'NOC', config: { kind: 'slack' } });
  const box = { nonce: Buffer.from([1]), box: Buffer.from([2, 3]) };
  insertTarget(db, { id: target('t'), input, secret: box, createdAt: 1 });
  insertTarget(db, { id: target('u'), input, secret: null, createdAt: 2 });
  updateTarget(db, { id: target('u'), input: { ...input, enabled: false }, secret: null });
  db.prepare("INSERT INTO target (public_id, body, created_at) VALUES ('strange', '{\"kind\":\"pigeon\"}', 3)").run();
  const before = listTargets(db).targets;
  writeMessages(db, [message('a'), message('b', { targetId: target('u') })]);
  writeTold(db, [{ incidentId: incident('i'), targetId: target('t'), told: {} }]);
  removeTarget(db, target('t'), 9);
  expect([before, listTargets(db).targets.map(({ id }) => id), listTold(db), listMessages(db, 9, 9).map(({ id, state, doneAt, problem }) => ({ id, state, doneAt, problem }))]).toEqual([
    [{ id: 't', input, secret: box, createdAt: 1 }, { id: 'u', input: { ...input, enabled: false }, secret: null, createdAt: 2 }],
    ['u'],
    [],
    [{ id: 'b', state: 'waiting', doneAt: null, problem: null }, { id: 'a', state: 'skipped', doneAt: 9, problem: 'The recipient was removed.' }],
  ]);
});
