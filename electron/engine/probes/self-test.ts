/** Tries every way of pinging on this computer's own address, and says of each whether it works. */
import { openPinger } from './pinger.ts';
import type { PingBackend } from './probe.ts';
import { messageOf } from '../log.ts';

const backends = ['icmp-dgram', 'icmp-raw', 'fping', 'ping'] as const;
const timeoutMs = 1_000;

export type BackendTest = { readonly backend: PingBackend; readonly works: boolean; readonly rttUs: number | null; readonly reason: string | null };

/** Best first, one after the other. Never rejects: what does not work says why, with what would help. */
export async function selfTest(): Promise<BackendTest[]> {
  const tests: BackendTest[] = [];
  for (const backend of backends) tests.push(await tried(backend));
  return tests;
}

async function tried(backend: (typeof backends)[number]): Promise<BackendTest> {
  try {
    const pinger = await openPinger({ only: backend });
    const outcome = await pinger.ping('127.0.0.1', timeoutMs);
    await pinger.close();
    if (outcome.kind === 'reply') return { backend, works: true, rttUs: Math.round(outcome.rttUs), reason: null };
    return { backend, works: false, rttUs: null, reason: outcome.kind === 'timeout' ? 'It opened, but this computer\'s own address did not answer.' : outcome.reason };
  } catch (error) {
    return { backend, works: false, rttUs: null, reason: messageOf(error) };
  }
}
