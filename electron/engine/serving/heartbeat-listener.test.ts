/** Devices that call, and strangers that do not mean well, over real sockets. */
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { heartbeatPath } from '../../../shared/model/check.ts';
import { ManualClock } from '../clock.ts';
import { HeartbeatListener } from './heartbeat-listener.ts';

const token = 'kV7-made_up-token-00001';
let clock: ManualClock;
let calls: string[];
let hearing: (string | null)[];
let listener: HeartbeatListener;
const sockets: Socket[] = [];

const settings = (port = 0, enabled = true): Parameters<HeartbeatListener['apply']>[0] => ({ enabled, address: '127.0.0.1', port });
const newListener = (): HeartbeatListener =>
  new HeartbeatListener({
    clock,
    onCall: given => {
      if (given === token) calls.push(given);
      return given === token;
    },
    onHearing: problem => void hearing.push(problem),
  });

beforeEach(async () => {
  clock = new ManualClock();
  calls = [];
  hearing = [];
  listener = newListener();
  await listener.apply(settings());
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await listener.close();
});

const portOf = (of: HeartbeatListener): number => of.port ?? 0;

function call(path: string, method = 'GET', body = '', localAddress = '127.0.0.1'): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: portOf(listener), path, method, localAddress, agent: false }, response => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('end', () => resolve(`${response.statusCode ?? 0} ${text}`.trim()));
    }).on('error', reject).end(body);
  });
}

/** A connection that says `first`, and what it was told until it was closed. */
function connection(first: string): { readonly socket: Socket; readonly told: Promise<string> } {
  const socket = connect({ host: '127.0.0.1', port: portOf(listener) });
  sockets.push(socket);
  socket.on('error', () => {});
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  socket.write(first);
  return { socket, told: new Promise(resolve => void socket.on('close', () => resolve(text))) };
}

test.each([['GET', '200 OK'], ['POST', '200 OK'], ['HEAD', '200']])('a device calls by %s', async (method, answer) => {
  expect([await call(heartbeatPath(token), method), await call(`${heartbeatPath(token)}/?battery=98`, method), calls.length]).toEqual([answer, answer, 2]);
});

test('what a device says besides is read and thrown away', async () => expect([await call(heartbeatPath(token), 'POST', 'x'.repeat(10_000)), calls.length]).toEqual(['200 OK', 1]));

test.each([
  ['GET', '/'], ['GET', '/heartbeat/'], ['GET', '/heartbeat/another-token-that-is-made-up'], ['GET', `/heartbeat/${token}/more`], ['GET', `/Heartbeat/${token}`], ['GET', `//heartbeat/${token}`],
  ['GET', `/heartbeat/%6bV7-made_up-token-00001`], ['PUT', heartbeatPath(token)], ['DELETE', heartbeatPath(token)], ['GET', `/heartbeat/${'x'.repeat(5_000)}`],
])('%s %s is not found, and no call', async (method, path) => expect([await call(path, method), calls]).toEqual(['404 Not found', []]));

describe('a stranger', () => {
  test('that sends no HTTP is turned away', async () => expect(await connection('\u0016\u0003\u0001 noise\r\n\r\n').told).toMatch(/^HTTP\/1\.1 400 /));

  test('that sends huge headers is turned away', async () => expect(await connection(`GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}`).told).toMatch(/^HTTP\/1\.1 431 /));

  test('that sends a huge body is hung up on', async () => {
    const { socket, told } = connection(`POST /heartbeat/nobody-has-this-token HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000000\r\n\r\n`);
    const timer = setInterval(() => void socket.write('x'.repeat(8_192)), 5);
    expect(await told).toBe('');
    clearInterval(timer);
  });

  test('that says nothing, or drips, or asks for more, is hung up on', async () => {
    const drips = connection('GET / HTTP/1.1\r\nx: ');
    const timer = setInterval(() => void drips.socket.write('y'), 100);
    const asks = connection(`GET ${heartbeatPath(token)} HTTP/1.1\r\nhost: a\r\nconnection: keep-alive\r\n\r\n`);
    const unfinished = connection(`POST ${heartbeatPath(token)} HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nx`);
    const told = await Promise.all([connection('').told, drips.told, asks.told, unfinished.told]);
    clearInterval(timer);
    expect(told.map(text => text.split('\r\n')[0])).toEqual([expect.stringMatching(/^(HTTP\/1\.1 408 Request Timeout)?$/), 'HTTP/1.1 408 Request Timeout', 'HTTP/1.1 200 OK', 'HTTP/1.1 408 Request Timeout']);
  });

  test('that opens connection after connection has 64 at a time, and keeps nobody else out', async () => {
    let closed = 0;
    await new Promise<void>(resolve => {
      for (let i = 0; i < 200; i++) void connection('').told.then(() => ++closed === 136 && resolve());
    });
    expect([await call(heartbeatPath(token), 'GET', '', '127.0.0.77'), closed]).toEqual(['200 OK', 136]);
  });
});

describe('the port', () => {
  test('is open only while it should be', async () => {
    await listener.apply(settings(0, false));
    expect([listener.port, listener.problem, hearing]).toEqual([null, null, [null, 'Listening for heartbeats is switched off in the settings.']]);
  });

  test('that is taken is told in a sentence, and tried again', async () => {
    const port = portOf(listener);
    const other = newListener();
    await other.apply(settings(port));
    const sentence = `Heartbeats are not heard: port ${port} of 127.0.0.1 is taken by another program; choose another port in the settings.`;
    const before = [other.problem, other.port, hearing.at(-1)];
    await listener.close();
    await clock.advance(30_000);
    await other.apply(settings(port));
    expect([before, other.problem, other.port, hearing.at(-1)]).toEqual([[sentence, null, sentence], null, port, null]);
    await other.close();
  });

  test('of an address that is not this computer\'s is told in a sentence', async () => {
    await listener.apply({ enabled: true, address: '192.0.2.77', port: 8_428 });
    expect(listener.problem).toBe('Heartbeats are not heard: this computer has no address 192.0.2.77; choose another in the settings.');
  });

  test('may be opened and closed any number of times at once, and the last word counts', async () => {
    await Promise.all([listener.apply(settings(0, false)), listener.apply(settings()), listener.apply(settings(0, false)), listener.apply(settings())]);
    expect([await call(heartbeatPath(token)), hearing.length]).toEqual(['200 OK', 5]);
  });
});
