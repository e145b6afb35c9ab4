/** The lock one user-data folder gives to one process, and the note a second process leaves for the first. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type SecondInstance = { readonly argv: readonly string[]; readonly workingDirectory: string };

/** Takes the lock of `folder` and returns its release; `onSecond` may be called until then. Held by another: tells the holder about `self` and returns null. Synchronous, as Electron's is: hence files. */
export function takeLock(folder: string, self: SecondInstance, onSecond: (second: SecondInstance) => void): (() => void) | null {
  const lock = join(folder, 'stand-in.lock');
  const notes = join(folder, 'stand-in.notes');
  mkdirSync(notes, { recursive: true });
  if (!claim(lock)) {
    // Renamed into place, so that the holder never reads half a note.
    const note = join(notes, String(process.pid));
    writeFileSync(`${note}.new`, JSON.stringify(self));
    renameSync(`${note}.new`, `${note}.json`);
    return null;
  }
  for (const left of readdirSync(notes)) rmSync(join(notes, left));
  const read = (): void => {
    for (const name of readdirSync(notes).filter(name => name.endsWith('.json'))) {
      const second = JSON.parse(readFileSync(join(notes, name), 'utf8')) as SecondInstance; // Written above, by our own kind.
      rmSync(join(notes, name));
      onSecond(second);
    }
  };
  const watcher = watch(notes, { persistent: false }, read);
  return () => {
    watcher.close();
    rmSync(lock, { force: true });
  };
}

/** A lock whose process has ended is nobody's. */
function claim(lock: string): boolean {
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return true;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    if (isAlive(Number(readFileSync(lock, 'utf8')))) return false;
    rmSync(lock, { force: true });
  }
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
