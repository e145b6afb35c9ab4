/** Where devices call: GET, HEAD or POST to /heartbeat/<token>. Keeps nothing of what they send. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { heartbeatToken } from '../../../shared/model/check.ts';
import type { Settings } from '../../../shared/model/settings.ts';
import type { Clock, Stop } from '../clock.ts';

export type HeartbeatListenerParts = {
  readonly clock: Clock;
  /** A call came. False when nobody has that token. */
  readonly onCall: (token: string) => boolean;
  /** Calls can be heard from now on (null), or cannot, for this reason. */
  readonly onHearing: (problem: string | null) => void;
};

/** Ten thousand devices that call every ten seconds have some hundreds of connections open at a time. */
const mostConnections = 1_024;
/** So that one stranger cannot take them all; many devices may stand behind one address. */
const mostPerAddress = 64;
const mostHeaderBytes = 8 * 1024;
const mostBodyBytes = 16 * 1024;
const patienceMs = 5_000;
const retryMs = 30_000;
const switchedOff = 'Listening for heartbeats is switched off in the settings.';

export class HeartbeatListener {
  readonly #parts: HeartbeatListenerParts;
  #server: Server | null = null;
  #problem: string | null = null;
  #stopRetrying: Stop = () => {};
  /** Changes are made one after the other. */
  #changing: Promise<void> = Promise.resolve();

  constructor(parts: HeartbeatListenerParts) {
    this.#parts = parts;
  }

  /** Why calls cannot be heard although they should be; null where all is well, or switched off. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Null while it is not listening. */
  get port(): number | null {
    return this.#server ? (this.#server.address() as AddressInfo).port : null; // A TCP server's address is one.
  }

  /** Opens, moves or closes the port as the settings say. A port that cannot be opened is told as `problem`, and tried again every 30 s. Port 0 takes any. */
  apply(settings: Settings['heartbeat']): Promise<void> {
    this.#changing = this.#changing.then(async () => {
      await this.#end();
      if (settings.enabled) await this.#begin(settings);
      this.#parts.onHearing(settings.enabled ? this.#problem : switchedOff);
    });
    return this.#changing;
  }

  close(): Promise<void> {
    this.#changing = this.#changing.then(() => this.#end());
    return this.#changing;
  }

  async #begin(settings: Settings['heartbeat']): Promise<void> {
    const server = serverFor(this.#parts.onCall);
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(settings.port, settings.address, resolve);
      });
      this.#server = server;
    } catch (error) {
      this.#problem = problemOf(error, settings);
      this.#stopRetrying = this.#parts.clock.after(retryMs, () => void this.apply(settings));
    }
  }

  async #end(): Promise<void> {
    this.#stopRetrying();
    this.#problem = null;
    const server = this.#server;
    this.#server = null;
    if (!server) return;
    await new Promise<void>(resolve => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }
}

function serverFor(onCall: (token: string) => boolean): Server {
  const server = createServer(
    // A device says what it has to say within these bounds, or is hung up on.
    { maxHeaderSize: mostHeaderBytes, headersTimeout: patienceMs, requestTimeout: patienceMs, connectionsCheckingInterval: 1_000, keepAliveTimeout: 1, noDelay: true },
    (request, response) => answer(request, response, onCall),
  );
  server.maxConnections = mostConnections;
  server.maxHeadersCount = 50;
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    // Node ends an idle request; a connection that is only held open is none to it.
    socket.setTimeout(2 * patienceMs, () => socket.destroy());
    const from = socket.remoteAddress ?? '';
    const now = (open.get(from) ?? 0) + 1;
    open.set(from, now);
    socket.once('close', () => {
      const left = (open.get(from) ?? 1) - 1;
      if (left > 0) open.set(from, left);
      else open.delete(from);
    });
    if (now > mostPerAddress) socket.destroy();
  });
  return server;
}

function answer(request: IncomingMessage, response: ServerResponse, onCall: (token: string) => boolean): void {
  const token = heartbeatToken((request.url ?? '').replace(/\?.*$/s, ''));
  const heard = token !== null && ['GET', 'HEAD', 'POST'].includes(request.method ?? '') && onCall(token);
  let bytes = 0;
  // Read to its end and thrown away: while it is not, the answer could be lost on the way.
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > mostBodyBytes) request.destroy();
  });
  request.on('end', () => {
    response.writeHead(heard ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', connection: 'close' });
    response.end(heard ? 'OK\n' : 'Not found\n');
  });
}

function problemOf(error: unknown, { address, port }: Settings['heartbeat']): string {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  switch (code) {
    case 'EADDRINUSE':
      return `Heartbeats are not heard: port ${port} of ${address} is taken by another program; choose another port in the settings.`;
    case 'EACCES':
      return `Heartbeats are not heard: this user may not open port ${port}; choose one above 1023 in the settings.`;
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
      return `Heartbeats are not heard: this computer has no address ${address}; choose another in the settings.`;
    default:
      return `Heartbeats are not heard: port ${port} of ${address} cannot be opened (${error instanceof Error ? error.message : String(error)}).`;
  }
}
