/** The web check against servers of our own that answer, lie, drip and hang. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer as createPlainServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { CheckInput, type CheckOf } from '../../../../shared/model/check.ts';
import { certificateFor, type TestCertificate } from './certificate-for-tests.ts';
import type { CheckOutcome, Names, Patience } from './check.ts';
import { httpProbe } from './http.ts';

const authority = certificateFor({ name: 'Made-up authority', authority: true });
const dayMs = 86_400_000;
const names: Names = { lookUp: host => Promise.resolve(host === 'other.example' ? { kind: 'address', address: '127.0.0.1' } : { kind: 'failed', reason: `The name "${host}" could not be resolved (no such name).` }) };
const probe = httpProbe({ names, now: () => Date.now(), authorities: [authority.cert] });

const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(servers.splice(0).map(server => new Promise<void>(resolve => void server.close(() => resolve()))));
});

async function listening(server: Server, address = '127.0.0.1'): Promise<number> {
  servers.push(server);
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  await new Promise<void>(resolve => void server.listen(0, address, resolve));
  return (server.address() as AddressInfo).port; // A TCP server's address is one.
}

const page = (listener: RequestListener, address?: string): Promise<number> => listening(createServer(listener), address);
const securePage = (certificate: TestCertificate, listener: RequestListener = (_request, response) => response.end('Hello')): Promise<number> => listening(createSecureServer({ cert: certificate.cert, key: certificate.key }, listener));
/** Says `bytes` to whoever connects. */
const raw = (say: (socket: Socket) => void): Promise<number> => listening(createPlainServer(say));

type Settings = Partial<Omit<CheckOf<'http'>, 'kind' | 'url'>>;

function webCheck(url: string, settings: Settings = {}): CheckOf<'http'> {
  const check = CheckInput.parse({ kind: 'http', url, ...settings });
  if (check.kind !== 'http') throw new Error('not a web check');
  return check;
}

const patience = (timeoutMs: number): Patience => ({ timeoutMs, signal: new AbortController().signal });

const ask = (url: string, settings: Settings = {}, host = '127.0.0.1', timeoutMs = 3_000): Promise<CheckOutcome> =>
  probe(webCheck(url, settings), { address: host, host, community: null, snmpPort: 161 }, patience(timeoutMs));

/** Kind and sentence, times taken out. */
const told = async (...args: Parameters<typeof ask>): Promise<string> => {
  const { kind, message } = await ask(...args);
  return `${kind}: ${message.replace(/in \d+ ms/, 'in # ms').replaceAll(/(?<=[Pp]ort )\d+/g, '#')}`;
};

