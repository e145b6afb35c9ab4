/** A few UDP sockets shared by all SNMP exchanges, each of which hears only the host it asked. */
import { createSocket, type Socket } from 'node:dgram';
import type { SessionSocket } from 'net-snmp';
import type { Family } from '../ping/icmp-packet.ts';

/** One destination; `address` in its shortest form, as the system reports senders. */
export type Destination = { readonly family: Family; readonly address: string; readonly port: number };

/** Spreads replies over several receive buffers. */
const socketsPerFamily = 2;
const receiveBufferBytes = 1024 * 1024;
/** How many silent hosts may be asked again on a socket of their own at a time; more are asked on a shared one. */
const ownSocketLimit = 256;

export class SnmpSockets {
  readonly #shared: ReadonlyMap<Family, readonly Socket[]>;
  readonly #exchanges = new Map<string, Set<Exchange>>();
  #ownSockets = 0;
  #turn = 0;

  static async open(): Promise<SnmpSockets> {
    const four = await Promise.all(Array.from({ length: socketsPerFamily }, () => bind('udp4')));
    // A host without IPv6 refuses the socket; asking an IPv6 device then fails, and says so.
    const six = await Promise.all(Array.from({ length: socketsPerFamily }, () => bind('udp6'))).catch(() => []);
    return new SnmpSockets(new Map([[4, four], [6, six]]));
  }

  private constructor(shared: ReadonlyMap<Family, readonly Socket[]>) {
    this.#shared = shared;
    for (const socket of [...shared.values()].flat()) {
      socket.on('message', (message, sender) => {
        for (const exchange of this.#exchanges.get(keyOf(sender.address, sender.port)) ?? []) exchange.deliver(message);
      });
      // Windows reports here that some host refused, without saying which; its exchange finds out on its own socket.
      socket.on('error', () => {});
    }
  }

  /** A socket for one exchange with `to`. `failed` is called for what the network says instead of a message, and for a message that broke the reader. */
  exchange(to: Destination, failed: (error: Error) => void): SessionSocket {
    const key = keyOf(to.address, to.port);
    const sockets = this.#shared.get(to.family) ?? [];
    const shared = sockets[this.#turn++ % Math.max(1, sockets.length)];
    if (!shared) throw new Error('This host has no IPv6.');
    const others = this.#exchanges.get(key) ?? new Set();
    const exchange = new Exchange(to, shared, {
      failed,
      takeOwnSocket: () => this.#ownSockets < ownSocketLimit && ++this.#ownSockets > 0,
      returnOwnSocket: () => void this.#ownSockets--,
      closed: () => {
        others.delete(exchange);
        if (others.size === 0) this.#exchanges.delete(key);
      },
    });
    this.#exchanges.set(key, others.add(exchange));
    return exchange;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#shared.values()].flat().map(socket => new Promise<void>(resolve => void socket.close(resolve))));
  }
}

type Owner = { failed(error: Error): void; takeOwnSocket(): boolean; returnOwnSocket(): void; closed(): void };

/**
 * What one net-snmp session takes for its socket. The first attempt goes out on a shared socket. A second one goes out
 * on a connected socket of its own: only there does the system report that the host refused the port.
 */
class Exchange implements SessionSocket {
  readonly #to: Destination;
  readonly #shared: Socket;
  readonly #owner: Owner;
  #onMessage: ((message: Buffer) => void) | null = null;
  #onClose: (() => void) | null = null;
  #own: Socket | null = null;
  #attempts = 0;
  #closed = false;

  constructor(to: Destination, shared: Socket, owner: Owner) {
    this.#to = to;
    this.#shared = shared;
    this.#owner = owner;
  }

  on(event: 'message', listener: (message: Buffer) => void): void;
  on(event: 'close', listener: () => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  on(event: 'message' | 'close' | 'error', listener: ((message: Buffer) => void) & (() => void) & ((error: Error) => void)): void {
    if (event === 'message') this.#onMessage = listener;
    else if (event === 'close') this.#onClose = listener;
    // The library loses what it is told under 'error'; `failed` goes past it.
  }

  send(message: Buffer, _offset: number, _length: number, port: number, address: string, sent: (error: Error | null, bytes: number) => void): void {
    const done = (error: Error | null, bytes: number): void => {
      if (!this.#closed) sent(error, bytes);
    };
    if (++this.#attempts === 1 || !this.#owner.takeOwnSocket()) return this.#shared.send(message, port, address, done);
    const own = newSocket(this.#to.family === 4 ? 'udp4' : 'udp6');
    this.#own = own;
    own.on('message', received => this.deliver(received));
    own.on('error', error => this.#owner.failed(error));
    // Given a callback, `connect` would tell it of an error as well, and nobody else.
    own.once('connect', () => {
      if (!this.#closed) own.send(message, done);
    });
    own.connect(port, address);
  }

  deliver(message: Buffer): void {
    try {
      this.#onMessage?.(message);
    } catch (error) {
      // The library decodes inside its listener and throws on some malformed messages.
      this.#owner.failed(new MalformedMessage(error instanceof Error ? error.message : String(error)));
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#owner.closed();
    if (this.#own) {
      this.#own.close();
      this.#owner.returnOwnSocket();
    }
    // Makes the session drop its timers.
    this.#onClose?.();
  }

  ref(): void {}
  unref(): void {}
}

/** The reader stumbled over a message from the right host. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

const keyOf = (address: string, port: number): string => `${address} ${port}`;

type LookedUp = (error: null, address: string, family: number) => void;

/** Destinations are addresses: nothing to look up. */
const newSocket = (type: 'udp4' | 'udp6'): Socket =>
  createSocket({ type, ipv6Only: type === 'udp6', recvBufferSize: receiveBufferBytes, lookup: (host: string, _options: unknown, found: LookedUp) => found(null, host, type === 'udp4' ? 4 : 6) });

function bind(type: 'udp4' | 'udp6'): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = newSocket(type);
    socket.once('error', reject);
    socket.bind(0, () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
