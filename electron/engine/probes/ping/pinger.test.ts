/** The backends on this host's loopback. Where addresses fall silent, refuse, or lead nowhere: pinger-network.test.ts. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPinger } from './pinger.ts';
import type { PingBackend, Pinger, PingOutcome } from '../probe.ts';

type RealBackend = Exclude<PingBackend, 'simulated'>;

/** A host where the test cannot run skips it, and says why; on the build server that is a failure. */
const required = process.env['CI'] === 'true';

async function tryOpen(only?: RealBackend): Promise<Pinger | string> {
  return openPinger(only ? { only } : {}).catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
}

const kindsOf = (outcomes: readonly PingOutcome[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { kind } of outcomes) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

const loopback = (count: number): string[] => Array.from({ length: count }, (_, i) => `127.${20 + (i >> 12)}.${(i >> 6) & 63}.${(i & 63) + 1}`);

/** A system is free to close its unprivileged ICMP sockets, and many do: they are tried in a namespace, in pinger-network.test.ts. */
const backends: readonly { readonly only: RealBackend; readonly many: number }[] = [
  { only: 'icmp-raw', many: 10_000 },
  { only: 'fping', many: 300 },
  { only: 'ping', many: 40 },
];

describe.each(backends)('$only on loopback', ({ only, many }) => {
  let opened: Pinger | string;
  beforeAll(async () => {
    opened = await tryOpen(only);
  });
  afterAll(async () => {
    if (typeof opened !== 'string') await opened.close();
  });

  /** The pinger, or a skip with the reason. */
  const pingerOr = (skip: (note: string) => never): Pinger => {
    if (typeof opened !== 'string') return opened;
    if (required) throw new Error(opened);
    return skip(opened);
  };

  test('many addresses all answer, each in its own time', async ({ skip }) => {
    const pinger = pingerOr(skip);
    const before = Date.now();
    const outcomes = await Promise.all(loopback(many).map(address => pinger.ping(address, 2_000)));
    expect(kindsOf(outcomes)).toEqual({ reply: many });
    for (const outcome of outcomes) {
      expect(outcome.sentAt).toBeGreaterThanOrEqual(before - 5);
      expect(outcome.sentAt).toBeLessThanOrEqual(Date.now());
      if (outcome.kind === 'reply') expect(Number.isInteger(outcome.rttUs) && outcome.rttUs >= 1 && outcome.rttUs <= 2_000_000).toBe(true);
    }
  });

  test('IPv6 answers too', async ({ skip }) => {
    expect(await pingerOr(skip).ping('::1', 2_000)).toMatchObject({ kind: 'reply' });
  });

  test('the same address asked twice at once answers twice', async ({ skip }) => {
    const pinger = pingerOr(skip);
    expect(kindsOf(await Promise.all([pinger.ping('127.0.0.1', 2_000), pinger.ping('127.0.0.1', 2_000)]))).toEqual({ reply: 2 });
  });

  test('what is not an address is not sent, and says so', async ({ skip }) => {
    const pinger = pingerOr(skip);
    const outcomes = await Promise.all(['core-1', '', '-f'].map(address => pinger.ping(address, 500)));
    expect(outcomes.map(outcome => outcome.kind === 'not-sent' && outcome.reason)).toEqual(['"core-1" is not an IP address.', '"" is not an IP address.', '"-f" is not an IP address.']);
  });
});

test('without a choice the best backend that works is opened, and each better one has its reason', async ({ skip }) => {
  const pinger = await tryOpen();
  if (typeof pinger === 'string') return skip(pinger);
  const order: Pinger['backend'][] = ['icmp-dgram', 'icmp-raw', 'fping', 'ping'];
  expect(pinger.refused.map(refusal => refusal.backend)).toEqual(order.slice(0, order.indexOf(pinger.backend)));
  for (const { reason } of pinger.refused) expect(reason).toMatch(/\w{3}/);
  await pinger.close();
});

test('a closed pinger fails what is under way and what comes after', async ({ skip }) => {
  const pinger = await tryOpen();
  if (typeof pinger === 'string') return skip(pinger);
  const underWay = pinger.ping('127.0.0.1', 2_000);
  await pinger.close();
  await pinger.close();
  const reasons = [await underWay, await pinger.ping('127.0.0.1', 2_000)].map(outcome => outcome.kind === 'failed' && outcome.reason);
  expect(reasons).toEqual(['The pinger was closed.', 'The pinger was closed.']);
});
