/** ICMP datagram sockets of macOS, open to every user, through libSystem. Written to icmp(4) and the headers; not run on macOS so far. */
import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';
import koffi from 'koffi';
import { socketCalls, type SocketCalls } from './socket-calls.ts';
import { EchoRequests } from './echo-requests.ts';
import { bufferedBytes, type Complaint, type EchoSocket, type ReceiveReply } from './echo-socket.ts';
import { echoOf } from './icmp-messages.ts';
import { checksumIn, type Family, rewriteToken } from './icmp-packet.ts';
import { addressAt, domains, nameBytes, readMessage, readTimestampUs, writeName } from './macos-packet.ts';
import { NativeMemory } from './native-memory.ts';

const protocols = { 4: 1, 6: 58 } as const;
const datagram = 2;
const solSocket = { level: 0xffff, receiveBuffer: 0x1002, timestamp: 0x0400 } as const;
const typeOfService = { 4: { level: 0, option: 3 }, 6: { level: 41, option: 36 } } as const;
const neverFragment = { 4: { level: 0, option: 28 }, 6: { level: 41, option: 62 } } as const;
const msgTruncated = 0x10;
const msgDontWait = 0x80;
const clockRealtime = 0;

/** An IP packet is no longer. */
const packetBytes = 65_536;
const nameRoom = 32;
const controlRoom = 256;
// Where everything lies in the receive memory: struct msghdr, struct iovec, sender, control messages, the time, the packet.
const layout = { header: 0, vector: 48, name: 64, control: 96, clock: 352, packet: 368 } as const;
/** So that a flood cannot keep the thread from sending. */
const messagesPerDrain = 4_096;
const wantedReceiveBuffer = 4 * 1024 * 1024;

type LibSystem = SocketCalls & {
  readonly recvmsg: (fd: number, message: number, flags: number) => number;
};

let loaded: LibSystem | undefined;

function libSystem(): LibSystem {
  if (loaded) return loaded;
  const library = koffi.load('/usr/lib/libSystem.B.dylib');
  loaded = {
    ...socketCalls(library),
    recvmsg: library.func('recvmsg', 'long', ['int', 'uintptr_t', 'int']),
  };
  return loaded;
}

export class MacIcmpSocket implements EchoSocket {
  readonly family: Family;
  readonly receiveBufferBytes: number;
  readonly #fd: number;
  readonly #library = libSystem();
  /** Ours to write, and other programs' replies may arrive as well. */
  readonly ident: number;
  readonly #requests: EchoRequests;
  readonly #name = new NativeMemory(nameRoom);
  readonly #in = new NativeMemory(layout.packet + packetBytes);
  #out = new NativeMemory(0);
  #echo = 0;

  /** Opens a socket; when the kernel refuses, its error's name. */
  static open(family: Family, ident: number): MacIcmpSocket | { readonly refusedBy: string } {
    const fd = libSystem().socket(domains[family], datagram, protocols[family]);
    return fd < 0 ? { refusedBy: lastError() } : new MacIcmpSocket(fd, family, ident);
  }

  private constructor(fd: number, family: Family, ident: number) {
    this.#fd = fd;
    this.family = family;
    this.ident = ident;
    this.#requests = new EchoRequests(family, ident);
    this.#set({ level: solSocket.level, option: solSocket.receiveBuffer }, wantedReceiveBuffer);
    this.#set({ level: solSocket.level, option: solSocket.timestamp }, 1);
    const granted = new Int32Array(1);
    this.#library.getsockopt(fd, solSocket.level, solSocket.receiveBuffer, new Uint8Array(granted.buffer), new Uint8Array(new Int32Array([4]).buffer));
    this.receiveBufferBytes = Math.max(bufferedBytes(0) * 8, granted[0] ?? 0);
    const { view } = this.#in;
    this.#in.point(layout.header, this.#in, layout.name);
    this.#in.point(layout.header + 16, this.#in, layout.vector);
    view.setInt32(layout.header + 24, 1, true);
    this.#in.point(layout.header + 32, this.#in, layout.control);
    this.#in.point(layout.vector, this.#in, layout.packet);
    view.setBigUint64(layout.vector + 8, BigInt(packetBytes), true);
  }

  send(addresses: Uint8Array, at: number, index: number, nonce: number, echo: number): string | null {
    if (echo !== this.#echo) this.#change(echo);
    writeName(this.#name.bytes, 0, this.family, addresses.subarray(at, at + (this.family === 4 ? 4 : 16)));
    rewriteToken(this.#out.bytes, this.family, index, nonce);
    const sent = this.#library.sendto(this.#fd, this.#out.address, this.#out.bytes.length, msgDontWait, this.#name.address, nameBytes[this.family]);
    return sent < 0 ? lastError() : null;
  }

  get sentChecksum(): number {
    return checksumIn(this.#out.bytes);
  }

  nowUs(): number {
    this.#library.clock_gettime(clockRealtime, this.#in.address + layout.clock);
    return this.#in.view.getUint32(layout.clock, true) * 1e6 + this.#in.view.getUint32(layout.clock + 8, true) / 1e3;
  }

  drain(receive: ReceiveReply, complain: (complaint: Complaint) => void): number {
    const { bytes, view } = this.#in;
    let messages = 0;
    for (; messages < messagesPerDrain; messages++) {
      view.setUint32(layout.header + 8, nameRoom, true);
      view.setUint32(layout.header + 40, controlRoom, true);
      const length = this.#library.recvmsg(this.#fd, this.#in.address + layout.header, msgDontWait);
      if (length < 0) {
        if (koffi.errno() === constants.errno.EAGAIN) return messages;
        continue;
      }
      if ((view.getInt32(layout.header + 44, true) & msgTruncated) !== 0) continue;
      const message = readMessage(bytes, this.family, layout.packet, layout.packet + length);
      const source = layout.name + addressAt[this.family];
      if (message?.kind === 'reply' && message.echo.ident === this.ident) {
        receive(message.echo.index, message.echo.nonce, bytes, source, readTimestampUs(view, layout.control, layout.control + Math.min(controlRoom, view.getUint32(layout.header + 40, true))));
      } else if (message?.kind === 'complaint' && message.complaint.quoted.ident === this.ident) {
        complain({ ...message.complaint, from: bytes.slice(source, source + (this.family === 4 ? 4 : 16)) });
      }
    }
    return messages;
  }

  close(): void {
    this.#library.close(this.#fd);
  }

  #change(code: number): void {
    const before = echoOf(this.#echo);
    const echo = echoOf(code);
    this.#echo = code;
    if (echo.payloadBytes !== before.payloadBytes) this.#out = this.#requests.of(echo.payloadBytes);
    if (echo.dscp !== before.dscp) this.#set(typeOfService[this.family], echo.dscp << 2);
    if (echo.dontFragment !== before.dontFragment) this.#set(neverFragment[this.family], echo.dontFragment ? 1 : 0);
  }

  #set({ level, option }: { readonly level: number; readonly option: number }, value: number): void {
    const bytes = new Uint8Array(new Int32Array([value]).buffer);
    this.#library.setsockopt(this.#fd, level, option, bytes, bytes.length);
  }
}

const lastError = (): string => getSystemErrorName(-koffi.errno());
