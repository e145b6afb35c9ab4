/** The thread that answers for the slow hosts. It never sleeps: a wake-up would be late by more than what is to be measured. */
import { constants, openSync, writeSync } from 'node:fs';
import { constants as system, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import koffi from 'koffi';
import { EarliestFirst } from './earliest-first.ts';
import { runOn } from './processors.ts';
import type { SlowHostsData } from './slow-hosts.ts';

// From the Linux headers: struct ifreq is 40 bytes, a name of 16 and here the flags.
const tunSetInterface = 0x400454ca;
const tunWithoutHeader = 0x1001;
const ifreqBytes = 40;
const nameBytes = 16;
const largestPacket = 2_048;
const protocolIcmp = 1;
const echoRequest = 8;

// Set by slow-hosts.ts, the only one that starts this thread.
const { device, delaysUs } = workerData as SlowHostsData;
const libc = koffi.load('libc.so.6');
const ioctl: (fd: number, request: number, argument: Uint8Array) => number = libc.func('int ioctl(int, ulong, void*)');
const read: (fd: number, bytes: Uint8Array, length: number) => number = libc.func('long read(int, void*, size_t)');
const gettid: () => number = libc.func('int gettid()');

// This thread alone: while a neighbour has its processor, every host would be late.
runOn('last');
setPriority(gettid(), system.priority.PRIORITY_HIGHEST);
const fd = openSync('/dev/net/tun', constants.O_RDWR | constants.O_NONBLOCK);
const request = new Uint8Array(ifreqBytes);
request.set(Buffer.from(device));
new DataView(request.buffer).setUint16(nameBytes, tunWithoutHeader, true);
if (ioctl(fd, tunSetInterface, request) < 0) throw new Error(`no TUN device can be made here (error ${koffi.errno()})`);
parentPort?.postMessage('ready');

const buffer = new Uint8Array(largestPacket);
const replies = new EarliestFirst<Uint8Array>();
for (;;) {
  const length = read(fd, buffer, largestPacket);
  if (length > 0) take(buffer.slice(0, length));
  while (replies.firstDue <= performance.now()) {
    const reply = replies.takeFirst();
    if (reply) writeSync(fd, reply);
  }
}

/** Makes an echo request its own reply, due after the host's delay; other packets are nobody's. */
function take(packet: Uint8Array): void {
  const arrivedMs = performance.now();
  const icmp = ((packet[0] ?? 0) & 15) * 4;
  if ((packet[0] ?? 0) >> 4 !== 4 || packet[9] !== protocolIcmp || packet[icmp] !== echoRequest) return;
  const delayUs = delaysUs[((packet[18] ?? 0) << 8) | (packet[19] ?? 0)];
  if (delayUs === undefined) return;
  const source = packet.slice(12, 16);
  packet.copyWithin(12, 16, 20);
  packet.set(source, 16);
  // Type 8 becomes 0: the ones' complement sum grows by as much (RFC 1624). The order of the addresses changes none.
  packet[icmp] = 0;
  const view = new DataView(packet.buffer);
  const sum = view.getUint16(icmp + 2) + (echoRequest << 8);
  view.setUint16(icmp + 2, (sum & 0xffff) + (sum >> 16));
  replies.add(arrivedMs + delayUs / 1_000, packet);
}
