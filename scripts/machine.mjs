/** What the tests need from the computer: browser, servers and tools; and a network of their own. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { say, toolEnv } from './setup.mjs';

/** What is looked for, the Debian package that brings it, and what goes without it. */
const needs = [
  { name: 'a browser', programs: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'], debian: 'chromium', without: 'the tests in a browser' },
  { name: 'snmpd', programs: ['snmpd'], debian: 'snmpd', without: 'the tests that ask a real SNMP agent' },
  { name: 'fping', programs: ['fping'], debian: 'fping', without: 'the tests of the fping backend' },
  { name: 'ping', programs: ['ping'], debian: 'iputils-ping', without: 'the tests of the ping backend' },
  { name: 'ip', programs: ['ip'], debian: 'iproute2', without: 'the tests that cut off devices' },
  { name: 'iptables', programs: ['iptables'], debian: 'iptables', without: 'the tests of packets that are rejected' },
  { name: 'nft', programs: ['nft'], debian: 'nftables', without: 'the tests that drop packets' },
];

const isRootOnLinux = process.platform === 'linux' && process.getuid?.() === 0;
const macBrowser = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** The full path of a program on the PATH that tools get, or null. */
function find(program) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  for (const folder of toolEnv().PATH.split(delimiter)) {
    for (const ending of endings) if (existsSync(join(folder, program + ending))) return join(folder, program + ending);
  }
  return null;
}

const findFirst = programs => programs.map(find).find(path => path !== null) ?? null;
const missing = () => needs.filter(need => (need.debian === 'chromium' ? findBrowser() : findFirst(need.programs)) === null);

/** WARD_CHROMIUM, else the first browser of Chromium's kind found here, or null. */
export function findBrowser() {
  return process.env.WARD_CHROMIUM || findFirst(needs[0].programs) || (existsSync(macBrowser) ? macBrowser : null);
}

/** Installs what is missing where that is possible without asking: as root on Debian. Returns a sentence for each thing still missing. */
export function ensureMachine() {
  const wanted = missing().map(need => need.debian);
  if (wanted.length > 0 && isRootOnLinux && find('apt-get') !== null) {
    say(`Installing Debian packages: ${wanted.join(', ')} …`);
    const env = { ...toolEnv(), DEBIAN_FRONTEND: 'noninteractive' };
    for (const args of [['update', '-q'], ['install', '-y', '-q', '--no-install-recommends', ...wanted]]) {
      const { status, stdout, stderr } = spawnSync('apt-get', args, { env, encoding: 'utf8', timeout: 15 * 60_000, maxBuffer: 64 * 1024 * 1024 });
      if (status !== 0) say(`${stdout}${stderr}`.split('\n').slice(-15).join('\n'));
    }
  }
  return missing().map(need => `${need.name} is not here, so ${need.without} are skipped; on Debian: apt-get install ${need.debian}`);
}

/**
 * Makes a network namespace of our own, where tests may send to any 127.x.y.z address and cut it off without touching the computer's network.
 * Returns `{prefix, remove}`: the words that go before a command to run it inside; or `{problem}`, a sentence.
 */
export function makeLab() {
  if (!isRootOnLinux) return { problem: 'the tests that cut off devices need root on Linux (a network namespace) and are skipped' };
  const ip = find('ip');
  if (ip === null) return { problem: 'the tests that cut off devices need the program "ip" and are skipped' };
  removeLeftovers(ip);
  const name = `ward-test-${process.pid}`;
  const remove = () => void spawnSync(ip, ['netns', 'del', name], { timeout: 30_000 });
  const inside = [ip, 'netns', 'exec', name];
  const steps = [
    [ip, 'netns', 'add', name],
    [ip, '-n', name, 'link', 'set', 'lo', 'up'],
    // Unprivileged ICMP sockets, for everybody in there.
    [...inside, 'sh', '-c', 'echo "0 2147483647" > /proc/sys/net/ipv4/ping_group_range'],
  ];
  for (const [program, ...args] of steps) {
    const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: 30_000 });
    if (status === 0) continue;
    remove();
    return { problem: `the tests that cut off devices are skipped: no network namespace can be made here (${String(stderr ?? '').trim()})` };
  }
  return { prefix: inside, remove };
}

/** Namespaces that this project's tests name after their process and that one which was killed has left. */
function removeLeftovers(ip) {
  const { stdout } = spawnSync(ip, ['netns', 'list'], { encoding: 'utf8', timeout: 30_000 });
  for (const [name, pid] of (stdout ?? '').matchAll(/^ward-(?:test|near|far|way|beyond|checks)-(?:\w+-)?(\d+)/gm)) {
    if (!existsSync(join('/proc', pid))) spawnSync(ip, ['netns', 'del', name], { timeout: 30_000 });
  }
}
