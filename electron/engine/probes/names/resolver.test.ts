import { afterEach, expect, test } from 'vitest';
import { ManualClock } from '../../clock.ts';
import { dnsServer, wire, type Behaviour, type TestDnsServer } from '../checks/dns-server-for-tests.ts';
import { nameLookup, type NameAnswer } from './name-lookup.ts';
import { NameResolver, type Resolution } from './resolver.ts';

const servers: TestDnsServer[] = [];
const resolvers: NameResolver[] = [];
afterEach(async () => {
  for (const resolver of resolvers.splice(0)) resolver.close();
  await Promise.all(servers.splice(0).map(server => server.close()));
});

async function serving(table: Record<string, Behaviour>): Promise<TestDnsServer> {
  const server = await dnsServer(table);
  servers.push(server);
  return server;
}

const a = (...addresses: string[]): Behaviour => addresses.map(address => ({ type: 'A', data: wire.address(address) }));
const loopback6 = Buffer.from([...new Uint8Array(15), 1]);
const fresh = (address: string): Resolution => ({ kind: 'address', address, stale: false, reason: null });
const given = (...addresses: [string, ...string[]]): NameAnswer => ({ kind: 'addresses', addresses, lifeMs: 60_000 });
const noSuchName: NameAnswer = { kind: 'failed', reason: 'The name "atm1.example" could not be resolved (no such name).' };

/** A resolver over answers that the test gives, one for each time it is asked. */
function scripted(...answers: NameAnswer[]): { clock: ManualClock; resolver: NameResolver; asked: string[]; told: Resolution[] } {
  const clock = new ManualClock();
  const asked: string[] = [];
  const told: Resolution[] = [];
  const resolver = new NameResolver(clock, host => {
    asked.push(host);
    return Promise.resolve(answers.shift() ?? noSuchName);
  }, (_host, resolution) => void told.push(resolution));
  resolvers.push(resolver);
  return { clock, resolver, asked, told };
}

test('an IP address stands for itself and is not looked up', () => {
  const { resolver, asked } = scripted();
  expect([resolver.resolve('192.0.2.5'), resolver.resolve('2001:db8::5'), asked]).toEqual([fresh('192.0.2.5'), fresh('2001:db8::5'), []]);
});

test('a name is pending, then its address, and everybody who waits is told', async () => {
  const { clock, resolver, told } = scripted(given('192.0.2.5'));
  const first = resolver.resolve('ATM1.example.');
  const waited = [resolver.lookUp('atm1.example'), resolver.lookUp('atm1.EXAMPLE')];
  await clock.advance(0);
  expect([first, resolver.resolve('atm1.example'), await Promise.all(waited), told]).toEqual([{ kind: 'pending' }, fresh('192.0.2.5'), [fresh('192.0.2.5'), fresh('192.0.2.5')], [fresh('192.0.2.5')]]);
});

test('while its name server fails a name keeps its last address, and says so; when it answers again it is fresh', async () => {
  const { clock, resolver, asked, told } = scripted(given('192.0.2.5'), noSuchName, noSuchName, given('192.0.2.6'));
  resolver.resolve('atm1.example');
  await clock.advance(61_000);
  const stale: Resolution = { kind: 'address', address: '192.0.2.5', stale: true, reason: noSuchName.kind === 'failed' ? noSuchName.reason : '' };
  expect(resolver.resolve('atm1.example')).toEqual(stale);
  await clock.advance(31_000);
  expect([asked.length, told]).toEqual([4, [fresh('192.0.2.5'), stale, fresh('192.0.2.6')]]);
});

test('a name that stands for nothing is asked again after 10, 20, 30 and 30 s', async () => {
  const { clock, resolver, asked } = scripted();
  resolver.resolve('atm1.example');
  const counts: number[] = [];
  for (const ms of [9_000, 2_000, 18_000, 3_000, 27_000, 3_000, 30_000]) {
    await clock.advance(ms);
    counts.push(asked.length);
  }
  expect([counts, resolver.resolve('atm1.example')]).toEqual([[1, 2, 2, 3, 3, 4, 5], noSuchName]);
});

test('a change of the network has what failed asked at once', async () => {
  const { clock, resolver } = scripted(noSuchName, given('192.0.2.5'));
  resolver.resolve('atm1.example');
  await clock.advance(0);
  resolver.lookAgain();
  await clock.advance(0);
  expect(resolver.resolve('atm1.example')).toEqual(fresh('192.0.2.5'));
});

