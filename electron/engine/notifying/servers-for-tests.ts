/** Servers on 127.0.0.1 for tests, all of them ended together. */
import type { AddressInfo, Server, Socket } from 'node:net';

/** `close`: how a server is ended that puts TLS on its connections by itself; to end those from below would crash Node. */
export function openServers(): { listening(server: Server, close?: (closed: () => void) => void): Promise<number>; end(): Promise<void> } {
  const endings: (() => Promise<void>)[] = [];
  return {
    async listening(server, close) {
      const sockets = new Set<Socket>();
      if (!close) {
        server.on('connection', socket => {
          sockets.add(socket);
          socket.on('close', () => sockets.delete(socket));
          socket.on('error', () => {});
        });
      }
      endings.push(() => new Promise(resolve => {
        for (const socket of sockets) socket.destroy();
        if (close) close(resolve);
        else server.close(() => resolve());
      }));
      await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve));
      return (server.address() as AddressInfo).port; // A TCP server's address is one.
    },
    async end() {
      await Promise.all(endings.splice(0).map(end => end()));
    },
  };
}
