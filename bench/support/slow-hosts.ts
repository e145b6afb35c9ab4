/** Hosts that answer echo requests after a delay known to the microsecond: on a TUN device of this network namespace, answered by a thread. */
import { execFileSync } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { runOn } from './processors.ts';

export type SlowHosts = { readonly addresses: readonly string[]; readonly delayUs: ReadonlyMap<string, number>; stop(): Promise<void> };
/** For the thread. The n-th host is 198.18.(n >> 8).(n & 255) and waits `delaysUs[n]`. */
export type SlowHostsData = { readonly device: string; readonly delaysUs: Float64Array };

const device = 'ward-slow';
const startWithinMs = 10_000;

/** Resolves when they answer; call it before anything that pings is started. Delays are spread evenly over 5 to 50 ms; those of every second host stay below 9.5 ms. */
export async function startSlowHosts(count: number): Promise<SlowHosts> {
  const delaysUs = Float64Array.from({ length: count + 1 }, (_, n) => 5_000 + shareOf(n) * (n % 2 === 0 ? 4_500 : 45_000));
  const workerData: SlowHostsData = { device, delaysUs };
  const worker = new Worker(new URL('./slow-hosts-worker.ts', import.meta.url), { workerData, name: 'slow-hosts' });
  await new Promise<void>((resolve, reject) => {
    const deadline = setTimeout(() => reject(new Error('the slow hosts did not start')), startWithinMs);
    worker.once('message', resolve).once('error', reject).once('exit', () => reject(new Error('the slow hosts ended')));
    worker.once('message', () => clearTimeout(deadline)).once('error', () => clearTimeout(deadline));
  });
  // A burst of requests must not keep the thread from taking them.
  runOn('others');
  execFileSync('ip', ['address', 'add', '198.18.255.254/16', 'dev', device]);
  execFileSync('ip', ['link', 'set', device, 'up']);
  const addresses = Array.from({ length: count }, (_, i) => addressOf(i + 1));
  return { addresses, delayUs: new Map(addresses.map((address, i) => [address, delaysUs[i + 1] ?? 0])), stop: async () => void (await worker.terminate()) };
}

/** RFC 2544: addresses for benchmarks. */
const addressOf = (n: number): string => `198.18.${n >> 8}.${n & 255}`;

/** In [0, 1), scattered: Knuth's multiplicative hash. */
const shareOf = (n: number): number => (Math.imul(n, 2_654_435_761) >>> 0) / 2 ** 32;
