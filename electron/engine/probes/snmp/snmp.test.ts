/** The SNMP prober against agents of our own that answer, lie and stay silent, and against a real snmpd. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { SnmpOutcome, SnmpProber } from '../probe.ts';
import { CheckInput, type CheckOf } from '../../../../shared/model/check.ts';
import { readableText } from './readable-text.ts';
import { openSnmpProber } from './snmp.ts';
import { judgeValue, snmpProbe, type SnmpValueOutcome, type SnmpValueReader } from './snmp-value.ts';

// ---- Agents of our own ----

type Agent = { readonly address: string; readonly port: number };
type Answerer = (request: Buffer, sender: RemoteInfo, agent: Socket) => void;

const agents: Socket[] = [];
let prober: SnmpProber & SnmpValueReader;
beforeAll(async () => {
  prober = await openSnmpProber();
});
afterAll(() => prober.close());
afterEach(async () => {
  await Promise.all(agents.splice(0).map(agent => new Promise<void>(resolve => void agent.close(resolve))));
});

async function socketAt(address: string): Promise<Socket> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  agents.push(socket);
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}

async function agent(address: string, onRequest: Answerer): Promise<Agent> {
  const socket = await socketAt(address);
  socket.on('message', (request, sender) => onRequest(request, sender, socket));
  return { address, port: socket.address().port };
}

const ask = (to: Agent, timeoutMs = 600, community = 'made-up'): Promise<SnmpOutcome> => prober.readSystem({ ...to, community, timeoutMs });

// ---- Just enough BER to answer with ----

const tlv = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
};
const integer = (value: number): Buffer => tlv(0x02, Buffer.from([value]));
const systemOid = (object: number): Buffer => tlv(0x06, Buffer.from([0x2b, 6, 1, 2, 1, 1, object, 0]));
const octets = (text: string, encoding: BufferEncoding = 'utf8'): Buffer => tlv(0x04, Buffer.from(text, encoding));
const cisco = tlv(0x06, Buffer.from('2b0601040109017a', 'hex'));
/** 90,061.23 s: 1 d 1 h 1 min 1.23 s. */
const ticks = tlv(0x43, Buffer.from([0x00, 0x89, 0x6c, 0x2b]));
const noSuchObject = Buffer.from([0x80, 0]);

type Reply = { readonly descr?: Buffer; readonly objectId?: Buffer; readonly upTime?: Buffer; readonly name?: Buffer; readonly community?: string; readonly errorStatus?: number; readonly oidOffset?: number };

/** A GetResponse to `request` with the request's id. */
function replyTo(request: Buffer, reply: Reply = {}): Buffer {
  const idAt = request.indexOf(0xa0, 7) + 2;
  const id = request.subarray(idAt, idAt + 2 + (request[idAt + 1] ?? 0));
  const off = reply.oidOffset ?? 0;
  const varbinds: readonly (readonly [number, Buffer])[] = [[1, reply.descr ?? octets('Made-up router')], [2, reply.objectId ?? cisco], [3, reply.upTime ?? ticks], [5, reply.name ?? octets('branch-7-router')]];
  const list = tlv(0x30, ...varbinds.map(([object, value]) => tlv(0x30, systemOid(object + off), value)));
  return tlv(0x30, integer(1), octets(reply.community ?? 'made-up'), tlv(0xa2, id, integer(reply.errorStatus ?? 0), integer(0), list));
}

const answering = (reply?: Reply): Answerer => (request, sender, socket) => socket.send(replyTo(request, reply), sender.port, sender.address);

const whole = { kind: 'answer', sysName: 'branch-7-router', sysDescr: 'Made-up router', sysObjectId: '1.3.6.1.4.1.9.1.122', sysUpTimeMs: 90_061_230 } as const;

