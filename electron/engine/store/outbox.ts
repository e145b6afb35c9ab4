/** Messages to recipients as stored, in the order in which they were decided, and what each recipient has been told of each open incident. */
import type { IncidentId, TargetId } from '../../../shared/model/ids.ts';
import type { MessageRow } from '../../../shared/model/notification.ts';
import { prepared, type Db } from './connection.ts';

/** What is to be sent. `opened`: the problem of its conversation was delivered. `ofTarget`: how many wait for the same recipient. */
export type WaitingMessage = MessageRow & { readonly opened: boolean; readonly ofTarget: number };

/** What became of a message. */
export type MessageOutcome = Pick<MessageRow, 'id' | 'state' | 'dueAt' | 'attempts' | 'doneAt' | 'problem'>;

/** `told` null: nothing any more. */
export type ToldWrite = { readonly incidentId: IncidentId; readonly targetId: TargetId; readonly told: unknown };

const columns = 'o.public_id AS id, o.target_id AS targetId, o.target_name AS targetName, o.incident_id AS incidentId, o.body, o.state, o.created_at AS createdAt, o.due_at AS dueAt, o.attempts, o.done_at AS doneAt, o.problem';

type Row = Omit<MessageRow, 'content'> & { readonly body: string };
const fromStored = ({ body, ...row }: Row): MessageRow => ({ ...row, content: JSON.parse(body) as MessageRow['content'] }); // As `writeMessages` wrote it.

/** To be called in the transaction that writes why they were decided. A message that is there stays as it is. */
export function writeMessages(db: Db, messages: readonly MessageRow[]): void {
  if (messages.length === 0) return;
  const insert = prepared(db, `
    INSERT INTO outbox (public_id, target_id, target_name, incident_id, body, state, created_at, due_at, attempts, done_at, problem)
    VALUES (@id, @targetId, @targetName, @incidentId, @body, @state, @createdAt, @dueAt, @attempts, @doneAt, @problem) ON CONFLICT (public_id) DO NOTHING`);
  for (const { content, ...row } of messages) insert.run({ ...row, body: JSON.stringify(content) });
}

/** In the same transaction as the messages that say it. */
export function writeTold(db: Db, changes: readonly ToldWrite[]): void {
  if (changes.length === 0) return;
  const upsert = prepared(db, 'INSERT INTO told (incident_id, target_id, body) VALUES (?, ?, ?) ON CONFLICT (incident_id, target_id) DO UPDATE SET body = excluded.body');
  const remove = prepared(db, 'DELETE FROM told WHERE incident_id = ? AND target_id = ?');
  for (const { incidentId, targetId, told } of changes) {
    if (told === null) remove.run(incidentId, targetId);
    else upsert.run(incidentId, targetId, JSON.stringify(told));
  }
}

export function listTold(db: Db): ToldWrite[] {
  const rows = db.prepare('SELECT incident_id AS incidentId, target_id AS targetId, body FROM told').all() as { incidentId: IncidentId; targetId: TargetId; body: string }[]; // Columns are named after the fields.
  return rows.map(({ body, ...row }) => ({ ...row, told: JSON.parse(body) as unknown }));
}

/**
 * The oldest `perTarget` that wait for each recipient, at most `most` in all, in the order in which they were decided. Where that is too many every recipient has its share:
 * one that takes nothing must not hide the others.
 */
