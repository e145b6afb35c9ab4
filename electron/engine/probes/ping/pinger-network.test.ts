/** The backends in a network namespace made by the test, whose addresses fall silent, refuse, or lead nowhere. Needs root on Linux. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLab } from './lab.ts';

let lab: ReturnType<typeof openLab>;
beforeAll(() => {
  lab = openLab('network');
});
afterAll(() => {
  if (typeof lab !== 'string') lab.remove();
});

const notPermitted = 'This computer does not permit sending to that address: a firewall rule or a route of its own forbids it, or it is a broadcast address.';
const discarded = 'A route of this computer discards what goes to that address, or the address means something only within one link.';

describe('in a network of its own', () => {
  test('where the system opens ICMP sockets to its users, they are the first choice', async ({ skip }) => {
    if (typeof lab === 'string') return skip(lab);
    const answer = await lab.print(`
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
    if (typeof lab === 'string') return skip(lab);
    lab.openToAll();
    const kinds = await lab.print(`
      process.setgroups([]); process.setgid(65534); process.setuid(65534);
      const pinger = await openPinger({ only: 'icmp-dgram' });
      const outcomes = await Promise.all(['::1', ...Array.from({ length: 10_000 }, (_, i) => \`127.20.\${i >> 7}.\${(i & 127) + 1}\`)].map(address => pinger.ping(address, 2000)));
      await pinger.close();
      console.log(JSON.stringify(Object.entries(Object.groupBy(outcomes, outcome => outcome.kind)).map(([kind, list]) => [kind, list.length])));`);
    expect(kinds).toEqual([['reply', 10_001]]);
  });

  test('where nothing may ping, one sentence says what to do', async ({ skip }) => {
    if (typeof lab === 'string') return skip(lab);
    const answer = await lab.print(`
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
    if (typeof lab === 'string') return skip(lab);
    lab.openToAll();
    const addresses = ['127.0.0.1', '127.0.0.66', '127.0.0.67', '127.0.0.68', '192.0.2.5', '192.0.2.66', '203.0.113.1', '2001:db8::1', 'fd00::66', 'fd00::67', '192.0.2.70', '192.0.2.71', '192.0.2.72'];
    expect(await lab.ping(only, addresses, 600)).toEqual([
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
    if (typeof lab === 'string') return skip(lab);
    expect(await lab.ping('fping', ['127.0.0.1', '127.0.0.66', '127.0.0.67', '192.0.2.5', '192.0.2.66', '203.0.113.1', '2001:db8::1', '192.0.2.70'], 600)).toEqual([
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
    if (typeof lab === 'string') return skip(lab);
    expect(await lab.ping('ping', ['127.0.0.1', '127.0.0.66', '127.0.0.67', '192.0.2.5', '192.0.2.66', '203.0.113.1', '2001:db8::1', '192.0.2.70', '192.0.2.71', '192.0.2.72'], 600)).toEqual([
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
    if (typeof lab === 'string') return skip(lab);
    lab.openToAll();
    const kinds = await lab.print(`
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
    if (typeof lab === 'string') return skip(lab);
    lab.openToAll();
    expect(await lab.ping('icmp-dgram', ['198.51.100.9'], 5_000)).toEqual([{ kind: 'unreachable', reason: 'host unreachable', from: null }]);
  });

  test.for([4, 6] as const)('the kernel stamps every arrival over IPv%i, so that round trips do not depend on when we look', async (family, { skip }) => {
    if (typeof lab === 'string') return skip(lab);
    lab.openToAll();
    const stamped = await lab.print(`
      import { IcmpSocket } from ${JSON.stringify(new URL('./icmp-socket.ts', import.meta.url).href)};
      const found = [];
      for (const kind of ['dgram', 'raw']) {
        const socket = IcmpSocket.open(${family}, kind, 77);
        let stamped = false;
        // The kernel turns its stamping on in the background of the first socket that asks; until then it stamps when it is read.
        for (let attempt = 0; attempt < 40 && !stamped; attempt++) {
          const before = socket.nowUs();
          socket.send(forging.addressBytes(${family === 4 ? "'127.0.0.1'" : "'::1'"}), 0, 1, 2, 56 * 128);
          await new Promise(resolve => setTimeout(resolve, 50));
          const looked = socket.nowUs();
          socket.drain((index, nonce, source, sourceAt, atUs) => { stamped = atUs >= before && atUs < looked; }, () => {});
        }
        found.push(stamped);
        socket.close();
      }
      console.log(JSON.stringify(found));`);
    expect(stamped).toEqual([true, true]);
  });

  test('losing the way in the middle is told from the way being there', async ({ skip }) => {
    if (typeof lab === 'string') return skip(lab);
    lab.openToAll();
    const kinds = await lab.print(`
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
