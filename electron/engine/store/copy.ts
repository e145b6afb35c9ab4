/** Copies a database that is in use into one new file, a few pages at a time, so that whoever else needs its thread comes between. */
import { closeSync, fdatasync, openSync, rmSync } from 'node:fs';
import type { Db } from './connection.ts';

/** Shared between the thread that copies and whoever watches: whether to stop, pages copied, pages in all. */
export type CopyControl = Int32Array<SharedArrayBuffer>;

const stopAt = 0;
const copiedAt = 1;
const totalAt = 2;

export const newCopyControl = (): CopyControl => new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT));
export const stopCopy = (control: CopyControl): void => void Atomics.store(control, stopAt, 1);
/** From 0 to 1. */
export const shareCopied = (control: CopyControl): number => (control[totalAt] ? (control[copiedAt] ?? 0) / control[totalAt] : 0);

/** A step holds its thread for about this long. */
const stepMs = 5;
const firstPages = 64;
const mostPages = 128;
/** So many pages may wait for the disk at a time: SQLite's last step waits for all that still do. */
const pagesAhead = 512;
/** A disk or another program that lets no page through for this long. */
const stallMs = 60_000;

/** Settles when the copy is whole and on the disk. Rejects with what SQLite says of either file, or when stopped; then nothing of the copy is left. */
export async function copyDatabase(source: Db, target: string, control: CopyControl): Promise<void> {
  const disk = new Disk(target);
  let pages = firstPages;
  let askedAt = performance.now();
  let movedAt = askedAt;
  try {
    await source.backup(target, {
      progress({ totalPages, remainingPages }) {
        if (Atomics.load(control, stopAt) === 1) throw new Error('the copy was stopped');
        const now = performance.now();
        const copied = totalPages - remainingPages;
        if (copied !== control[copiedAt]) movedAt = now;
        if (now - movedAt > stallMs) throw new Error(`the copy stands still at page ${copied} of ${totalPages}`);
        Atomics.store(control, copiedAt, copied);
        Atomics.store(control, totalAt, totalPages);
        const tookMs = now - askedAt;
        pages = Math.max(1, Math.min(mostPages, tookMs > 2 * stepMs ? pages >> 1 : tookMs < stepMs / 2 ? pages * 2 : pages));
        const mayGoOn = disk.keepsUpWith(copied, remainingPages <= pages);
        if (!mayGoOn) pause(stepMs);
        askedAt = performance.now();
        return mayGoOn ? pages : 0;
      },
    });
  } catch (error) {
    disk.close();
    removeDatabase(target);
    throw error;
  }
  disk.close();
}

/** A database that nobody has open, and what SQLite may have left beside it. */
export function removeDatabase(file: string): void {
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(file + suffix, { force: true });
}

/** Has the copy written out beside the copying. Left to SQLite, the last step would wait for the whole file at once. */
class Disk {
  readonly #file: string;
  #handle: number | null = null;
  #syncedPages = 0;
  #syncing = false;
  #closing = false;

  constructor(file: string) {
    this.#file = file;
  }

  keepsUpWith(copied: number, isLast: boolean): boolean {
    const ahead = copied - this.#syncedPages;
    const enough = isLast ? pagesAhead / 4 : pagesAhead;
    if (ahead >= enough && !this.#syncing) this.#sync(copied);
    return ahead < (isLast ? enough : 2 * pagesAhead);
  }

  close(): void {
    this.#closing = true;
    if (!this.#syncing && this.#handle !== null) closeSync(this.#handle);
  }

  #sync(copied: number): void {
    this.#handle ??= openSync(this.#file, 'r+');
    this.#syncing = true;
    const handle = this.#handle;
    fdatasync(handle, () => {
      // What the disk refuses here it refuses SQLite too, which says so.
      this.#syncing = false;
      this.#syncedPages = copied;
      if (this.#closing) closeSync(handle);
    });
  }
}

/** The thread sleeps: asking SQLite again at once would only burn a processor. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)), 0, 0, ms);
}
