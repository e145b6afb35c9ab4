/** Picks the best way to ping that this host allows, and remembers why not a better one. */
import { fpingPinger } from './fping.ts';
import { openIcmp, type Refusal } from './icmp.ts';
import type { IcmpBackend } from './icmp-messages.ts';
import { pingPinger } from './ping.ts';
import type { PingBackend, Pinger } from '../probe.ts';

export type RealBackend = Exclude<PingBackend, 'simulated'>;

/** The ways that a system has, best first. */
export function backendsOf(platform: NodeJS.Platform): readonly RealBackend[] {
  switch (platform) {
    case 'linux':
      return ['icmp-dgram', 'icmp-raw', 'fping', 'ping'];
    case 'darwin':
      return ['icmp-macos', 'fping', 'ping'];
    case 'win32':
      return ['icmp-windows', 'ping'];
    default:
      return ['fping', 'ping'];
  }
}

/** What this host answers itself; a program that cannot ping that cannot ping. */
export const self = '127.0.0.1';
const trialTimeoutMs = 1_000;

/**
 * Opens the best backend that works here: ICMP of our own, else `fping`, else `ping`. With `only`, that one or none.
 * @throws Error when none works; its message is one sentence that says what to do.
 */
export async function openPinger(options: { readonly only?: RealBackend } = {}): Promise<Pinger> {
  const { pinger, refused } = await openFirst(options.only ? [options.only] : backendsOf(process.platform));
  if (pinger) return pinger;
  throw new Error(options.only ? `Pinging by ${options.only} does not work here: ${refused.map(r => r.reason).join(' ')}` : `This host lets the console ping in no way; ${wayOut()}`);
}

/** Opens the first of the candidates that works. `refused` says why for each that was tried in vain. */
export async function openFirst(candidates: readonly RealBackend[]): Promise<{ readonly pinger: Pinger | null; readonly refused: readonly Refusal[] }> {
  const icmp = candidates.filter(isIcmp);
  const opened = icmp.length > 0 ? await openIcmp(icmp) : { pinger: null, refused: [] };
  const refused: Refusal[] = [...opened.refused];
  if (opened.pinger) {
    const { backend } = opened.pinger;
    if (backend !== 'icmp-macos' && backend !== 'icmp-windows') return opened;
    // These were never run by those who wrote them.
    const reason = await answerOf(opened.pinger);
    if (reason === null) return opened;
    await opened.pinger.close();
    refused.push({ backend, reason });
  }
  for (const backend of candidates) {
    if (isIcmp(backend)) continue;
    const reason = await trial(backend);
    if (reason === null) return { pinger: backend === 'fping' ? fpingPinger(refused) : pingPinger(refused), refused };
    refused.push({ backend, reason });
  }
  return { pinger: null, refused };
}

const isIcmp = (backend: RealBackend): backend is IcmpBackend => backend.startsWith('icmp-');

/** Pings this host once with the backend; null when that works, else why not and what would help. */
async function trial(backend: 'fping' | 'ping'): Promise<string | null> {
  const pinger = backend === 'fping' ? fpingPinger([]) : pingPinger([]);
  const said = await answerOf(pinger);
  await pinger.close();
  if (said === null) return null;
  const help = process.platform === 'linux' ? helpWith(backend, said) : null;
  return help === null ? said : `${said.replace(/\.$/, '')}; ${help}`;
}

/** Null when this host answers itself, else what came instead. A way of pinging that opens and hears nothing would call every device down. */
async function answerOf(pinger: Pinger): Promise<string | null> {
  const outcome = await pinger.ping(self, trialTimeoutMs);
  if (outcome.kind === 'reply') return null;
  return 'reason' in outcome ? outcome.reason : `${pinger.backend} got no answer from this host itself.`;
}

function helpWith(backend: 'fping' | 'ping', said: string): string | null {
  if (said.includes('not installed')) return `to install it run: sudo apt-get install ${packages[backend]}`;
  if (/must run as root|permission denied|not permitted/i.test(said)) return `to permit it run: sudo setcap cap_net_raw+ep "$(command -v ${backend})"`;
  return null;
}

const packages = { fping: 'fping', ping: 'iputils-ping' } as const;

const wayOut = (): string =>
  process.platform === 'linux'
    ? 'open ICMP sockets to its user (sudo sysctl -w net.ipv4.ping_group_range="0 2147483647") or install fping (sudo apt-get install fping), then start it again.'
    : 'install the ping program that comes with the system, then start it again.';
