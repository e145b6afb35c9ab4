/** Copies of the database, by hand and every day: made while the console runs, and opened to see that they are whole. */
import { statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Backup, JobRow } from '../../../shared/model/storage.ts';
import type { Settings } from '../../../shared/model/settings.ts';
import { AppError } from '../../../shared/rpc/contract.ts';
import type { Clock } from '../clock.ts';
import { withArchive } from '../store/archive.ts';
import { newCopyControl, shareCopied, stopCopy } from '../store/copy.ts';
import type { Store } from '../store/store.ts';
import { finishFile, freeName, needRoom, partial, readableFolder, readRefusal, refusal, removeLeftovers, removeUnfinished, stampOf, writableFolder } from './folders.ts';
import type { Job, Jobs, Started } from './jobs.ts';

export type BackupParts = {
  readonly clock: Clock;
  readonly jobs: Jobs;
  /** The console's own database. */
  readonly file: string;
  /** The open store and the settings. Throws `unavailable` where there is none. */
  readonly running: () => { readonly store: Store; readonly settings: Settings };
};

/** Copying takes longer than reading it all once more. */
const shareOfCopying = 0.8;
const progressMs = 250;

export class Backups {
  readonly #parts: BackupParts;
  #problem: string | null = null;

  constructor(parts: BackupParts) {
    this.#parts = parts;
  }

  /** Why the last daily backup failed, one sentence; null when it did not. */
  get problem(): string | null {
    return this.#problem;
  }

  create(folder: string): JobRow {
    return this.#start(folder).row;
  }

  async list(folder: string): Promise<{ folder: string; backups: Backup[] }> {
    const own = this.#ownFolder();
    const given = folder === '' ? this.#folderOfSettings() : folder;
    const present = readableFolder(given, own);
    if (present === null) return { folder: own, backups: [] };
    try {
      const found = await withArchive(null, archive => archive.call('list', present, this.#parts.file));
      return {
        folder: present,
        backups: found.map(({ name, at, looked }) => ({
          file: join(present, name), name, at, bytes: looked.bytes, devices: looked.kind === 'sound' ? looked.devices : null, problem: looked.kind === 'sound' ? null : looked.problem,
        })),
      };
    } catch (error) {
      throw readRefusal(error, present);
    }
  }

  /** The daily one, where the settings ask for it. Never rejects for a disk: what went wrong is `problem`. The oldest of its own files go only after a new one is whole. */
  async scheduled(): Promise<void> {
    const { store, settings: { backup } } = this.#parts.running();
    this.#problem = null;
    if (!backup.enabled) return;
    try {
      await this.#parts.jobs.idle('backup');
      const made = await this.#start(backup.folder).done;
      const forgotten = await store.write('noteScheduledBackup', made, backup.keep);
      for (const file of forgotten) await rm(file, { force: true });
    } catch (error) {
      const told = refusal(error, backup.folder || this.#ownFolder());
      if (!(told instanceof AppError)) throw told;
      // Cancelled by a person, or by a restore: after that the daily work begins anew.
      if (told.code !== 'cancelled' && told.code !== 'conflict') this.#problem = `The daily backup failed: ${told.message}`;
    }
  }

  #ownFolder(): string {
    return join(dirname(this.#parts.file), 'backups');
  }

  /** A damaged database has none to tell; its backups are wanted all the more. */
  #folderOfSettings(): string {
    try {
      return this.#parts.running().settings.backup.folder;
    } catch (error) {
      if (error instanceof AppError) return '';
      throw error;
    }
  }

  /** `done` answers with the file. */
  #start(given: string): Started<string> {
    const { clock, jobs, running } = this.#parts;
    const { settings } = running();
    const folder = writableFolder(given === '' ? settings.backup.folder : given, this.#ownFolder());
    const file = freeName(folder, `ward-console-${stampOf(clock.now())}`, '.db');
    return jobs.start('backup', file, async job => {
      try {
        await this.#make(folder, file, job);
        return file;
      } catch (error) {
        const told = refusal(error, folder); // Before what filled the disk is gone.
        await removeUnfinished(partial(file));
        throw told;
      }
    });
  }

  async #make(folder: string, file: string, { signal, tell }: Job): Promise<void> {
    const { store } = this.#parts.running();
    const { sizeBytes } = store.health();
    await removeLeftovers(folder);
    needRoom(folder, sizeBytes);
    const control = newCopyControl();
    const onAbort = (): void => stopCopy(control);
    signal.addEventListener('abort', onAbort, { once: true });
    const stopTelling = this.#parts.clock.every(progressMs, () => tell({ progress: shareOfCopying * shareCopied(control), bytes: Math.round(shareCopied(control) * sizeBytes) }));
    try {
      await store.copyTo(partial(file), control);
    } finally {
      stopTelling();
    }
    tell({ progress: shareOfCopying, bytes: statSync(partial(file)).size });
    const looked = await withArchive(signal, archive => archive.call('verify', partial(file)));
    if (looked.kind !== 'sound') throw new AppError('unavailable', `The copy is not whole, and was removed. ${looked.problem}`);
    signal.throwIfAborted();
    await finishFile(partial(file), file, folder);
    tell({ bytes: looked.bytes });
  }
}
