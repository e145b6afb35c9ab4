/** The backends in a network namespace made by the test, whose addresses fall silent, refuse, or lead nowhere. Needs root on Linux. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PingBackend } from './probe.ts';

type RealBackend = Exclude<PingBackend, 'simulated'>;

/** A host where the test cannot run skips it, and says why; on the build server that is a failure. */
const required = process.env['CI'] === 'true';

/**
 * Two namespaces: `near`, where the pinger runs, and `far`, its router. Nothing leaves them.
 * 127.0.0.66 is silent, 127.0.0.67 refuses, 127.0.0.68 may not be sent to; fd00::66 and fd00::67, this host's own, are silent and refuse. By the router: 192.0.2.5 answers, 192.0.2.66 is
 * swallowed, 203.0.113.1 has no route there, and 198.51.100.9 does not exist on the wire. Routes of `near` itself discard 192.0.2.70, prohibit 192.0.2.71 and call 192.0.2.72 unreachable.
 */
const near = `ward-near-${process.pid}`;
const far = `ward-far-${process.pid}`;
const layOut = [
  `ip netns add ${near}`,
  `ip netns add ${far}`,
  `ip -n ${near} link set lo up`,
  `ip -n ${far} link set lo up`,
  `ip -n ${near} link add out type veth peer name in netns ${far}`,
  `ip -n ${near} address add 198.51.100.1/24 dev out`,
  `ip -n ${far} address add 198.51.100.2/24 dev in`,
  `ip -n ${near} link set out up`,
  `ip -n ${far} link set in up`,
  `ip -n ${near} route add default via 198.51.100.2`,
  `ip netns exec ${far} sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0`,
  `ip -n ${far} address add 192.0.2.5/32 dev lo`,
  `ip -n ${far} route add blackhole 192.0.2.66`,
  `ip netns exec ${near} sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0`,
  `ip -n ${near} route add blackhole 192.0.2.70`,
  `ip -n ${near} route add prohibit 192.0.2.71`,
  `ip -n ${near} route add unreachable 192.0.2.72`,
  `ip netns exec ${near} iptables -A INPUT -d 127.0.0.66 -j DROP`,
  `ip netns exec ${near} iptables -A INPUT -d 127.0.0.67 -p icmp --icmp-type echo-request -j REJECT --reject-with icmp-host-prohibited`,
  `ip netns exec ${near} iptables -A OUTPUT -d 127.0.0.68 -j DROP`,
  `ip -n ${near} address add fd00::66/128 dev lo nodad`,
  `ip -n ${near} address add fd00::67/128 dev lo nodad`,
  `ip netns exec ${near} ip6tables -A INPUT -d fd00::66 -j DROP`,
  `ip netns exec ${near} ip6tables -A INPUT -d fd00::67 -p icmpv6 --icmpv6-type echo-request -j REJECT --reject-with icmp6-adm-prohibited`,
];

