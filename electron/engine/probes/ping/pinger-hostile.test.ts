/** Answers that are none, one too many, or from somebody else: a forger in a network namespace made by the test. Needs root on Linux. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLab } from './lab.ts';

let lab: ReturnType<typeof openLab>;
beforeAll(() => {
  lab = openLab('hostile');
});
afterAll(() => {
  if (typeof lab !== 'string') lab.remove();
});

/** A forger that answers for 127.0.0.97 from 127.0.0.99, for 127.0.0.98 three times, and for nobody else; then what a ping to each brings, and the oddities. */
const impostor = (only: string): string => `
  const { Forger, ipPacket, replyTo, addressBytes } = forging;
  const forger = new Forger();
  const answering = setInterval(() => {
    for (const { source, destination, message } of forger.requests()) {
      const answer = from => forger.send(4, source, ipPacket(4, from, source, replyTo(message)));
      if (destination[3] === 97) answer(addressBytes('127.0.0.99'));
      if (destination[3] === 98) for (let i = 0; i < 3; i++) answer(destination);
    }
  }, 2);
  const pinger = await openPinger({ only: '${only}' });
  const oddities = [];
  pinger.onOddity(({ kind, address, from }) => oddities.push([kind, address, from].join(' ')));
  const outcomes = await Promise.all(['127.0.0.1', '127.0.0.97', '127.0.0.98', '127.0.0.100'].map(address => pinger.ping(address, 400)));
  for (let waited = 0; waited < 40 && oddities.length < 3; waited++) await new Promise(resolve => setTimeout(resolve, 10));
  clearInterval(answering);
  await pinger.close();
  forger.close();
  console.log(JSON.stringify([outcomes.map(({ kind }) => kind), oddities.sort()]));`;

test.for(['icmp-dgram', 'icmp-raw'] as const)('%s tells an answer from another address and a second answer from the answer', async (only, { skip }) => {
  if (typeof lab === 'string') return skip(lab);
  lab.openToAll();
  expect(await lab.print(impostor(only))).toEqual([
    ['reply', 'timeout', 'reply', 'timeout'],
    ['duplicate 127.0.0.98 127.0.0.98', 'duplicate 127.0.0.98 127.0.0.98', 'stray 127.0.0.97 127.0.0.99'],
  ]);
});

test.for(['fping', 'ping'] as const)('%s tells an answer from another address, too', async (only, { skip }) => {
  if (typeof lab === 'string') return skip(lab);
  expect(await lab.print(impostor(only))).toEqual([['reply', 'timeout', 'reply', 'timeout'], ['stray 127.0.0.97 127.0.0.99']]);
});

test.for(['icmp-dgram', 'icmp-raw'] as const)('%s believes a router that quotes eight bytes when their checksum is that of the request, and no other', async (only, { skip }) => {
  if (typeof lab === 'string') return skip(lab);
  lab.openToAll();
  const told = await lab.print(`
    const { Forger, ipPacket, summed, addressBytes } = forging;
    const forger = new Forger();
    const complaining = setInterval(() => {
      for (const { source, destination, message } of forger.requests()) {
        const quoted = Uint8Array.from(message);
        if (destination[3] === 98) quoted[3] ^= 1;
        const body = Uint8Array.of(3, 1, 0, 0, 0, 0, 0, 0, ...ipPacket(4, source, destination, quoted).subarray(0, 28));
        if (destination[3] !== 1) forger.send(4, source, ipPacket(4, addressBytes('127.0.0.9'), source, summed(body)));
      }
    }, 2);
    const pinger = await openPinger({ only: '${only}' });
    const outcomes = await Promise.all(['127.0.0.97', '127.0.0.98'].map(address => pinger.ping(address, 400)));
    clearInterval(complaining);
    await pinger.close();
    forger.close();
    console.log(JSON.stringify(outcomes.map(({ kind, reason, from }) => ({ kind, reason, from }))));`);
  expect(told).toEqual([{ kind: 'unreachable', reason: 'host unreachable', from: '127.0.0.9' }, { kind: 'timeout' }]);
});

test.for(['icmp-dgram', 'icmp-raw'] as const)('%s is not confused by a flood of damaged, forged and random packets: no false answer, no true one lost', async (only, { skip }) => {
  if (typeof lab === 'string') return skip(lab);
  lab.openToAll();
  const told = await lab.print(`
    import { attack } from ${JSON.stringify(new URL('./hostile.ts', import.meta.url).href)};
    const { packets, pings, confused, oddities } = await attack(await openPinger({ only: '${only}' }), new forging.Forger(), 3000, 20_261);
    console.log(JSON.stringify({ confused, enough: packets > 5_000 && pings > 300, strays: oddities > 0 }));`);
  expect(told).toEqual({ confused: [], enough: true, strays: true });
});

test('what others made a raw socket hear while nobody pinged costs no answer', async ({ skip }) => {
  if (typeof lab === 'string') return skip(lab);
  const kinds = await lab.print(`
    const pinger = await openPinger({ only: 'icmp-raw' });
    const others = await openPinger({ only: 'icmp-raw' });
    const addresses = Array.from({ length: 10_000 }, (_, i) => '127.20.' + (i >> 7) + '.' + ((i & 127) + 1));
    for (let i = 0; i < 3; i++) await Promise.all(addresses.map(address => others.ping(address, 1000)));
    const outcomes = await Promise.all(addresses.map(address => pinger.ping(address, 1000)));
    await Promise.all([pinger.close(), others.close()]);
    console.log(JSON.stringify(outcomes.filter(({ kind }) => kind === 'reply').length));`);
  expect(kinds).toBe(10_000);
});
