/** What a process has the disk write, as the kernel counts it. Linux. */
import { readFileSync } from 'node:fs';

/** Bytes so far of all threads of this process: each page is counted when it begins to differ from the disk. */
export function writtenBytes(): number {
  return Number(/^write_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}
