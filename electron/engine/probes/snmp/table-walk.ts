/** Walks the columns of an SNMP table side by side (RFC 3416, GetBulk): which objects to ask for next, and what an answer brings. Decides only; asks nobody. */
import type { Varbind } from 'net-snmp';

/** One row: its varbinds by the OID of their column. */
export type CellsOfRow = ReadonlyMap<string, Varbind>;

export type BulkRequest = { readonly oids: readonly string[]; readonly repetitions: number };

type Column = { readonly oid: string; /** The last object that it answered with. */ cursor: string; rows: number; ended: boolean; widestBytes: number };

/** What fits beside the header into a packet that no link cuts up. */
const roomBytes = 1_300;
const mostRepetitions = 32;
const firstRepetitions = 2;

export class TableWalk {
  readonly #columns: readonly Column[];
  readonly #mostRows: number;
  readonly #lowestIndex: number;
  readonly #isEnd: (type: number) => boolean;
  readonly #cells = new Map<number, Map<string, Varbind>>();
  #roomBytes = roomBytes;
  /** Twice as many as last time at most: rows of long texts may follow short ones. */
  #mostNext = firstRepetitions;
  #cut = false;

  /** `cellBytes`: what a varbind of these columns is expected to take, until one was seen. `isEnd`: the varbind type says that nothing follows. `lowestIndex`: 0 where some columns are single objects, which are in no table. */
  constructor(columns: readonly string[], options: { readonly mostRows: number; readonly cellBytes: number; readonly isEnd: (type: number) => boolean; readonly lowestIndex?: 0 | 1 }) {
    this.#columns = columns.map(oid => ({ oid, cursor: oid, rows: 0, ended: false, widestBytes: options.cellBytes }));
    this.#mostRows = options.mostRows;
    this.#lowestIndex = options.lowestIndex ?? 1;
    this.#isEnd = options.isEnd;
  }

  /** Rows by index, in the order they came. A column that lacks a row is not in it. */
  get rows(): ReadonlyMap<number, CellsOfRow> {
    return this.#cells;
  }

  /** There were more rows than may be read. */
  get isCut(): boolean {
    return this.#cut;
  }

  /** Null at the end of every column. */
  get next(): BulkRequest | null {
    const open = this.#open();
    if (open.length === 0) return null;
    const rowBytes = open.reduce((sum, column) => sum + column.widestBytes, 0);
    return { oids: open.map(column => column.cursor), repetitions: Math.min(this.#mostNext, Math.max(1, Math.floor(this.#roomBytes / rowBytes))) };
  }

  /** Asks for less at a time from now on: the answer did not come, or did not fit. False when it was the least already. */
  shrink(): boolean {
    const before = this.next?.repetitions ?? 1;
    this.#roomBytes /= 2;
    return before > 1;
  }

  /** Takes an answer to `next`, by column. Returns what is wrong with it, or null. An agent that goes on for ever is cut at the most rows. */
  take(answer: readonly (readonly Varbind[])[]): string | null {
    if (!answer.some(column => column.length > 0)) return 'it answered with no values at all';
    this.#mostNext = Math.min(mostRepetitions, this.#mostNext * 2);
    for (const [i, column] of this.#open().entries()) {
      for (const varbind of answer[i] ?? []) {
        if (column.ended) break;
        const problem = this.#takeCell(column, varbind);
        if (problem !== null) return problem;
      }
    }
    return null;
  }

  #open(): Column[] {
    return this.#columns.filter(column => !column.ended);
  }

  #takeCell(column: Column, varbind: Varbind): string | null {
    const isWithin = !this.#isEnd(varbind.type) && varbind.oid.startsWith(`${column.oid}.`);
    if (!isWithin) {
      column.ended = true;
      return null;
    }
    if (!follows(varbind.oid, column.cursor)) return `its table does not go forward (${varbind.oid} after ${column.cursor})`;
    if (column.rows >= this.#mostRows) {
      column.ended = true;
      this.#cut = true;
      return null;
    }
    column.cursor = varbind.oid;
    column.rows++;
    column.widestBytes = Math.max(column.widestBytes, bytesOf(varbind));
    const index = Number(varbind.oid.slice(column.oid.length + 1));
    // Of two sub-identifiers, or none of a table's: passed over, and the walk goes on behind it.
    if (!Number.isInteger(index) || index < this.#lowestIndex) return null;
    const row = this.#cells.get(index) ?? new Map<string, Varbind>();
    this.#cells.set(index, row.set(column.oid, varbind));
    return null;
  }
}

/** Whether `oid` comes after `before` in the order of the tree. */
function follows(oid: string, before: string): boolean {
  const mine = oid.split('.');
  const theirs = before.split('.');
  for (let i = 0; i < theirs.length; i++) {
    const difference = Number(mine[i] ?? -1) - Number(theirs[i]);
    if (difference !== 0) return difference > 0;
  }
  return mine.length > theirs.length;
}

/** About what it took in the message: a sub-identifier takes up to five bytes, a number up to nine. */
function bytesOf({ oid, value }: Varbind): number {
  const oidBytes = oid.split('.').reduce((sum, part) => sum + Math.max(1, Math.ceil(Number(part).toString(2).length / 7)), 0);
  return 6 + oidBytes + (Buffer.isBuffer(value) ? value.length : typeof value === 'string' ? value.length : 5);
}
