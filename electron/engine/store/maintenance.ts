/** Maintenance windows as stored. */
import { WindowId } from '../../../shared/model/ids.ts';
import { MaintenanceInput } from '../../../shared/model/maintenance.ts';
import type { Db } from './connection.ts';

export type MaintenanceRecord = { readonly id: WindowId; readonly window: MaintenanceInput; readonly createdAt: number; readonly createdBy: string };

export function insertWindow(db: Db, { id, window, createdAt, createdBy }: MaintenanceRecord): void {
  db.prepare('INSERT INTO maintenance_window (public_id, body, created_at, created_by) VALUES (?, ?, ?, ?)').run(id, JSON.stringify(window), createdAt, createdBy);
}

export function updateWindow(db: Db, id: WindowId, window: MaintenanceInput): void {
  db.prepare('UPDATE maintenance_window SET body = ? WHERE public_id = ?').run(JSON.stringify(window), id);
}

export function removeWindow(db: Db, id: WindowId): void {
  db.prepare('DELETE FROM maintenance_window WHERE public_id = ?').run(id);
}

type Stored = { readonly id: string; readonly body: string; readonly createdAt: number; readonly createdBy: string };

/** In the order in which they were made. One that cannot be read is left out and told, and stays stored. */
export function listWindows(db: Db): { readonly windows: MaintenanceRecord[]; readonly problems: string[] } {
  const rows = db.prepare('SELECT public_id AS id, body, created_at AS createdAt, created_by AS createdBy FROM maintenance_window ORDER BY maintenance_window.id').all() as Stored[]; // Columns are named after the fields; the table is STRICT.
  const windows: MaintenanceRecord[] = [];
  const problems: string[] = [];
  for (const { id, body, createdAt, createdBy } of rows) {
    const [publicId, window] = [WindowId.safeParse(id), MaintenanceInput.safeParse(parsed(body))];
    if (publicId.success && window.success) windows.push({ id: publicId.data, window: window.data, createdAt, createdBy });
    else problems.push(`A maintenance window made by ${createdBy} on ${new Date(createdAt).toISOString().slice(0, 10)} cannot be read and is left out: ${window.error?.issues[0]?.message ?? 'its id is damaged.'}`);
  }
  return { windows, problems };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // No window is undefined: the model says so.
    return undefined;
  }
}
