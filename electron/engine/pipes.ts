/** The engine's ends of the three wires: a port of Node, a port of Electron, a WebSocket. */
import type { MessagePort } from 'node:worker_threads';
import type { RawData, WebSocket } from 'ws';
import type { Pipe } from '../../shared/rpc/contract.ts';

export const nodePortPipe = (port: MessagePort): Pipe => ({
  post: message => port.postMessage(message),
  onMessage: receive => void port.on('message', receive),
  onClose: closed => void port.on('close', closed),
  close: () => port.close(),
});

/** What a utilityProcess is handed: Electron's MessagePortMain. */
export type ElectronPort = {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
};

export function electronPortPipe(port: ElectronPort): Pipe {
  return {
    post: message => port.postMessage(message),
    onMessage: receive => {
      port.on('message', event => receive(event.data));
      port.start();
    },
    onClose: closed => void port.on('close', closed),
    close: () => port.close(),
  };
}

const mostUnreadBytes = 128 * 1024 * 1024;

/** Messages are JSON text, one each. Text that is not JSON is passed on as undefined: no request, and answered so. */
export const socketPipe = (socket: WebSocket): Pipe => ({
  post: message => {
    if (socket.readyState !== socket.OPEN) return;
    // Whoever asks and never reads would have us keep every answer.
    if (socket.bufferedAmount > mostUnreadBytes) return socket.terminate();
    socket.send(JSON.stringify(message));
  },
  onMessage: receive => void socket.on('message', bytes => receive(parsed(bytes))),
  onClose: closed => void socket.on('close', closed),
  close: () => socket.close(),
});

function parsed(bytes: RawData): unknown {
  // Whole messages arrive as one Buffer: the socket's binaryType is left at its default.
  const text = Buffer.isBuffer(bytes) ? bytes.toString('utf8') : '';
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
