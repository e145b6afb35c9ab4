/** Picks the best way to ping that this host allows, and remembers why not a better one. */
import { fpingPinger } from './fping.ts';
import { type IcmpBackend, openIcmp, type Refusal } from './icmp.ts';
import { pingPinger } from './ping.ts';
import type { PingBackend, Pinger } from './probe.ts';

type RealBackend = Exclude<PingBackend, 'simulated'>;

const bestFirst: readonly RealBackend[] = ['icmp-dgram', 'icmp-raw', 'fping', 'ping'];
/** What this host answers itself; a program that cannot ping that cannot ping. */
const self = '127.0.0.1';
const trialTimeoutMs = 1_000;

/**
 * Opens the best backend that works here: ICMP sockets, else `fping`, else `ping`. With `only`, that one or none.
 * @throws Error when none works; its message is one sentence that says what to do.
 */
export async function openPinger(options: { readonly only?: RealBackend } = {}): Promise<Pinger> {
  const candidates = options.only ? [options.only] : bestFirst;
  const icmp = candidates.filter(isIcmp);
  const opened = icmp.length > 0 ? await openIcmp(icmp) : { pinger: null, refused: [] };
  if (opened.pinger) return opened.pinger;
  const refused: Refusal[] = [...opened.refused];
  for (const backend of candidates) {
    if (isIcmp(backend)) continue;
    const reason = await trial(backend);
    if (reason === null) return backend === 'fping' ? fpingPinger(refused) : pingPinger(refused);
    refused.push({ backend, reason });
  }
  throw new Error(options.only ? `Pinging by ${options.only} does not work here: ${refused.map(r => r.reason).join(' ')}` : `This host lets the console ping in no way; ${wayOut()}`);
}

const isIcmp = (backend: RealBackend): backend is IcmpBackend => backend === 'icmp-dgram' || backend === 'icmp-raw';

/** Pings this host once with the backend; null when that works, else why not and what would help. */
async function trial(backend: 'fping' | 'ping'): Promise<string | null> {
  const pinger = backend === 'fping' ? fpingPinger([]) : pingPinger([]);
  const outcome = await pinger.ping(self, trialTimeoutMs);
  await pinger.close();
  if (outcome.kind === 'reply') return null;
  const said = 'reason' in outcome ? outcome.reason : `${backend} got no answer from this host itself.`;
  return said.includes('not installed') && process.platform === 'linux' ? `${said.replace(/\.$/, '')}; to install it run: sudo apt-get install ${packages[backend]}` : said;
}

const packages = { fping: 'fping', ping: 'iputils-ping' } as const;

const wayOut = (): string =>
  process.platform === 'linux'
    ? 'open ICMP sockets to its user (sudo sysctl -w net.ipv4.ping_group_range="0 2147483647") or install fping (sudo apt-get install fping), then start it again.'
    : 'install the ping program that comes with the system, then start it again.';
