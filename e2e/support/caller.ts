/** A program's view of a running console: calls its operations through the endpoint file, as `npm run ward` does. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { z } from 'zod';
import type { Api } from '../../shared/api/index.ts';
import { connect, type Client } from '../../shared/rpc/client.ts';
import type { Arg, Pipe, RowOf, Watched } from '../../shared/rpc/contract.ts';

const Endpoint = z.object({ url: z.string(), token: z.string(), pid: z.int() });
export type Endpoint = z.output<typeof Endpoint>;

/** Null while no console has announced itself. */
export function endpointOf(dataDir: string): Endpoint | null {
  const file = join(dataDir, 'endpoint.json');
  return existsSync(file) ? Endpoint.parse(JSON.parse(readFileSync(file, 'utf8'))) : null;
}

export type Caller = { readonly client: Client<Api>; close(): void };

export async function callerOf(dataDir: string): Promise<Caller> {
  const endpoint = endpointOf(dataDir);
  if (!endpoint) throw new Error(`no console runs on ${dataDir}`);
  const socket = new WebSocket(endpoint.url, ['ward', endpoint.token]);
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const pipe: Pipe = {
    post: message => socket.send(JSON.stringify(message)),
    onMessage: receive => void socket.on('message', (bytes: Buffer) => receive(JSON.parse(bytes.toString('utf8')))),
    onClose: closed => void socket.on('close', closed),
    close: () => socket.close(),
  };
  return { client: connect<Api>(pipe), close: () => socket.terminate() };
}

/** The rows of a live operation as they are now. None of them needs an input yet. */
export async function rowsOf<K extends Watched<Api>>(client: Client<Api>, name: K): Promise<readonly RowOf<Api, K>[]> {
  let stop = (): void => {};
  try {
    return await new Promise((resolve, reject) => {
      stop = client.watch(name, {} as Arg<Api, K>, batch => resolve(batch.upsert), reject);
    });
  } finally {
    stop();
  }
}
