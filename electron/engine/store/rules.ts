/** Rules of one's own, and built-in ones that were changed: SQL and the mapping of rows. */
import { z } from 'zod';
import { RuleId } from '../../../shared/model/ids.ts';
import { RuleInput } from '../../../shared/model/rule.ts';
import type { Db } from './connection.ts';

export type RuleRecord = { readonly id: string; readonly input: RuleInput; readonly changedAt: number; readonly changedBy: string };

/** One that this build does not understand, by its id and its name. */
export type UnreadableRule = { readonly id: string; readonly name: string };

export function listRules(db: Db): { readonly rules: RuleRecord[]; readonly unreadable: UnreadableRule[] } {
  const rows = db.prepare('SELECT id, body, changed_at AS changedAt, changed_by AS changedBy FROM rule ORDER BY id').all() as (Omit<RuleRecord, 'input'> & { readonly body: string })[]; // Columns are named after the fields.
  const rules: RuleRecord[] = [];
  const unreadable: UnreadableRule[] = [];
  for (const { body, ...row } of rows) {
    const stored = parsed(body);
    const input = RuleInput.safeParse(stored);
    if (input.success && RuleId.safeParse(row.id).success) rules.push({ ...row, input: input.data });
    else unreadable.push({ id: row.id, name: Named.safeParse(stored).data?.name ?? row.id });
  }
  return { rules, unreadable };
}

const Named = z.object({ name: z.string().trim().min(1) });

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

export function writeRule(db: Db, { id, input, changedAt, changedBy }: RuleRecord): void {
  db.prepare('INSERT INTO rule (id, body, changed_at, changed_by) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body, changed_at = excluded.changed_at, changed_by = excluded.changed_by')
    .run(id, JSON.stringify(input), changedAt, changedBy);
}

export function removeRule(db: Db, id: string): void {
  db.prepare('DELETE FROM rule WHERE id = ?').run(id);
}
