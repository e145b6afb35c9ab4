/** ICMP sockets of the Linux kernel, through libc. All of it non-blocking. */
import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';
import koffi from 'koffi';
import { socketCalls, type SocketCalls } from './socket-calls.ts';
import { bufferedBytes, type Complaint, type EchoSocket, type ReceiveReply } from './echo-socket.ts';
import { echoOf } from './icmp-messages.ts';
import { checksum, checksumIn, type Family, readEchoReply, readQuotedRequest, rewriteToken, skipIpv4Header } from './icmp-packet.ts';
import { EchoRequests } from './echo-requests.ts';
import { NativeMemory } from './native-memory.ts';
import { batch, ReceiveSlab } from './receive-slab.ts';

/** `dgram` is open to ordinary users where the system allows it; `raw` needs root or cap_net_raw. */
export type IcmpSocketKind = 'dgram' | 'raw';

// Values and layouts of the Linux headers, the same on every 64-bit little-endian processor; icmp.ts starts the thread on no other.
const domains = { 4: 2, 6: 10 } as const;
const protocols = { 4: 1, 6: 58 } as const;
const socketTypes = { dgram: 2, raw: 3 } as const;
const nonBlocking = 0o4000;
const closeOnExec = 0o2000000;
const solSocket = 1;
const soError = 4;
const soReceiveBuffer = 8;
const soAttachFilter = 26;
const soReceiveBufferForce = 33;
const soTimestampNs = 35;
const receiveErrors = { 4: { level: 0, option: 11 }, 6: { level: 41, option: 25 } } as const;
const typeOfService = { 4: { level: 0, option: 1 }, 6: { level: 41, option: 67 } } as const;
const pathMtuDiscovery = { 4: { level: 0, option: 10 }, 6: { level: 41, option: 23 } } as const;
/** `mayFragment`: over IPv4 every router, over IPv6 only this computer, as far as the path asks for it. */
const discover = { 4: { mayFragment: 0, doNotFragment: 2 }, 6: { mayFragment: 1, doNotFragment: 2 } } as const;
const neverFragment6 = { level: 41, option: 62 } as const;
const icmpFilters = { 4: { level: 255, option: 1 }, 6: { level: 58, option: 1 } } as const;
const originIcmp = { 4: 2, 6: 3 } as const;
const msgTruncated = 0x20;
const msgDontWait = 0x40;
const msgErrorQueue = 0x2000;
const clockRealtime = 0;

/** What comes before the ICMP message in a packet at most: an IPv4 header with options. */
const longestIpHeader = 60;
const smallestSlot = 192;
const nameBytes = 32;
/** Each pending socket error costs a drain one call; more than this arrive only while it runs, and have to wait for the next. */
const pendingErrorsPerDrain = 64;
const sendAttempts = 8;
/** So that a flood cannot keep the thread from sending. */
const callsPerDrain = 512;
const wantedReceiveBuffer = 4 * 1024 * 1024;

type Libc = SocketCalls & {
  readonly recvmmsg: (fd: number, messages: number, count: number, flags: number, timeout: number) => number;
};

let loaded: Libc | undefined;

function libc(): Libc {
  if (loaded) return loaded;
  const library = koffi.load('libc.so.6');
  loaded = {
    ...socketCalls(library),
    recvmmsg: library.func('recvmmsg', 'int', ['int', 'uintptr_t', 'uint', 'int', 'uintptr_t']),
  };
  return loaded;
}

export class IcmpSocket implements EchoSocket {
  readonly family: Family;
  readonly kind: IcmpSocketKind;
  readonly receiveBufferBytes: number;
  readonly #fd: number;
  readonly #libc = libc();
  /** Leaves out most replies to others before the nonce decides. The kernel gives a `dgram` socket its own. */
  readonly ident: number;
  /** Where to, and the time. */
  readonly #name = new NativeMemory(nameBytes + 16);
  readonly #requests: EchoRequests;
  /** The request to send next. */
  #out = new NativeMemory(0);
  #slab = new ReceiveSlab(smallestSlot);
  /** The echo options that socket and packet are set to. */
  #echo = 0;

  /** Opens a socket; when the kernel refuses, its error's name (EACCES, EPERM, EAFNOSUPPORT, …). */
  static open(family: Family, kind: IcmpSocketKind, ident: number): IcmpSocket | { readonly refusedBy: string } {
    const fd = libc().socket(domains[family], socketTypes[kind] | nonBlocking | closeOnExec, protocols[family]);
    return fd < 0 ? { refusedBy: lastError() } : new IcmpSocket(fd, family, kind, ident);
  }