describe('a page', () => {
  test.each([
    [200, undefined, 'ok: 200 OK in # ms'],
    [204, undefined, 'ok: 204 No Content in # ms'],
    [401, undefined, 'failed: The page answered 401 Unauthorized, not 200-299.'],
    [401, '200-299,401', 'ok: 401 Unauthorized in # ms'],
    [503, '200, 500-599', 'ok: 503 Service Unavailable in # ms'],
    [599, undefined, 'failed: The page answered 599, not 200-299.'],
  ])('with status %i where %s is accepted', async (status, accepted, sentence) => {
    const port = await page((_request, response) => response.writeHead(status).end());
    expect(await told(`http://:${port}/`, accepted === undefined ? {} : { status: accepted })).toBe(sentence);
  });

  test('is asked for by the device itself where the address leaves the host out, over IPv4 and IPv6, and by its name', async () => {
    const seen = new Set<string>();
    const listener: RequestListener = (request, response) => {
      seen.add(`${request.headers.host ?? ''} ${request.url ?? ''}`);
      response.end();
    };
    const four = await page(listener);
    const six = await page(listener, '::1');
    const own = await Promise.all([ask(`http://:${four}/a?b=c`), ask(`http://:${six}/`, {}, '::1'), probe(webCheck(`http://:${four}/c`), { address: '127.0.0.1', host: 'atm1.example', community: null, snmpPort: 161 }, patience(3_000))]);
    expect([own.map(({ kind }) => kind), seen]).toEqual([['ok', 'ok', 'ok'], new Set([`127.0.0.1:${four} /a?b=c`, `[::1]:${six} /`, `atm1.example:${four} /c`])]);
  });

  test('of another host is asked for at the address of its name; a name that stands for nothing is no fault of the device', async () => {
    const port = await page((_request, response) => response.end());
    expect([await told(`http://other.example:${port}/`), await told(`http://third.example:${port}/`)]).toEqual(['ok: 200 OK in # ms', 'unknown: The name "third.example" could not be resolved (no such name).']);
  });

  test.each([
    ['contains the text', 'text/html; charset=utf-8', Buffer.from('<h1>Kvareli — ყვარელი</h1>'), 'ყვარელი', 'ok: 200 OK in # ms'],
    ['contains it in an old encoding', 'text/html; charset="windows-1251"', Buffer.from([0xd3, 0xe7, 0xe5, 0xeb]), 'Узел', 'ok: 200 OK in # ms'],
    ['contains it in an unheard-of encoding', 'text/html; charset=x-none', Buffer.from('Hello'), 'Hello', 'ok: 200 OK in # ms'],
    ['does not contain it', 'text/html', Buffer.from('Hello'), 'Goodbye', 'failed: The page does not contain "Goodbye".'],
    ['contains it after 256 KiB', 'text/html', Buffer.from(`${'x'.repeat(256 * 1024)}Hello`), 'Hello', 'failed: The page does not contain "Hello" in its first 256 KiB.'],
    ['contains it at the very end of 256 KiB', 'text/html', Buffer.from(`${'x'.repeat(256 * 1024 - 5)}Hello`), 'Hello', 'ok: 200 OK in # ms'],
  ])('that %s', async (_, type, body, contains, sentence) => {
    const port = await page((_request, response) => response.writeHead(200, { 'content-type': type }).end(body));
    expect(await told(`http://:${port}/`, { contains })).toBe(sentence);
  });

  test('is found to contain the text also where that comes in pieces', async () => {
    const port = await page((_request, response) => {
      const pieces = [...Buffer.from('a ყვარელი b')].map(byte => Buffer.from([byte]));
      const next = (): void => {
        const piece = pieces.shift();
        if (piece) response.write(piece, () => setImmediate(next));
        else response.end();
      };
      next();
    });
    expect(await told(`http://:${port}/`, { contains: 'ყვარელი b' })).toBe('ok: 200 OK in # ms');
  });

  test('that comes compressed although that was not asked for cannot be searched', async () => {
    const port = await page((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('\x1f\x8b'));
    expect(await told(`http://:${port}/`, { contains: 'x' })).toBe('failed: The page comes compressed ("gzip") although that was not asked for; its text cannot be searched.');
  });
});

describe('redirects', () => {
  const chain = (length: number): Promise<number> =>
    page((request, response) => {
      const step = Number(request.url?.slice(1));
      if (step >= length) response.end('there');
      else response.writeHead(302, { location: `/${step + 1}` }).end();
    });

  test('are followed, five of them', async () => {
    const port = await chain(5);
    expect(await told(`http://:${port}/0`, { contains: 'there' })).toBe('ok: 200 OK in # ms');
  });

  test('more than five are too many', async () => {
    const port = await chain(6);
    expect(await told(`http://:${port}/0`)).toBe('failed: The page redirects more than 5 times.');
  });

  test('are an answer where they are not to be followed', async () => {
    const port = await chain(5);
    expect([await told(`http://:${port}/0`, { redirects: 'refuse' }), await told(`http://:${port}/0`, { redirects: 'refuse', status: '302' })]).toEqual(['failed: The page answered 302 Found, not 200-299.', 'ok: 302 Found in # ms']);
  });

  test('to another host are followed, and to what is no web page are not', async () => {
    const port = await page((request, response) => response.writeHead(request.url === '/there' ? 200 : 301, request.url === '/there' ? {} : { location: request.url === '/other' ? `http://other.example:${port}/there` : 'ftp://127.0.0.1/' }).end());
    expect([await told(`http://:${port}/other`), await told(`http://:${port}/ftp`)]).toEqual(['ok: 200 OK in # ms', 'failed: The page redirects to "ftp://127.0.0.1/", which is not a web page.']);
  });

  test('to a host of 20,000 letters is told in a short sentence', async () => {
    const port = await page((_request, response) => response.writeHead(302, { location: `http://${'a'.repeat(20_000)}/` }).end());
    const sentence = await told(`http://:${port}/`);
    expect([sentence.slice(0, 25), sentence.length < 250]).toEqual(['unknown: The name "aaaaaa', true]);
  });

  test.each([
    ['http://admin:S3cretPw@127.0.0.1:81/setup?token=S3cret', 'failed: The page redirects to "http://127.0.0.1:81/setup" with a password in the address, and is not followed there.'],
    ['//admin@127.0.0.1/', 'failed: The page redirects to "http://127.0.0.1/" with a user name in the address, and is not followed there.'],
    ['ftp://admin:S3cretPw@127.0.0.1/files?S3cret#S3cret', 'failed: The page redirects to "ftp://127.0.0.1/files", which is not a web page.'],
    ['mailto:admin:S3cretPw@atm1.example', 'failed: The page redirects to "mailto:", which is not a web page.'],
    ['http://admin:S3cretPw@127.0.0.1:99999/', 'failed: The page redirects to an address that cannot be read.'],
  ])('to %s are told without what nobody should read', async (location, sentence) => {
    const port = await page((_request, response) => response.writeHead(302, { location }).end());
    expect(await told(`http://:${port}/`)).toBe(sentence);
  });

  test('to another host are told with its name where that is the trouble, those to the same host without', async () => {
    const closed = await page(() => {});
    await Promise.all(servers.splice(0).map(server => new Promise<void>(resolve => void server.close(() => resolve()))));
    const port = await page((request, response) => response.writeHead(302, { location: `http://${request.url === '/other' ? 'other.example' : '127.0.0.1'}:${closed}/` }).end());
    expect([await told(`http://:${port}/other`), await told(`http://:${port}/same`), await told(`http://other.example:${closed}/`)]).toEqual([
      'failed: Port # of other.example is closed: the connection was refused.', 'failed: Port # is closed: the connection was refused.', 'failed: Port # of other.example is closed: the connection was refused.',
    ]);
  });

  test('without a place to go are an answer', async () => {
    const port = await page((_request, response) => response.writeHead(302).end());
    expect(await told(`http://:${port}/`)).toBe('failed: The page answered 302 Found, not 200-299.');
  });
});

describe('a certificate', () => {
  const good = certificateFor({ name: 'atm1', hosts: ['127.0.0.1', 'other.example'], by: authority });
  const until = (to: Date): string => to.toISOString().slice(0, 10);

  test('that is valid is told with its days', async () => {
    const port = await securePage(good);
    expect([await told(`https://:${port}/`), await told(`https://other.example:${port}/`)]).toEqual(Array.from({ length: 2 }, () => 'ok: 200 OK in # ms; the certificate is valid for 61 days'));
  });

  const cases: [string, TestCertificate, Settings, string][] = [
    ['for another host', certificateFor({ name: 'atm2', hosts: ['atm2.example', '127.0.0.9'], by: authority }), {}, 'failed: The certificate is not for 127.0.0.1 but for "atm2.example, 127.0.0.9".'],
    ['for another host, where only its expiry counts', certificateFor({ name: 'atm2', hosts: ['atm2.example'], by: authority }), { certificate: 'expiry' }, 'ok: 200 OK in # ms; the certificate is valid for 61 days'],
    ['for no host', certificateFor({ name: 'atm2', by: authority }), {}, 'failed: The certificate is not for 127.0.0.1 but for "atm2".'],
    ['signed by the device itself', certificateFor({ name: 'atm1', hosts: ['127.0.0.1'] }), {}, 'failed: The certificate is signed by the device itself, not by an authority.'],
    ['signed by the device itself, where only its expiry counts', certificateFor({ name: 'atm1' }), { certificate: 'expiry' }, 'ok: 200 OK in # ms; the certificate is valid for 61 days'],
    ['signed by an unknown authority', certificateFor({ name: 'atm1', hosts: ['127.0.0.1'], by: certificateFor({ name: 'Other authority', authority: true }) }), {}, 'failed: The certificate is not signed by an authority that this computer knows.'],
    ['that has expired', certificateFor({ name: 'atm1', hosts: ['127.0.0.1'], by: authority, from: new Date(2020, 0, 1), to: new Date(Date.UTC(2021, 0, 1)) }), { certificate: 'expiry' }, 'failed: The certificate expired on 2021-01-01.'],
    ['that has expired, where nothing of it counts', certificateFor({ name: 'atm1', from: new Date(2020, 0, 1), to: new Date(Date.UTC(2021, 0, 1)) }), { certificate: 'ignore' }, 'ok: 200 OK in # ms'],
    ['of tomorrow', certificateFor({ name: 'atm1', from: new Date(Date.UTC(2045, 0, 1)), to: new Date(Date.UTC(2046, 0, 1)) }), { certificate: 'expiry' }, 'failed: The certificate is not valid before 2045-01-01; check the clocks of the device and of this computer.'],
    ['that soon expires', certificateFor({ name: 'atm1', to: new Date(Date.now() + 5.5 * dayMs) }), { certificate: 'expiry' }, `failed: The certificate is valid for only 5 days, until ${until(new Date(Date.now() + 5.5 * dayMs))}.`],
    ['that soon expires, where that is soon enough', certificateFor({ name: 'atm1', to: new Date(Date.now() + 1.5 * dayMs) }), { certificate: 'expiry', certificateDays: 1 }, 'ok: 200 OK in # ms; the certificate is valid for 1 day'],
  ];
  test('says how long it is valid, also where it has expired or is not to be trusted; nothing where nobody looks at one', async () => {
    const left = async (certificate: TestCertificate, settings: Settings = {}): Promise<number | undefined> => {
      const { certificateLeftMs } = await ask(`https://:${await securePage(certificate)}/`, settings);
      return certificateLeftMs === undefined ? undefined : Math.floor(certificateLeftMs / dayMs);
    };
    const plain = await page((_request, response) => response.end('Hello'));
    expect([
      await left(good), await left(certificateFor({ name: 'atm1' })), await left(certificateFor({ name: 'atm1', from: new Date(2020, 0, 1), to: new Date(Date.now() - 1.5 * dayMs) })), await left(good, { certificate: 'ignore' }), (await ask(`http://:${plain}/`)).certificateLeftMs,
    ]).toEqual([61, 61, -2, undefined, undefined]);
  });

  test.each(cases)('%s', async (_, certificate, settings, sentence) => {
    const port = await securePage(certificate);
    expect(await told(`https://:${port}/`, settings)).toBe(sentence);
  });

  test('of a redirect\'s end is judged too', async () => {
    const second = await securePage(certificateFor({ name: 'atm1', hosts: ['127.0.0.1'] }));
    const first = await securePage(good, (_request, response) => response.writeHead(302, { location: `https://127.0.0.1:${second}/` }).end());
    expect(await told(`https://:${first}/`)).toBe('failed: The certificate is signed by the device itself, not by an authority.');
  });
});

describe('what is not a page', () => {
  test('a closed port is told from a silent one', async () => {
    const port = await page(() => {});
    await Promise.all(servers.splice(0).map(server => new Promise<void>(resolve => void server.close(() => resolve()))));
    const silent = await page(() => {});
    expect([await told(`http://:${port}/`), await told(`http://:${silent}/`, {}, '127.0.0.1', 300)]).toEqual(['failed: Port # is closed: the connection was refused.', 'failed: Port # took a connection, but gave no answer within 0.3 s.']);
  });

  const drip = (head: string) => (socket: Socket): void => {
    socket.write(head);
    const timer = setInterval(() => void socket.write('x'), 20);
    socket.on('close', () => clearInterval(timer));
  };
  const cases: [string, (socket: Socket) => void, string, Settings?][] = [
    ['noise', socket => void socket.end('\0\x01\x02 this is no HTTP\r\n\r\n'), 'failed: Port # answers, but not in HTTP (HPE_INVALID_CONSTANT).'],
    ['a greeting in another protocol', socket => void socket.end('SSH-2.0-OpenSSH_9.6\r\n'), 'failed: Port # answers, but not in HTTP (HPE_INVALID_CONSTANT).'],
    ['a connection that is closed at once', socket => void socket.end(), 'failed: Port # broke off the connection.'],
    ['a connection that is reset', socket => void socket.resetAndDestroy(), 'failed: Port # broke off the connection.'],
    ['endless headers', drip('HTTP/1.1 200 OK\r\nx: '), 'failed: Port # took a connection, but gave no answer within 0.4 s.'],
    ['huge headers', socket => void socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`), 'failed: Port # answers, but not in HTTP (HPE_HEADER_OVERFLOW).'],
    ['a page that drips', drip('HTTP/1.1 200 OK\r\n\r\n'), 'failed: The page answered 200 OK, but did not come to its end within 0.4 s.', { contains: 'never' }],
    ['a page that breaks off', socket => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nHello'), 'failed: The page broke off before its end.', { contains: 'never' }],
    ['an endless row of provisional answers', socket => {
      const timer = setInterval(() => void socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'), 20);
      socket.on('close', () => clearInterval(timer));
    }, 'failed: Port # took a connection, but gave no answer within 0.4 s.'],
    ['a change of protocol', socket => void socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'), 'failed: The page answered 101 Switching Protocols, not 200-299.'],
  ];
  test.each(cases)('%s', async (_, say, sentence, settings = {}) => {
    const port = await raw(socket => void socket.once('data', () => say(socket)));
    expect(await told(`http://:${port}/`, settings, '127.0.0.1', 400)).toBe(sentence);
  });

  test('what does not speak TLS, and what begins it and hangs', async () => {
    const plain = await raw(socket => void socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    const hanging = await raw(() => {});
    expect([await told(`https://:${plain}/`), await told(`https://:${hanging}/`, {}, '127.0.0.1', 300)]).toEqual(['failed: Port # answers, but not in TLS.', 'failed: Port # took a connection, but its TLS handshake was not done within 0.3 s.']);
  });

  test('what this computer has no way to is no fault of the device', async () => expect(await told('http://:80/', {}, '255.255.255.255')).toMatch(/^unknown: This computer /));
});

test('redirects share one deadline', async () => {
  const port = await page((_request, response) => void setTimeout(() => response.writeHead(302, { location: '/' }).end(), 150));
  expect(await told(`http://:${port}/`, {}, '127.0.0.1', 400)).toBe('failed: Port # took a connection, but gave no answer within 0.4 s.');
});

test('a check that is stopped says so, and lets go of its connection', async () => {
  let closed: () => void = () => {};
  const letGo = new Promise<void>(resolve => (closed = resolve));
  const stopping = new AbortController();
  const port = await raw(socket => void socket.resume().on('close', closed).once('data', () => stopping.abort()));
  const outcome = await probe(webCheck(`http://:${port}/`), { address: '127.0.0.1', host: '127.0.0.1', community: null, snmpPort: 161 }, { timeoutMs: 10_000, signal: stopping.signal });
  await letGo;
  expect(outcome).toEqual({ kind: 'unknown', elapsedMs: null, message: 'The check was stopped.' });
});

test('no connection is left open, whatever came of it', async () => {
  const port = await page((request, response) => (request.url === '/hang' ? undefined : response.end('Hello')));
  const secure = await securePage(certificateFor({ name: 'atm1' }));
  await Promise.all([ask(`http://:${port}/`), ask(`http://:${port}/`, { contains: 'x' }), ask(`http://:${port}/hang`, {}, '127.0.0.1', 200), ask(`https://:${secure}/`), ask(`https://:${secure}/`, { certificate: 'ignore' })]);
  // The other end hears of it a little later.
  await Promise.all([...sockets].map(async socket => {
    if (!socket.closed) await once(socket, 'close');
  }));
  expect(sockets.size).toBe(0);
});
