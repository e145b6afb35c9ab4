/** History written to a file: read a page at a time beside everything else, and named only when it is whole. */
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { metricsOf, type HistoryTarget, type Metric } from '../../../shared/model/history.ts';
import type { ExportRequest, JobRow } from '../../../shared/model/storage.ts';
import { AppError } from '../../../shared/rpc/contract.ts';
import type { ExportCell, ExportColumn } from '../store/archive.ts';
import type { Store } from '../store/store.ts';
import { csvFile, sqliteFile } from './export-file.ts';
import { finishFile, freeName, needRoom, partial, refusal, removeLeftovers, removeUnfinished, stampOf, writableFolder } from './folders.ts';
import type { Job, Jobs } from './jobs.ts';
import { alertCells, alertColumns, journalCells, journalColumns, sampleColumns, samplePageCells, stateCells, stateColumns } from './tables.ts';

export type ExportParts = {
  readonly jobs: Jobs;
  /** The console's own database. */
  readonly file: string;
  readonly store: () => Store;
  /** Throws `not-found` where there is no such device or branch. */
  readonly refuseGone: (target: HistoryTarget) => void;
};

type Cells = readonly (readonly ExportCell[])[];
/** `share`: of the whole, from 0 to 1. `unreadable`: stretches that are damaged and missing. */
type Rows = { readonly rows: Cells; readonly share: number; readonly unreadable?: number };
type Written = { readonly rows: number; readonly unreadable: number };

/** A page is read and written within a few milliseconds. */
const rowsPerPage = 2_000;
export function startExport(parts: ExportParts, request: ExportRequest): JobRow {
  if (request.what === 'samples') request.targets.forEach(target => refuseUnfit(target, request.metric));
  const { jobs, store } = parts;
  const reading = store();
  request.targets.forEach(parts.refuseGone);
  const folder = writableFolder(request.folder, join(dirname(parts.file), 'exports'));
  const extension = request.format === 'csv' ? '.csv' : '.db';
  const file = freeName(folder, `ward-${request.what}-${stampOf(request.from)}-${stampOf(request.to)}`, extension);
  return jobs.start('export', file, async job => {
    try {
      await removeLeftovers(folder);
      needRoom(folder, 0);
      const written = await write(reading, request, partial(file), job);
      job.signal.throwIfAborted();
      await finishFile(partial(file), file, folder);
      job.tell({ bytes: statSync(file).size, message: remark(written) });
    } catch (error) {
      const told = refusal(error, folder); // Before what filled the disk is gone.
      await removeUnfinished(partial(file));
      throw told;
    }
  }).row;
}

async function write(store: Store, request: ExportRequest, path: string, { signal, tell }: Job): Promise<Written> {
  const columns = columnsOf(request);
  const out = await (request.format === 'csv' ? csvFile(path, columns) : sqliteFile(path, request.what, columns));
  let written = 0;
  let missing = 0;
  try {
    for await (const { rows, share, unreadable } of pagesOf(store, request)) {
      signal.throwIfAborted();
      await out.add(rows);
      written += rows.length;
      missing += unreadable ?? 0;
      tell({ progress: Math.min(1, share), rows: written, bytes: out.bytes() });
    }
  } finally {
    await out.close();
  }
  return { rows: written, unreadable: missing };
}

function remark({ rows, unreadable }: Written): string | null {
  if (unreadable > 0) return `Stored data are damaged in ${unreadable} ${unreadable === 1 ? 'place' : 'places'}: what was there is not in the file, or only summed up.`;
  return rows === 0 ? 'Nothing was stored of that in that time: the file has a header and no rows.' : null;
}

function columnsOf({ what, metric, resolution }: ExportRequest): readonly ExportColumn[] {
  switch (what) {
    case 'samples':
      return sampleColumns(metric, resolution);
    case 'states':
      return stateColumns;
    case 'alerts':
      return alertColumns;
    case 'journal':
      return journalColumns;
  }
}

async function* pagesOf(store: Store, request: ExportRequest): AsyncGenerator<Rows, void, undefined> {
  const { what, from, to, targets } = request;
  const range = { from, to, mostRows: rowsPerPage };
  if (what === 'samples') return yield* samplePages(store, request);
  if (what === 'journal') return yield* pages<number>(async cursor => mapped(await store.read('journalPage', { ...range, cursor }), journalCells));
  const deviceIds = targets.length === 0 ? null : await store.read('devicesOf', targets);
  if (what === 'alerts') return yield* pages<number>(async cursor => mapped(await store.read('alertsPage', { ...range, deviceIds, cursor }), alertCells));
  return yield* pages<{ readonly at: number; readonly id: number }>(async cursor => mapped(await store.read('statesPage', { ...range, deviceIds, cursor }), stateCells));
}

async function* samplePages(store: Store, { metric, resolution, targets, from, to }: ExportRequest): AsyncGenerator<Rows, void, undefined> {
  const all = await store.read('exportSeries', { metric, targets });
  for (const [done, series] of all.entries()) {
    const open = await store.peek('openSeries', series.seriesId, from, to);
    yield* pages<number>(async cursor => {
      const page = await store.read('samplesPage', { series, resolution, from: cursor ?? from, to, open });
      const share = page.next === null ? 1 : (page.next - from) / (to - from);
      return { rows: samplePageCells(page), next: page.next, share: (done + share) / all.length, unreadable: page.unreadable };
    });
  }
}

async function* pages<Cursor>(read: (cursor: Cursor | null) => Promise<Rows & { readonly next: Cursor | null }>): AsyncGenerator<Rows, void, undefined> {
  let cursor: Cursor | null = null;
  do {
    const page: Rows & { readonly next: Cursor | null } = await read(cursor);
    yield page;
    cursor = page.next;
  } while (cursor !== null);
}

const mapped = <Row, Cursor>(page: { readonly rows: readonly Row[]; readonly next: Cursor | null; readonly share: number }, cells: (row: Row) => readonly ExportCell[]): Rows & { readonly next: Cursor | null } => ({
  ...page, rows: page.rows.map(cells),
});

/** A device and a branch have every metric of what belongs to them. */
function refuseUnfit(target: HistoryTarget, metric: Metric): void {
  if (target.of === 'device' || target.of === 'branch') return;
  if (!(metricsOf[target.of] as readonly Metric[]).includes(metric)) throw new AppError('invalid-input', `The metric "${metric}" is not one of ${target.of === 'check' ? 'a check' : target.of === 'isp' ? 'a provider' : 'an interface'}.`);
}
