/** Serves the page and the contract over HTTP and WebSocket on this computer, closed by default: Host, Origin and a token are checked. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, sep } from 'node:path';
import { WebSocketServer, type WebSocket } from 'ws';
import { socketPipe } from '../pipes.ts';
import type { Pipe } from '../../../shared/rpc/contract.ts';

export type ListenerOptions = {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly token: string;
  /** Folder of the built page; null serves the contract alone. */
  readonly pageDir: string | null;
  readonly serve: (pipe: Pipe) => void;
  /** Told of a request that met a bug. */
  readonly report: (bug: unknown) => void;
};

export type Listener = { readonly host: string; readonly port: number; close(): Promise<void> };

/** WebSocket close code of ours: the token is missing or wrong. */
const closeWrongToken = 4401;
/** A page needs one for the contract and a few for its files. */
const mostConnections = 200;
/** An import of 20,000 devices, as base64 in JSON, is below this. */
const longestMessageBytes = 64 * 1024 * 1024;

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.json': 'application/json',
  '.svg': 'image/svg+xml', '.png': 'image/png', '.ico': 'image/x-icon', '.woff2': 'font/woff2', '.woff': 'font/woff',
};

const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-src 'none'; frame-ancestors 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

/** Rejects with the system's error (code EADDRINUSE, EACCES, …) when the port cannot be had. */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const server = createServer((request, response) => {
    answer(request, response, options.pageDir).catch((error: unknown) => {
      // Whatever a stranger sends, it ends this answer and not the console.
      options.report(error);
      response.destroy();
    });
  });
  server.maxConnections = mostConnections; // Or a stranger's idle ones use up the process's files.
  server.headersTimeout = 10_000;
  const sockets = new WebSocketServer({
    server, path: '/contract', maxPayload: longestMessageBytes,
    handleProtocols: protocols => (protocols.has('ward') ? 'ward' : false),
    verifyClient: ({ req }: { req: IncomingMessage }) => isOurHost(req) && isOurOrigin(req),
  });
  sockets.on('connection', (socket, request) => {
    socket.on('error', () => socket.terminate()); // A broken frame or an oversized message: this client only.
    if (!tokenFits(request.headers['sec-websocket-protocol'], options.token)) return turnAway(socket);
    options.serve(socketPipe(socket));
  });
  await new Promise<void>((resolve, reject) => {
    // The WebSocket server repeats its HTTP server's errors; the one promise tells them.
    sockets.once('error', reject);
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  sockets.removeAllListeners('error');
  const { port } = server.address() as AddressInfo; // A TCP server's address is one.
  return {
    host: options.host,
    port,
    close: () =>
      new Promise(resolve => {
        for (const socket of sockets.clients) socket.close(1001);
        sockets.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Told by close code, which a page can see, and not listened to any more. */
function turnAway(socket: WebSocket): void {
  socket.close(closeWrongToken, 'The access token is missing or wrong.');
  socket.pause();
  setTimeout(() => socket.terminate(), 1_000).unref();
}

async function answer(request: IncomingMessage, response: ServerResponse, pageDir: string | null): Promise<void> {
  const refuse = (status: number, sentence: string): void => void response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...securityHeaders }).end(`${sentence}\n`);
  if (!isOurHost(request)) return refuse(403, 'This console answers only under the name it was started with.');
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'Only pages are served here.');
  if (pageDir === null) return refuse(404, 'This console has its own window; no page is served here.');
  const path = (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/';
  const file = fileOf(pageDir, path === '/' ? '/index.html' : path);
  const body = file === null ? null : await readFile(file).catch(() => null);
  if (file === null || body === null) return refuse(404, 'There is no such page.');
  const immutable = path.startsWith('/assets/'); // Their names carry a hash of their content.
  response.writeHead(200, {
    'content-type': contentTypes[extname(file)] ?? 'application/octet-stream',
    'cache-control': immutable ? 'public, max-age=31536000, immutable' : 'no-store',
    ...securityHeaders,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Null for anything that would leave the folder. */
function fileOf(pageDir: string, path: string): string | null {
  try {
    const file = normalize(join(pageDir, decodeURIComponent(path)));
    return file.startsWith(normalize(pageDir) + sep) ? file : null;
  } catch {
    return null; // Not a decodable path.
  }
}

/** A page on another site cannot make a browser say this Host unless its name was pointed here (DNS rebinding): then the name is not ours. */
function isOurHost(request: IncomingMessage): boolean {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  const local = request.socket.localAddress?.replace(/^::ffff:/, '') ?? '';
  return host === 'localhost' || host === local || host === `[${local}]`;
}

/** A browser names the page's origin: it must be this very server. Other programs send none. */
function isOurOrigin(request: IncomingMessage): boolean {
  const { origin } = request.headers;
  return origin === undefined || origin === `http://${request.headers.host ?? ''}`;
}

/** Compared by hash, so that the time taken tells nothing of the token or its length. */
function tokenFits(protocols: string | undefined, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const given = (protocols ?? '').split(',').map(protocol => protocol.trim());
  return given[0] === 'ward' && timingSafeEqual(digest(given[1] ?? ''), digest(token));
}
