/** Asks for the address of one host name: name servers first, then the system, which also knows the names in its own file. */
import { lookup, Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { quoted } from '../checks/check.ts';
import { codeOf } from '../checks/network-error.ts';

/** At least one address, those to be preferred first; `lifeMs` is how long that holds. Or one sentence. */
export type NameAnswer = { readonly kind: 'addresses'; readonly addresses: readonly [string, ...string[]]; readonly lifeMs: number } | { readonly kind: 'failed'; readonly reason: string };

/** Never rejects, and settles in bounded time. */
export type NameLookup = (host: string) => Promise<NameAnswer>;

/** Two tries, the second of twice the time. */
const serverTimeoutMs = 1_500;
const systemTimeoutMs = 8_000;
/** The system's lookups hold a thread each, of the four that also read files. */
const mostInSystem = 2;
/** Of an answer that tells no time to live. */
const systemLifeMs = 60_000;

/** What this computer itself knows of a name; empty for nothing. Rejects as `dns.lookup` does. */
type OwnLookup = (host: string) => Promise<readonly string[]>;

/** `servers` replaces those of this computer, as "127.0.0.1:5353"; `own` what it knows beside them; `hostsFile` the text of its own file of names. */
type LookupParts = { readonly servers?: readonly string[]; readonly own?: OwnLookup; readonly hostsFile?: () => Promise<string> };

/** Asks the name servers, then what this computer knows beside them. */
export function nameLookup({ servers, own = ownAddresses, hostsFile = ownHostsFile }: LookupParts = {}): NameLookup {
  const inSystem = lane(mostInSystem, systemTimeoutMs);
  return async host => {
    // Made anew each time: a laptop's name servers change with its network.
    const resolver = new Resolver({ timeout: serverTimeoutMs, tries: 2 });
    if (servers) resolver.setServers(servers);
    const four = await records(() => resolver.resolve4(host, { ttl: true }));
    if (typeof four !== 'string') return four;
    const six = four === 'ENODATA' ? await records(() => resolver.resolve6(host, { ttl: true })) : four;
    if (typeof six !== 'string') return six;
    // The system would wait for the same silent servers, and hold up the names that only it knows; its file is read without it. Names without a dot it asks the neighbours for.
    const known = silences.has(six) && host.includes('.') ? await ownAnswer(async () => addressesIn(await hostsFile(), host), host) : await inSystem(() => ownAnswer(own, host));
    return known ?? { kind: 'failed', reason: `The name ${quoted(host)} could not be resolved (${reasonFor(six)}).` };
  };
}

type AddressRecord = { readonly address: string; readonly ttl: number };

/** The answer, or the resolver's code for why there is none. */
async function records(ask: () => Promise<readonly AddressRecord[]>): Promise<NameAnswer | string> {
  try {
    const found = await ask();
    const [first, ...others] = found.map(record => record.address);
    return first === undefined ? 'ENODATA' : { kind: 'addresses', addresses: [first, ...others], lifeMs: Math.min(...found.map(record => record.ttl)) * 1_000 };
  } catch (error) {
    const code = codeOf(error);
    return code === '' ? 'EBADNAME' : code;
  }
}

const ownAddresses: OwnLookup = async host => (await lookup(host, { all: true, order: 'ipv4first' })).map(each => each.address);

/** What servers that are silent, or whose own servers are, make of a question. */
const silences = new Set(['ETIMEOUT', 'ESERVFAIL']);

const ownHostsFile = (): Promise<string> => readFile(process.platform === 'win32' ? join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'drivers', 'etc', 'hosts') : '/etc/hosts', 'utf8');

/** Lines of an address and its names, whose case does not matter; what follows a "#" is a remark. IPv4 first. */
function addressesIn(hostsFile: string, host: string): string[] {
  const lines = hostsFile.split(/\r?\n/).map(line => line.replace(/#.*/, '').trim().toLowerCase().split(/\s+/));
  const found = lines.flatMap(([address = '', ...names]) => (isIP(address) !== 0 && names.includes(host.toLowerCase()) ? [address] : []));
  return found.toSorted((a, b) => isIP(a) - isIP(b));
}

/** Null when the system does not know it either: why not, the name servers have told better. */
async function ownAnswer(own: OwnLookup, host: string): Promise<NameAnswer | null> {
  try {
    // An address with a zone means something only on one link of this computer.
    const [first, ...others] = (await own(host)).filter(address => !address.includes('%'));
    return first === undefined ? null : { kind: 'addresses', addresses: [first, ...others], lifeMs: systemLifeMs };
  } catch {
    return null;
  }
}

/** Runs at most so many works at a time, the others in their turn; null for one that is not done, or not begun, in time. One that hangs keeps its place: it holds a thread. */
function lane(most: number, patienceMs: number): <T>(work: () => Promise<T>) => Promise<T | null> {
  let underWay = 0;
  const waiting = new Set<() => void>();
  const next = (): void => {
    for (const start of waiting) {
      if (underWay >= most) return;
      waiting.delete(start);
      underWay++;
      start();
    }
  };
  return work =>
    new Promise((resolve, reject) => {
      const deadline = setTimeout(() => {
        waiting.delete(start);
        resolve(null);
      }, patienceMs).unref();
      const start = (): void => {
        work().then(resolve, reject).finally(() => {
          underWay--;
          clearTimeout(deadline);
          next();
        });
      };
      waiting.add(start);
      next();
    });
}

function reasonFor(code: string): string {
  switch (code) {
    case 'ENOTFOUND':
      return 'no such name';
    case 'ENODATA':
      return 'it has no address';
    case 'ETIMEOUT':
    case 'ECONNREFUSED':
      return 'no name server answers';
    case 'ESERVFAIL':
      return 'the name server failed';
    case 'EREFUSED':
      return 'the name server refuses to say';
    case 'EBADNAME':
      return 'it is not a valid name';
    default:
      return code;
  }
}
