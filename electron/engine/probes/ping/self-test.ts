/** Tries every way of pinging on this computer's own address, and says of each whether it works. */
import { messageOf } from '../../log.ts';
import { backendsOf, openFirst, type RealBackend, self } from './pinger.ts';
import type { PingBackend } from '../probe.ts';

const timeoutMs = 1_000;

export type BackendTest = { readonly backend: PingBackend; readonly works: boolean; readonly rttUs: number | null; readonly reason: string | null };

/** Best first, one after the other: the first that works is the one that a console uses. Never rejects: what does not work says why, with what would help. */
export async function selfTest(): Promise<BackendTest[]> {
  const tests: BackendTest[] = [];
  for (const backend of backendsOf(process.platform)) tests.push(await tried(backend));
  return tests;
}

async function tried(backend: RealBackend): Promise<BackendTest> {
  const failed = (reason: string): BackendTest => ({ backend, works: false, rttUs: null, reason });
  try {
    const { pinger, refused } = await openFirst([backend]);
    if (!pinger) return failed(refused.map(({ reason }) => reason).join(' '));
    // The first also pays for everything that is loaded and compiled with it.
    await pinger.ping(self, timeoutMs);
    const outcome = await pinger.ping(self, timeoutMs);
    await pinger.close();
    if (outcome.kind === 'reply') return { backend, works: true, rttUs: Math.round(outcome.rttUs), reason: null };
    return failed('reason' in outcome ? outcome.reason : 'It opened, but this computer\'s own address did not answer.');
  } catch (error) {
    return failed(messageOf(error));
  }
}