  private constructor(fd: number, family: Family, kind: IcmpSocketKind, ident: number) {
    this.#fd = fd;
    this.family = family;
    this.kind = kind;
    this.ident = ident;
    this.#requests = new EchoRequests(family, ident);
    this.#name.view.setUint16(0, domains[family], true);
    if (!this.#set({ level: solSocket, option: soReceiveBufferForce }, wantedReceiveBuffer)) this.#set({ level: solSocket, option: soReceiveBuffer }, wantedReceiveBuffer);
    this.receiveBufferBytes = Math.max(bufferedBytes(0) * 64, this.#get(soReceiveBuffer));
    this.#set({ level: solSocket, option: soTimestampNs }, 1);
    this.#set(receiveErrors[family], 1);
    this.#set(pathMtuDiscovery[family], discover[family].mayFragment);
    if (kind === 'raw') this.#passOwnRepliesOnly();
  }

  send(addresses: Uint8Array, addressAt: number, index: number, nonce: number, echo: number): string | null {
    if (echo !== this.#echo) this.#change(echo);
    const [at, length, size] = this.family === 4 ? [4, 4, 16] as const : [8, 16, 28] as const;
    for (let i = 0; i < length; i++) this.#name.bytes[at + i] = addresses[addressAt + i] ?? 0;
    rewriteToken(this.#out.bytes, this.family, index, nonce);
    // The kernel reports the ICMP error of an earlier packet on the next call, whichever that is, as any of a dozen errors, and a forger can send such without end: only what remains is our own.
    for (let attempt = 1; ; attempt++) {
      if (this.#libc.sendto(this.#fd, this.#out.address, this.#out.bytes.length, msgDontWait, this.#name.address, size) >= 0) return null;
      const error = lastError();
      if (error === 'EAGAIN' || attempt === sendAttempts) return error;
      // Asking for the pending error takes it away.
      this.#get(soError);
    }
  }

  get sentChecksum(): number {
    return checksumIn(this.#out.bytes);
  }

  nowUs(): number {
    this.#libc.clock_gettime(clockRealtime, this.#name.address + nameBytes);
    return timespecUs(this.#name.view, nameBytes);
  }

  drain(receive: ReceiveReply, complain: (complaint: Complaint) => void): number {
    const arrived = this.#take(0, (from, to, message) => {
      // A reply is as long as its request, and the slots grow with those: what is longer is not ours, and cannot be verified.
      if ((this.#slab.flagsOf(message) & msgTruncated) !== 0) return;
      const { bytes } = this.#slab.memory;
      // Only a raw IPv4 socket delivers the IP header, and what nobody has verified: IPv6 is for the kernel to verify (RFC 3542).
      const unverified = this.kind === 'raw' && this.family === 4;
      const begin = unverified ? skipIpv4Header(bytes, from, to) : from;
      if (begin === null) return;
      const echo = readEchoReply(bytes, this.family, begin, to);
      if (!echo || (this.kind === 'raw' && echo.ident !== this.ident) || (unverified && checksum(bytes, begin, to) !== 0)) return;
      const stamp = this.#slab.control(message, solSocket, soTimestampNs);
      receive(echo.index, echo.nonce, bytes, this.#addressAt(this.#slab.nameAt(message)), stamp === null ? Number.NaN : timespecUs(this.#slab.memory.view, stamp));
    });
    return arrived + this.#take(msgErrorQueue, (from, to, message) => {
      const complaint = this.#complaintIn(from, to, message);
      if (complaint) complain(complaint);
    });
  }

  close(): void {
    this.#libc.close(this.#fd);
  }

  /** The ICMP error in a message of the error queue. Errors that this host's own stack made while sending are none. */
  #complaintIn(from: number, to: number, message: number): Complaint | null {
    const { bytes, view } = this.#slab.memory;
    // struct sock_extended_err: errno u32, origin u8, type u8, code u8; the complainer's sockaddr follows after 16 bytes.
    const { level, option } = receiveErrors[this.family];
    const at = this.#slab.control(message, level, option);
    if (at === null || bytes[at + 4] !== originIcmp[this.family]) return null;
    const quoted = readQuotedRequest(bytes, this.family, from, to);
    if (!quoted || (this.kind === 'raw' && quoted.ident !== this.ident)) return null;
    const named = view.getUint16(at + 16, true) === domains[this.family];
    return {
      quoted, type: view.getUint8(at + 5), code: view.getUint8(at + 6),
      destination: this.#address(this.#slab.nameAt(message)), from: named ? this.#address(at + 16) : null,
    };
  }

  /** Sets packet and socket to other options. The kernel is asked only for what differs. */
  #change(code: number): void {
    const before = echoOf(this.#echo);
    const echo = echoOf(code);
    this.#echo = code;
    if (echo.payloadBytes !== before.payloadBytes) {
      this.#out = this.#requests.of(echo.payloadBytes);
      const slot = longestIpHeader + this.#out.bytes.length;
      if (slot > this.#slab.slotBytes) this.#slab = new ReceiveSlab(slot);
    }
    if (echo.dscp !== before.dscp) this.#set(typeOfService[this.family], echo.dscp << 2);
    if (echo.dontFragment !== before.dontFragment) {
      this.#set(pathMtuDiscovery[this.family], discover[this.family][echo.dontFragment ? 'doNotFragment' : 'mayFragment']);
      if (this.family === 6) this.#set(neverFragment6, echo.dontFragment ? 1 : 0);
    }
  }

  #set({ level, option }: { readonly level: number; readonly option: number }, value: number): boolean {
    const bytes = new Uint8Array(new Int32Array([value]).buffer);
    return this.#libc.setsockopt(this.#fd, level, option, bytes, bytes.length) === 0;
  }

  #get(option: number): number {
    const value = new Int32Array(1);
    this.#libc.getsockopt(this.#fd, solSocket, option, new Uint8Array(value.buffer), new Uint8Array(new Int32Array([4]).buffer));
    return value[0] ?? 0;
  }

  /** A raw socket otherwise gets every ICMP message of the host, and others' would push ours out of the buffer. */
  #passOwnRepliesOnly(): void {
    // A set bit blocks that type.
    const { level, option } = icmpFilters[this.family];
    const blocked = new Uint8Array(this.family === 4 ? 4 : 32).fill(0xff);
    const reply = this.family === 4 ? 0 : 129;
    blocked[reply >>> 3] = 0xff & ~(1 << (reply & 7));
    this.#libc.setsockopt(this.#fd, level, option, blocked, blocked.length);
    const filter = identFilter(this.family, this.ident);
    const program = new NativeMemory(16 + filter.length);
    program.view.setUint16(0, filter.length / 8, true);
    program.point(8, program, 16);
    program.bytes.set(filter, 16);
    this.#libc.setsockopt(this.#fd, solSocket, soAttachFilter, program.bytes.subarray(0, 16), 16);
  }

  #take(flags: number, each: (from: number, to: number, message: number) => void): number {
    const slab = this.#slab;
    let taken = 0;
    // An ICMP error makes the next call fail, or ends one early, while replies wait behind it: only EAGAIN says that nothing is left.
    for (let calls = 0, pendingErrors = 0; calls < callsPerDrain && pendingErrors < pendingErrorsPerDrain; calls++) {
      const count = this.#libc.recvmmsg(this.#fd, slab.headers, batch, flags | msgDontWait, 0);
      if (count < 0) {
        if (koffi.errno() === constants.errno.EAGAIN) return taken;
        pendingErrors++;
      }
      for (let message = 0; message < count; message++) {
        const from = slab.packetAt(message);
        each(from, from + slab.lengthOf(message), message);
        slab.makeRoom(message);
      }
      taken += Math.max(0, count);
    }
    return taken;
  }

  /** Where the address begins in a struct sockaddr_in or sockaddr_in6. */
  #addressAt(name: number): number {
    return name + (this.family === 4 ? 4 : 8);
  }

  #address(name: number): Uint8Array {
    const at = this.#addressAt(name);
    return this.#slab.memory.bytes.slice(at, at + (this.family === 4 ? 4 : 16));
  }
}

