/** Settings groups as stored (JSON text by group name), and the log of commands. */
import type { Db } from './connection.ts';

export function readSettings(db: Db): Record<string, string> {
  const rows = db.prepare('SELECT name, value FROM setting').all() as { readonly name: string; readonly value: string }[]; // Columns are named after the fields.
  return Object.fromEntries(rows.map(row => [row.name, row.value]));
}

export function writeSettings(db: Db, groups: Readonly<Record<string, string>>): void {
  const upsert = db.prepare('INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value');
  for (const [name, value] of Object.entries(groups)) upsert.run(name, value);
}

/** What someone did. `input` is JSON text without secrets; `outcome` is 'done' or an error code. */
export type AuditEntry = { readonly at: number; readonly operation: string; readonly input: string; readonly outcome: string };

export function writeAudit(db: Db, entry: AuditEntry): void {
  db.prepare('INSERT INTO audit (at, operation, input, outcome) VALUES (@at, @operation, @input, @outcome)').run(entry);
}
