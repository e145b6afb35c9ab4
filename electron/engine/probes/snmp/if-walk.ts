/** Reads the interface tables of one agent, within bounds of rows and time. */
import snmp, { type Varbind } from 'net-snmp';
import { BulkWalk, isEnd, sysUpTime, type AskBulk } from './bulk-walk.ts';
import { interfaceIn, numberColumns, textColumns, type InterfaceReading, type InterfacesOutcome } from './if-table.ts';
import { TableWalk, type CellsOfRow } from './table-walk.ts';

/** The largest access switches have some 400; a chassis with more is read up to here. */
const mostInterfaces = 512;
/** An OID of these tables and a number; and a long name. */
const numberBytes = 22;
const textBytes = 140;

export async function walkInterfaces(ask: AskBulk, nowMs: () => number): Promise<InterfacesOutcome> {
  const walk = new BulkWalk(ask, nowMs, 'interfaces');
  const numbers = new TableWalk(numberColumns, { mostRows: mostInterfaces, cellBytes: numberBytes, isEnd });
  const texts = new TableWalk(textColumns, { mostRows: mostInterfaces, cellBytes: textBytes, isEnd });
  const arrivedMs = new Map<number, number>();
  let upTimeMs: number | null = null;
  for (const table of [numbers, texts]) {
    const problem = await walk.walk(table, upTime => {
      upTimeMs ??= upTimeIn(upTime);
      for (const ifIndex of table.rows.keys()) if (!arrivedMs.has(ifIndex)) arrivedMs.set(ifIndex, walk.elapsedMs);
    });
    if (problem) return problem;
  }
  const none: CellsOfRow = new Map();
  const ifIndexes = [...new Set([...numbers.rows.keys(), ...texts.rows.keys()])].sort((a, b) => a - b);
  const interfaces = ifIndexes.flatMap((ifIndex): InterfaceReading[] => {
    const found = interfaceIn(ifIndex, numbers.rows.get(ifIndex) ?? none, texts.rows.get(ifIndex) ?? none, arrivedMs.get(ifIndex) ?? 0);
    return found ? [found] : [];
  });
  return { kind: 'interfaces', interfaces: interfaces.slice(0, mostInterfaces), upTimeMs, whole: !numbers.isCut && interfaces.length <= mostInterfaces };
}

function upTimeIn(varbind: Varbind | undefined): number | null {
  return varbind?.type === snmp.ObjectType.TimeTicks && varbind.oid === `${sysUpTime}.0` && typeof varbind.value === 'number' ? varbind.value * 10 : null;
}
