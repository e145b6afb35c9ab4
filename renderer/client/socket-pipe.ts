/** The browser's way to the engine: a WebSocket on the page's own host, tried again for ever. */
import type { Pipe } from '../../shared/rpc/contract.ts';
import type { PipeSource } from './connection.ts';

/** The close code of a wrong or missing token. */
const tokenRefused = 4401;
const firstRetryMs = 500;
const longestRetryMs = 5_000;
/** A connection that is not open after so long is given up and tried anew. */
const openDeadlineMs = 10_000;

/** `token` null: there is none, and none is asked for in vain. */
export function socketSource(address: string, token: string | null): PipeSource {
  return ({ opened, refused }) => {
    if (token === null) {
      refused('token');
      return () => {};
    }
    let stopped = false;
    let retryMs = firstRetryMs;
    let timer: number | undefined;
    let socket: WebSocket | undefined;

    function open(): void {
      const next = new WebSocket(address, ['ward', token ?? '']);
      socket = next;
      const deadline = window.setTimeout(() => next.close(), openDeadlineMs);
      next.addEventListener('open', () => {
        window.clearTimeout(deadline);
        retryMs = firstRetryMs;
        opened(socketPipe(next));
      });
      next.addEventListener('close', ({ code }) => {
        window.clearTimeout(deadline);
        if (stopped) return;
        if (code === tokenRefused) return refused('token');
        timer = window.setTimeout(open, retryMs);
        retryMs = Math.min(retryMs * 2, longestRetryMs);
      });
    }

    open();
    return () => {
      stopped = true;
      window.clearTimeout(timer);
      socket?.close();
    };
  };
}

function socketPipe(socket: WebSocket): Pipe {
  return {
    post: message => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    onMessage: receive => socket.addEventListener('message', ({ data }) => receive(JSON.parse(String(data)))),
    onClose: closed => socket.addEventListener('close', () => closed()),
    close: () => socket.close(),
  };
}

const storedToken = 'ward-token';

/** The token of the link this page was opened by. It is taken out of the address, and kept for this tab only. */
export function takeToken(): string | null {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given !== null) {
    sessionStorage.setItem(storedToken, given);
    history.replaceState(null, '', location.pathname + location.search);
  }
  return sessionStorage.getItem(storedToken);
}