describe('what a host answers', () => {
  test('the system group is read over IPv4 and IPv6', async () => {
    expect([await ask(await agent('127.0.0.31', answering())), await ask(await agent('::1', answering()))]).toEqual([whole, whole]);
  });

  test('many hosts are asked at once over the shared sockets', async () => {
    const targets = await Promise.all(Array.from({ length: 200 }, (_, i) => agent(`127.31.0.${i + 1}`, answering({ name: octets(`device-${i}`) }))));
    const outcomes = await Promise.all(targets.map(target => ask(target, 3_000)));
    expect(outcomes.map(outcome => outcome.kind === 'answer' && outcome.sysName)).toEqual(targets.map((_, i) => `device-${i}`));
  });

  test('two questions to one host at the same time both get their answer', async () => {
    const target = await agent('127.0.0.32', answering());
    expect(await Promise.all([ask(target), ask(target)])).toEqual([whole, whole]);
  });

  test('objects that the agent lacks, or has in a type of its own, are null', async () => {
    const target = await agent('127.0.0.33', answering({ descr: noSuchObject, objectId: noSuchObject, upTime: octets('soon'), name: integer(7) }));
    expect(await ask(target)).toEqual({ kind: 'answer', sysName: null, sysDescr: null, sysObjectId: null, sysUpTimeMs: null });
  });

  test('text that is not UTF-8 is read as Latin-1, and controls do not reach the screen', async () => {
    const target = await agent('127.0.0.34', answering({ name: octets('caf\xe9-1\0\0', 'latin1'), descr: octets('Router\r\nBuild 7\u202e\u001b[31m') }));
    expect(await ask(target)).toMatchObject({ sysName: 'café-1', sysDescr: 'Router Build 7 [31m' });
  });

  test('an answer to the first attempt counts while the second is under way', async () => {
    let asked = 0;
    const target = await agent('127.0.0.35', (request, sender, socket) => {
      // The second attempt comes from another port; the late answer still goes to the first.
      const first = asked++ === 0 ? sender : null;
      if (first) setTimeout(() => socket.send(replyTo(request), first.port, first.address), 400);
    });
    expect([await ask(target, 600), asked]).toEqual([whole, 2]);
  });
});

describe('what is not an answer', () => {
  test('silence is no answer, within its time', async () => {
    expect(await ask(await agent('127.0.0.41', () => {}), 300)).toEqual({ kind: 'no-answer' });
  });

  test('a closed port is a refusal, over IPv4 and IPv6', async () => {
    const closed = await Promise.all(['127.0.0.42', '::1'].map(async address => {
      const socket = await socketAt(address);
      return { address, port: socket.address().port };
    }));
    await Promise.all(agents.splice(0).map(socket => new Promise<void>(resolve => void socket.close(resolve))));
    expect(await Promise.all(closed.map(target => ask(target, 400)))).toEqual([{ kind: 'refused' }, { kind: 'refused' }]);
  });

  test.for([
    ['five bytes of nonsense', () => Buffer.from('3005deadbe', 'hex')],
    ['nothing at all', () => Buffer.alloc(0)],
    ['a reply cut short', (request: Buffer) => replyTo(request).subarray(0, 40)],
    ['another community', (request: Buffer) => replyTo(request, { community: 'other' })],
    ['an error of the agent', (request: Buffer) => replyTo(request, { errorStatus: 5 })],
    ['other objects than asked for', (request: Buffer) => replyTo(request, { oidOffset: 1 })],
    ['SNMP version 3', (request: Buffer) => tlv(0x30, integer(3), replyTo(request))],
  ] as const)('%s is a bad answer, and the next question works', async ([, malform]) => {
    let broken = true;
    const target = await agent('127.0.0.43', (request, sender, socket) => socket.send(broken ? malform(request) : replyTo(request), sender.port, sender.address));
    const outcome = await ask(target);
    broken = false;
    expect([outcome.kind, outcome.kind === 'bad-answer' && outcome.reason.length > 10, await ask(target)]).toEqual(['bad-answer', true, whole]);
  });

  test('no bytes whatever end the process or leave a question open', async () => {
    let noise = Buffer.alloc(0);
    const target = await agent('127.0.0.44', (request, sender, socket) => {
      // Half of the time a good reply with a stretch of it overwritten: that reaches deeper than pure noise.
      const reply = noise.length % 2 === 0 ? replyTo(request) : noise;
      if (reply !== noise) noise.copy(reply, noise.length % Math.max(1, reply.length - noise.length));
      socket.send(reply, sender.port, sender.address);
    });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async bytes => {
        noise = Buffer.from(bytes);
        expect(['answer', 'bad-answer', 'no-answer']).toContain((await ask(target, 20)).kind);
      }),
      { numRuns: 200 },
    );
  }, 30_000);

  test('an answer from another address, or another port, is ignored', async () => {
    const liar = await socketAt('127.0.0.46');
    const otherPort = await socketAt('127.0.0.45');
    const target = await agent('127.0.0.45', (request, sender) => {
      liar.send(replyTo(request, { name: octets('liar') }), sender.port, sender.address);
      otherPort.send(replyTo(request, { name: octets('liar') }), sender.port, sender.address);
    });
    expect(await ask(target, 300)).toEqual({ kind: 'no-answer' });
  });

  test('an answer that comes after the time is up harms nobody', async () => {
    const late: (() => void)[] = [];
    let inTime = false;
    const target = await agent('127.0.0.47', (request, sender, socket) => {
      if (inTime) socket.send(replyTo(request), sender.port, sender.address);
      else late.push(() => socket.send(replyTo(request, { name: octets('late') }), sender.port, sender.address));
    });
    const first = await ask(target, 200);
    inTime = true;
    const second = ask(target);
    for (const send of late) send();
    expect([first, late.length, await second]).toEqual([{ kind: 'no-answer' }, 2, whole]);
  });

  test('what is not an address fails and says so', async () => {
    expect(await ask({ address: 'core-1', port: 161 })).toEqual({ kind: 'failed', reason: '"core-1" is not an IP address.' });
  });
});

