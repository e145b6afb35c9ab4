/** Copies of the database, files of history, and the work that makes them. */
import { z } from 'zod';
import { HistoryTarget, Metric, Resolution } from './history.ts';
import { Ms } from './ids.ts';

/** A long piece of work: its progress, and how it ended. The last 20 are kept. */
export const JobRow = z.object({
  id: z.string(),
  kind: z.enum(['backup', 'export', 'restore']),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  startedAt: Ms,
  endedAt: Ms.nullable(),
  /** From 0 to 1. */
  progress: z.number(),
  /** The file it makes or reads. */
  file: z.string(),
  bytes: z.number(),
  /** Rows written by an export; null for the other kinds. */
  rows: z.int().nullable(),
  /** One sentence: why it failed, or what there is to know about the result. */
  message: z.string().nullable(),
});
export type JobRow = z.output<typeof JobRow>;

/** One backup file, newest first in a list. `problem`: why it cannot be restored, one sentence. */
export const Backup = z.object({ file: z.string(), name: z.string(), at: Ms, bytes: z.number(), devices: z.int().nullable(), problem: z.string().nullable() });
export type Backup = z.output<typeof Backup>;

const folderSentence = 'A folder is written as a full path on the computer that this console runs on.';
/** A full path; empty: the console's own folder for such files. */
export const Folder = z.string({ error: folderSentence }).trim().max(1_000, folderSentence).refine(path => path === '' || (/^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path) && !path.includes('\0')), folderSentence);

/**
 * `samples`: a metric at a resolution, of the targets given or of all devices; `states`: changes of state; `alerts`; `journal`: what the console noticed about itself.
 * One CSV file, or one SQLite file with the table `samples`, `states`, `alerts` or `journal`.
 */
export const ExportRequest = z.object({
  what: z.enum(['samples', 'states', 'alerts', 'journal']),
  /** Only for samples. */
  metric: Metric.default('ping'),
  resolution: Resolution.default('hour'),
  /** Empty: everything. */
  targets: z.array(HistoryTarget).max(1_000).default([]),
  from: Ms,
  to: Ms,
  format: z.enum(['csv', 'sqlite']),
  folder: Folder.default(''),
}).refine(({ from, to }) => from < to, '"from" must be before "to".');
export type ExportRequest = z.output<typeof ExportRequest>;
