/** Runs first in a utility process: gives it `process.parentPort`, takes away Node's own channel, and runs the app's module. */
import { EventEmitter } from 'node:events';
import { pathToFileURL } from 'node:url';
import { MessageChannelMain, type MessagePortMain } from './message-port.ts';
import type { Wire } from './utility-process.ts';

const send = process.send?.bind(process);
if (!send) throw new Error('A utility process needs a parent.');

const post = (wire: Wire): void => {
  if (process.connected) send(wire);
};

/** Messages wait until somebody listens. */
class ParentPort extends EventEmitter {
  #queue: object[] = [];

  constructor() {
    super();
    this.on('newListener', (event: string) => {
      if (event !== 'message') return;
      queueMicrotask(() => {
        for (const message of this.#queue.splice(0)) this.emit('message', message);
      });
    });
  }
  receive(data: unknown, ports: readonly MessagePortMain[]): void {
    const event = { data, ports };
    if (this.listenerCount('message') > 0) this.emit('message', event);
    else this.#queue.push(event);
  }
  postMessage(message: unknown): void {
    post({ kind: 'message', message, ports: [] });
  }
}

const parentPort = new ParentPort();
const ports = new Map<number, MessagePortMain>();

/** The module gets one end of a channel; the other relays to the parent. */
function openPort(id: number): MessagePortMain {
  const { port1, port2 } = new MessageChannelMain();
  port2.transfer({
    post: message => post({ kind: 'port', id, message }),
    close: () => {
      ports.delete(id);
      post({ kind: 'port-close', id });
    },
  });
  ports.set(id, port2);
  return port1;
}

process.on('message', (message: unknown) => {
  const wire = message as Wire; // utility-process.ts is the only sender.
  switch (wire.kind) {
    case 'message':
      return parentPort.receive(wire.message, wire.ports.map(openPort));
    case 'port':
      return ports.get(wire.id)?.fromFarEnd(wire.message);
    case 'port-close':
      ports.get(wire.id)?.farEndClosed();
      ports.delete(wire.id);
      return;
    default:
      wire satisfies never;
  }
});
// A utility process does not outlive the app.
process.on('disconnect', () => process.exit(0));

const [, , modulePath = '', ...args] = process.argv;
process.argv = [process.execPath, modulePath, ...args];
Object.assign(process.versions, { electron: 'stand-in' });
Object.assign(process, { type: 'utility', parentPort, send: undefined });
await import(pathToFileURL(modulePath).href);