describe('one value', () => {
  /** A GetResponse with one value, whatever was asked for. */
  const saying = (value: Buffer): Answerer => (request, sender, socket) => {
    const idAt = request.indexOf(0xa0, 7) + 2;
    const id = request.subarray(idAt, idAt + 2 + (request[idAt + 1] ?? 0));
    const list = tlv(0x30, tlv(0x30, systemOid(3), value));
    socket.send(tlv(0x30, integer(1), octets('made-up'), tlv(0xa2, id, integer(0), integer(0), list)), sender.port, sender.address);
  };
  const upTime = '1.3.6.1.2.1.1.3.0';
  const read = async (value: Buffer): Promise<SnmpValueOutcome> => prober.readValue({ ...(await agent('127.0.0.46', saying(value))), community: 'made-up', timeoutMs: 600 }, upTime);

  test.for<[string, Buffer, SnmpValueOutcome]>([
    ['an integer', integer(7), { kind: 'value', value: 7 }],
    ['a negative integer', tlv(0x02, Buffer.from([0xff])), { kind: 'value', value: -1 }],
    ['a counter of 32 bits', tlv(0x41, Buffer.from([0, 0xff, 0xff, 0xff, 0xff])), { kind: 'value', value: 4_294_967_295 }],
    ['a counter of 64 bits', tlv(0x46, Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])), { kind: 'value', value: 18_446_744_073_709_551_615n }],
    ['time ticks', ticks, { kind: 'value', value: 9_006_123 }],
    ['text', octets('caf\u00e9 1\0'), { kind: 'value', value: 'caf\u00e9 1' }],
    ['no text at all', octets(''), { kind: 'value', value: '' }],
    ['bytes that are no text', tlv(0x04, Buffer.from('001b21aabbcc', 'hex')), { kind: 'value', value: '0x001b21aabbcc' }],
    ['an OID', cisco, { kind: 'value', value: '1.3.6.1.4.1.9.1.122' }],
    ['an IP address', tlv(0x40, Buffer.from([192, 0, 2, 5])), { kind: 'value', value: '192.0.2.5' }],
    ['a wrapped floating-point number', tlv(0x44, Buffer.from('9f78043f19999a', 'hex')), { kind: 'value', value: 0.6 }],
    ['no such object', noSuchObject, { kind: 'absent' }],
    ['no such instance', Buffer.from([0x81, 0]), { kind: 'absent' }],
    ['nothing', Buffer.from([5, 0]), { kind: 'bad-answer', reason: 'The value has a type that cannot be compared (5).' }],
  ])('%s', async ([, value, outcome]) => expect(await read(value)).toEqual(outcome));

  test('silence, a closed port and noise are told apart', async () => {
    const silent = await agent('127.0.0.47', () => {});
    const noisy = await agent('127.0.0.47', (_request, sender, socket) => socket.send('noise', sender.port, sender.address));
    const closed = await socketAt('127.0.0.47');
    const port = closed.address().port;
    agents.splice(agents.indexOf(closed), 1);
    await new Promise<void>(resolve => void closed.close(resolve));
    const check = CheckInput.parse({ kind: 'snmp', oid: `.${upTime}` }) as CheckOf<'snmp'>; // As its kind says.
    const asking = (to: Agent, community: string | null): Promise<{ kind: string; message: string }> => snmpProbe(prober)(check, { address: to.address, host: to.address, community, snmpPort: to.port }, { timeoutMs: 400, signal: new AbortController().signal });
    const outcomes = await Promise.all([asking(silent, 'made-up'), asking({ ...silent, port }, 'made-up'), asking(noisy, 'made-up'), asking(silent, null), asking({ address: '255.255.255.255', port: 161 }, 'made-up')]);
    expect(outcomes.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
      'failed: No SNMP answer: the community may be wrong, or SNMP is blocked for this computer.',
      'failed: The device refuses SNMP: nothing listens on that port.',
      expect.stringMatching(/^failed: The SNMP answer could not be read: The answer is not a valid SNMP reply: .*[^.]\.$/),
      'unknown: This device has no SNMP community that can be used; enter one.',
      expect.stringMatching(/^unknown: SNMP could not be asked: This computer (does not permit sending to that address|has no route to that network)[^.]*\.$/),
    ]);
  });

  test.for<[bigint | number | string, CheckOf<'snmp'>['compare'], string | null, string]>([
    [7, 'present', null, 'ok: The value is 7.'],
    [7, '=', '7.0', 'ok: The value is 7.'],
    [7, '>', '10', 'failed: The value is 7, not more than 10.'],
    [7, '<', '10', 'ok: The value is 7.'],
    [7, '>=', '7', 'ok: The value is 7.'],
    [7, '<=', '6.9', 'failed: The value is 7, not at most 6.9.'],
    [7, '!=', '7', 'failed: The value is 7, not other than 7.'],
    [18_446_744_073_709_551_615n, '>', '18446744073709551614', 'ok: The value is 18446744073709551615.'],
    [18_446_744_073_709_551_615n, '=', '18446744073709551614', 'failed: The value is 18446744073709551615, not equal to 18446744073709551614.'],
    ['23.5', '<', '100', 'ok: The value is "23.5".'],
    ['on battery', '=', 'on battery', 'ok: The value is "on battery".'],
    ['on battery', '=', 'on line', 'failed: The value is "on battery", not equal to "on line".'],
    ['on battery', '!=', 'on battery', 'failed: The value is "on battery", not other than "on battery".'],
    ['on battery', 'contains', 'line', 'failed: The value is "on battery", which does not contain "line".'],
    ['on battery', '<', '5', 'failed: The value is "on battery", which cannot be compared as a number with "5".'],
    ['a\u001b[31m\u202eb', 'present', null, 'ok: The value is "a [31mb".'],
  ])('%s %s %s', ([value, compare, wanted, sentence]) => {
    const { kind, message } = judgeValue({ compare, value: wanted }, value);
    expect(`${kind}: ${message}`).toBe(sentence);
  });

  test.for<[string, Buffer, number | undefined]>([
    ['a number', integer(7), 7],
    ['a number as text', octets('23.5'), 23.5],
    ['a counter of 64 bits', tlv(0x46, Buffer.from([0, 0x80, 0, 0, 0, 0, 0, 0, 0])), 2 ** 63],
    ['text', octets('on battery'), undefined],
    ['no such object', noSuchObject, undefined],
  ])('%s is measured as a number where it is one', async ([, value, number]) => {
    const check = CheckInput.parse({ kind: 'snmp', oid: upTime, compare: '<', value: '1' }) as CheckOf<'snmp'>; // As its kind says.
    const { address, port } = await agent('127.0.0.46', saying(value));
    const outcome = await snmpProbe(prober)(check, { address, host: address, community: 'made-up', snmpPort: port }, { timeoutMs: 400, signal: new AbortController().signal });
    expect([outcome.kind, outcome.value]).toEqual(['failed', number]);
  });
});