test('an address stays while it is among the answers, whatever their order', async () => {
  const { clock, resolver, told } = scripted(given('192.0.2.5', '192.0.2.6'), given('192.0.2.6', '192.0.2.5'), given('192.0.2.6', '192.0.2.7'));
  resolver.resolve('atm1.example');
  await clock.advance(121_000);
  await clock.advance(1_000);
  expect(told).toEqual([fresh('192.0.2.5'), fresh('192.0.2.6')]);
});

test('at most 16 names are looked up at a time, and all in the end', async () => {
  const clock = new ManualClock();
  const open: (() => void)[] = [];
  let most = 0;
  const resolver = new NameResolver(clock, () => new Promise(resolve => {
    most = Math.max(most, open.push(() => resolve(given('192.0.2.5'))));
  }));
  resolvers.push(resolver);
  for (let i = 0; i < 100; i++) resolver.resolve(`atm${i}.example`);
  for (let round = 0; round < 20; round++) {
    for (const settle of open.splice(0)) settle();
    await clock.advance(0);
  }
  expect([most, resolver.resolve('atm0.example'), resolver.resolve('atm99.example')]).toEqual([16, fresh('192.0.2.5'), fresh('192.0.2.5')]);
});

test('a lookup that never ends lets nobody wait for ever, and closing ends all waiting', async () => {
  const clock = new ManualClock();
  const resolver = new NameResolver(clock, () => new Promise(() => {}));
  const waited = resolver.lookUp('atm1.example');
  await clock.advance(15_000);
  const other = resolver.lookUp('atm2.example');
  resolver.close();
  expect([await waited, await other]).toEqual([{ kind: 'failed', reason: 'The name "atm1.example" is still being resolved.' }, { kind: 'failed', reason: 'The name "atm2.example" is still being resolved.' }]);
});

test('a name that nobody asks for any more is forgotten', async () => {
  const { clock, resolver, asked } = scripted(...Array.from({ length: 400 }, () => given('192.0.2.5')));
  resolver.resolve('atm1.example');
  await clock.advance(2 * 3_600_000 + 400_000);
  const before = asked.length;
  await clock.advance(3_600_000);
  expect([asked.length - before, resolver.resolve('atm1.example')]).toEqual([0, { kind: 'pending' }]);
}, 60_000);

test.each<[string, Record<string, Behaviour>, NameAnswer]>([
  ['IPv4 is preferred', { 'x.invalid A': a('192.0.2.5'), 'x.invalid AAAA': [{ type: 'AAAA', data: loopback6 }] }, given('192.0.2.5')],
  ['IPv6 is taken where there is no other', { 'x.invalid AAAA': [{ type: 'AAAA', data: loopback6 }], 'x.invalid': [] }, given('::1')],
  ['an alias is followed', { 'x.invalid A': [{ type: 'CNAME', data: wire.name('y.invalid') }, { type: 'A', data: wire.address('192.0.2.5'), owner: 'y.invalid' }] }, given('192.0.2.5')],
  ['no such name', {}, { kind: 'failed', reason: 'The name "x.invalid" could not be resolved (no such name).' }],
  ['a name without an address', { 'x.invalid': [] }, { kind: 'failed', reason: 'The name "x.invalid" could not be resolved (it has no address).' }],
  ['a name server that failed', { 'x.invalid': 2 }, { kind: 'failed', reason: 'The name "x.invalid" could not be resolved (the name server failed).' }],
  ['a name server that refuses', { 'x.invalid': 5 }, { kind: 'failed', reason: 'The name "x.invalid" could not be resolved (the name server refuses to say).' }],
  ['a name server that is silent', { 'x.invalid': 'silent' }, { kind: 'failed', reason: 'The name "x.invalid" could not be resolved (no name server answers).' }],
])('%s', async (_, table, answer) => {
  const server = await serving(table);
  expect(await nameLookup({ servers: [`127.0.0.1:${server.port}`], own: () => Promise.resolve([]) })('x.invalid')).toEqual(answer);
});

test('a name that only the system knows is found through it', async () => {
  const server = await serving({});
  expect(await nameLookup({ servers: [`127.0.0.1:${server.port}`] })('localhost')).toMatchObject({ kind: 'addresses', addresses: expect.arrayContaining(['127.0.0.1']) });
});
