/** Who gets in and who does not, over real sockets. */
import { request } from 'node:http';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { writeEndpoint } from './endpoint.ts';
import { listen, type Listener } from './listener.ts';

const token = 'a-token-of-some-length';
let folder: string;
let listener: Listener;
let served: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ward-listener-'));
  mkdirSync(join(folder, 'page', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'page', 'index.html'), '<title>Ward Console</title>');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  served = 0;
  listener = await listen({ host: '127.0.0.1', port: 0, token, pageDir: join(folder, 'page'), serve: () => void served++, report: bug => { throw bug; } });
});
afterEach(async () => {
  await listener.close();
  rmSync(folder, { recursive: true, force: true });
});

/** How a WebSocket attempt ends: open, refused with an HTTP status, or closed with a code. */
function attempt(protocols: string[], headers: Record<string, string> = {}): Promise<string> {
  return new Promise(resolve => {
    const socket = new WebSocket(`ws://127.0.0.1:${listener.port}/contract`, protocols, { headers });
    socket.on('open', () => {
      // A refused token is closed by the server at once; an accepted one answers a ping.
      socket.ping();
      socket.on('pong', () => {
        resolve('open');
        socket.terminate();
      });
    });
    socket.on('close', code => {
      resolve(`closed ${code}`);
    });
    socket.on('unexpected-response', (_request, response) => resolve(`status ${response.statusCode ?? 0}`));
    socket.on('error', () => {});
  });
}

/** A plain request with whatever Host and path it likes; fetch would tidy them. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<{ status: number; body: string; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: listener.port, path, method, headers }, response => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk)).on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }));
    }).on('error', reject).end();
  });
}

test('the right token is served, a wrong or missing one is closed with 4401', async () => {
  expect(await attempt(['ward', token])).toBe('open');
  expect(await attempt(['ward', `${token}x`])).toBe('closed 4401');
  expect(await attempt(['ward'])).toBe('closed 4401');
  expect(served).toBe(1);
});

test('a page of another origin does not get in, this server\'s own does', async () => {
  expect(await attempt(['ward', token], { origin: 'http://evil.example' })).toBe('status 401');
  expect(await attempt(['ward', token], { origin: 'null' })).toBe('status 401');
  expect(await attempt(['ward', token], { origin: `http://127.0.0.1:${listener.port}` })).toBe('open');
});

test('a name that was pointed at this computer by someone else is not answered', async () => {
  expect(await attempt(['ward', token], { host: `evil.example:${listener.port}` })).toBe('status 401');
  expect((await get('/', { host: 'evil.example' })).status).toBe(403);
  expect((await get('/', { host: `localhost:${listener.port}` })).status).toBe(200);
});

test('the page is served with a policy that allows no inline script', async () => {
  const page = await get('/');
  expect(page).toMatchObject({ status: 200, body: '<title>Ward Console</title>' });
  const scripts = /script-src ([^;]*)/.exec(String(page.headers['content-security-policy']))?.[1];
  expect(scripts).toBe("'self'");
});

test.each(['//', '///evil.example', 'http://', '*', '/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/..%5c..%5csecret.txt', '/%', '/assets', '/no-such-file'])('%s is not served', async path => {
  const { status, body } = await get(path);
  expect({ status, leaked: body.includes('secret') }).toEqual({ status: 404, leaked: false });
});

test('anything but reading is refused', async () => expect((await get('/', {}, 'POST')).status).toBe(405));

test('a port that is taken rejects with the system\'s own code', async () => {
  await expect(listen({ host: '127.0.0.1', port: listener.port, token, pageDir: null, serve: () => {}, report: () => {} })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('the endpoint file is readable by its owner alone, and goes when the console does', () => {
  const remove = writeEndpoint(folder, { url: 'ws://127.0.0.1:1/contract', token, pid: 1, version: '0' });
  const file = join(folder, 'endpoint.json');
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
  remove();
  expect(() => statSync(file)).toThrow('ENOENT');
});
