/** Thread entry: makes the rows of its share of the series, a day at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import { rowsOf, type DayPlan } from './rows.ts';
import type { SeriesPlan } from './signals.ts';

export type RowsWork = { readonly plans: readonly SeriesPlan[]; readonly seed: number };

const port = parentPort;
if (!port) throw new Error('the rows are made in a thread');
const { plans, seed } = workerData as RowsWork; // Set by fill.ts, the only one that starts this file.
port.on('message', (day: DayPlan) => {
  const rows = rowsOf(plans, day, seed);
  const buffers = [rows.chunks, rows.sums].flatMap(({ numbers, ends, bytes }) => [numbers.buffer, ends.buffer, bytes.buffer]);
  port.postMessage(rows, buffers as ArrayBuffer[]); // Each is a plain ArrayBuffer, made in rows.ts.
});
