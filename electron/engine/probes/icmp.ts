/** Pings by ICMP sockets of our own, in a thread beside the engine. */
import { endianness } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { IcmpReport, IcmpRequest, IcmpWorkerData } from './icmp-worker.ts';
import type { Pinger, PingOutcome } from './probe.ts';

export type IcmpBackend = 'icmp-dgram' | 'icmp-raw';
/** A better backend that this host refused: one sentence why, with the command that helps where one does. */
export type Refusal = Pinger['refused'][number];
type Opened = { readonly pinger: Pinger | null; readonly refused: readonly Refusal[] };
type Pending = { readonly settle: (outcome: PingOutcome) => void; readonly giveUpMs: number };

/** The thread settles everything in time; this catches a thread that hangs. */
const threadSlackMs = 2_000;
const watchEveryMs = 500;
/** Loading the native module and opening two sockets takes a fraction of this even on a busy host. */
const startWithinMs = 5_000;

/** Opens ICMP sockets of the first kind that this host grants. `pinger` is null when it grants none; `refused` says why for each that was tried in vain. */
export async function openIcmp(backends: readonly IcmpBackend[]): Promise<Opened> {
  const allRefused = (reason: string): Opened => ({ pinger: null, refused: backends.map(backend => ({ backend, reason })) });
  const reason = unsupported();
  if (reason !== null) return allRefused(reason);
  const workerData: IcmpWorkerData = { kinds: backends.map(backend => (backend === 'icmp-dgram' ? 'dgram' : 'raw')) };
  // The flags that this process was started with are its own.
  const worker = new Worker(new URL(import.meta.url.endsWith('.ts') ? './icmp-worker.ts' : './icmp-worker.js', import.meta.url), { workerData, execArgv: [], name: 'icmp', resourceLimits: { maxYoungGenerationSizeMb: 6 } });
  const opened = await firstReport(worker);
  if (opened instanceof Error) {
    abandon(worker);
    return allRefused(`The ping thread did not start: ${opened.message}`);
  }
  const refused = opened.refusals.map(({ socket, error }) => ({ backend: backendOf[socket], reason: refusal(socket, error) }));
  if (opened.socket !== null) return { pinger: new IcmpPinger(worker, backendOf[opened.socket], refused), refused };
  await worker.terminate();
  return { pinger: null, refused };
}

/** Not awaited, and in nobody's way: a thread that hangs in native code ends when it comes back from there, if ever. */
function abandon(worker: Worker): void {
  worker.unref();
  void worker.terminate();
}

const processors64 = ['x64', 'arm64', 'riscv64', 'loong64'];

/** Why ICMP sockets of our own cannot work on this machine at all, or null. */
function unsupported(): string | null {
  if (process.platform !== 'linux') return `Sending ICMP directly is written for Linux only so far, and this is ${process.platform}.`;
  if (endianness() !== 'LE' || !processors64.includes(process.arch)) return `Sending ICMP directly is not written for the ${process.arch} processor.`;
  return null;
}

const backendOf = { dgram: 'icmp-dgram', raw: 'icmp-raw' } as const;
const openToUsers = 'sudo sysctl -w net.ipv4.ping_group_range="0 2147483647"';

function refusal(socket: 'dgram' | 'raw', error: string): string {
  if (socket === 'dgram' && error === 'EACCES') return `This system does not let ordinary programs open ICMP sockets (net.ipv4.ping_group_range); to allow it run: ${openToUsers}`;
  if (socket === 'raw' && (error === 'EPERM' || error === 'EACCES')) return `Raw sockets need root or the capability cap_net_raw; without either, open ICMP sockets to users: ${openToUsers}`;
  return `The kernel refused the socket (${error}).`;
}

/** The thread's first message, or why it did not start (the native module is missing, for one). Afterwards an error of the thread is its owner's. */
function firstReport(worker: Worker): Promise<Extract<IcmpReport, { kind: 'opened' }> | Error> {
  return new Promise(resolve => {
    const settle = (first: Awaited<ReturnType<typeof firstReport>>): void => {
      clearTimeout(deadline);
      resolve(first);
    };
    const failed = (error: Error): void => settle(error);
    const ended = (code: number): void => settle(new Error(`it ended with code ${code}.`));
    const deadline = setTimeout(() => settle(new Error(`it said nothing for ${startWithinMs / 1000} s.`)), startWithinMs);
    worker.once('error', failed);
    worker.once('exit', ended);
    worker.once('message', (report: IcmpReport) => {
      worker.off('error', failed);
      worker.off('exit', ended);
      settle(report.kind === 'opened' ? report : new Error(`it began with ${report.kind}.`));
    });
  });
}

