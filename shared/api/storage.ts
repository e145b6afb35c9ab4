import { z } from 'zod';
import { Backup, ExportRequest, Folder, JobRow } from '../model/storage.ts';
import { command, live, query } from '../rpc/contract.ts';

export const storage = {
  /** Copies the database while the console runs, and opens the copy to see that it is whole. Answers when that has begun; `jobs.live` tells the rest. */
  'backup.create': command(z.object({ folder: Folder.default('') }), JobRow),
  /** The backups in a folder; empty: that of the settings. */
  'backup.list': query(z.object({ folder: Folder.default('') }), z.object({ folder: z.string(), backups: z.array(Backup) })),
  /** Puts a backup in the place of the database, which is kept beside it under the name answered. The console goes on with what the backup knows. */
  'backup.restore': command(z.object({ file: z.string().trim().min(1, 'Name the backup file.').max(1_000, 'That is no path of a file.') }), z.object({ keptAs: z.string(), devices: z.int() })),
  /** Writes history to a file on the computer that the console runs on. Answers when that has begun. */
  'export.start': command(ExportRequest, JobRow),
  /** Backups, restores and exports that run, and how the last ones ended. */
  'jobs.live': live(z.object({}), JobRow),
  /** Ends it; what it had written so far is removed. */
  'jobs.cancel': command(z.object({ id: z.string() }), JobRow),
};
