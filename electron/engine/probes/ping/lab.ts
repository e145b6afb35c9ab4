/** For tests: two network namespaces, whose addresses fall silent, refuse, or lead nowhere. Needs root on Linux; nothing leaves them. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

/** A host where such a test cannot run skips it, and says why; on the build server that is a failure. */
const required = process.env['CI'] === 'true';
const run = promisify(execFile);

/**
 * `near`, where the pinger runs, and `far`, its router.
 * 127.0.0.66 is silent, 127.0.0.67 refuses, 127.0.0.68 may not be sent to; fd00::66 and fd00::67, this host's own, are silent and refuse. By the router: 192.0.2.5 answers, 192.0.2.66 is
 * swallowed, 203.0.113.1 has no route there, and 198.51.100.9 does not exist on the wire. Routes of `near` itself discard 192.0.2.70, prohibit 192.0.2.71 and call 192.0.2.72 unreachable.
 * 127.0.0.69 and fd00::69 hear only requests with code point 46 and 1,400 bytes of payload. Behind the router, 192.0.2.90 and fd00:2::90 lie on a way of 1,300 bytes.
 * The system's own answers from 127.0.0.96/27 are dropped: there a `Forger` is the host.
 */
class Lab {
  readonly near: string;
  readonly #far: string;

  constructor(name: string) {
    this.near = `ward-near-${name}-${process.pid}`;
    this.#far = `ward-far-${name}-${process.pid}`;
    for (const line of layOut(this.near, this.#far)) command(line);
  }

  remove(): void {
    for (const name of [this.near, this.#far]) if (existsSync(`/run/netns/${name}`)) command(`ip netns delete ${name}`);
  }

  /** Runs a command line in the near namespace. */
  near$(line: string): void {
    command(`ip netns exec ${this.near} ${line}`);
  }

  /** Lets every user of the near namespace open ICMP sockets. */
  openToAll(): void {
    execFileSync('ip', ['netns', 'exec', this.near, 'sysctl', '-qw', 'net.ipv4.ping_group_range=0 2147483647'], { stdio: 'ignore' });
  }

  /** Runs `body` (a module's text; `openPinger` and everything of forger.ts are in scope) in the near namespace and returns what it prints, read as JSON. */
  async print(body: string, withinMs = 20_000): Promise<unknown> {
    const at = (file: string): string => JSON.stringify(new URL(file, import.meta.url).href);
    const script = `import { openPinger } from ${at('./pinger.ts')};\nimport * as forging from ${at('./forger.ts')};\n${body}`;
    const { stdout } = await run('ip', ['netns', 'exec', this.near, process.execPath, '--input-type=module', '-e', script], { timeout: withinMs });
    const printed: unknown = JSON.parse(stdout);
    return printed;
  }

  /** Kind, reason and complainer of one ping to each address at once. */
  ping(only: string, addresses: readonly string[], timeoutMs: number, options?: object): Promise<unknown> {
    return this.print(`
      const pinger = await openPinger({ only: ${JSON.stringify(only)} });
      const outcomes = await Promise.all(${JSON.stringify(addresses)}.map(address => pinger.ping(address, ${timeoutMs}, ${JSON.stringify(options)})));
      await pinger.close();
      console.log(JSON.stringify(outcomes.map(({ kind, reason, from }) => ({ kind, reason, from }))));`);
  }
}

/** Makes the namespaces, named after whoever asks; or the reason why that cannot be done here. */
export function openLab(name: string): Lab | string {
  try {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) throw new Error('Network namespaces need root on Linux.');
    return new Lab(name);
  } catch (error) {
    if (required) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

const layOut = (near: string, far: string): string[] => [
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
  `ip netns exec ${near} iptables -A INPUT -d 127.0.0.69 -m dscp ! --dscp 46 -j DROP`,
  `ip netns exec ${near} iptables -A INPUT -d 127.0.0.69 -m length ! --length 1428 -j DROP`,
  `ip -n ${near} address add fd00::69/128 dev lo nodad`,
  `ip netns exec ${near} ip6tables -A INPUT -d fd00::69 -m dscp ! --dscp 46 -j DROP`,
  `ip netns exec ${near} ip6tables -A INPUT -d fd00::69 -m length ! --length 1448 -j DROP`,
  `ip netns exec ${near} iptables -A OUTPUT -s 127.0.0.96/27 -p icmp --icmp-type echo-reply -m mark ! --mark 1 -j DROP`,
  `ip -n ${near} address add fd00:1::1/64 dev out nodad`,
  `ip -n ${far} address add fd00:1::2/64 dev in nodad`,
  `ip -n ${near} -6 route add fd00:2::/64 via fd00:1::2`,
  `ip netns exec ${far} sysctl -qw net.ipv6.conf.all.forwarding=1 net.ipv6.icmp.ratelimit=0`,
  `ip -n ${far} -6 route add fd00:2::/64 via fd00:1::1 mtu 1300`,
  `ip -n ${far} route add 192.0.2.90 via 198.51.100.1 mtu 1300`,
];

function command(line: string): void {
  const [name = '', ...args] = line.split(' ');
  execFileSync(name, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
