/** Folders and files on this computer that a person names: whether they can be used, and what a disk's refusal means, in one sentence each. */
import { accessSync, constants, existsSync, mkdirSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { AppError } from '../../../shared/rpc/contract.ts';
import { messageOf } from '../log.ts';
import { failureOfSystem, type WriteFailure } from '../store/connection.ts';
import { StoreError } from '../store/thread.ts';

/** The years of four digits: a range may begin and end where no calendar goes. */
const firstNamed = Date.parse('0000-01-01T00:00:00Z');
const lastNamed = Date.parse('9999-12-31T23:59:59Z');

/** A moment as a part of file names: UTC, so that names sort by time and none comes twice when clocks go back. */
export const stampOf = (at: number): string => new Date(Math.max(firstNamed, Math.min(lastNamed, at))).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');

/** The folder given, or the console's own, which is made where it is missing. Throws a sentence where it cannot be written to. */
export function writableFolder(given: string, own: string): string {
  const folder = given === '' ? own : full(given);
  try {
    // Not one that was given: a disk that is not plugged in would become a folder on another.
    if (given === '') mkdirSync(folder, { recursive: true, mode: 0o700 });
    const stat = statSync(folder, { throwIfNoEntry: false });
    if (!stat) throw new AppError('not-found', `The folder "${folder}" does not exist on this computer; make it, or choose another.`);
    if (!stat.isDirectory()) throw new AppError('invalid-input', `"${folder}" is a file, not a folder; choose another.`);
    accessSync(folder, constants.W_OK);
    return folder;
  } catch (error) {
    throw refusal(error, folder);
  }
}

/** As above, to be read; null: the console's own, which is not there yet. */
export function readableFolder(given: string, own: string): string | null {
  const folder = given === '' ? own : full(given);
  if (given === '' && !existsSync(folder)) return null;
  try {
    const stat = statSync(folder, { throwIfNoEntry: false });
    if (!stat) throw new AppError('not-found', `The folder "${folder}" does not exist on this computer; choose another.`);
    if (!stat.isDirectory()) throw new AppError('invalid-input', `"${folder}" is a file, not a folder; choose another.`);
    return folder;
  } catch (error) {
    throw readRefusal(error, folder);
  }
}

export function full(path: string): string {
  // No system has a file of a name with a zero byte in it.
  if (!isAbsolute(path) || path.includes('\0')) throw new AppError('invalid-input', `"${path}" is not a full path on this computer.`);
  return path;
}

/** A name in the folder that nothing has yet: `name.db`, else `name-2.db` and so on. */
export function freeName(folder: string, name: string, extension: string): string {
  for (let copy = 1; ; copy++) {
    const file = join(folder, `${name}${copy === 1 ? '' : `-${copy}`}${extension}`);
    if (!existsSync(file) && !existsSync(partial(file))) return file;
  }
}

/** What a file is called until it is whole. */
export const partial = (file: string): string => `${file}.partial`;

/** What stays free beside anything that is written: the console goes on writing too. */
const reserveBytes = 32 * 1024 * 1024;

export function needRoom(folder: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const needed = bytes + reserveBytes;
  if (free < needed) throw new AppError('unavailable', `The disk that holds "${folder}" has ${megabytes(free)} free, ${megabytes(needed)} are needed; free some space, or choose another folder.`);
}

const megabytes = (bytes: number): string => `${bytes < 10_000_000 ? Math.floor(bytes / 100_000) / 10 : Math.floor(bytes / 1_000_000)} MB`;

/** Gives a file that is whole its name, and has both on the disk before it settles. */
export async function finishFile(temporary: string, file: string, folder: string): Promise<void> {
  await sync(temporary, 'r+');
  await rename(temporary, file);
  // Windows has no handles of folders, and needs none.
  if (process.platform !== 'win32') await sync(folder, 'r');
}

/** What of a file that came to nothing is there, with what SQLite may have left beside it. */
export async function removeUnfinished(file: string): Promise<void> {
  for (const suffix of ['', '-journal', '-wal', '-shm']) await rm(file + suffix, { force: true });
}

const leftover = /^ward-(console|samples|states|alerts|journal)-[\d-]+\.(db|csv)\.partial(-journal|-wal|-shm)?$/;
const leftoverAfterMs = 86_400_000;

/** What a console that was killed left behind; another one may be writing in the same folder now. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of readdirSync(folder).filter(each => leftover.test(each))) {
    const stat = statSync(join(folder, name), { throwIfNoEntry: false });
    if (stat && Date.now() - stat.mtimeMs > leftoverAfterMs) await rm(join(folder, name), { force: true });
  }
}

async function sync(path: string, flags: string): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What a disk's refusal means for the user; a bug, or what is a sentence already, stays what it is. */
export function refusal(error: unknown, folder: string): unknown {
  const failure = failureIn(error);
  if (failure === null) return error;
  if (!existsSync(folder)) return new AppError('unavailable', `There is no folder "${folder}" on this computer now; bring it back, or choose another.`);
  const sentence = {
    'full': `The disk that holds "${folder}" is full; free some space, or choose another folder.`,
    'read-only': `The folder "${folder}" cannot be written to; give permission, or choose another.`,
    'busy': `Another program holds a file in "${folder}"; close it and try again.`,
    'damaged': `The database reports damage (${messageOf(error)}); restart the console, which will look at it whole.`,
    'failing': `The folder "${folder}" does not take the file (${messageOf(error)}); check the disk, or choose another folder.`,
  }[failure === 'failing' && isFull(folder) ? 'full' : failure];
  return new AppError('unavailable', sentence);
}

/** Whatever SQLite complains of then, that is why. */
function isFull(folder: string): boolean {
  const { bavail, bsize, files, ffree } = statfsSync(folder);
  return bavail * bsize < 512 * 1024 || (files > 0 && ffree === 0);
}

/** The same of reading. */
export function readRefusal(error: unknown, path: string): unknown {
  return failureIn(error) === null ? error : new AppError('unavailable', `"${path}" cannot be read (${messageOf(error)}).`);
}

function failureIn(error: unknown): Exclude<WriteFailure, 'bug'> | null {
  if (error instanceof StoreError) return error.failure === 'bug' ? null : error.failure;
  if (error instanceof AppError || !(error instanceof Error) || !('syscall' in error)) return null;
  return failureOfSystem('code' in error ? String(error.code) : '');
}