test.skipIf(!existsSync('/proc/self/fd'))('a thousand silent hosts leave no socket behind', async () => {
  const own = await openSnmpProber();
  const silent = await socketAt('127.0.0.49');
  const { port } = silent.address();
  const open = (): number => readdirSync('/proc/self/fd').length;
  const before = open();
  const outcomes = await Promise.all(Array.from({ length: 1_000 }, () => own.readSystem({ address: '127.0.0.49', port, community: 'made-up', timeoutMs: 200 })));
  // Sockets are closed at the end of the turn in which they were told to.
  await new Promise(resolve => setImmediate(resolve));
  expect([outcomes.every(outcome => outcome.kind === 'no-answer'), open()]).toEqual([true, before]);
  await own.close();
});

test('a closed prober fails what is under way and what comes after', async () => {
  const own = await openSnmpProber();
  const target = await agent('127.0.0.48', () => {});
  const question = { ...target, community: 'made-up', timeoutMs: 5_000 };
  const underWay = own.readSystem(question);
  await own.close();
  await own.close();
  const closed = { kind: 'failed', reason: 'The SNMP prober was closed.' };
  expect([await underWay, await own.readSystem(question)]).toEqual([closed, closed]);
});

test('text of any bytes is short and free of controls', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3_000 }), bytes => {
      const text = readableText(Buffer.from(bytes));
      if (text !== null) expect(text.length > 0 && text.length <= 1_024 && !/\p{Cc}/u.test(text)).toBe(true);
    }),
  );
});

