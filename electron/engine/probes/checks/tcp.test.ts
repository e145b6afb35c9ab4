/** The port check against real sockets. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { CheckInput, type CheckOf } from '../../../../shared/model/check.ts';
import type { CheckOutcome } from './check.ts';
import { connectionProblem } from './network-error.ts';
import { tcpProbe } from './tcp.ts';

const servers: Server[] = [];
const others: Socket[] = [];
let child: ChildProcess | null = null;
afterEach(async () => {
  for (const socket of others.splice(0)) socket.destroy();
  child?.kill('SIGKILL');
  child = null;
  await Promise.all(servers.splice(0).map(server => new Promise<void>(resolve => void server.close(() => resolve()))));
});

async function listening(address: string, taken: (socket: Socket) => void = () => {}): Promise<number> {
  const server = createServer(socket => {
    socket.on('error', () => {});
    taken(socket);
  });
  servers.push(server);
  await new Promise<void>(resolve => void server.listen(0, address, resolve));
  return (server.address() as AddressInfo).port; // A TCP server's address is one.
}

function ask(port: number, address = '127.0.0.1', timeoutMs = 2_000, signal = new AbortController().signal): Promise<CheckOutcome> {
  const check = CheckInput.parse({ kind: 'tcp', port }) as CheckOf<'tcp'>; // As its kind says.
  return tcpProbe(check, { address, host: address, community: null, snmpPort: 161 }, { timeoutMs, signal });
}

const told = async (...args: Parameters<typeof ask>): Promise<string> => {
  const { kind, message } = await ask(...args);
  return `${kind}: ${message.replace(/in \d+ ms/, 'in # ms').replace(/Port \d+/, 'Port #')}`;
};

test.each(['127.0.0.1', '127.0.0.61', '::1'])('a port of %s that takes connections is well, and the connection is let go at once', async address => {
  let closed: () => void = () => {};
  const letGo = new Promise<void>(resolve => (closed = resolve));
  const port = await listening(address, socket => void socket.resume().on('close', closed));
  expect(await told(port, address)).toBe('ok: Port # took a connection in # ms.');
  await letGo;
});

test('a port where nobody listens is told from one that does not answer', async () => {
  const closed = await listening('127.0.0.1');
  await Promise.all(servers.splice(0).map(server => new Promise<void>(resolve => void server.close(() => resolve()))));
  // A stopped program takes no connections; when as many wait as there is room for, the system drops the next without a word.
  const program = "const s = require('net').createServer(); s.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(s.address().port))";
  const stopped = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] });
  child = stopped;
  const [line] = (await once(stopped.stdout, 'data')) as [Buffer]; // A pipe without an encoding.
  const silent = Number(line.toString());
  stopped.kill('SIGSTOP');
  for (let i = 0; i < 4; i++) others.push(connect({ host: '127.0.0.1', port: silent }).on('error', () => {}));
  await once(others[1] ?? stopped, 'connect');
  expect([await told(closed), await told(silent, '127.0.0.1', 300)]).toEqual(['failed: Port # is closed: the connection was refused.', 'failed: Port # did not answer within 0.3 s.']);
});

test('what this computer has no way to is no fault of the device', async () => expect(await told(80, '255.255.255.255')).toMatch(/^unknown: This computer /));

test('a check that is stopped says so', async () => {
  const port = await listening('127.0.0.1');
  expect(await ask(port, '127.0.0.1', 2_000, AbortSignal.abort())).toEqual({ kind: 'unknown', elapsedMs: null, message: 'The check was stopped.' });
});

test.each([
  ['ECONNREFUSED', 'failed'], ['EHOSTUNREACH', 'failed'], ['ECONNRESET', 'failed'], ['ETIMEDOUT', 'failed'],
  ['ENETUNREACH', 'unknown'], ['EADDRNOTAVAIL', 'unknown'], ['EMFILE', 'unknown'], ['EPERM', 'unknown'], ['EOTHER', undefined],
])('%s is %s', (code, kind) => expect(connectionProblem(Object.assign(new Error(code), { code }), 'Port 22')?.kind).toBe(kind));
