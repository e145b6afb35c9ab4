/** Windows are stored and come back as they were; what cannot be read is told. */
import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { WindowId } from '../../../shared/model/ids.ts';
import { MaintenanceInput } from '../../../shared/model/maintenance.ts';
import type { Db } from './connection.ts';
import { databaseWith } from './history/history-for-tests.ts';
import { insertWindow, listWindows, removeWindow, updateWindow, type MaintenanceRecord } from './maintenance.ts';

const record = (name: string): MaintenanceRecord => ({
  id: WindowId.parse(randomUUID()), createdAt: Date.UTC(2026, 5, 7), createdBy: 'Nino',
  window: MaintenanceInput.parse({ name, reason: 'New routers', scope: { branches: ['Kvareli'], tags: ['core'] }, startsAt: '2026-06-07T22:00', zone: 'Asia/Tbilisi', durationMs: 3_600_000, repeat: 'FREQ=WEEKLY' }),
});

let db: Db;
beforeEach(() => {
  db = databaseWith(0);
});

test('windows come back as they were last saved, in the order in which they were made', () => {
  const [one, two, three] = [record('One'), record('Two'), record('Three')];
  for (const each of [one, two, three]) insertWindow(db, each);
  updateWindow(db, one.id, { ...one.window, name: 'First', repeat: null, enabled: false });
  removeWindow(db, two.id);
  expect(listWindows(db)).toEqual({ windows: [{ ...one, window: { ...one.window, name: 'First', repeat: null, enabled: false } }, three], problems: [] });
});

test('one that cannot be read is told, and the others are kept', () => {
  const [broken, torn, whole] = [record('Broken'), record('Torn'), record('Whole')];
  for (const each of [broken, torn, whole]) insertWindow(db, each);
  db.prepare("UPDATE maintenance_window SET body = json_set(body, '$.durationMs', 5) WHERE public_id = ?").run(broken.id);
  db.prepare("UPDATE maintenance_window SET body = substr(body, 1, 20) WHERE public_id = ?").run(torn.id);
  expect(listWindows(db)).toEqual({ windows: [whole], problems: [
    'A maintenance window made by Nino on 2026-06-07 cannot be read and is left out: A window lasts between 1 minute and 30 days.',
    'A maintenance window made by Nino on 2026-06-07 cannot be read and is left out: A window is an object of its fields.',
  ] });
});