/** The packet filter (struct sock_filter: code u16, jump true u8, jump false u8, k u32) that passes messages with this identifier. An IPv4 packet has its header before them. */
function identFilter(family: Family, ident: number): Uint8Array {
  const skipIpHeader = [0xb1, 0, 0, 0];
  const identAfterHeader = [0x48, 0, 0, 4];
  const identAtOnce = [0x28, 0, 0, 4];
  const instructions = [...(family === 4 ? [skipIpHeader, identAfterHeader] : [identAtOnce]), [0x15, 0, 1, ident], [0x06, 0, 0, 0xffffffff], [0x06, 0, 0, 0]];
  const view = new DataView(new ArrayBuffer(instructions.length * 8));
  instructions.forEach(([code = 0, jumpTrue = 0, jumpFalse = 0, k = 0], i) => {
    view.setUint16(i * 8, code, true);
    view.setUint8(i * 8 + 2, jumpTrue);
    view.setUint8(i * 8 + 3, jumpFalse);
    view.setUint32(i * 8 + 4, k, true);
  });
  return new Uint8Array(view.buffer);
}

/** A struct timespec as microseconds. Exact: seconds stay far below 2^32 until 2106. */
const timespecUs = (view: DataView, at: number): number => view.getUint32(at, true) * 1e6 + view.getUint32(at + 8, true) / 1e3;

const lastError = (): string => getSystemErrorName(-koffi.errno());
