/** The ping thread: opens the first backend that this computer grants, sends what the engine asks for, reports what came of it. */
import { randomInt } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { EchoEngine } from './echo-engine.ts';
import type { EchoSocket } from './echo-socket.ts';
import type { IcmpBackend, IcmpReport, IcmpRequest, IcmpWorkerData, PingBatch } from './icmp-messages.ts';
import type { Family } from './icmp-packet.ts';
import { MacIcmpSocket } from './icmp-macos.ts';
import { IcmpSocket } from './icmp-socket.ts';
import { openWindowsIcmp } from './icmp-windows.ts';
import { WindowsEngine } from './windows-engine.ts';

type Sender = { ask(batch: PingBatch): void; close(): void | Promise<void> };

if (!parentPort) throw new Error('icmp-worker is a worker thread.');
const port = parentPort;
// Columns are moved, not copied; they are made for one report.
const report = (message: IcmpReport): void => port.postMessage(message, message.kind === 'outcomes' ? [message.columns.buffer as ArrayBuffer] : []);

/** A name that would be wrong to guess. */
const ident = randomInt(0x10000);

const openers: Readonly<Record<IcmpBackend, () => Sender | { readonly refusedBy: string }>> = {
  'icmp-dgram': () => overSockets(family => IcmpSocket.open(family, 'dgram', ident)),
  'icmp-raw': () => overSockets(family => IcmpSocket.open(family, 'raw', ident)),
  'icmp-macos': () => overSockets(family => MacIcmpSocket.open(family, ident)),
  'icmp-windows': () => {
    const icmp = openWindowsIcmp();
    return 'refusedBy' in icmp ? icmp : new WindowsEngine(icmp, report);
  },
};

function overSockets(open: (family: Family) => EchoSocket | { readonly refusedBy: string }): Sender | { readonly refusedBy: string } {
  const four = open(4);
  if ('refusedBy' in four) return four;
  const six = open(6);
  return 'refusedBy' in six ? new EchoEngine(new Map([[4, four]]), six.refusedBy, report) : new EchoEngine(new Map([[4, four], [6, six]]), '', report);
}

function openFirst(backends: readonly IcmpBackend[]): { readonly sender: Sender | null; readonly opened: IcmpReport } {
  const refusals: { backend: IcmpBackend; error: string }[] = [];
  for (const backend of backends) {
    const sender = openers[backend]();
    if (!('refusedBy' in sender)) return { sender, opened: { kind: 'opened', backend, refusals } };
    refusals.push({ backend, error: sender.refusedBy });
  }
  return { sender: null, opened: { kind: 'opened', backend: null, refusals } };
}

// Set by icmp.ts, the only one that starts this thread.
const { backends } = workerData as IcmpWorkerData;
const { sender, opened } = openFirst(backends);
port.on('message', (request: IcmpRequest) => {
  if (request.kind === 'ping') return sender?.ask(request.batch);
  void end();
});

async function end(): Promise<void> {
  await sender?.close();
  port.close();
}

report(opened);
