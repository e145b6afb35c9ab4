/** Reads what one agent tells of how its device itself is, source after source, within bounds of rows and time. */
import { BulkWalk, isEnd, type AskBulk } from './bulk-walk.ts';
import { TableWalk } from './table-walk.ts';
import { noVitals, sourcesFor, vitalNames, type Vitals, type VitalsOutcome } from './vitals.ts';

/** Sensors of a large chassis, and the disks of a large server. */
const mostRows = 256;
const cellBytes = 24;

/** A source that cannot be read is as if the agent did not have it. What another one told already is not asked for again. */
export async function walkVitals(ask: AskBulk, nowMs: () => number, { sysObjectId, sources }: { readonly sysObjectId: string | null; readonly sources: readonly string[] | null }): Promise<VitalsOutcome> {
  const walk = new BulkWalk(ask, nowMs, 'vital signs');
  let vitals: Vitals = noVitals;
  const used: string[] = [];
  for (const source of sourcesFor(sysObjectId, sources)) {
    const wanted = source.tells.filter(name => vitals[name] === null);
    if (wanted.length === 0) continue;
    const table = new TableWalk(source.columns, { mostRows, cellBytes, isEnd, lowestIndex: 0 });
    const problem = await walk.walk(table);
    if (problem && problem.kind !== 'bad-answer') return problem;
    const found = problem ? {} : source.read(table.rows);
    const told = vitalNames.filter(name => wanted.includes(name) && typeof found[name] === 'number');
    if (told.length === 0) continue;
    used.push(source.name);
    vitals = { ...vitals, ...Object.fromEntries(told.map(name => [name, found[name]])) };
  }
  return { kind: 'vitals', vitals, sources: used };
}