// ---- The agent that real hosts run ----

const snmpd = '/usr/sbin/snmpd';

describe.skipIf(!existsSync(snmpd) && process.env['CI'] !== 'true')('a real snmpd (Debian package snmpd)', () => {
  let folder: string;
  let daemon: ChildProcess;
  let target: Agent;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ward-snmpd-'));
    const socket = await socketAt('127.0.0.1');
    target = { address: '127.0.0.1', port: socket.address().port };
    await Promise.all(agents.splice(0).map(each => new Promise<void>(resolve => void each.close(resolve))));
    writeFileSync(join(folder, 'snmpd.conf'), 'rocommunity made-up 127.0.0.1\nsysName branch-9-router\nsysDescr A made-up router\nsysObjectID 1.3.6.1.4.1.99999.7\n');
    daemon = spawn(snmpd, ['-f', '-Lo', '-C', '-c', join(folder, 'snmpd.conf'), '-p', join(folder, 'pid'), `udp:127.0.0.1:${target.port}`], { stdio: 'ignore', env: { ...process.env, SNMP_PERSISTENT_DIR: folder } });
    await once(daemon, 'spawn');
    for (let i = 0; i < 50 && (await ask(target, 200)).kind !== 'answer'; i++);
  });
  afterAll(async () => {
    const ended = once(daemon, 'exit');
    daemon.kill();
    await ended;
    rmSync(folder, { recursive: true });
  });

  test('its system group is read', async () => {
    const outcome = await ask(target, 2_000);
    expect(outcome).toMatchObject({ kind: 'answer', sysName: 'branch-9-router', sysDescr: 'A made-up router', sysObjectId: '1.3.6.1.4.1.99999.7' });
    expect(outcome.kind === 'answer' && outcome.sysUpTimeMs !== null && outcome.sysUpTimeMs < 60_000).toBe(true);
  });

  test('one of its values is read', async () => {
    expect(await prober.readValue({ ...target, community: 'made-up', timeoutMs: 2_000 }, '1.3.6.1.2.1.1.5.0')).toEqual({ kind: 'value', value: 'branch-9-router' });
    expect(await prober.readValue({ ...target, community: 'made-up', timeoutMs: 2_000 }, '1.3.6.1.2.1.1.99.0')).toEqual({ kind: 'absent' });
  });

  test('a wrong community gets no answer', async () => {
    expect(await ask(target, 400, 'wrong')).toEqual({ kind: 'no-answer' });
  });
});
