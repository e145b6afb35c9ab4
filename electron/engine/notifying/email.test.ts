/** E-mail to mail servers of our own that take it, refuse it, lie, hang and drop. */
import { createServer, type Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, test } from 'vitest';
import type { MessageContent } from '../../../shared/model/notification.ts';
import { certificateFor, type TestCertificate } from '../probes/checks/certificate-for-tests.ts';
import { deliveryOf, happened, incidentId, messageWith } from './message-for-tests.ts';
import type { Sent } from './sender.ts';
import { openSenders } from './senders.ts';
import { openServers } from './servers-for-tests.ts';

const authority = certificateFor({ name: 'Made-up authority', authority: true });
const good = certificateFor({ name: 'mail', hosts: ['127.0.0.1', 'mail.example'], by: authority });
const servers = openServers();
afterEach(() => servers.end());

type Taken = { readonly from: string; readonly to: readonly string[]; readonly text: string; readonly secure: boolean; readonly user: string | undefined };

const failure = (responseCode: number, message: string): Error => Object.assign(new Error(message), { responseCode });

/** A mail server that keeps what it takes. */
async function mailServer(options: SMTPServerOptions = {}): Promise<{ readonly port: number; readonly taken: Taken[] }> {
  const taken: Taken[] = [];
  const server = new SMTPServer({
    logger: false, closeTimeout: 1, authOptional: true, disableReverseLookup: true, cert: good.cert, key: good.key,
    onAuth: (auth, _session, done) => done(auth.username === 'noc' && auth.password === 'S3cretPw' ? null : failure(535, `Bad credentials for ${auth.username ?? ''} with ${auth.password ?? ''}`), { user: auth.username }),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        taken.push({ from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map(({ address }) => address), text: Buffer.concat(chunks).toString('utf8'), secure: session.secure, user: session.user === undefined ? undefined : String(session.user) });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => {});
  return { port: await servers.listening(server.server, closed => server.close(closed)), taken };
}

/** Says what `say` says to whoever connects. */
const rawServer = (say: (socket: Socket) => void): Promise<number> => servers.listening(createServer(say));

const unknownHost = (_host: string, _options: unknown, done: (error: Error, address: string, family: number) => void): void => done(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), '', 4);
const localHost = (_host: string, options: { readonly all?: boolean | undefined }, done: (error: null, address: string | { address: string; family: number }[], family?: number) => void): void =>
  options.all === true ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);

let now = happened;
function sendersWith(timeouts = { connectMs: 3_000, mailMs: 5_000 }): ReturnType<typeof openSenders> {
  return openSenders({ now: () => now, notices: { upsert: () => {} }, timeouts, authorities: [authority.cert], lookup: (host, options, done) => (host === 'mail.example' || host === 'other.example' ? localHost(host, options, done) : unknownHost(host, options, done)) });
}

type Wish = { readonly [name: string]: unknown; readonly secret?: string | null; readonly contents?: readonly MessageContent[]; readonly timeouts?: { readonly connectMs: number; readonly mailMs: number } };

const mailOf = (port: number, { secret = null, contents, timeouts: _timeouts, ...change }: Wish = {}): ReturnType<typeof deliveryOf> =>
  deliveryOf({ kind: 'email', host: '127.0.0.1', port, security: 'none', from: 'noc@bank.example', to: ['duty@bank.example'], ...change }, secret, contents);

const never = new AbortController().signal;
const send = (port: number, wish: Wish = {}): Promise<Sent> => sendersWith(wish.timeouts).send(mailOf(port, wish), never);
/** Kind and sentence, ports taken out. */
const told = async (port: number, wish: Wish = {}): Promise<string> => {
  const result = await send(port, wish);
  return `${result.kind}: ${result.kind === 'sent' ? (result.remark ?? '') : result.reason}`.replaceAll(/(?<=\.1:|example:)\d+/g, '#').trim();
};

