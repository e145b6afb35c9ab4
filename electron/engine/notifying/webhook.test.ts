/** Webhooks and what any HTTP server may do to them: slow, refusing, dropping, redirecting, endless, and not to be trusted. */
import { createHmac } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer as createPlainServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { certificateFor } from '../probes/checks/certificate-for-tests.ts';
import { deliveryOf, happened, messageWith } from './message-for-tests.ts';
import type { Sent } from './sender.ts';
import { openSenders } from './senders.ts';
import { openServers } from './servers-for-tests.ts';

const authority = certificateFor({ name: 'Made-up authority', authority: true });
const servers = openServers();
afterEach(() => servers.end());

type Got = { readonly method: string; readonly url: string; readonly headers: Readonly<Record<string, string | string[] | undefined>>; readonly body: string };

/** A receiver that keeps what comes and answers by `answer`. */
async function receiver(answer: RequestListener = (_request, response) => response.end()): Promise<{ readonly port: number; readonly got: Got[] }> {
  const got: Got[] = [];
  const port = await servers.listening(createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      got.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      answer(request, response);
    });
  }));
  return { port, got };
}

const raw = (say: (socket: Socket) => void): Promise<number> => servers.listening(createPlainServer(say));

const sendersWith = (httpMs = 3_000): ReturnType<typeof openSenders> => openSenders({
  now: () => happened, notices: { upsert: () => {} }, timeouts: { httpMs }, authorities: [authority.cert],
  lookup: (_host, options, done) => (options.all === true ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)),
});
const never = new AbortController().signal;
type Wish = { readonly secret?: string; readonly httpMs?: number; readonly scheme?: string; readonly contents?: readonly ReturnType<typeof messageWith>[]; readonly [name: string]: unknown };
const send = (port: number, { secret, httpMs, scheme = 'http', contents, ...change }: Wish = {}): Promise<Sent> =>
  sendersWith(httpMs).send(deliveryOf({ kind: 'webhook', url: `${scheme}://127.0.0.1:${port}/hooks/T0pS3cret?key=AlsoS3cret`, ...change }, secret ?? null, contents), never);
const told = async (port: number, wish: Wish = {}): Promise<string> => {
  const result = await send(port, wish);
  return `${result.kind}: ${result.kind === 'sent' ? '' : result.reason}${result.kind === 'retry' && result.afterMs !== null ? ` after ${result.afterMs}` : ''}`.replaceAll(String(port), '#').trim();
};
const webhook = 'The webhook of 127.0.0.1:#';

describe('a webhook', () => {
  test('gets the message as JSON where there is no template, and several with the first of them', async () => {
    const { port, got } = await receiver();
    await send(port);
    await send(port, { method: 'PUT', contents: [messageWith(), messageWith({ kind: 'recovery', closedAt: happened })] });
    const bodies = got.map(({ body }) => JSON.parse(body) as { message: object; messages: object[]; delivery: string; subject: string }); // It is the receiver's own.
    expect([
      got.map(({ method, url, headers }) => [method, url, headers['content-type'], headers['x-ward-delivery'], headers['x-ward-signature']]),
      bodies.map(({ delivery, subject, messages }) => [delivery, subject, messages.length]), bodies[0]?.message, bodies[1]?.messages[0],
    ]).toEqual([
      [['POST', '/hooks/T0pS3cret?key=AlsoS3cret', 'application/json', 'd0d0a1de-0000-4000-8000-000000000009', undefined], ['PUT', '/hooks/T0pS3cret?key=AlsoS3cret', 'application/json', 'd0d0a1de-0000-4000-8000-000000000009', undefined]],
      [['d0d0a1de-0000-4000-8000-000000000009', 'PROBLEM critical: Kvareli is down', 1], ['d0d0a1de-0000-4000-8000-000000000009', '2 messages: 1 PROBLEM, 1 RECOVERY, worst critical', 2]],
      expect.objectContaining({ ...messageWith(), subject: 'PROBLEM critical: Kvareli is down', atIso: '2026-03-05T10:00:00.000Z', closedAtIso: null }), expect.objectContaining(messageWith()),
    ]);
  });

  test('gets what its template makes, signed so that the receiver can check it', async () => {
    const { port, got } = await receiver();
    await send(port, { secret: 'the key', contentType: 'text/plain; charset=utf-8', template: '{{ message.title }} ყვარელი {% for each in messages %}{{ each.severity | upcase }}{% endfor %}' });
    const [first] = got;
    const timestamp = String(first?.headers['x-ward-timestamp']);
    expect([first?.body, first?.headers['content-type'], timestamp, first?.headers['x-ward-signature']]).toEqual([
      'Kvareli is down ყვარელი CRITICAL', 'text/plain; charset=utf-8', String(happened / 1_000), `sha256=${createHmac('sha256', 'the key').update(`${timestamp}.${first?.body ?? ''}`).digest('hex')}`,
    ]);
  });

  test('gets nothing where its template has an error', async () => {
    const { port, got } = await receiver();
    expect([await told(port, { template: 'one\n{{ message.titel }}' }), await told(port, { template: '{"title": "{{ message.title }}"}', contents: [messageWith({ title: 'a "b"' })] }), got]).toEqual([
      'refused: The template of the webhook has an error: line 2: undefined variable: message.titel.',
      expect.stringMatching(/^refused: The template of the webhook has an error: it makes no JSON \(.*\); write texts as \{\{ message\.title \| json \}\}, without quotes around\.$/),
      [],
    ]);
  });
});

