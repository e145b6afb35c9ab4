/** The further checks in a network namespace made by the test: no route, a neighbour that is not there, a link that is cut. Needs root on Linux. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** A host where the test cannot run skips it, and says why; on the build server that is a failure. */
const required = process.env['CI'] === 'true';

/** 192.0.2.0/24 swallows everything, 198.51.100.9 is a neighbour that is not there; beyond is no route. Nothing leaves the namespace. */
const space = `ward-checks-${process.pid}`;
const layOut = [
  `ip netns add ${space}`,
  `ip -n ${space} link set lo up`,
  // Asks no neighbour; the other end forwards nothing.
  `ip -n ${space} link add swallow arp off type veth peer name void`,
  `ip -n ${space} address add 192.0.2.1/24 dev swallow`,
  `ip -n ${space} link set swallow up`,
  `ip -n ${space} link set void up`,
  `ip -n ${space} link add out type veth peer name end`,
  `ip -n ${space} address add 198.51.100.1/24 dev out`,
  `ip -n ${space} link set out up`,
  `ip -n ${space} link set end up`,
];

function command(line: string): void {
  const [name = '', ...args] = line.split(' ');
  execFileSync(name, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

const run = promisify(execFile);

let noNamespace: string | null = null;
beforeAll(() => {
  try {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) throw new Error('Network namespaces need root on Linux.');
    for (const line of layOut) command(line);
  } catch (error) {
    noNamespace = error instanceof Error ? error.message : String(error);
    if (required) throw error;
  }
});
afterAll(() => {
  if (existsSync(`/run/netns/${space}`)) command(`ip netns delete ${space}`);
});

const here = (file: string): string => JSON.stringify(new URL(file, import.meta.url).href);

/** Runs `body` in the namespace with a `said` that gives kind and sentence of any check; returns what it prints, read as JSON. */
async function inNamespace(body: string): Promise<unknown> {
  const script = `
    import { execFileSync } from 'node:child_process';
    import { CheckInput } from ${here('../../../../shared/model/check.ts')};
    import { tcpProbe } from ${here('./tcp.ts')};
    import { httpProbe } from ${here('./http.ts')};
    import { dnsProbe } from ${here('./dns.ts')};
    import { openSnmpProber } from ${here('../snmp/snmp.ts')};
    import { snmpProbe } from ${here('../snmp/snmp-value.ts')};
    const names = { lookUp: host => Promise.resolve({ kind: 'address', address: host }) };
    const prober = await openSnmpProber();
    const probes = { tcp: tcpProbe, http: httpProbe({ names, now: () => Date.now(), authorities: [] }), dns: dnsProbe({ names }), snmp: snmpProbe(prober) };
    const said = async (address, check, timeoutMs = 500) => {
      const { kind, message } = await probes[check.kind](CheckInput.parse(check), { address, host: address, community: 'made-up', snmpPort: 161 }, { timeoutMs, signal: new AbortController().signal });
      return kind + ': ' + message;
    };
    const all = [{ kind: 'tcp', port: 80 }, { kind: 'http', url: 'http:///' }, { kind: 'dns', query: 'atm1.example' }, { kind: 'snmp', oid: '1.3.6.1.2.1.1.3.0' }];
    ${body}
    await prober.close();`;
  const { stdout } = await run('ip', ['netns', 'exec', space, process.execPath, '--input-type=module', '-e', script], { timeout: 15_000 });
  const printed: unknown = JSON.parse(stdout);
  return printed;
}

describe('the further checks', () => {
  test('say of a network that this computer has no way to that this is no fault of the device', async ({ skip }) => {
    if (noNamespace !== null) return skip(noNamespace);
    const none = 'This computer has no route to that network.';
    expect(await inNamespace(`console.log(JSON.stringify(await Promise.all(all.map(check => said('203.0.113.1', check)))));`)).toEqual([`unknown: ${none}`, `unknown: ${none}`, `unknown: ${none}`, `unknown: SNMP could not be asked: ${none}`]);
  });

  test('fail where nothing answers', async ({ skip }) => {
    if (noNamespace !== null) return skip(noNamespace);
    expect(await inNamespace(`console.log(JSON.stringify(await Promise.all(all.map(check => said('192.0.2.5', check)))));`)).toEqual([
      'failed: Port 80 did not answer within 0.5 s.', 'failed: Port 80 did not answer within 0.5 s.', 'failed: The name server 192.0.2.5 did not answer within 0.5 s.',
      'failed: No SNMP answer: the community may be wrong, or SNMP is blocked for this computer.',
    ]);
  });

  test('fail where the neighbour is not there', async ({ skip }) => {
    if (noNamespace !== null) return skip(noNamespace);
    const gone = 'failed: Port 80 cannot be reached: the network says that the host is unreachable.';
    expect(await inNamespace(`console.log(JSON.stringify(await Promise.all(all.slice(0, 2).map(check => said('198.51.100.9', check, 6_000)))));`)).toEqual([gone, gone]);
  });

  test('that the link is cut under are no fault of the device, and end nothing', async ({ skip }) => {
    if (noNamespace !== null) return skip(noNamespace);
    const script = `
      const asked = Promise.all(all.slice(2).map(check => said('192.0.2.5', check, 900)));
      setTimeout(() => execFileSync('ip', ['link', 'set', 'swallow', 'down']), 100);
      console.log(JSON.stringify(await asked));`;
    expect(await inNamespace(script)).toEqual([expect.stringMatching(/^failed: The name server /), 'unknown: SNMP could not be asked: This computer has no route to that network.']);
  });
});