describe('an e-mail', () => {
  test('goes in the clear, with STARTTLS and with TLS, with a login where there is a user', async () => {
    const plain = await mailServer();
    const secure = await mailServer({ secure: true });
    const login = { user: 'noc', secret: 'S3cretPw' };
    expect([
      await told(plain.port, { security: 'none' }), await told(plain.port, { security: 'starttls', ...login }), await told(secure.port, { security: 'tls', host: 'mail.example', ...login }),
      ...[...plain.taken, ...secure.taken].map(({ from, to, secure: wasSecure, user }) => ({ from, to, wasSecure, user })),
    ]).toEqual([
      'sent:', 'sent:', 'sent:',
      { from: 'noc@bank.example', to: ['duty@bank.example'], wasSecure: false, user: undefined },
      { from: 'noc@bank.example', to: ['duty@bank.example'], wasSecure: true, user: 'noc' },
      { from: 'noc@bank.example', to: ['duty@bank.example'], wasSecure: true, user: 'noc' },
    ]);
  });

  test('says what it is, in text and HTML, in the conversation of its incident, as sent by a machine', async () => {
    const { port, taken } = await mailServer();
    await send(port, { to: ['duty@bank.example', 'boss@bank.example'], contents: [messageWith({ title: 'Kvareli <3> is down\r\nBcc: x@y.example' })] });
    const text = taken[0]?.text ?? '';
    const header = (name: string): string => new RegExp(`^${name}: ((?:.|\\r\\n[ \\t])*)`, 'm').exec(text)?.[1]?.replaceAll(/\r\n\s*/g, ' ') ?? '';
    expect({
      headers: Object.fromEntries(['Subject', 'To', 'Message-ID', 'In-Reply-To', 'References', 'Auto-Submitted', 'Date', 'Bcc'].map(name => [name, header(name)])),
      text: text.includes('\r\nThe branch router does not answer.\r\n'), html: text.includes('Kvareli &lt;3&gt; is down Bcc: x@y.example'),
    }).toEqual({
      headers: {
        'Subject': 'PROBLEM critical: Kvareli <3> is down Bcc: x@y.example', 'To': 'duty@bank.example, boss@bank.example', 'Message-ID': '<d0d0a1de-0000-4000-8000-000000000009@bank.example>',
        'In-Reply-To': `<incident-${incidentId}@bank.example>`, 'References': `<incident-${incidentId}@bank.example>`, 'Auto-Submitted': 'auto-generated', 'Date': 'Thu, 05 Mar 2026 10:00:00 +0000', 'Bcc': '',
      },
      text: true, html: true,
    });
  });
});

describe('a mail server that cannot be trusted', () => {
  const day = 86_400_000;
  const cases: readonly (readonly [string, TestCertificate, string])[] = [
    ['signed by itself', certificateFor({ name: 'mail', hosts: ['mail.example'] }), 'is signed by itself, not by an authority; add it to those that this computer trusts, or name its file in NODE_EXTRA_CA_CERTS.'],
    ['signed by nobody known', certificateFor({ name: 'mail', hosts: ['mail.example'], by: certificateFor({ name: 'Unheard of', authority: true }) }), 'is not signed by an authority that this computer knows; add that authority to those that this computer trusts, or name its file in NODE_EXTRA_CA_CERTS.'],
    ['for another name', certificateFor({ name: 'mail', hosts: ['else.example'], by: authority }), 'is for another name.'],
    ['expired', certificateFor({ name: 'mail', hosts: ['mail.example'], by: authority, from: new Date(Date.now() - 9 * day), to: new Date(Date.now() - day) }), 'has expired.'],
    ['of tomorrow', certificateFor({ name: 'mail', hosts: ['mail.example'], by: authority, from: new Date(Date.now() + day) }), 'is not valid yet; check the clock of this computer.'],
  ];
  test.each(cases)('because its certificate is %s gets nothing', async (_, { cert, key }, words) => {
    const upgraded = await mailServer({ cert, key });
    const secure = await mailServer({ secure: true, cert, key });
    const sentence = `retry: The mail server mail.example:# is not to be trusted: its certificate ${words}`;
    const wish = { host: 'mail.example', user: 'noc', secret: 'S3cretPw' };
    expect([await told(upgraded.port, { ...wish, security: 'starttls' }), await told(secure.port, { ...wish, security: 'tls' }), upgraded.taken, secure.taken]).toEqual([sentence, sentence, [], []]);
  });

  test('because it offers no STARTTLS, or speaks no TLS, gets nothing', async () => {
    const { port, taken } = await mailServer({ disabledCommands: ['STARTTLS'] });
    const plain = await rawServer(socket => socket.write('220 hello\r\n'));
    expect([(await told(port, { security: 'starttls' })).slice(0, 93), await told(plain, { security: 'tls' }), taken]).toEqual([
      'refused: The mail server 127.0.0.1:# offers no STARTTLS, and nothing is sent in the clear: "50'.slice(0, 93),
      'refused: The mail server 127.0.0.1:# answers, but not in TLS; choose STARTTLS, or the port that speaks TLS from the first byte (465).',
      [],
    ]);
  });
});