describe('what a server answers', () => {
  const date = new Date(happened + 90_000).toUTCString();
  const answers: readonly (readonly [string, number, Readonly<Record<string, string>>, string, string])[] = [
    ['it took it', 202, {}, '', 'sent:'],
    ['too many, with seconds', 429, { 'retry-after': '30' }, '', `retry: ${webhook} answered 429 Too Many Requests: it was sent too many messages. after 30000`],
    ['too many, with a date', 429, { 'retry-after': date }, '', `retry: ${webhook} answered 429 Too Many Requests: it was sent too many messages. after 90000`],
    ['too many, with nonsense', 429, { 'retry-after': 'soon' }, '', `retry: ${webhook} answered 429 Too Many Requests: it was sent too many messages.`],
    ['too many, with a year', 429, { 'retry-after': '31536000' }, '', `retry: ${webhook} answered 429 Too Many Requests: it was sent too many messages. after 86400000`],
    ['unavailable', 503, { 'retry-after': '0' }, '<html>', `retry: ${webhook} answered 503 Service Unavailable. after 0`],
    ['broken', 500, {}, 'stack', `retry: ${webhook} answered 500 Internal Server Error.`],
    ['too slow', 408, {}, '', `retry: ${webhook} answered 408 Request Timeout.`],
    ['too early', 425, {}, '', `retry: ${webhook} answered 425 Too Early.`],
    ['elsewhere', 302, { location: 'http://192.0.2.1/' }, '', `refused: ${webhook} answered 302 Found: it sends elsewhere, and is not followed there; enter the address where it leads.`],
    ['wrong', 400, {}, 'no field\n"a"', `refused: ${webhook} answered 400 Bad Request: "no field "a"".`],
    ['unknown, saying the address back', 404, {}, 'Cannot POST /hooks/T0pS3cret', `refused: ${webhook} answered 404 Not Found.`],
    ['unknown, saying a piece of it back in capitals', 404, {}, 'No hook T0PS3CRET', `refused: ${webhook} answered 404 Not Found.`],
    ['forbidden, saying the key back', 403, {}, 'Bad signature by Sign1ngKey', `refused: ${webhook} answered 403 Forbidden.`],
    ['a page', 403, {}, '<!DOCTYPE html><h1>No</h1>', `refused: ${webhook} answered 403 Forbidden.`],
  ];
  test.each(answers)('%s', async (_, status, headers, body, sentence) => {
    const { port, got } = await receiver((_request, response) => response.writeHead(status, headers).end(body));
    expect([await told(port, { secret: 'Sign1ngKey' }), got.length]).toEqual([sentence, 1]);
  });
});

describe('a server that', () => {
  test('is not there', async () => {
    const port = await raw(() => {});
    await servers.end();
    expect(await told(port)).toBe(`retry: ${webhook} refused the connection.`);
  });

  const cases: readonly (readonly [string, (socket: Socket) => void, string])[] = [
    ['takes a connection and never answers', () => {}, `retry: ${webhook} took a connection, but did not answer within 0.3 s.`],
    ['drops the connection', socket => socket.destroy(), `retry: ${webhook} broke off the connection.`],
    ['drops it within the head', socket => socket.end('HTTP/1.1 200 OK\r\nContent-'), `retry: ${webhook} broke off the connection.`],
    ['speaks something else', socket => socket.end('220 mail.example ESMTP\r\n'), `retry: ${webhook} answers, but not in HTTP.`],
    ['takes it and sends an answer without an end', socket => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nslow'), 'sent:'],
    ['takes it and drops the answer', socket => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ncut'), 'sent:'],
    ['refuses it with an answer without an end', socket => socket.write('HTTP/1.1 400 Bad Request\r\nContent-Length: 100\r\n\r\nslow'), `refused: ${webhook} answered 400 Bad Request: "slow".`],
    ['switches to another protocol', socket => socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'), `refused: ${webhook} answered 101 Switching Protocols.`],
  ];
  test.each(cases)('%s', async (_, say, sentence) => {
    const port = await raw(socket => void socket.once('data', () => say(socket)));
    expect(await told(port, { httpMs: 300 })).toBe(sentence);
  });

  test('answers without end is read to 64 kB', async () => {
    let written = 0;
    const port = await raw(socket => void socket.once('data', () => {
      socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
      const more = (): void => {
        written += 16_384;
        socket.write('x'.repeat(16_384), error => void (error ? undefined : setImmediate(more)));
      };
      more();
    }));
    const sentence = await told(port);
    expect([sentence, written < 20_000_000]).toEqual([`refused: ${webhook} answered 400 Bad Request: "${'x'.repeat(160)}…".`, true]);
  });

  test('cannot be trusted gets nothing', async () => {
    const selfMade = certificateFor({ name: 'hook', hosts: ['127.0.0.1'] });
    const misnamed = certificateFor({ name: 'hook', hosts: ['else.example'], by: authority });
    const fine = certificateFor({ name: 'hook', hosts: ['127.0.0.1'], by: authority });
    const ports = await Promise.all([selfMade, misnamed, fine].map(({ cert, key }) => servers.listening(createSecureServer({ cert, key }, (_request, response) => response.end()))));
    const plain = await raw(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(await Promise.all([...ports, plain].map(port => told(port, { scheme: 'https' })))).toEqual([
      `retry: ${webhook} is not to be trusted: its certificate is signed by itself, not by an authority; add it to those that this computer trusts, or name its file in NODE_EXTRA_CA_CERTS.`,
      `retry: ${webhook} is not to be trusted: its certificate is for another name.`, 'sent:', `retry: ${webhook} answers, but not in TLS.`,
    ]);
  });

  test('is slow is left when sending is stopped', async () => {
    const stopping = new AbortController();
    const port = await raw(socket => void socket.once('data', () => stopping.abort()));
    expect(await sendersWith().send(deliveryOf({ kind: 'webhook', url: `http://127.0.0.1:${port}/` }), stopping.signal)).toEqual({ kind: 'retry', reason: 'Sending was stopped.', afterMs: null });
  });
});