class IcmpPinger implements Pinger {
  readonly backend: IcmpBackend;
  readonly refused: readonly Refusal[];
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  /** Asked in this turn of the event loop, not yet sent to the thread: ids run from `#nextId - addresses.length`. */
  #addresses: string[] = [];
  #timeoutsMs: number[] = [];
  #nextId = 0;
  #watch: NodeJS.Timeout | null = null;
  /** Why no more pings are possible, once that is so. */
  #ended: string | null = null;

  constructor(worker: Worker, backend: IcmpBackend, refused: readonly Refusal[]) {
    this.#worker = worker;
    this.backend = backend;
    this.refused = refused;
    worker.on('message', (report: IcmpReport) => this.#receive(report));
    worker.on('error', (error: Error) => this.#end(`The ping thread failed: ${error.message}`));
    worker.on('exit', () => this.#end('The ping thread has ended.'));
  }

  ping(address: string, timeoutMs: number): Promise<PingOutcome> {
    if (this.#ended !== null) return Promise.resolve({ kind: 'failed', sentAt: Date.now(), reason: this.#ended });
    return new Promise(settle => {
      if (this.#addresses.length === 0) setImmediate(() => this.#send());
      this.#pending.set(this.#nextId++, { settle, giveUpMs: performance.now() + timeoutMs + threadSlackMs });
      this.#addresses.push(address);
      this.#timeoutsMs.push(timeoutMs);
      this.#watch ??= setTimeout(() => this.#giveUp(), watchEveryMs);
    });
  }

  async close(): Promise<void> {
    if (this.#ended !== null) return;
    this.#end('The pinger was closed.');
    this.#post({ kind: 'close' });
    await new Promise<void>(resolve => {
      const deadline = setTimeout(() => {
        abandon(this.#worker);
        resolve();
      }, threadSlackMs);
      this.#worker.once('exit', () => {
        clearTimeout(deadline);
        resolve();
      });
    });
  }

  #post(request: IcmpRequest): void {
    this.#worker.postMessage(request);
  }

  #send(): void {
    const addresses = this.#addresses;
    const timeoutsMs = this.#timeoutsMs;
    this.#addresses = [];
    this.#timeoutsMs = [];
    if (this.#ended === null && addresses.length > 0) this.#post({ kind: 'ping', firstId: this.#nextId - addresses.length, addresses, timeoutsMs });
  }

  #receive(report: IcmpReport): void {
    if (report.kind !== 'outcomes') return;
    const { columns, others } = report;
    for (let at = 0; at < columns.length; at += 3) {
      const [id = 0, sentAt = 0, code = 0] = columns.subarray(at, at + 3);
      const pending = this.#pending.get(id);
      if (!pending) continue;
      this.#pending.delete(id);
      if (code >= 0) pending.settle({ kind: 'reply', sentAt, rttUs: code });
      else if (code === -1) pending.settle({ kind: 'timeout', sentAt });
      else pending.settle({ ...(others[-2 - code] ?? { kind: 'failed', reason: 'The ping thread lost the outcome.' }), sentAt });
    }
  }

  #giveUp(): void {
    const nowMs = performance.now();
    for (const [id, pending] of this.#pending) {
      if (pending.giveUpMs > nowMs) continue;
      this.#pending.delete(id);
      pending.settle({ kind: 'failed', sentAt: Date.now(), reason: 'The ping thread does not answer.' });
    }
    this.#watch = this.#pending.size > 0 ? setTimeout(() => this.#giveUp(), watchEveryMs) : null;
  }

  #end(reason: string): void {
    if (this.#ended !== null) return;
    this.#ended = reason;
    if (this.#watch) clearTimeout(this.#watch);
    for (const pending of this.#pending.values()) pending.settle({ kind: 'failed', sentAt: Date.now(), reason });
    this.#pending.clear();
  }
}
