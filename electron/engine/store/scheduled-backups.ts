/** Which backups the daily run made. Only those are ever removed by it: not what a person made, nor what another console put into the same folder. */
import type { Db } from './connection.ts';

const note = 'internal.scheduledBackups';

/** Notes a new one; answers with those that are more than `keep`, the oldest first, and forgets them. */
export function noteScheduledBackup(db: Db, file: string, keep: number): string[] {
  const stored = db.prepare('SELECT value FROM setting WHERE name = ?').pluck().get(note);
  const files = [...(typeof stored === 'string' ? (JSON.parse(stored) as string[]) : []), file]; // Written below only.
  const kept = files.slice(-keep);
  db.prepare('INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value').run(note, JSON.stringify(kept));
  return files.slice(0, -kept.length);
}
