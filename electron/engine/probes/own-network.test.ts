import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { isTunnel, ownNetwork, wayTo, type NetworkView, type Route } from './own-network.ts';
import { parseIpAddress } from './ip-address.ts';

const bytes = (address: string): Uint8Array => parseIpAddress(address)?.bytes ?? new Uint8Array();
const route = (prefix: string, bits: number, name: string, gateway: string | null, metric = 0): Route => ({ family: prefix.includes(':') ? 6 : 4, prefix: bytes(prefix), bits, interface: name, gateway, metric });
const on = (name: string, ...addresses: readonly [string, number][]): NetworkView['interfaces'][number] => ({ name, addresses: addresses.map(([address, bits]) => ({ family: address.includes(':') ? 6 : 4, address: bytes(address), bits })) });

const interfaces = [on('lo', ['127.0.0.1', 8], ['::1', 128]), on('eth0', ['198.51.100.2', 24], ['2001:db8::2', 64]), on('wlan0', ['203.0.113.7', 24])];
const routes = [
  route('198.51.100.0', 24, 'eth0', null), route('203.0.113.0', 24, 'wlan0', null), route('0.0.0.0', 0, 'wlan0', '203.0.113.1', 600), route('0.0.0.0', 0, 'eth0', '198.51.100.1', 100),
  route('192.0.2.128', 25, 'eth0', '198.51.100.9'), route('10.0.0.0', 8, 'tun0', '10.0.0.1'), route('2001:db8::', 64, 'eth0', null), route('::', 0, 'eth0', '2001:db8::1'),
];

test.each([
  ['127.3.4.5', { interface: 'lo', gateway: null }],
  ['::1', { interface: 'lo', gateway: null }],
  ['198.51.100.2', { interface: 'lo', gateway: null }],
  ['198.51.100.77', { interface: 'eth0', gateway: null }],
  ['192.0.2.5', { interface: 'eth0', gateway: '198.51.100.1' }],
  ['192.0.2.200', { interface: 'eth0', gateway: '198.51.100.9' }],
  // Its tunnel is not up: the default route leads there, wherever that ends.
  ['10.1.2.3', { interface: 'eth0', gateway: '198.51.100.1' }],
  ['2001:db8::99', { interface: 'eth0', gateway: null }],
  ['2001:db8:1::1', { interface: 'eth0', gateway: '2001:db8::1' }],
  ['atm1.example', null],
])('%s is reached by %j', (address, way) => expect(wayTo({ interfaces, routes }, address)).toEqual(way));

test('without a route there is no way', () => expect(wayTo({ interfaces, routes: routes.slice(0, 1) }, '192.0.2.5')).toBeNull());

test('where the table of routes cannot be read, a neighbouring network or any interface leads there', () => {
  const blank = { interfaces, routes: null };
  expect([wayTo(blank, '198.51.100.77'), wayTo(blank, '192.0.2.5'), wayTo({ interfaces: interfaces.slice(0, 1), routes: null }, '192.0.2.5')]).toEqual([{ interface: 'eth0', gateway: null }, { interface: 'any', gateway: null }, null]);
});

test('tunnels are known by the names that systems and VPN programs give', () => {
  expect(['tun0', 'wg0', 'ppp0', 'utun3', 'Ethernet 2', 'eth0', 'wlan0', 'en0', 'FortiSSL', 'enp3s0'].map(isTunnel)).toEqual([true, true, true, true, false, false, false, false, true, false]);
});

const root = process.platform === 'linux' && process.getuid?.() === 0;

test.skipIf(!root)('the system\'s own tables say the same as its own tool', () => {
  const name = `ward-way-${process.pid}`;
  const ip = (...args: readonly string[]): string => execFileSync('ip', args, { encoding: 'utf8' });
  ip('netns', 'add', name);
  try {
    const within = (...args: readonly string[]): string => ip('netns', 'exec', name, ...args);
    for (const line of ['link set lo up', 'link add one type veth peer name two', 'link set one up', 'link set two up', 'addr add 198.51.100.2/24 dev one', 'route add default via 198.51.100.1', 'route add 192.0.2.0/25 via 198.51.100.9']) within('ip', ...line.split(' '));
    const script = `
      import { ownNetwork, wayTo } from ${JSON.stringify(new URL('./own-network.ts', import.meta.url).href)};
      import { execFileSync } from 'node:child_process';
      const network = ownNetwork();
      const before = network.look();
      const same = network.look() === before;
      const ways = ['192.0.2.5', '192.0.2.200', '198.51.100.3', '127.0.0.9'].map(address => wayTo(before, address));
      execFileSync('ip', ['link', 'set', 'two', 'down']);
      execFileSync('sh', ['-c', 'ip link add bare type veth peer name other && ip link set bare up && ip link set other up && ip route add 203.0.113.0/24 dev bare']);
      let view = network.look();
      for (let i = 0; i < 100 && wayTo(view, '203.0.113.5')?.interface !== 'bare'; i++) { await new Promise(resolve => setTimeout(resolve, 20)); view = network.look(); }
      const unnumbered = wayTo(view, '203.0.113.5');
      for (let i = 0; i < 100 && wayTo(view, '192.0.2.5') !== null; i++) { await new Promise(resolve => setTimeout(resolve, 20)); view = network.look(); }
      console.log(JSON.stringify([same, ways, wayTo(view, '192.0.2.5'), unnumbered]));`;
    expect(JSON.parse(within(process.execPath, '--input-type=module', '-e', script))).toEqual([
      true,
      [{ interface: 'one', gateway: '198.51.100.9' }, { interface: 'one', gateway: '198.51.100.1' }, { interface: 'one', gateway: null }, { interface: 'lo', gateway: null }],
      null,
      { interface: 'bare', gateway: null },
    ]);
  } finally {
    ip('netns', 'delete', name);
  }
});

test('what has not changed is the same object', () => {
  const network = ownNetwork();
  expect(network.look()).toBe(network.look());
});
