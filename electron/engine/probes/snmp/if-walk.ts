/** Reads the interface tables of one agent, question by question, within bounds of rows and time. */
import snmp, { type Varbind } from 'net-snmp';
import { interfaceIn, numberColumns, textColumns, type InterfaceReading, type InterfacesOutcome } from './if-table.ts';
import { TableWalk, type CellsOfRow } from './table-walk.ts';

type NoAnswer = Exclude<InterfacesOutcome, { readonly kind: 'interfaces' }>;

/** One GetBulk. The first of `oids` is asked for once, the others `repetitions` times. */
export type AskBulk = (oids: readonly string[], repetitions: number) => Promise<BulkOutcome>;
export type BulkOutcome =
  | { readonly kind: 'values'; readonly once: Varbind | undefined; readonly repeated: readonly (readonly Varbind[])[] }
  /** The agent cannot send so much at a time. */
  | { readonly kind: 'too-big' }
  | NoAnswer;

/** The largest access switches have some 400; a chassis with more is read up to here. */
const mostInterfaces = 512;
const mostMs = 20_000;
/** A few lost packets do not cost a reading of a hundred questions. */
const mostRetries = 5;
/** An OID of these tables and a number; and a long name. */
const numberBytes = 22;
const textBytes = 140;
const sysUpTime = '1.3.6.1.2.1.1.3';

const isEnd = (type: number): boolean => type === snmp.ObjectType.NoSuchObject || type === snmp.ObjectType.NoSuchInstance || type === snmp.ObjectType.EndOfMibView;

export async function walkInterfaces(ask: AskBulk, nowMs: () => number): Promise<InterfacesOutcome> {
  const beganMs = nowMs();
  const asked: Asked = { ask, nowMs, beganMs, retries: 0, isAnswered: false, upTimeMs: null, arrivedMs: new Map() };
  const numbers = new TableWalk(numberColumns, { mostRows: mostInterfaces, cellBytes: numberBytes, isEnd });
  const texts = new TableWalk(textColumns, { mostRows: mostInterfaces, cellBytes: textBytes, isEnd });
  const problem = (await walk(numbers, asked)) ?? (await walk(texts, asked));
  if (problem) return problem;
  const none: CellsOfRow = new Map();
  const ifIndexes = [...new Set([...numbers.rows.keys(), ...texts.rows.keys()])].sort((a, b) => a - b);
  const interfaces = ifIndexes.flatMap((ifIndex): InterfaceReading[] => {
    const found = interfaceIn(ifIndex, numbers.rows.get(ifIndex) ?? none, texts.rows.get(ifIndex) ?? none, asked.arrivedMs.get(ifIndex) ?? 0);
    return found ? [found] : [];
  });
  return { kind: 'interfaces', interfaces: interfaces.slice(0, mostInterfaces), upTimeMs: asked.upTimeMs, whole: !numbers.isCut && interfaces.length <= mostInterfaces };
}

type Asked = { readonly ask: AskBulk; readonly nowMs: () => number; readonly beganMs: number; retries: number; isAnswered: boolean; upTimeMs: number | null; readonly arrivedMs: Map<number, number> };

/** Null when the walk came to its end. */
async function walk(table: TableWalk, asked: Asked): Promise<NoAnswer | null> {
  for (let request = table.next; request; request = table.next) {
    if (asked.nowMs() - asked.beganMs > mostMs) return { kind: 'bad-answer', reason: `Its interfaces could not be read within ${mostMs / 1_000} s` };
    const outcome = await asked.ask([sysUpTime, ...request.oids], request.repetitions);
    asked.isAnswered ||= outcome.kind === 'values';
    if (outcome.kind === 'values') {
      const problem = table.take(outcome.repeated);
      if (problem !== null) return { kind: 'bad-answer', reason: `The interfaces cannot be read: ${problem}` };
      asked.upTimeMs ??= upTimeIn(outcome.once);
      for (const ifIndex of table.rows.keys()) if (!asked.arrivedMs.has(ifIndex)) asked.arrivedMs.set(ifIndex, asked.nowMs() - asked.beganMs);
    } else if (outcome.kind === 'too-big') {
      if (!table.shrink()) return { kind: 'bad-answer', reason: 'The agent cannot send one row of its interfaces in one message' };
    } else if (outcome.kind === 'no-answer' && asked.retries < (asked.isAnswered ? mostRetries : 1)) {
      // Large answers may be what gets lost. An agent that has not answered at all is asked once more only.
      asked.retries++;
      table.shrink();
    } else return outcome;
  }
  return null;
}

function upTimeIn(varbind: Varbind | undefined): number | null {
  return varbind?.type === snmp.ObjectType.TimeTicks && varbind.oid === `${sysUpTime}.0` && typeof varbind.value === 'number' ? varbind.value * 10 : null;
}