export function waitingMessages(db: Db, perTarget: number, most: number): WaitingMessage[] {
  const rows = prepared(db, `
    WITH target AS (SELECT target_id, count(*) AS ofTarget FROM outbox WHERE state = 'waiting' GROUP BY target_id),
      oldest AS (
        SELECT w.id, t.ofTarget, row_number() OVER (PARTITION BY t.target_id ORDER BY w.id) AS place FROM target t
        CROSS JOIN outbox w ON w.id IN (SELECT id FROM outbox WHERE state = 'waiting' AND target_id = t.target_id ORDER BY id LIMIT @perTarget)),
      chosen AS (SELECT id, ofTarget FROM oldest ORDER BY place, id LIMIT @most)
    SELECT ${columns}, c.ofTarget, coalesce((
      SELECT p.state IN ('sent', 'digested') FROM outbox p
      WHERE p.incident_id = o.incident_id AND p.id < o.id AND p.target_id = o.target_id AND p.body ->> 'kind' = 'problem' ORDER BY p.id DESC LIMIT 1), 0) AS opened
    FROM chosen c CROSS JOIN outbox o ON o.id = c.id ORDER BY o.id`).all({ perTarget, most }) as (Row & { readonly opened: number; readonly ofTarget: number })[]; // Columns are named after the fields.
  return rows.map(({ opened, ofTarget, ...row }) => ({ ...fromStored(row), opened: opened === 1, ofTarget }));
}

/** The oldest that wait, oldest first, then the newest that do not, newest first. */
export function listMessages(db: Db, mostWaiting: number, mostDone: number): MessageRow[] {
  // The plus keeps SQLite from looking for them among all that were ever sent, for the sake of the order.
  const waiting = db.prepare(`SELECT ${columns} FROM outbox o WHERE o.state = 'waiting' ORDER BY +o.id LIMIT ?`).all(mostWaiting) as Row[]; // Columns are named after the fields.
  const done = db.prepare(`SELECT ${columns} FROM outbox o WHERE o.done_at IS NOT NULL ORDER BY o.done_at DESC, o.id DESC LIMIT ?`).all(mostDone) as Row[]; // As above.
  return [...waiting, ...done].map(fromStored);
}

/** Oldest first. */
export function messagesOf(db: Db, incidentId: IncidentId, most: number): MessageRow[] {
  return (prepared(db, `SELECT ${columns} FROM outbox o WHERE o.incident_id = ? ORDER BY o.id LIMIT ?`).all(incidentId, most) as Row[]).map(fromStored); // As above.
}

/** What is done stays as it is: a message is never recorded sent twice. */
export function recordOutcomes(db: Db, outcomes: readonly MessageOutcome[]): void {
  const update = prepared(db, "UPDATE outbox SET state = @state, due_at = @dueAt, attempts = @attempts, done_at = @doneAt, problem = @problem WHERE public_id = @id AND state = 'waiting'");
  for (const outcome of outcomes) update.run(outcome);
}

/** When deliveries were made since then: one entry each. Messages that went together were done together. */
export function deliveriesSince(db: Db, at: number): { targetId: TargetId; at: number }[] {
  return db.prepare("SELECT target_id AS targetId, done_at AS at FROM outbox WHERE done_at > ? AND state IN ('sent', 'digested') GROUP BY target_id, done_at, iif(state = 'sent', id, 0) ORDER BY done_at").all(at) as { targetId: TargetId; at: number }[]; // As above.
}

/** What waits for a recipient will not be sent. */
export function skipWaiting(db: Db, targetId: TargetId, now: number, problem: string): void {
  db.prepare("UPDATE outbox SET state = 'skipped', done_at = ?, problem = ? WHERE state = 'waiting' AND target_id = ?").run(now, problem, targetId);
}

/** Removes messages that were done before then, at most so many; answers how many. Those of a conversation that still goes on stay: its end is sent only where its beginning was. */
export function expireOutbox(db: Db, before: number, most: number): number {
  return db.prepare(`
    DELETE FROM outbox WHERE id IN (
      SELECT o.id FROM outbox o WHERE o.done_at < ?
        AND NOT EXISTS (SELECT 1 FROM told t WHERE t.incident_id = o.incident_id AND t.target_id = o.target_id)
        AND NOT EXISTS (SELECT 1 FROM outbox w WHERE w.incident_id = o.incident_id AND w.target_id = o.target_id AND w.state = 'waiting')
      ORDER BY o.done_at LIMIT ?)`).run(before, most).changes;
}
