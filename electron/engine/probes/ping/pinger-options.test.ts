/** Echo options as they arrive on the wire, and ways too long or too narrow, in a network namespace made by the test. Needs root on Linux. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLab } from './lab.ts';

let lab: ReturnType<typeof openLab>;
beforeAll(() => {
  lab = openLab('options');
});
afterAll(() => {
  if (typeof lab !== 'string') lab.remove();
});

const backends = ['icmp-dgram', 'icmp-raw', 'fping', 'ping'] as const;
const special = { payloadBytes: 1_400, dscp: 46, dontFragment: false };
const whole = { payloadBytes: 1_400, dscp: 0, dontFragment: true };

describe.each(backends)('%s', only => {
  test('sends the size and the code point it is asked for, over IPv4 and IPv6', async ({ skip }) => {
    if (typeof lab === 'string') return skip(lab);
    lab.openToAll();
    const listeners = ['127.0.0.69', 'fd00::69'];
    expect([await lab.ping(only, listeners, 500, special), await lab.ping(only, listeners, 500, { ...special, dscp: 0 }), await lab.ping(only, listeners, 500)]).toEqual([
      [{ kind: 'reply' }, { kind: 'reply' }], [{ kind: 'timeout' }, { kind: 'timeout' }], [{ kind: 'timeout' }, { kind: 'timeout' }],
    ]);
  });

  test('tells a packet that had too many hops from an unreachable host, and who said so', async ({ skip }) => {
    if (typeof lab === 'string') return skip(lab);
    lab.openToAll();
    lab.near$('sysctl -qw net.ipv4.ip_default_ttl=1 net.ipv6.conf.out.hop_limit=1');
    const told = await lab.ping(only, ['192.0.2.90', 'fd00:2::90', '127.0.0.1'], 500);
    lab.near$('sysctl -qw net.ipv4.ip_default_ttl=64 net.ipv6.conf.out.hop_limit=64');
    // fping does not tell what IPv6 routers say.
    const over6 = only === 'fping' ? { kind: 'timeout' } : { kind: 'hops-exceeded', from: 'fd00:1::2' };
    expect(told).toEqual([{ kind: 'hops-exceeded', from: '198.51.100.2' }, over6, { kind: 'reply' }]);
  });

  test('is answered with the largest payload and with the smallest', async ({ skip }) => {
    if (typeof lab === 'string') return skip(lab);
    lab.openToAll();
    const largest = { payloadBytes: 65_000, dscp: 0, dontFragment: false };
    expect([await lab.ping(only, ['127.0.0.1', '::1'], 1_000, largest), await lab.ping(only, ['127.0.0.1', '::1'], 1_000, { ...largest, payloadBytes: 8 })]).toEqual([
      [{ kind: 'reply' }, { kind: 'reply' }], [{ kind: 'reply' }, { kind: 'reply' }],
    ]);
  });
});

const tooBig = { kind: 'unreachable', reason: 'packet too big for the path' };

test.for(['icmp-dgram', 'icmp-raw'] as const)('%s tells a narrow way: by the router that could not cut the packet up, afterwards from memory', async (only, { skip }) => {
  if (typeof lab === 'string') return skip(lab);
  lab.openToAll();
  lab.near$('ip route flush cache');
  const told = await lab.print(`
    const pinger = await openPinger({ only: '${only}' });
    const told = [];
    for (const address of ['192.0.2.90', 'fd00:2::90']) {
      for (let i = 0; i < 2; i++) {
        const { kind, reason, from } = await pinger.ping(address, 500, ${JSON.stringify(whole)});
        told.push({ kind, reason, from });
      }
    }
    await pinger.close();
    console.log(JSON.stringify(told));`);
  lab.near$('ip -6 route flush cache');
  expect(told).toEqual([{ ...tooBig, from: '198.51.100.2' }, { ...tooBig, from: null }, { ...tooBig, from: 'fd00:1::2' }, { ...tooBig, from: null }]);
});

test.for(['icmp-dgram', 'icmp-raw'] as const)('%s sends what may be cut up so that routers may: nobody complains', async (only, { skip }) => {
  if (typeof lab === 'string') return skip(lab);
  lab.openToAll();
  // Nothing answers at the end of that way.
  expect(await lab.ping(only, ['192.0.2.90'], 300, { ...whole, dontFragment: false })).toEqual([{ kind: 'timeout' }]);
});

test('one pinger asks in many ways at once, and each answer is to its own', async ({ skip }) => {
  if (typeof lab === 'string') return skip(lab);
  lab.openToAll();
  const kinds = await lab.print(`
    const pinger = await openPinger({ only: 'icmp-dgram' });
    const asked = [];
    for (let i = 0; i < 600; i++) {
      asked.push(pinger.ping('127.0.0.69', 1000, i % 3 === 0 ? ${JSON.stringify(special)} : i % 3 === 1 ? { payloadBytes: 8 + i, dscp: i % 46, dontFragment: i % 2 === 0 } : undefined));
      asked.push(pinger.ping('fd00::69', 1000, i % 3 === 0 ? ${JSON.stringify(special)} : undefined));
    }
    const outcomes = await Promise.all(asked);
    await pinger.close();
    console.log(JSON.stringify(outcomes.map(({ kind }, i) => kind === ((i >> 1) % 3 === 0 ? 'reply' : 'timeout')).every(Boolean)));`);
  expect(kinds).toBe(true);
});