describe('what a mail server answers', () => {
  const server = 'The mail server 127.0.0.1:#';
  test('to a wrong password: refused, and the password is not told', async () => {
    const { port } = await mailServer();
    expect(await told(port, { user: 'noc', secret: 'Wr0ngSecret' , security: 'starttls' })).toBe(`refused: ${server} refuses the user name or the password (535).`);
  });

  const answers: readonly (readonly [string, SMTPServerOptions, string])[] = [
    ['an unknown mailbox', { onRcptTo: (_address, _session, done) => done(failure(550, 'No such user here')) }, `refused: ${server} refuses the recipient duty@bank.example: "550 No such user here".`],
    ['greylisting', { onRcptTo: (_address, _session, done) => done(failure(451, '4.7.1 Greylisted')) }, `retry: ${server} asks to come back later for the recipient duty@bank.example: "451 4.7.1 Greylisted".`],
    ['a sender it does not want', { onMailFrom: (_address, _session, done) => done(failure(553, 'Not from here')) }, `refused: ${server} refuses the sender: "553 Not from here".`],
    ['no relaying without a login', { onMailFrom: (_address, _session, done) => done(failure(530, 'Authentication required')) }, `refused: ${server} wants a login or an encrypted connection first: "530 Authentication required".`],
    ['too many connections', { onConnect: (_session, done) => done(failure(421, 'Too busy')) }, `retry: ${server} asks to come back later: "421 Too busy".`],
    ['a stranger it does not want', { onConnect: (_session, done) => done(failure(554, 'Go away')) }, `refused: ${server} refuses the message: "554 Go away".`],
    ['spam', { onData: (stream, _session, done) => void stream.resume().on('end', () => done(failure(554, 'Looks like spam'))) }, `refused: ${server} refuses the message: "554 Looks like spam".`],
    ['a full disk', { onData: (stream, _session, done) => void stream.resume().on('end', () => done(failure(452, 'Insufficient storage'))) }, `retry: ${server} asks to come back later: "452 Insufficient storage".`],
  ];
  test.each(answers)('that is %s', async (_, options, sentence) => {
    const { port } = await mailServer(options);
    expect(await told(port)).toBe(sentence);
  });
});

