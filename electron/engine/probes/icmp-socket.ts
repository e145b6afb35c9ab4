/** One ICMP socket of the Linux kernel, through libc: send an echo request, take what has arrived. All of it non-blocking. */
import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';
import koffi from 'koffi';
import { echoBytes, type Family, skipIpv4Header } from './icmp-packet.ts';

/** `dgram` is open to ordinary users where the system allows it; `raw` needs root or cap_net_raw. */
export type IcmpSocketKind = 'dgram' | 'raw';

/** An ICMP message as it arrived. `bytes` is valid until the next call. `atUs`: the kernel's receive time, UTC microseconds; null when it gave none. */
type Arrival = { readonly bytes: Uint8Array; readonly source: Uint8Array; readonly atUs: number | null };
/** An ICMP error about a packet of ours: `quoted` is the request it quotes, `destination` where that was sent, `from` who complains. */
type ErrorArrival = { readonly quoted: Uint8Array; readonly destination: Uint8Array; readonly from: Uint8Array | null; readonly type: number; readonly code: number };

// Values and layouts of the Linux headers, the same on every 64-bit little-endian processor; icmp.ts starts the thread on no other.
const domains = { 4: 2, 6: 10 } as const;
const protocols = { 4: 1, 6: 58 } as const;
const socketTypes = { dgram: 2, raw: 3 } as const;
const nonBlocking = 0o4000;
const closeOnExec = 0o2000000;
const solSocket = 1;
const soReceiveBuffer = 8;
const soReceiveBufferForce = 33;
const soTimestampNs = 35;
const receiveErrors = { 4: { level: 0, option: 11 }, 6: { level: 41, option: 25 } } as const;
const icmpFilters = { 4: { level: 255, option: 1 }, 6: { level: 58, option: 1 } } as const;
const originIcmp = { 4: 2, 6: 3 } as const;
const msgDontWait = 0x40;
const msgErrorQueue = 0x2000;
const clockRealtime = 0;

// The receive slab: `batch` messages, each with room for packet, sender and control messages.
const batch = 64;
const packetBytes = 192;
const nameBytes = 32;
const controlBytes = 256;
const vectorBytes = 16;
const headerBytes = 64;
/** Each pending socket error costs a drain one call; more than this arrive only while it runs, and have to wait for the next. */
const pendingErrorsPerDrain = 64;
const wantedReceiveBuffer = 4 * 1024 * 1024;
/** What a small packet costs in the receive buffer, rounded up. */
const bufferedPacketBytes = 1024;

type Libc = {
  readonly socket: (domain: number, type: number, protocol: number) => number;
  readonly close: (fd: number) => number;
  readonly setsockopt: (fd: number, level: number, option: number, value: Uint8Array, length: number) => number;
  readonly getsockopt: (fd: number, level: number, option: number, value: Uint8Array, length: Uint8Array) => number;
  readonly sendto: (fd: number, bytes: bigint, length: number, flags: number, address: bigint, addressLength: number) => number;
  readonly recvmmsg: (fd: number, messages: bigint, count: number, flags: number, timeout: bigint) => number;
  readonly clock_gettime: (clock: number, time: bigint) => number;
};

let loaded: Libc | undefined;

function libc(): Libc {
  if (loaded) return loaded;
  const library = koffi.load('libc.so.6');
  loaded = {
    socket: library.func('int socket(int, int, int)'),
    close: library.func('int close(int)'),
    setsockopt: library.func('int setsockopt(int, int, int, void*, uint)'),
    getsockopt: library.func('int getsockopt(int, int, int, void*, void*)'),
    sendto: library.func('sendto', 'long', ['int', 'uintptr_t', 'size_t', 'int', 'uintptr_t', 'uint']),
    recvmmsg: library.func('recvmmsg', 'int', ['int', 'uintptr_t', 'uint', 'int', 'uintptr_t']),
    clock_gettime: library.func('clock_gettime', 'int', ['int', 'uintptr_t']),
  };
  return loaded;
}

/**
 * Memory that native code writes to is one ArrayBuffer of ours, with its address taken once: Electron forbids
 * buffers over foreign memory, and a small typed array may live inside the moving heap.
 */
class Slab {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly address: bigint;

  constructor(size: number) {
    const memory = new ArrayBuffer(size);
    this.bytes = new Uint8Array(memory);
    this.view = new DataView(memory);
    this.address = koffi.address(this.bytes);
  }

  addressOf(offset: number): bigint {
    return this.address + BigInt(offset);
  }
}

