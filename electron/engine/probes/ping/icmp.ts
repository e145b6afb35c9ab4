/** Pings by ICMP sockets of our own, in a thread beside the engine. */
import { endianness } from 'node:os';
import { Worker } from 'node:worker_threads';
import { BatchColumns, echoCode, type IcmpBackend, type IcmpReport, type IcmpRequest, type IcmpWorkerData } from './icmp-messages.ts';
import { notAnAddress } from './not-sent.ts';
import { type EchoOptions, type Oddity, plainEcho, type Pinger, type PingOutcome } from '../probe.ts';

/** A better backend that this host refused: one sentence why, with the command that helps where one does. */
export type Refusal = Pinger['refused'][number];
type Opened = { readonly pinger: Pinger | null; readonly refused: readonly Refusal[] };
type Settle = (outcome: PingOutcome) => void;

/** The thread settles everything in time; this catches a thread that hangs. */
const threadSlackMs = 2_000;
const watchEveryMs = 500;
const fullBatch = 512;
const plainCode = echoCode(plainEcho);
/** Loading the native module and opening two sockets takes a fraction of this even on a busy host. */
const startWithinMs = 5_000;

/** Opens ICMP sockets of the first kind that this host grants. `pinger` is null when it grants none; `refused` says why for each that was tried in vain. */
export async function openIcmp(backends: readonly IcmpBackend[]): Promise<Opened> {
  const allRefused = (reason: string): Opened => ({ pinger: null, refused: backends.map(backend => ({ backend, reason })) });
  const reason = unsupported();
  if (reason !== null) return allRefused(reason);
  const workerData: IcmpWorkerData = { backends };
  // The flags that this process was started with are its own.
  const worker = new Worker(new URL(import.meta.url.endsWith('.ts') ? './icmp-worker.ts' : './icmp-worker.js', import.meta.url), { workerData, execArgv: [], name: 'icmp', resourceLimits: { maxYoungGenerationSizeMb: 6 } });
  const opened = await firstReport(worker);
  if (opened instanceof Error) {
    abandon(worker);
    return allRefused(`The ping thread did not start: ${opened.message}`);
  }
  const refused = opened.refusals.map(({ backend, error }) => ({ backend, reason: refusal(backend, error) }));
  if (opened.backend !== null) return { pinger: new IcmpPinger(worker, opened.backend, refused), refused };
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
  if (endianness() !== 'LE' || !processors64.includes(process.arch)) return `Sending ICMP directly is not written for the ${process.arch} processor.`;
  return null;
}

const openToUsers = 'sudo sysctl -w net.ipv4.ping_group_range="0 2147483647"';

function refusal(backend: IcmpBackend, error: string): string {
  if (backend === 'icmp-dgram' && error === 'EACCES') return `This system does not let ordinary programs open ICMP sockets (net.ipv4.ping_group_range); to allow it run: ${openToUsers}`;
  if (backend === 'icmp-raw' && (error === 'EPERM' || error === 'EACCES')) return `Raw sockets need root or the capability cap_net_raw; without either, open ICMP sockets to users: ${openToUsers}`;
  return `The system refused (${error}).`;
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
  /** By the id of a ping: what settles it, while it is under way, and when it is given up. Arrays, and ids used again, because a map of objects would cost more than the ping. */
  readonly #settles: (Settle | null)[] = [];
  readonly #giveUpMs: number[] = [];
  readonly #freeIds: number[] = [];
  #underWay = 0;
  #longestTimeoutMs = 0;
  /** The `resolve` of the promise made last: one executor for all costs less than one each. */
  #made: Settle = () => {};
  readonly #make = (resolve: Settle): void => void (this.#made = resolve);
  /** Asked in this turn of the event loop, not yet sent to the thread. */
  readonly #asked = new BatchColumns();
  #listener: ((oddity: Oddity) => void) | null = null;
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

  ping(address: string, timeoutMs: number, options?: EchoOptions): Promise<PingOutcome> {
    if (this.#ended !== null) return Promise.resolve({ kind: 'failed', sentAt: Date.now(), reason: this.#ended });
    const id = this.#freeIds.pop() ?? this.#settles.length;
    if (!this.#asked.add(id, address, timeoutMs, options ? echoCode(options) : plainCode)) {
      if (id < this.#settles.length) this.#freeIds.push(id);
      return Promise.resolve({ kind: 'not-sent', sentAt: Date.now(), reason: notAnAddress(address) });
    }
    if (this.#asked.size === 1) setImmediate(() => this.#send());
    // So that the thread begins while more are being asked.
    else if (this.#asked.size === fullBatch) this.#send();
    const promise = new Promise<PingOutcome>(this.#make);
    this.#settles[id] = this.#made;
    this.#giveUpMs[id] = performance.now() + timeoutMs + threadSlackMs;
    this.#underWay++;
    if (timeoutMs > this.#longestTimeoutMs) this.#longestTimeoutMs = timeoutMs;
    this.#watch ??= setTimeout(() => this.#giveUp(), watchEveryMs);
    return promise;
  }

  onOddity(listener: (oddity: Oddity) => void): void {
    this.#listener = listener;
  }

  async close(): Promise<void> {
    if (this.#ended !== null) return;
    this.#end('The pinger was closed.');
    this.#post({ kind: 'close' });
    await new Promise<void>(resolve => {
      const deadline = setTimeout(() => {
        abandon(this.#worker);
        resolve();
        // Windows may write to the thread's memory until the last timeout, and the thread waits for that.
      }, this.#longestTimeoutMs + threadSlackMs);
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
    if (this.#asked.size === 0) return;
    const batch = this.#asked.take();
    if (this.#ended === null) this.#post({ kind: 'ping', batch });
  }

  #receive(report: IcmpReport): void {
    if (report.kind !== 'outcomes') return;
    const { columns, others, oddities } = report;
    for (let at = 0; at < columns.length; at += 3) {
      const id = columns[at] ?? 0;
      const sentAt = columns[at + 1] ?? 0;
      const code = columns[at + 2] ?? 0;
      // Only now: what was given up keeps its id, or a late outcome would settle another ping.
      this.#freeIds.push(id);
      if (code >= 0) this.#settle(id, { kind: 'reply', sentAt, rttUs: code });
      else if (code === -1) this.#settle(id, { kind: 'timeout', sentAt });
      else this.#settle(id, { ...(others[-2 - code] ?? { kind: 'failed', reason: 'The ping thread lost the outcome.' }), sentAt });
    }
    for (const oddity of oddities) this.#listener?.(oddity);
  }

  #settle(id: number, outcome: PingOutcome): void {
    const settle = this.#settles[id];
    if (!settle) return;
    this.#settles[id] = null;
    this.#underWay--;
    settle(outcome);
  }

  #giveUp(): void {
    const nowMs = performance.now();
    for (let id = 0; id < this.#settles.length; id++) {
      if ((this.#giveUpMs[id] ?? 0) <= nowMs) this.#settle(id, { kind: 'failed', sentAt: Date.now(), reason: 'The ping thread does not answer.' });
    }
    this.#watch = this.#underWay > 0 ? setTimeout(() => this.#giveUp(), watchEveryMs) : null;
  }

  #end(reason: string): void {
    if (this.#ended !== null) return;
    this.#ended = reason;
    if (this.#watch) clearTimeout(this.#watch);
    for (let id = 0; id < this.#settles.length; id++) this.#settle(id, { kind: 'failed', sentAt: Date.now(), reason });
  }
}
