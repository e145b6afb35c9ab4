/** fping as the peer of our own pinger: one process over a list of addresses. */
import { spawn } from 'node:child_process';
import { endedChildrenCpuUs } from './process-usage.ts';

type FpingRun = {
  readonly wallMs: number;
  /** User and system time of its process. */
  readonly cpuUs: number;
  readonly replies: number;
  /** Of the last reply of each address. */
  readonly rttUs: ReadonlyMap<string, number>;
};

const program = 'fping';
const deadlineMs = 60_000;

/** Pings each address of `listFile` `count` times, one packet every `intervalMs` (0: flat out). Its start is part of the time. */
export async function runFping(listFile: string, count: number, intervalMs: number): Promise<FpingRun> {
  const cpuBefore = endedChildrenCpuUs();
  const began = performance.now();
  const args = ['-i', String(intervalMs), '-p', '1', '-C', String(count), '-t', '1000', '-q', '-f', listFile];
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: deadlineMs });
  let summary = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (summary += text));
  await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  const wallMs = performance.now() - began;
  const rttUs = new Map<string, number>();
  let replies = 0;
  for (const line of summary.split('\n')) {
    const [address, times] = line.split(' : ');
    for (const time of times?.split(' ') ?? []) {
      if (!/^[\d.]+$/.test(time)) continue; // "-": lost.
      replies++;
      rttUs.set(address?.trim() ?? '', Number(time) * 1_000);
    }
  }
  return { wallMs, cpuUs: endedChildrenCpuUs() - cpuBefore, replies, rttUs };
}
