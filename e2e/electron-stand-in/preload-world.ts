/** What runs in a page's isolated world: Electron's `ipcRenderer` for the app's preload, over one binding to the main process. */
import type { Codec } from './codec.ts';

/** From main to page. `ports` are numbers; each becomes a real MessagePort. */
export type ToPage =
  | readonly ['event', channel: string, args: readonly unknown[], ports: readonly number[]]
  | readonly ['port', id: number, message: unknown]
  | readonly ['port-close', id: number];

/** From page to main. */
export type FromPage =
  | readonly ['send', channel: string, args: readonly unknown[]]
  | readonly ['port', id: number, message: unknown]
  | readonly ['port-close', id: number]
  | readonly ['preload-error', text: string];

export const hostBinding = '__standInHost';
export const receiver = '__standInReceive';

type PreloadBundle = (require: (name: string) => unknown, process: object, exports: object, module: object) => void;

/** Self-contained: its source is put into the page, with the app's preload bundle as a function. */
export function installPreloadWorld(codec: Codec, preload: PreloadBundle, process: object): void {
  // As in Electron, preload runs in the page and not in the frames inside it.
  if (window.parent !== window) return;

  // The main process put this binding into this world, and nowhere else.
  const world = globalThis as unknown as { __standInHost(text: string): void; __standInReceive(text: string): void };
  const host = (message: FromPage): void => world.__standInHost(codec.encode(message));
  const ports = new Map<number, MessagePort>();
  const listeners = new Map<string, Set<(...args: unknown[]) => void>>();

  const ipcRenderer = {
    send: (channel: string, ...args: unknown[]) => host(['send', channel, args]),
    on(channel: string, listener: (...args: unknown[]) => void) {
      const known = listeners.get(channel) ?? new Set();
      listeners.set(channel, known.add(listener));
      return ipcRenderer;
    },
    off(channel: string, listener: (...args: unknown[]) => void) {
      listeners.get(channel)?.delete(listener);
      return ipcRenderer;
    },
  };

  /** The page gets one end of a real channel; this world relays between the other and main. */
  function openPort(id: number): MessagePort {
    const { port1, port2 } = new MessageChannel();
    ports.set(id, port2);
    port2.onmessage = event => host(['port', id, event.data]);
    port2.addEventListener('close', () => {
      if (ports.delete(id)) host(['port-close', id]);
    });
    return port1;
  }

  world.__standInReceive = text => {
    const message = codec.decode(text) as ToPage; // Main is the only one who can call this.
    switch (message[0]) {
      case 'event': {
        const [, channel, args, ids] = message;
        const event = { sender: ipcRenderer, ports: ids.map(openPort) };
        for (const listener of [...(listeners.get(channel) ?? [])]) listener(event, ...args);
        return;
      }
      case 'port':
        return ports.get(message[1])?.postMessage(message[2]);
      case 'port-close': {
        const port = ports.get(message[1]);
        ports.delete(message[1]);
        return port?.close();
      }
      default:
        message satisfies never;
    }
  };

  const contextBridge = {
    exposeInMainWorld() {
      throw new Error('The stand-in has no contextBridge: this app exposes nothing to its page.');
    },
  };
  const require = (name: string): unknown => {
    // A sandboxed preload finds little else in Electron either.
    if (name === 'electron' || name === 'electron/renderer') return { ipcRenderer, contextBridge };
    throw new Error(`module not found: ${name}`);
  };
  try {
    preload(require, process, {}, { exports: {} });
  } catch (error) {
    host(['preload-error', error instanceof Error ? (error.stack ?? error.message) : String(error)]);
  }
}
