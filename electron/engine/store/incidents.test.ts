import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { IncidentId } from '../../../shared/model/ids.ts';
import { incidentRow } from '../alerting/incident-for-tests.ts';
import { expireIncidentEvents, listIncidents, timelineOf, writeIncidentEvents, writeIncidents } from './incidents.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';

test('what the console noted of incidents that are long over goes, a slice at a time; what people did, and all of what is open, stays', () => {
  const db = new Database(':memory:');
  migrate(db, migrations, () => {});
  const [over, open, late] = [incidentRow(1, { closedAt: 50 }), incidentRow(2), incidentRow(3, { closedAt: 500 })];
  writeIncidents(db, [over, open, late]);
  let n = 0;
  const entry = (incidentId: IncidentId, at: number, by: string | null): Parameters<typeof writeIncidentEvents>[1][number] => ({ id: `e${++n}`, incidentId, at, kind: by === null ? 'suppressed' : 'commented', alertId: null, by, text: 'x' });
  writeIncidentEvents(db, [entry(over.id, 10, null), entry(over.id, 20, 'Nino'), entry(over.id, 30, null), entry(over.id, 40, null), entry(open.id, 10, null), entry(late.id, 10, null)]);
  const removed = [expireIncidentEvents(db, 100, 2), expireIncidentEvents(db, 100, 2), expireIncidentEvents(db, 100, 2)];
  expect([removed, [over, open, late].map(({ id }) => timelineOf(db, id).map(({ at }) => at))]).toEqual([[2, 1, 0], [[20], [10], [10]]]);
});

test('an incident whose row cannot be read is passed over, and the others are there', () => {
  const db = new Database(':memory:');
  migrate(db, migrations, () => {});
  writeIncidents(db, [incidentRow(1), incidentRow(2), incidentRow(3)]);
  db.exec("UPDATE incident SET body = '{\"id\":' WHERE id = 1; UPDATE incident SET body = '{}' WHERE id = 2");
  expect(listIncidents(db, 10).map(({ id }) => id)).toEqual([incidentRow(3).id]);
});
