/** Electron's way to the engine: MessagePorts that main hands to this window, a fresh one after each engine start. */
import type { Pipe } from '../../shared/rpc/contract.ts';
import type { PipeSource } from './connection.ts';

type PortKind = 'engine-port' | 'shell-port';

/** Calls `gone` when whoever holds the far end has died; returns stop. */
type FarEnd = (gone: () => void) => () => void;

type Options = {
  readonly farEnd?: FarEnd;
  /** Asks for another port, a moment after the last one was closed from either end. Without it, a port comes only by itself. */
  readonly askAgain?: () => void;
};

/** Time for an engine that is being replaced to bring its port by itself. */
const askAgainMs = 1_000;

/**
 * Takes every port of one kind that preload passes on. Electron tells a page that a port was closed; Chromium alone does
 * not, and neither need notice a process that was killed at once: `farEnd` is the second witness.
 */
export function portSource(kind: PortKind, { farEnd = () => () => {}, askAgain }: Options = {}): PipeSource {
  return ({ opened }) => {
    let current: PortPipe | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ended = (pipe: PortPipe): void => {
      if (pipe !== current) return; // It was replaced.
      current = null;
      if (askAgain) timer = setTimeout(askAgain, askAgainMs);
    };
    const receive = ({ data, source, ports }: MessageEvent<unknown>): void => {
      const [port] = ports;
      if (source !== window || !port || !isGreeting(data) || data.ward !== kind) return;
      clearTimeout(timer);
      const pipe = portPipe(port);
      current = pipe;
      pipe.onClose(() => ended(pipe));
      opened({
        ...pipe,
        close() {
          pipe.close();
          ended(pipe); // A port does not tell the side that closed it.
        },
      });
    };
    window.addEventListener('message', receive);
    const stopListening = farEnd(() => current?.end());
    return () => {
      window.removeEventListener('message', receive);
      stopListening();
      clearTimeout(timer);
      current = null;
    };
  };
}

/** Asks for the ports. Only after both kinds are listened for: they come at once. */
export function sayReady(): void {
  window.postMessage({ ward: 'ready' }, '*'); // To ourselves: a file: page has no origin to name.
}

/** `end` closes the pipe as if the far end had. */
type PortPipe = Pipe & { end(): void };

/** A MessagePort as a pipe. It begins to deliver when somebody listens. */
export function portPipe(port: MessagePort): PortPipe {
  const listeners = new Set<() => void>();
  const end = (): void => {
    const told = [...listeners];
    listeners.clear(); // Both witnesses may come; once is enough.
    port.close();
    for (const closed of told) closed();
  };
  port.addEventListener('close', end);
  return {
    post: message => port.postMessage(message),
    onMessage: receive => {
      port.addEventListener('message', ({ data }) => receive(data));
      port.start();
    },
    onClose: closed => void listeners.add(closed),
    close: () => port.close(),
    end,
  };
}

const isGreeting = (data: unknown): data is { readonly ward: unknown } => typeof data === 'object' && data !== null && 'ward' in data;
