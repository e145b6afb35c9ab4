/** The DNS check against a name server of our own. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIP } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CheckGiven, CheckInput, type CheckOf } from '../../../../shared/model/check.ts';
import type { CheckOutcome } from './check.ts';
import { dnsServer, wire, type Behaviour, type TestDnsServer } from './dns-server-for-tests.ts';
import { dnsProbe } from './dns.ts';

let server: TestDnsServer;
beforeAll(async () => {
  server = await dnsServer({});
});
beforeEach(() => server.table.clear());
afterAll(() => server.close());

const probe = dnsProbe({ names: { lookUp: host => Promise.resolve(isIP(host) !== 0 ? { kind: 'address', address: host } : host === 'dns.example' ? { kind: 'address', address: '127.0.0.1' } : { kind: 'failed', reason: `The name "${host}" could not be resolved (no such name).` }) } });

type Settings = Partial<Omit<CheckOf<'dns'>, 'kind'>>;
function ask(settings: Settings, timeoutMs = 2_000, signal = new AbortController().signal): Promise<CheckOutcome> {
  const check = CheckInput.parse({ kind: 'dns', server: `127.0.0.1:${server.port}`, query: 'atm1.example', ...settings }) as CheckOf<'dns'>; // As its kind says.
  return probe(check, { address: '127.0.0.1', host: '127.0.0.1', community: null, snmpPort: 161 }, { timeoutMs, signal });
}
const told = async (...args: Parameters<typeof ask>): Promise<string> => {
  const { kind, message } = await ask(...args);
  return `${kind}: ${message.replace(/in \d+ ms/, 'in # ms').replace(/port \d+/, 'port #')}`;
};

const records = (type: 'A' | 'NS' | 'CNAME' | 'SOA' | 'PTR' | 'MX' | 'TXT' | 'AAAA' | 'SRV', ...data: Buffer[]): Behaviour => data.map(each => ({ type, data: each }));

describe('answers', () => {
  const six = Buffer.from('20010db8000000000000000000000005', 'hex');
  const soa = Buffer.concat([wire.name('ns1.example'), wire.name('admin.example'), ...[7, 3_600, 600, 86_400, 60].map(value => wire.number(value, 4))]);
  const srv = Buffer.concat([wire.number(10), wire.number(5), wire.number(5_060), wire.name('sip.example')]);
  const mx = Buffer.concat([wire.number(10), wire.name('mail.example')]);
  const cases: [CheckOf<'dns'>['record'], Behaviour, string, string[]][] = [
    ['A', records('A', wire.address('192.0.2.5'), wire.address('192.0.2.6')), '192.0.2.5, 192.0.2.6', ['192.0.2.5', ' 192.0.2.6 ']],
    ['AAAA', records('AAAA', six), '2001:db8::5', ['2001:db8::5', '2001:DB8:0:0::0005']],
    ['CNAME', records('CNAME', wire.name('Gate.Example')), 'Gate.Example', ['gate.example', 'GATE.example.']],
    ['NS', records('NS', wire.name('ns1.example')), 'ns1.example', ['ns1.example.']],
    ['MX', records('MX', mx), '10 mail.example', ['mail.example', 'MAIL.example.', '10 mail.example.', '10  mail.example']],
    ['SRV', records('SRV', srv), '10 5 5060 sip.example', ['sip.example', 'sip.example:5060', '10 5 5060 sip.example.']],
    ['SOA', records('SOA', soa), 'ns1.example admin.example 7 3600 600 86400 60', ['ns1.example', '7']],
    ['TXT', records('TXT', wire.text('v=spf1 ', '-all')), 'v=spf1 -all', ['v=spf1 -all', '"v=spf1 -all"']],
  ];
  test.each(cases)('%s: they are shown, and compared as they should be', async (record, behaviour, shown, expected) => {
    server.table.set('atm1.example', behaviour);
    expect(await told({ record })).toBe(`ok: ${record} of atm1.example: ${shown} (in # ms)`);
    for (const expect_ of expected) expect(await told({ record, expect: expect_ })).toBe(`ok: ${record} of atm1.example: ${expect_.trim()} (in # ms)`);
    expect(await told({ record, expect: 'other' })).toBe(`failed: The name server answers ${shown}, not other.`);
  });

  test('PTR may be asked for by the address itself', async () => {
    server.table.set('5.2.0.192.in-addr.arpa', records('PTR', wire.name('atm1.example')));
    expect([await told({ record: 'PTR', query: '192.0.2.5', expect: 'atm1.example' }), await told({ record: 'PTR', query: '5.2.0.192.in-addr.arpa' })]).toEqual(['ok: PTR of 192.0.2.5: atm1.example (in # ms)', 'ok: PTR of 5.2.0.192.in-addr.arpa: atm1.example (in # ms)']);
  });

  test('many are shortened', async () => {
    server.table.set('atm1.example', records('A', ...[1, 2, 3, 4, 5].map(last => wire.address(`192.0.2.${last}`))));
    expect(await told({})).toBe('ok: A of atm1.example: 192.0.2.1, 192.0.2.2, 192.0.2.3 and 2 more (in # ms)');
  });

  test('of a text, controls and marks of direction are not shown', async () => {
    server.table.set('atm1.example', records('TXT', wire.text('a\u202eb\u001b[31m\nc')));
    expect(await told({ record: 'TXT' })).toBe('ok: TXT of atm1.example: ab [31m c (in # ms)');
  });
});

test.each<[string, Behaviour, string]>([
  ['no such name', 3, 'The name server answers that there is no "atm1.example".'],
  ['no such record', [], 'The name server knows no A record of "atm1.example".'],
  ['a failure', 2, 'The name server answered that it failed at this question.'],
  ['a refusal', 5, 'The name server answered that it refuses the question.'],
  ['not implemented', 4, 'The name server answered that it cannot answer such a question.'],
])('%s is an answer, and a failure', async (_, behaviour, sentence) => {
  server.table.set('atm1.example', behaviour);
  expect(await told({})).toBe(`failed: ${sentence}`);
});

test('silence is told from a closed port', async () => {
  server.table.set('atm1.example', 'silent');
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>(resolve => void socket.close(() => resolve()));
  expect([await told({}, 300), await told({ server: `127.0.0.1:${port}` })]).toEqual(['failed: The name server 127.0.0.1 did not answer within 0.3 s.', 'failed: The name server 127.0.0.1 does not take questions on port #: nothing listens there.']);
});

test('a server may be named, or be of IPv6; one that is nowhere is no fault of the device', async () => {
  server.table.set('atm1.example', records('A', wire.address('192.0.2.5')));
  const six = await dnsServer(Object.fromEntries(server.table), '::1');
  const outcomes = [await told({ server: `dns.example:${server.port}` }), await told({ server: `[::1]:${six.port}` }), await told({ server: 'gone.example' }), await told({ server: 'a b' }), await told({ server: '255.255.255.255' })];
  await six.close();
  const fine = 'ok: A of atm1.example: 192.0.2.5 (in # ms)';
  expect(outcomes).toEqual([fine, fine, 'unknown: The name "gone.example" could not be resolved (no such name).', 'unknown: "a b" is not the address of a name server.', expect.stringMatching(/^unknown: This computer /)]);
});

test('what is no name at all is not asked for', async () => expect(await told({ query: 'a..b' })).toMatch(/^(unknown|failed): /));

test('a check that is stopped says so', async () => {
  server.table.set('atm1.example', 'silent');
  const stopping = new AbortController();
  const asked = ask({}, 5_000, stopping.signal);
  while (server.asked.at(-1) !== 'atm1.example A') await new Promise(resolve => setImmediate(resolve));
  stopping.abort();
  expect(await asked).toMatchObject({ kind: 'unknown', message: 'The check was stopped.' });
});

describe('while the address of its name server is looked up', () => {
  const silentNames = dnsProbe({ names: { lookUp: () => new Promise(() => {}) } });
  const check = CheckInput.parse({ kind: 'dns', server: 'ns.example', query: 'atm1.example' }) as CheckOf<'dns'>; // As its kind says.
  const target = { address: '127.0.0.1', host: '127.0.0.1', community: null, snmpPort: 161 };

  test('a check has no more time than at any other: nobody has answered, which is no fault of the device', async () =>
    expect(await silentNames(check, target, { timeoutMs: 200, signal: new AbortController().signal })).toMatchObject({ kind: 'unknown', message: 'The name "ns.example" was not resolved within 0.2 s.' }));

  test('a check can be stopped', async () => {
    const stopping = new AbortController();
    const asked = silentNames(check, target, { timeoutMs: 30_000, signal: stopping.signal });
    stopping.abort();
    expect([await asked, await silentNames(check, target, { timeoutMs: 30_000, signal: stopping.signal })]).toEqual(Array.from({ length: 2 }, () => ({ kind: 'unknown', elapsedMs: null, message: 'The check was stopped.' })));
  });
});

test('no bytes whatever end the process or leave a question open', async () => {
  let noise = Buffer.alloc(0);
  server.table.set('atm1.example', query => Buffer.concat([query.subarray(0, noise.length % 2 === 0 ? query.length : 2), noise]));
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), fc.constantFrom('A', 'TXT', 'SOA', 'MX', 'SRV'), async (bytes, record) => {
    noise = Buffer.from(bytes);
    expect(['ok', 'failed', 'unknown']).toContain((await ask({ record }, 30)).kind);
  }), { numRuns: 150 });
}, 30_000);

describe('what a user gives', () => {
  const server = 'Write the name server as an address or a name, with a port where it is not 53, as 192.0.2.5:5353.';
  const query = 'That is not a name that can be asked for; write one such as atm1.example.';
  const oid = 'Write the OID as numbers, for example 1.3.6.1.2.1.1.3.0; no part of it can be more than 4294967295.';
  const dns = { kind: 'dns', query: 'atm1.example' };
  test.each<[object, string]>([
    ...['a b c:77', '1.2.3.4:0', '1.2.3.4:65536', '1.2.3.999', 'a..b', '[2001:db8::zz]:53', '2001:db8::zz', '', ' ', 'dns.example:', 'http://dns.example'].map((given): [object, string] => [{ ...dns, server: given }, server]),
    ...['a..b', '.a', 'a b', 'a@b', 'x'.repeat(64), '192.0.2.5:53', '2001:db8::5', 'a\u0001b'].map((given): [object, string] => [{ ...dns, query: given }, query]),
    ...['1.3.6.4294967296', '1.40.1', '0.40', `1.3${'.1'.repeat(127)}`].map((given): [object, string] => [{ kind: 'snmp', oid: given }, oid]),
  ])('%j, which can never be true, is refused but read where it is stored', (given, sentence) =>
    expect([CheckGiven.safeParse(given).error?.issues.map(issue => issue.message), CheckInput.safeParse(given).success]).toEqual([[sentence], true]));

  test.each([
    ...[null, '192.0.2.5', '192.0.2.5:5353', '2001:db8::5', '[2001:db8::5]:5353', '[::1]', 'dns.example', 'dns_1.example.:53', 'localhost'].map(given => ({ ...dns, server: given })),
    ...['.', 'atm1.example.', '_sip._tcp.example', '*.example', 'მარნეული.example', '192.0.2.5', '0/25.2.0.192.in-addr.arpa'].map(given => ({ ...dns, query: given })),
    ...['192.0.2.5', '2001:db8::5'].map(given => ({ ...dns, record: 'PTR', query: given })),
    ...['.1.3.6.1.4294967295', '2.999', '1.39'].map(given => ({ kind: 'snmp', oid: given })),
  ])('%j is taken', given => expect(CheckGiven.safeParse(given).success).toBe(true));
});
