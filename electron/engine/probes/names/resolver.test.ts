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

test('a name that stands for nothing is asked again after 10, 20, 40, 80, 160 and then 300 s; a change of the network begins anew', async () => {
  const { clock, resolver, asked } = scripted();
  const timesS: number[] = [];
  const pass = async (seconds: number): Promise<void> => {
    for (let i = 0; i < seconds; i++) {
      const before = asked.length;
      resolver.resolve('atm1.example');
      await clock.advance(1_000);
      if (asked.length > before) timesS.push(i);
    }
  };
  await pass(1_000);
  resolver.lookAgain();
  await pass(40);
  expect([timesS, resolver.resolve('atm1.example')]).toEqual([[0, 9, 29, 69, 149, 309, 609, 909, 9, 29], noSuchName]);
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

test('a name that nobody asks for is no longer looked up after 10 min, and forgotten after 2 h', async () => {
  const { clock, resolver, asked } = scripted(...Array.from({ length: 400 }, () => given('192.0.2.5')));
  resolver.resolve('atm1.example');
  await clock.advance(11 * 60_000);
  const before = asked.length;
  await clock.advance(3_600_000);
  const later = [asked.length - before, resolver.resolve('atm1.example')];
  await clock.advance(1_000);
  const again = asked.length - before;
  await clock.advance(2 * 3_600_000 + 400_000);
  expect([before > 5, later, again, resolver.resolve('atm1.example')]).toEqual([true, [0, fresh('192.0.2.5')], 1, { kind: 'pending' }]);
}, 60_000);

/** Names that begin with "good" are answered at once; the servers of all others say nothing for 4.5 s. */
function halfSilent(): { clock: ManualClock; resolver: NameResolver; asked: string[]; underWay: () => number } {
  const clock = new ManualClock();
  const asked: string[] = [];
  let underWay = 0;
  const resolver = new NameResolver(clock, host => {
    asked.push(host);
    if (host.startsWith('good')) return Promise.resolve(given('192.0.2.5'));
    underWay++;
    return new Promise(resolve => void clock.after(4_500, () => {
      underWay--;
      resolve({ kind: 'failed', reason: 'no name server answers' });
    }));
  });
  resolvers.push(resolver);
  return { clock, resolver, asked, underWay: () => underWay };
}

test('a name is not held up by three hundred whose servers are silent, be they new or asked before', async () => {
  const { clock, resolver } = halfSilent();
  const silent = Array.from({ length: 300 }, (_, i) => `silent${i}.example`);
  for (const host of silent) resolver.resolve(host);
  resolver.resolve('good1.example');
  await clock.advance(15_000);
  const behindNew = resolver.resolve('good1.example');
  for (let i = 0; i < 20; i++) {
    for (const host of silent) resolver.resolve(host);
    await clock.advance(500);
  }
  resolver.resolve('good2.example');
  await clock.advance(1_000);
  expect([behindNew, resolver.resolve('good2.example')]).toEqual([fresh('192.0.2.5'), fresh('192.0.2.5')]);
});

test('names that were never asked go before those that are asked again', async () => {
  const clock = new ManualClock();
  const asked: string[] = [];
  const open: (() => void)[] = [];
  const resolver = new NameResolver(clock, host => {
    asked.push(host);
    return new Promise(resolve => void open.push(() => resolve({ kind: 'failed', reason: 'no name server answers' })));
  });
  resolvers.push(resolver);
  for (let i = 0; i < 16; i++) resolver.resolve(`silent${i}.example`);
  for (const settle of open.splice(0)) settle();
  await clock.advance(0);
  for (let i = 0; i < 16; i++) resolver.resolve(`busy${i}.example`);
  resolver.lookAgain();
  resolver.resolve('new.example');
  open.shift()?.();
  await clock.advance(0);
  expect(asked.slice(32)).toEqual(['new.example']);
});

test('ever new names of redirects hold up no device, and are neither kept up nor kept beyond a thousand', async () => {
  const { clock, resolver, asked, underWay } = halfSilent();
  const waited = Array.from({ length: 3_000 }, (_, i) => resolver.lookUp(`redirect${i}.example`));
  resolver.resolve('good1.example');
  await clock.advance(0);
  const device = resolver.resolve('good1.example');
  await clock.advance(1_000);
  const mostUnderWay = underWay();
  await clock.advance(29_000);
  const answers = new Map<string, number>();
  for (const found of await Promise.all(waited)) {
    const reason = found.kind === 'failed' ? found.reason.replace(/redirect\d+/, '#') : found.address;
    answers.set(reason, (answers.get(reason) ?? 0) + 1);
  }
  const before = asked.length;
  await clock.advance(600_000);
  expect([device, mostUnderWay <= 32, answers.get('More than 1000 names are being looked up.'), asked.slice(before).filter(host => host.startsWith('redirect'))]).toEqual([fresh('192.0.2.5'), true, 2_000, []]);
});

test('a name that a redirect led to is asked again when it is wanted after its life, and keeps its address while that fails', async () => {
  const { clock, resolver, asked } = scripted(given('192.0.2.5'), noSuchName);
  const first = resolver.lookUp('shop.example');
  await clock.advance(50_000);
  const second = await resolver.lookUp('shop.example');
  await clock.advance(50_000);
  const counts = [asked.length];
  const third = resolver.lookUp('shop.example');
  await clock.advance(0);
  counts.push(asked.length);
  expect([await first, second, (await third).kind, counts]).toEqual([fresh('192.0.2.5'), fresh('192.0.2.5'), 'address', [1, 2]]);
});

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

test('what only the system can know is asked of it after "no such name", not after silence, unless its own file has it', async () => {
  const server = await serving({ 'silent.invalid': 'silent', 'filed.invalid': 'silent', 'bare': 'silent' });
  const asked: string[] = [];
  const lookUp = nameLookup({
    servers: [`127.0.0.1:${server.port}`],
    own: host => {
      asked.push(host);
      return Promise.resolve([]);
    },
    hostsFile: () => Promise.resolve('# Tills\n192.0.2.7\ttill7 Filed.invalid # of the branch\n192.0.2.8 other.invalid\nnonsense filed.invalid\n'),
  });
  const answers = await Promise.all(['silent.invalid', 'filed.invalid', 'gone.invalid', 'bare'].map(lookUp));
  expect([answers.map(answer => (answer.kind === 'addresses' ? answer.addresses : 'failed')), asked.toSorted()]).toEqual([['failed', ['192.0.2.7'], 'failed', 'failed'], ['bare', 'gone.invalid']]);
});

test('a name that only the system knows is found through it', async () => {
  const server = await serving({});
  expect(await nameLookup({ servers: [`127.0.0.1:${server.port}`] })('localhost')).toMatchObject({ kind: 'addresses', addresses: expect.arrayContaining(['127.0.0.1']) });
});
