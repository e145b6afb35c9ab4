/** Whether a file has the schema that it says it has: what it lacks would be met as a bug hours later, in the midst of a tick. */
import Database from 'better-sqlite3';
import type { Db } from './connection.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';

/** `columns` is null of anything but a table. `view`: none is needed, and none is wanted. */
type Part = { readonly type: string; readonly name: string; readonly columns: string | null };

/** Not the indexes that only make a question quicker. */
const parts = `
  SELECT type, name, CASE type WHEN 'table' THEN (SELECT group_concat(c.name) FROM pragma_table_info(s.name) c) END AS columns
  FROM sqlite_schema s WHERE name NOT LIKE 'sqlite_%' AND (type IN ('table', 'trigger', 'view') OR sql LIKE 'CREATE UNIQUE%')`;

let needed: readonly Part[] | null = null;

/** What of the newest schema a file at that schema lacks, as half a sentence; null: nothing. It may have more. */
export function findLack(db: Db): string | null {
  needed ??= newest();
  const there = new Map(partsOf(db).map(part => [`${part.type} ${part.name}`, part]));
  for (const { type, name, columns } of needed) {
    const found = there.get(`${type} ${name}`);
    if (!found) return `the ${type} "${name}" is missing`;
    if (found.columns !== columns) return `the ${type} "${name}" has other columns`;
  }
  return null;
}

/** What in a file from elsewhere would change it, or what it says, by itself, as half a sentence; null: nothing. */
export function findStranger(db: Db): string | null {
  needed ??= newest();
  const ours = new Set(needed.map(part => `${part.type} ${part.name}`));
  const stranger = partsOf(db).find(({ type, name }) => type !== 'table' && type !== 'index' && !ours.has(`${type} ${name}`));
  return stranger ? `the ${stranger.type} "${stranger.name.slice(0, 60)}" is not this program's` : null;
}

const partsOf = (db: Db): Part[] => db.prepare(parts).all() as Part[]; // Columns are named after the fields.

/** As the migrations make it; they are the only place that says. */
function newest(): Part[] {
  const db = new Database(':memory:');
  try {
    migrate(db, migrations, () => {});
    return partsOf(db);
  } finally {
    db.close();
  }
}
