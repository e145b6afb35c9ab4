/** Puts a backup in the place of the database while the console runs: everything that can fail is done on a copy, before anything is stopped. */
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../../../shared/rpc/contract.ts';
import type { Clock } from '../clock.ts';
import { withArchive } from '../store/archive.ts';
import { newCopyControl, shareCopied } from '../store/copy.ts';
import type { Looked } from '../store/look.ts';
import { preparedName, type Replacement } from '../store/replacement.ts';
import { freeName, full, needRoom, readRefusal, refusal, removeUnfinished, stampOf } from './folders.ts';
import type { Jobs } from './jobs.ts';

export type RestoreParts = {
  readonly clock: Clock;
  readonly jobs: Jobs;
  /** The console's own database. */
  readonly file: string;
  /** Stops the console, puts the file in place and begins again; where that fails the console goes on with what it had, and this rejects. */
  readonly replace: (replacement: Replacement) => Promise<void>;
};

const shareOfCopying = 0.8;
/** While an older file is brought to the newest schema, its log is as large as what changes in it. */
const growthOfOlder = 3;
const progressMs = 250;

/** Settles when the console runs again. Cancelled by `jobs.cancel` until the console is stopped for it. */
export function restoreBackup(parts: RestoreParts, given: string): Promise<{ keptAs: string; devices: number }> {
  const { clock, jobs, file } = parts;
  const backup = full(given);
  const prepared = preparedName(file);
  return jobs.start('restore', backup, async ({ signal, tell }) => {
    try {
      if (isSameFile(backup, file)) throw new AppError('invalid-input', `"${backup}" is the database in use, not a backup of it.`);
      const ready = await withArchive(signal, async archive => {
        const seen = sound(backup, await archive.call('look', backup, false));
        needRoom(dirname(file), seen.bytes * (seen.isOlder ? growthOfOlder : 1));
        const control = newCopyControl();
        const stopTelling = clock.every(progressMs, () => tell({ progress: shareOfCopying * shareCopied(control), bytes: Math.round(shareCopied(control) * seen.bytes) }));
        return sound(backup, await archive.call('prepare', backup, prepared, control).finally(stopTelling));
      });
      signal.throwIfAborted();
      tell({ progress: shareOfCopying, bytes: ready.bytes });
      const keptAs = freeName(dirname(file), `ward-console.db.before-restore-${stampOf(clock.now())}`, '');
      await parts.replace({ by: prepared, keptAs });
      tell({ message: `The former database is kept as "${keptAs}".` });
      return { keptAs, devices: ready.devices };
    } catch (error) {
      const told = refusal(error, dirname(file)); // Before what filled the disk is gone.
      await removeUnfinished(prepared);
      throw told;
    }
  }).done;
}

function sound(backup: string, looked: Looked): Extract<Looked, { kind: 'sound' }> {
  if (looked.kind === 'sound') return looked;
  throw new AppError(looked.kind === 'missing' ? 'not-found' : 'invalid-input', `"${backup}" cannot be restored. ${looked.problem} Nothing was changed.`);
}

function isSameFile(one: string, other: string): boolean {
  try {
    const stat = statSync(one, { throwIfNoEntry: false });
    return stat !== undefined && stat.ino === statSync(other, { throwIfNoEntry: false })?.ino;
  } catch (error) {
    throw readRefusal(error, one);
  }
}
