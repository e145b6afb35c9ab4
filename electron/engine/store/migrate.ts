/** Brings a file to the newest schema. `user_version` is the only marker of where it stands. */
import type { Db } from './connection.ts';

export type Migration = { readonly id: number; readonly name: string; up(db: Db): void };

/** The file was written by a later build: reading it with this one could lose what the other knows. */
export class NewerDatabase extends Error {}

/** 0 for a file without a schema. */
export const versionOf = (db: Db): number => db.pragma('user_version', { simple: true }) as number; // SQLite: always a 32-bit integer.

/** Throws NewerDatabase; changes nothing. */
export function refuseNewer(db: Db, all: readonly Migration[]): void {
  const version = versionOf(db);
  if (version > all.length) throw new NewerDatabase(`the file is at schema ${version}, this build knows up to ${all.length}`);
}

/** One transaction per migration: a failing step leaves the file at the step before it. `backup` runs first when an older file is about to change. Returns the ids applied. */
export function migrate(db: Db, all: readonly Migration[], backup: (fromVersion: number) => void): number[] {
  all.forEach((migration, index) => {
    if (migration.id !== index + 1) throw new Error(`migration ${migration.name}: expected id ${index + 1}, found ${migration.id}`);
  });
  refuseNewer(db, all);
  const from = versionOf(db);
  const pending = all.slice(from);
  if (from > 0 && pending.length > 0) backup(from);
  for (const migration of pending) {
    db.transaction(() => {
      migration.up(db);
      db.pragma(`user_version = ${migration.id}`);
    }).immediate();
  }
  return pending.map(migration => migration.id);
}