describe('a mail server that', () => {
  const server = 'The mail server 127.0.0.1:#';
  test('is not there, or has a name that nobody knows', async () => {
    const port = await rawServer(() => {});
    await servers.end();
    expect([await told(port), await told(port, { host: 'nowhere.example' })]).toEqual([`retry: ${server} refused the connection.`, 'retry: The mail server nowhere.example:# cannot be found: its name is unknown.']);
  });

  test('takes a connection and never speaks', async () => {
    const port = await rawServer(() => {});
    expect([await told(port, { timeouts: { connectMs: 100, mailMs: 3_000 } }), await told(port, { security: 'tls', timeouts: { connectMs: 100, mailMs: 3_000 } })])
      .toEqual(Array.from({ length: 2 }, () => `retry: ${server} took a connection, but was not ready within 0.1 s.`));
  });

  test('greets and never answers', async () => {
    const port = await rawServer(socket => socket.write('220 hello\r\n'));
    expect(await told(port, { timeouts: { connectMs: 2_000, mailMs: 100 } })).toMatch(/^retry: The mail server 127.0.0.1:# (did not take the message within 0.1 s|took a connection, but does not answer)\.$/);
  });

  test('drops the connection within the message', async () => {
    const answers = ['250 hello', '250 sender', '250 mailbox', '354 go on'];
    const port = await rawServer(socket => {
      socket.write('220 hello\r\n');
      socket.on('data', () => {
        const answer = answers.shift();
        if (answer === undefined) socket.destroy();
        else socket.write(`${answer}\r\n`);
      });
    });
    expect(await told(port)).toBe(`retry: ${server} broke off the connection.`);
  });

  test('is no mail server', async () => {
    const web = await rawServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const endless = await rawServer(socket => socket.write(`220-${'x'.repeat(2_000_000)}`));
    expect([await told(web), (await told(endless, { timeouts: { connectMs: 1_000, mailMs: 2_000 } })).slice(0, 6)]).toEqual([`retry: ${server} answers, but not as a mail server does.`, 'retry:']);
  });

  test('is slow is left when sending is stopped or the senders are closed', async () => {
    const stopping = new AbortController();
    const senders = sendersWith();
    let connections = 0;
    const port = await rawServer(() => {
      connections += 1;
      if (connections === 1) stopping.abort();
      else senders.close();
    });
    const first = await sendersWith().send(mailOf(port), stopping.signal);
    expect([first, await senders.send(mailOf(port), never), await senders.send(mailOf(port), never)]).toEqual(Array.from({ length: 3 }, () => ({ kind: 'retry', reason: 'Sending was stopped.', afterMs: null })));
  });
});

describe('several mailboxes', () => {
  const to = ['Duty@Bank.example', 'grey@bank.example', 'gone@bank.example'];
  const greyUntil = (attempts: number): SMTPServerOptions => {
    let greyed = 0;
    return { onRcptTo: ({ address }, _session, done) => done(address.startsWith('gone') ? failure(550, 'No such user') : address.startsWith('grey') && greyed++ < attempts ? failure(451, 'Greylisted') : null) };
  };

  test('get it once each, also where one is not ready and one does not exist', async () => {
    const { port, taken } = await mailServer(greyUntil(1));
    const senders = sendersWith();
    const results = [await senders.send(mailOf(port, { to }), never), await senders.send(mailOf(port, { to }), never)];
    expect([results.map(({ kind }) => kind), taken.map(each => each.to), new Set(taken.map(({ text }) => /^To: .*/m.exec(text)?.[0])).size]).toEqual([['retry', 'sent'], [['Duty@bank.example'], ['grey@bank.example']], 1]);
  });

  test('do not wait for ever for one that is never ready: sent, with a remark', async () => {
    const { port, taken } = await mailServer(greyUntil(99));
    const senders = sendersWith();
    const first = await senders.send(mailOf(port, { to }), never);
    now += 16 * 60_000;
    const last = await senders.send(mailOf(port, { to }), never);
    now = happened;
    expect([first.kind, last.kind === 'sent' ? last.remark?.replace(String(port), '#') : last, taken.length]).toEqual(['retry', 'The mail server 127.0.0.1:# asks to come back later for the recipient grey@bank.example: "451 Greylisted".', 1]);
  });

  test('of which one does not exist: sent, with a remark', async () => {
    const { port } = await mailServer(greyUntil(0));
    expect(await told(port, { to })).toBe('sent: The mail server 127.0.0.1:# refuses the recipient gone@bank.example: "550 No such user".');
  });
});
