/** What a process costs: time and memory, as the kernel counts them. Linux. */
import { readFileSync } from 'node:fs';
import koffi from 'koffi';

const tickMs = 10;

/** User and system time of all threads of a running process so far, in steps of 10 ms. */
export function cpuMsOf(pid: number): number {
  // What stands before the last bracket is the program's name, which may hold anything.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

/** Memory that the process has in RAM, in MB of 2^20 bytes. */
export function rssMbOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

/** How long this thread could have run so far, and had to wait for a processor that others had, in ms. */
export function waitedForProcessorMs(): number {
  return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[1]) / 1e6;
}

const rusageChildren = -1;
const rusageBytes = 144;
let getrusage: ((who: number, usage: Uint8Array) => number) | null = null;

/** User and system time, in us, of the children of this process that have ended. */
export function endedChildrenCpuUs(): number {
  getrusage ??= koffi.load('libc.so.6').func('int getrusage(int, void*)');
  const usage = new Uint8Array(rusageBytes);
  getrusage(rusageChildren, usage);
  // Two struct timeval: seconds and microseconds, i64 each.
  const view = new DataView(usage.buffer);
  const [userS, userUs, systemS, systemUs] = [0, 8, 16, 24].map(at => Number(view.getBigInt64(at, true)));
  return ((userS ?? 0) + (systemS ?? 0)) * 1e6 + (userUs ?? 0) + (systemUs ?? 0);
}