export class IcmpSocket {
  readonly family: Family;
  readonly kind: IcmpSocketKind;
  /** Where to write the next request before `send`. */
  readonly packet: Uint8Array;
  /** How many replies are sure to fit in the receive buffer between two drains. */
  readonly burst: number;
  readonly #fd: number;
  readonly #libc = libc();
  readonly #out = new Slab(echoBytes + nameBytes + 16);
  readonly #in = new Slab(batch * (packetBytes + nameBytes + controlBytes + vectorBytes + headerBytes));

  /** Opens a socket; when the kernel refuses, its error's name (EACCES, EPERM, EAFNOSUPPORT, …). */
  static open(family: Family, kind: IcmpSocketKind): IcmpSocket | { readonly refusedBy: string } {
    const fd = libc().socket(domains[family], socketTypes[kind] | nonBlocking | closeOnExec, protocols[family]);
    return fd < 0 ? { refusedBy: lastError() } : new IcmpSocket(fd, family, kind);
  }

  private constructor(fd: number, family: Family, kind: IcmpSocketKind) {
    this.#fd = fd;
    this.family = family;
    this.kind = kind;
    this.packet = this.#out.bytes.subarray(0, echoBytes);
    this.#out.view.setUint16(echoBytes, domains[family], true);
    if (!this.#set(solSocket, soReceiveBufferForce, wantedReceiveBuffer)) this.#set(solSocket, soReceiveBuffer, wantedReceiveBuffer);
    this.burst = Math.max(64, Math.floor(this.#receiveBufferBytes() / bufferedPacketBytes));
    this.#set(solSocket, soTimestampNs, 1);
    this.#set(receiveErrors[family].level, receiveErrors[family].option, 1);
    if (kind === 'raw') this.#passRepliesOnly();
    this.#layOutReceiveSlab();
  }

  /** Sends what is in `packet`. Null when sent, else the error's name. */
  send(destination: Uint8Array): string | null {
    this.#out.bytes.set(destination, echoBytes + (this.family === 4 ? 4 : 8));
    const sent = this.#libc.sendto(this.#fd, this.#out.address, echoBytes, msgDontWait, this.#out.addressOf(echoBytes), this.family === 4 ? 16 : 28);
    return sent < 0 ? lastError() : null;
  }

  /** UTC now, in microseconds: the clock that the kernel stamps arrivals with. */
  nowUs(): number {
    const at = echoBytes + nameBytes;
    this.#libc.clock_gettime(clockRealtime, this.#out.addressOf(at));
    return timespecUs(this.#out.view, at);
  }

  /** Hands over every message that has arrived. */
  drain(receive: (arrival: Arrival) => void): void {
    this.#receive(0, (bytes, name, control) => {
      const stamp = control.find(solSocket, soTimestampNs);
      receive({ bytes, source: name, atUs: stamp === null ? null : timespecUs(this.#in.view, stamp) });
    });
  }

  /** Hands over every ICMP error that has arrived. Errors that this host's own stack made while sending are not among them. */
  drainErrors(receive: (error: ErrorArrival) => void): void {
    const { level, option } = receiveErrors[this.family];
    this.#receive(msgErrorQueue, (bytes, name, control) => {
      // struct sock_extended_err: errno u32, origin u8, type u8, code u8; the complainer's sockaddr follows after 16 bytes.
      const at = control.find(level, option);
      if (at === null || this.#in.bytes[at + 4] !== originIcmp[this.family]) return;
      const view = this.#in.view;
      const named = view.getUint16(at + 16, true) === domains[this.family];
      const from = named ? this.#addressIn(at + 16) : null;
      receive({ quoted: bytes, destination: name, from, type: view.getUint8(at + 5), code: view.getUint8(at + 6) });
    });
  }

  close(): void {
    this.#libc.close(this.#fd);
  }

  #set(level: number, option: number, value: number): boolean {
    const bytes = new Uint8Array(new Int32Array([value]).buffer);
    return this.#libc.setsockopt(this.#fd, level, option, bytes, bytes.length) === 0;
  }

  #receiveBufferBytes(): number {
    const value = new Int32Array(1);
    this.#libc.getsockopt(this.#fd, solSocket, soReceiveBuffer, new Uint8Array(value.buffer), new Uint8Array(new Int32Array([4]).buffer));
    return value[0] ?? 0;
  }

  /** A raw socket otherwise wakes for every ICMP message of the host. A set bit blocks that type. */
  #passRepliesOnly(): void {
    const { level, option } = icmpFilters[this.family];
    const blocked = new Uint8Array(this.family === 4 ? 4 : 32).fill(0xff);
    const reply = this.family === 4 ? 0 : 129;
    blocked[reply >>> 3] = 0xff & ~(1 << (reply & 7));
    this.#libc.setsockopt(this.#fd, level, option, blocked, blocked.length);
  }

  /** Points each struct mmsghdr at its own packet, sender and control space. */
  #layOutReceiveSlab(): void {
    const view = this.#in.view;
    for (let i = 0; i < batch; i++) {
      const vector = offsets.vectors + i * vectorBytes;
      view.setBigUint64(vector, this.#in.addressOf(offsets.packets + i * packetBytes), true);
      view.setBigUint64(vector + 8, BigInt(packetBytes), true);
      const header = offsets.headers + i * headerBytes;
      view.setBigUint64(header, this.#in.addressOf(offsets.names + i * nameBytes), true);
      view.setBigUint64(header + 16, this.#in.addressOf(vector), true);
      view.setBigUint64(header + 24, 1n, true);
      view.setBigUint64(header + 32, this.#in.addressOf(offsets.controls + i * controlBytes), true);
      this.#makeRoom(header);
    }
  }

  /** The kernel overwrites the room for sender and control messages with what it used of it. */
  #makeRoom(header: number): void {
    this.#in.view.setUint32(header + 8, nameBytes, true);
    this.#in.view.setUint32(header + 40, controlBytes, true);
  }

  #receive(flags: number, each: (bytes: Uint8Array, name: Uint8Array, control: ControlMessages) => void): void {
    const view = this.#in.view;
    // An ICMP error makes the next call fail, or ends one early, while replies wait behind it: only EAGAIN says that nothing is left.
    for (let pendingErrors = 0; pendingErrors < pendingErrorsPerDrain; ) {
      const count = this.#libc.recvmmsg(this.#fd, this.#in.addressOf(offsets.headers), batch, flags | msgDontWait, 0n);
      if (count < 0) {
        if (koffi.errno() === constants.errno.EAGAIN) return;
        pendingErrors++;
      }
      for (let i = 0; i < count; i++) {
        const header = offsets.headers + i * headerBytes;
        const packet = offsets.packets + i * packetBytes;
        const end = packet + Math.min(packetBytes, view.getUint32(header + 56, true));
        // Only a raw IPv4 socket delivers the IP header, and only with data, not with errors.
        const begin = this.kind === 'raw' && this.family === 4 && flags === 0 ? skipIpv4Header(this.#in.bytes, packet, end) : packet;
        const control = offsets.controls + i * controlBytes;
        if (begin !== null) each(this.#in.bytes.subarray(begin, end), this.#addressIn(offsets.names + i * nameBytes), new ControlMessages(view, control, control + view.getUint32(header + 40, true)));
        this.#makeRoom(header);
      }
    }
  }

  /** The address in a struct sockaddr_in or sockaddr_in6. */
  #addressIn(at: number): Uint8Array {
    return this.family === 4 ? this.#in.bytes.subarray(at + 4, at + 8) : this.#in.bytes.subarray(at + 8, at + 24);
  }
}

const offsets = {
  packets: 0,
  names: batch * packetBytes,
  controls: batch * (packetBytes + nameBytes),
  vectors: batch * (packetBytes + nameBytes + controlBytes),
  headers: batch * (packetBytes + nameBytes + controlBytes + vectorBytes),
} as const;

/** The control messages of one arrival: struct cmsghdr (length u64, level i32, type i32) and its bytes, aligned to 8. */
class ControlMessages {
  readonly #view: DataView;
  readonly #from: number;
  readonly #to: number;

  constructor(view: DataView, from: number, to: number) {
    this.#view = view;
    this.#from = from;
    this.#to = to;
  }

  /** Where the data of that kind begins, or null. */
  find(level: number, type: number): number | null {
    for (let at = this.#from; at + 16 <= this.#to; ) {
      const length = this.#view.getUint32(at, true);
      if (length < 16) return null;
      if (this.#view.getInt32(at + 8, true) === level && this.#view.getInt32(at + 12, true) === type) return at + 16;
      at += (length + 7) & ~7;
    }
    return null;
  }
}

/** A struct timespec as microseconds. Exact: seconds stay far below 2^32 until 2106. */
const timespecUs = (view: DataView, at: number): number => view.getUint32(at, true) * 1e6 + view.getUint32(at + 8, true) / 1e3;

const lastError = (): string => getSystemErrorName(-koffi.errno());
