/** MessageChannelMain and its ports. A port that was transferred away stays as a relay to where it went: a page or a child process. */
import { EventEmitter } from 'node:events';

/** Where a transferred port went. */
export type FarEnd = { post(message: unknown): void; close(): void };

export class MessagePortMain extends EventEmitter {
  /** The port itself until `entangle`, so that there is always one. */
  #peer: MessagePortMain;
  #farEnd: FarEnd | null = null;
  #started = false;
  #closed = false;
  #queue: unknown[] = [];

  constructor() {
    super();
    this.#peer = this;
  }

  static entangle(one: MessagePortMain, other: MessagePortMain): void {
    one.#peer = other;
    other.#peer = one;
  }

  start(): void {
    if (this.#started || this.#farEnd) return;
    this.#started = true;
    for (const message of this.#queue.splice(0)) this.#emitSoon(message);
  }

  postMessage(message: unknown, transfer: readonly unknown[] = []): void {
    if (transfer.length > 0) throw new Error('The stand-in does not carry ports over ports.');
    if (this.#farEnd) throw new Error('This port was transferred.');
    if (!this.#closed) this.#peer.#deliver(structuredClone(message));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#peer.#lost();
    setImmediate(() => this.emit('close'));
  }

  /** Transfers this port: what its peer posts goes to `farEnd` from now on, the waiting messages first. */
  transfer(farEnd: FarEnd): void {
    if (this.#farEnd || this.#started) throw new Error('A started or transferred port cannot be transferred.');
    this.#farEnd = farEnd;
    for (const message of this.#queue.splice(0)) farEnd.post(message);
    if (this.#closed) farEnd.close();
  }

  /** A message from where this port was transferred to. */
  fromFarEnd(message: unknown): void {
    const peer = this.#peer;
    peer.#deliver(message);
  }

  /** Where this port was transferred to has closed it or is gone. */
  farEndClosed(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#peer.#lost();
  }

  #deliver(message: unknown): void {
    if (this.#closed) return;
    if (this.#farEnd) this.#farEnd.post(message);
    else if (this.#started) this.#emitSoon(message);
    else this.#queue.push(message);
  }

  #lost(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#farEnd) this.#farEnd.close();
    else setImmediate(() => this.emit('close'));
  }

  #emitSoon(data: unknown): void {
    setImmediate(() => this.emit('message', { data, ports: [] }));
  }
}

export class MessageChannelMain {
  readonly port1 = new MessagePortMain();
  readonly port2 = new MessagePortMain();

  constructor() {
    MessagePortMain.entangle(this.port1, this.port2);
  }
}

/** The ports one page or child holds, by the number both sides know them by. */
export class TransferredPorts {
  readonly #ports = new Map<number, MessagePortMain>();
  #lastId = 0;

  /** Prepares ports for the way; `post` and `close` carry one port's traffic, named by its number. The ports go once `begin` is called, after the message that brings them. */
  give(ports: readonly MessagePortMain[], post: (id: number, message: unknown) => void, close: (id: number) => void): { ids: number[]; begin(): void } {
    const numbered = ports.map(port => ({ id: ++this.#lastId, port }));
    for (const { id, port } of numbered) this.#ports.set(id, port);
    return {
      ids: numbered.map(({ id }) => id),
      begin() {
        for (const { id, port } of numbered) port.transfer({ post: message => post(id, message), close: () => close(id) });
      },
    };
  }

  message(id: number, message: unknown): void {
    this.#ports.get(id)?.fromFarEnd(message);
  }

  closed(id: number): void {
    this.#ports.get(id)?.farEndClosed();
    this.#ports.delete(id);
  }

  /** The holder is gone: the page was left, the child has ended. */
  allClosed(): void {
    for (const id of [...this.#ports.keys()]) this.closed(id);
  }
}
