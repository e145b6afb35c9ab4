/** Recipients as stored, their secrets sealed. */
import { z } from 'zod';
import type { TargetId } from '../../../shared/model/ids.ts';
import { TargetInput } from '../../../shared/model/notification.ts';
import type { Db } from './connection.ts';
import type { SecretBox } from './devices.ts';
import { skipWaiting } from './outbox.ts';

const Body = TargetInput.omit({ secret: true });

/** `secret`: sealed by the vault, with the id as its owner. */
export type TargetRecord = { readonly id: TargetId; readonly input: Omit<TargetInput, 'secret'>; readonly secret: SecretBox | null; readonly createdAt: number };

type Row = { readonly id: TargetId; readonly body: string; readonly nonce: Uint8Array | null; readonly box: Uint8Array | null; readonly createdAt: number };

/** In the order in which they were made. One that this version does not understand is left out and named, and stays stored. */
export function listTargets(db: Db): { readonly targets: TargetRecord[]; readonly unreadable: string[] } {
  const rows = db.prepare('SELECT public_id AS id, body, nonce, box, created_at AS createdAt FROM target ORDER BY target.id').all() as Row[]; // Columns are named after the fields.
  const targets: TargetRecord[] = [];
  const unreadable: string[] = [];
  for (const { id, body, nonce, box, createdAt } of rows) {
    const stored = parsed(body);
    const input = Body.safeParse(stored);
    if (input.success) targets.push({ id, input: input.data, secret: nonce && box ? { nonce, box } : null, createdAt });
    else unreadable.push(Named.safeParse(stored).data?.name ?? id);
  }
  return { targets, unreadable };
}

const Named = z.object({ name: z.string().trim().min(1) });

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // No recipient is undefined: the model says so.
    return undefined;
  }
}

export function insertTarget(db: Db, { id, input, secret, createdAt }: TargetRecord): void {
  db.prepare('INSERT INTO target (public_id, body, nonce, box, created_at) VALUES (?, ?, ?, ?, ?)').run(id, JSON.stringify(input), secret?.nonce ?? null, secret?.box ?? null, createdAt);
}

/** The whole recipient, its secret with it. */
export function updateTarget(db: Db, { id, input, secret }: Omit<TargetRecord, 'createdAt'>): void {
  db.prepare('UPDATE target SET body = ?, nonce = ?, box = ? WHERE public_id = ?').run(JSON.stringify(input), secret?.nonce ?? null, secret?.box ?? null, id);
}

/** What waits for it is dropped, and what it was told forgotten. */
export function removeTarget(db: Db, id: TargetId, now: number): void {
  db.prepare('DELETE FROM target WHERE public_id = ?').run(id);
  db.prepare('DELETE FROM told WHERE target_id = ?').run(id);
  skipWaiting(db, id, now, 'The recipient was removed.');
}
