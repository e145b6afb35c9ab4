/** Incidents, what happened in them, and where the alert machine stood: SQL and the mapping of rows. */
import { IncidentEvent, IncidentRow } from '../../../shared/model/incident.ts';
import { prepared, type Db } from './connection.ts';

/** What the alert machine remembers of one rule and one thing, as its own JSON. */
export type AlertStateRecord = { readonly rule: string; readonly subject: string; readonly state: unknown };

export function writeAlertStates(db: Db, states: readonly AlertStateRecord[]): void {
  const upsert = prepared(db, 'INSERT INTO alert_state (rule, subject, body) VALUES (@rule, @subject, @body) ON CONFLICT (rule, subject) DO UPDATE SET body = excluded.body');
  const remove = prepared(db, 'DELETE FROM alert_state WHERE rule = @rule AND subject = @subject');
  for (const { rule, subject, state } of states) {
    if (state === null) remove.run({ rule, subject });
    else upsert.run({ rule, subject, body: JSON.stringify(state) });
  }
}

export function listAlertStates(db: Db): AlertStateRecord[] {
  const rows = db.prepare('SELECT rule, subject, body FROM alert_state').all() as { readonly rule: string; readonly subject: string; readonly body: string }[]; // Columns are named after the fields.
  return rows.map(({ rule, subject, body }) => ({ rule, subject, state: json(body) }));
}

/** One that is closed stays so. */
export function writeIncidents(db: Db, incidents: readonly IncidentRow[]): void {
  const upsert = prepared(db, `
    INSERT INTO incident (public_id, opened_at, closed_at, simulated, body) VALUES (@id, @openedAt, @closedAt, @simulated, @body)
    ON CONFLICT (public_id) DO UPDATE SET closed_at = excluded.closed_at, simulated = excluded.simulated, body = excluded.body WHERE incident.closed_at IS NULL OR excluded.closed_at IS NOT NULL`);
  for (const row of incidents) upsert.run({ id: row.id, openedAt: row.openedAt, closedAt: row.closedAt, simulated: row.simulated ? 1 : 0, body: JSON.stringify(row) });
}

/** Every open one and the `closed` that were closed last. */
export function listIncidents(db: Db, closed: number): IncidentRow[] {
  return [
    ...incidents(db.prepare('SELECT body FROM incident WHERE closed_at IS NULL').pluck().all()),
    ...incidents(db.prepare('SELECT body FROM incident WHERE closed_at IS NOT NULL ORDER BY closed_at DESC LIMIT ?').pluck().all(closed)),
  ];
}

export function incidentById(db: Db, id: string): IncidentRow | null {
  return incidents(prepared(db, 'SELECT body FROM incident WHERE public_id = ?').pluck().all(id))[0] ?? null;
}

/** Those that are open, and those of which somebody waits for the end. */
export function incidentsToWatch(db: Db): IncidentRow[] {
  return incidents(db.prepare('SELECT body FROM incident WHERE closed_at IS NULL UNION SELECT body FROM incident WHERE public_id IN (SELECT incident_id FROM told)').pluck().all());
}

/** Closed since then, the newest first. */
export function incidentsClosedSince(db: Db, since: number, most: number): IncidentRow[] {
  return incidents(prepared(db, 'SELECT body FROM incident WHERE closed_at IS NOT NULL AND closed_at >= ? ORDER BY closed_at DESC LIMIT ?').pluck().all(since, most));
}

/** One that this version does not understand is passed over: a console that watches is worth more than a row of its past. */
const incidents = (bodies: readonly unknown[]): IncidentRow[] => bodies.flatMap(body => {
  const row = IncidentRow.safeParse(json(String(body)));
  return row.success ? [row.data] : [];
});

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const eventColumns = 'public_id AS id, incident_id AS incidentId, at, kind, alert_id AS alertId, by_whom AS "by", text';

export function writeIncidentEvents(db: Db, events: readonly IncidentEvent[]): void {
  const insert = prepared(db, 'INSERT OR IGNORE INTO incident_event (public_id, incident_id, at, kind, alert_id, by_whom, text) VALUES (@id, @incidentId, @at, @kind, @alertId, @by, @text)');
  for (const event of events) insert.run(event);
}

/** What happened in an incident, oldest first: the newest when there is too much. */
export function timelineOf(db: Db, incidentId: string): IncidentEvent[] {
  return prepared(db, `SELECT ${eventColumns} FROM incident_event WHERE incident_id = ? ORDER BY at DESC, incident_event.id DESC LIMIT 1000`).all(incidentId).map(row => IncidentEvent.parse(row)).reverse();
}

/** Forgets what the console itself noted of incidents that were closed before then, at most so much: a window over thousands of open alerts is as many entries, night after night. What people did stays. */
export function expireIncidentEvents(db: Db, before: number, most: number): number {
  return prepared(db, `
    DELETE FROM incident_event WHERE id IN (
      SELECT e.id FROM incident_event e INDEXED BY incident_event_by_console
      WHERE e.by_whom IS NULL AND e.at < @before AND NOT EXISTS (SELECT 1 FROM incident i WHERE i.public_id = e.incident_id AND (i.closed_at IS NULL OR i.closed_at >= @before))
      ORDER BY e.at LIMIT @most)`).run({ before, most }).changes;
}

/** What people did since then, newest first. */
export function workSince(db: Db, since: number, most: number): IncidentEvent[] {
  return prepared(db, `SELECT ${eventColumns} FROM incident_event WHERE at >= ? AND by_whom IS NOT NULL ORDER BY at DESC, incident_event.id DESC LIMIT ?`).all(since, most).map(row => IncidentEvent.parse(row));
}