function command(line: string): void {
  const [name = '', ...args] = line.split(' ');
  execFileSync(name, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

const run = promisify(execFile);

/** Runs `body` (a module's text; `openPinger` is in scope) in the near namespace and returns what it prints, read as JSON. */
async function inNamespace(body: string): Promise<unknown> {
  const script = `import { openPinger } from ${JSON.stringify(new URL('./pinger.ts', import.meta.url).href)};\n${body}`;
  const { stdout } = await run('ip', ['netns', 'exec', near, process.execPath, '--input-type=module', '-e', script], { timeout: 15_000 });
  const printed: unknown = JSON.parse(stdout);
  return printed;
}

const pingThere = (only: RealBackend, addresses: readonly string[], timeoutMs: number): Promise<unknown> =>
  inNamespace(`
    const pinger = await openPinger({ only: ${JSON.stringify(only)} });
    const outcomes = await Promise.all(${JSON.stringify(addresses)}.map(address => pinger.ping(address, ${timeoutMs})));
    await pinger.close();
    console.log(JSON.stringify(outcomes.map(({ kind, reason, from }) => ({ kind, reason, from }))));`);

/** Lets every user of the near namespace open ICMP sockets. */
const openToAll = (): void => {
  execFileSync('ip', ['netns', 'exec', near, 'sysctl', '-qw', 'net.ipv4.ping_group_range=0 2147483647'], { stdio: 'ignore' });
};

const notPermitted = 'This computer does not permit sending to that address: a firewall rule or a route of its own forbids it, or it is a broadcast address.';
const discarded = 'A route of this computer discards what goes to that address, or the address means something only within one link.';

let noNamespace: string | null = null;

beforeAll(() => {
  try {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) throw new Error('Network namespaces need root on Linux.');
    for (const line of layOut) command(line);
  } catch (error) {
    noNamespace = error instanceof Error ? error.message : String(error);
    if (required) throw error;
  }
});

afterAll(() => {
  for (const name of [near, far]) if (existsSync(`/run/netns/${name}`)) command(`ip netns delete ${name}`);
});

describe('in a network of its own', () => {
  test('where the system opens ICMP sockets to its users, they are the first choice', async ({ skip }) => {
    if (noNamespace !== null) return skip(noNamespace);
    const answer = await inNamespace(`
      import { writeFileSync } from 'node:fs';
      writeFileSync('/proc/sys/net/ipv4/ping_group_range', '0 2147483647');
      process.setgroups([]); process.setgid(65534); process.setuid(65534);
      const pinger = await openPinger();
      const { kind } = await pinger.ping('127.0.0.1', 1000);
      await pinger.close();
      console.log(JSON.stringify([pinger.backend, pinger.refused, kind]));`);
    expect(answer).toEqual(['icmp-dgram', [], 'reply']);
  });

  test('ten thousand addresses all answer through unprivileged sockets, and IPv6 too', async ({ skip }) => {
    if (noNamespace !== null) return skip(noNamespace);
    openToAll();
    const kinds = await inNamespace(`
      process.setgroups([]); process.setgid(65534); process.setuid(65534);
      const pinger = await openPinger({ only: 'icmp-dgram' });
      const outcomes = await Promise.all(['::1', ...Array.from({ length: 10_000 }, (_, i) => \`127.20.\${i >> 7}.\${(i & 127) + 1}\`)].map(address => pinger.ping(address, 2000)));
      await pinger.close();
      console.log(JSON.stringify(Object.entries(Object.groupBy(outcomes, outcome => outcome.kind)).map(([kind, list]) => [kind, list.length])));`);
    expect(kinds).toEqual([['reply', 10_001]]);
  });

  test('where nothing may ping, one sentence says what to do', async ({ skip }) => {
    if (noNamespace !== null) return skip(noNamespace);
    const answer = await inNamespace(`
      import { writeFileSync } from 'node:fs';
      writeFileSync('/proc/sys/net/ipv4/ping_group_range', '1 0');
      process.env.PATH = '/nonexistent';
      process.setgroups([]); process.setgid(65534); process.setuid(65534);
      console.log(JSON.stringify(await openPinger().then(() => 'opened', error => error.message)));`);
    expect(answer).toBe(
      'This host lets the console ping in no way; open ICMP sockets to its user (sudo sysctl -w net.ipv4.ping_group_range="0 2147483647") or install fping (sudo apt-get install fping), then start it again.',
    );
  });

  test.for(['icmp-dgram', 'icmp-raw'] as const)('%s tells silence, refusal and what this computer would not send apart', async (only, { skip }) => {
    if (noNamespace !== null) return skip(noNamespace);
    openToAll();
    const addresses = ['127.0.0.1', '127.0.0.66', '127.0.0.67', '127.0.0.68', '192.0.2.5', '192.0.2.66', '203.0.113.1', '2001:db8::1', 'fd00::66', 'fd00::67', '192.0.2.70', '192.0.2.71', '192.0.2.72'];
    expect(await pingThere(only, addresses, 600)).toEqual([
      { kind: 'reply' },
      { kind: 'timeout' },
      { kind: 'unreachable', reason: 'host forbidden by an administrator', from: '127.0.0.67' },
      { kind: 'not-sent', reason: notPermitted },
      { kind: 'reply' },
      { kind: 'timeout' },
      { kind: 'unreachable', reason: 'network unreachable', from: '198.51.100.2' },
      { kind: 'not-sent', reason: 'This computer has no route to that network.' },
      { kind: 'timeout' },
      { kind: 'unreachable', reason: 'forbidden by a filter', from: null },
      { kind: 'not-sent', reason: discarded },
      { kind: 'not-sent', reason: notPermitted },
      { kind: 'unreachable', reason: 'host unreachable', from: null },
    ]);
  });

  test('fping tells silence, refusal and no route apart', async ({ skip }) => {
    if (noNamespace !== null) return skip(noNamespace);
    expect(await pingThere('fping', ['127.0.0.1', '127.0.0.66', '127.0.0.67', '192.0.2.5', '192.0.2.66', '203.0.113.1', '2001:db8::1', '192.0.2.70'], 600)).toEqual([
      { kind: 'reply' },
      { kind: 'timeout' },
      { kind: 'unreachable', reason: 'communication with host prohibited', from: '127.0.0.67' },
      { kind: 'reply' },
      { kind: 'timeout' },
      { kind: 'unreachable', reason: 'network unreachable', from: '198.51.100.2' },
      { kind: 'not-sent', reason: 'This computer has no route to that network, or forbids sending to it.' },
      { kind: 'not-sent', reason: 'This computer has no route to that network, or forbids sending to it.' },
    ]);
  });

  test('ping tells silence, refusal and no route apart', async ({ skip }) => {
    if (noNamespace !== null) return skip(noNamespace);
    expect(await pingThere('ping', ['127.0.0.1', '127.0.0.66', '127.0.0.67', '192.0.2.5', '192.0.2.66', '203.0.113.1', '2001:db8::1', '192.0.2.70', '192.0.2.71', '192.0.2.72'], 600)).toEqual([
      { kind: 'reply' },
      { kind: 'timeout' },
      { kind: 'unreachable', reason: 'destination host prohibited', from: '127.0.0.67' },
      { kind: 'reply' },
      { kind: 'timeout' },
      { kind: 'unreachable', reason: 'destination net unreachable', from: '198.51.100.2' },
      { kind: 'not-sent', reason: 'This computer has no route to that network.' },
      { kind: 'not-sent', reason: discarded },
      { kind: 'not-sent', reason: notPermitted },
      { kind: 'unreachable', reason: 'no route to host', from: null },
    ]);
  });

  test.for(['icmp-dgram', 'icmp-raw'] as const)('%s loses no healthy answer to the refusals that arrive between them', async (only, { skip }) => {
    if (noNamespace !== null) return skip(noNamespace);
    openToAll();
    const kinds = await inNamespace(`
      const pinger = await openPinger({ only: ${JSON.stringify(only)} });
      const asked = { healthy: [], refusing: [] };
      for (let turn = 0; turn < 300; turn++) {
        for (const address of ['127.0.0.67', 'fd00::67']) asked.refusing.push(pinger.ping(address, 400));
        if (turn % 5 === 0) for (const address of ['127.0.0.1', '::1']) asked.healthy.push(pinger.ping(address, 400));
        await new Promise(resolve => setTimeout(resolve, 4));
      }
      const kindsOf = async outcomes => [...new Set((await Promise.all(outcomes)).map(({ kind, from }) => kind === 'unreachable' ? kind + ' by ' + (from ?? 'this computer') : kind))].sort();
      console.log(JSON.stringify({ healthy: await kindsOf(asked.healthy), refusing: await kindsOf(asked.refusing) }));
      await pinger.close();`);
    expect(kinds).toEqual({ healthy: ['reply'], refusing: ['unreachable by 127.0.0.67', 'unreachable by this computer'] });
  });

  test('a neighbour that does not exist is reported by this host, so by nobody else', async ({ skip }) => {
    if (noNamespace !== null) return skip(noNamespace);
    openToAll();
    expect(await pingThere('icmp-dgram', ['198.51.100.9'], 5_000)).toEqual([{ kind: 'unreachable', reason: 'host unreachable', from: null }]);
  });

  test.for([4, 6] as const)('the kernel stamps every arrival over IPv%i, so that round trips do not depend on when we look', async (family, { skip }) => {
    if (noNamespace !== null) return skip(noNamespace);
    openToAll();
    const stamped = await inNamespace(`
      import { writeEchoRequest } from ${JSON.stringify(new URL('./icmp-packet.ts', import.meta.url).href)};
      import { IcmpSocket } from ${JSON.stringify(new URL('./icmp-socket.ts', import.meta.url).href)};
      const found = [];
      for (const kind of ['dgram', 'raw']) {
        const socket = IcmpSocket.open(${family}, kind);
        writeEchoRequest(socket.packet, ${family}, 77, { index: 1, nonce: 2 });
        let stamped = false;
        // The kernel turns its stamping on in the background of the first socket that asks; until then it stamps when it is read.
        for (let attempt = 0; attempt < 40 && !stamped; attempt++) {
          const before = socket.nowUs();
          socket.send(${family === 4 ? 'Uint8Array.of(127, 0, 0, 1)' : 'Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)'});
          await new Promise(resolve => setTimeout(resolve, 50));
          const looked = socket.nowUs();
          socket.drain(({ atUs }) => { stamped = atUs !== null && atUs >= before && atUs < looked; });
        }
        found.push(stamped);
        socket.close();
      }
      console.log(JSON.stringify(found));`);
    expect(stamped).toEqual([true, true]);
  });

  test('an answer from another host, or without the nonce, is no answer', async ({ skip }) => {
    if (noNamespace !== null) return skip(noNamespace);
    const kinds = await inNamespace(`
      import { checksum, writeEchoRequest } from ${JSON.stringify(new URL('./icmp-packet.ts', import.meta.url).href)};
      import { IcmpSocket } from ${JSON.stringify(new URL('./icmp-socket.ts', import.meta.url).href)};
      const pinger = await openPinger({ only: 'icmp-raw' });
      const asked = pinger.ping('127.0.0.66', 500);
      const answered = pinger.ping('127.0.0.1', 500);
      await answered;
      const forger = IcmpSocket.open(4, 'raw');
      for (let index = 0; index < 4; index++) {
        writeEchoRequest(forger.packet, 4, process.pid & 0xffff, { index, nonce: 0x12345678 });
        forger.packet.set([0, 0, 0, 0]);
        const sum = checksum(forger.packet);
        forger.packet.set([sum >>> 8, sum & 0xff], 2);
        if (forger.send(Uint8Array.of(127, 0, 0, 1)) !== null) throw new Error('not sent');
      }
      forger.close();
      console.log(JSON.stringify([(await asked).kind, (await answered).kind]));
      await pinger.close();`);
    expect(kinds).toEqual(['timeout', 'reply']);
  });

  test('losing the way in the middle is told from the way being there', async ({ skip }) => {
    if (noNamespace !== null) return skip(noNamespace);
    openToAll();
    const kinds = await inNamespace(`
      import { execFileSync } from 'node:child_process';
      const pinger = await openPinger({ only: 'icmp-dgram' });
      const seen = [];
      const look = async () => seen.push((await pinger.ping('192.0.2.5', 400)).kind);
      await look();
      execFileSync('ip', ['link', 'set', 'out', 'down']);
      await look();
      execFileSync('ip', ['link', 'set', 'out', 'up']);
      execFileSync('ip', ['route', 'add', 'default', 'via', '198.51.100.2']);
      await look();
      await pinger.close();
      console.log(JSON.stringify(seen));`);
    expect(kinds).toEqual(['reply', 'not-sent', 'reply']);
  });
});
