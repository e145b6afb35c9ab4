/** How fast and how cheaply we ping: our own pinger flat out against fping, on the same addresses, taking turns. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPinger } from '../electron/engine/probes/ping/pinger.ts';
import type { Pinger } from '../electron/engine/probes/probe.ts';
import { runFping } from './support/fping.ts';
import { median, report } from './support/figure.ts';

const addresses = Array.from({ length: 10_000 }, (_, i) => `127.41.${(i + 1) >> 8}.${(i + 1) & 255}`);
const timeoutMs = 1_000;
/** The first are for the compiler. */
const warmUps = 3;
const runs = 9;
/** So many pings an address: in one pass fping's start counts, in five it hardly does. */
const passesOf = { once: 1, long: 5 } as const;

type Run = { readonly perS: number; readonly cpuUs: number };

const folder = mkdtempSync(join(tmpdir(), 'ward-bench-'));
const list = join(folder, 'addresses');
writeFileSync(list, `${addresses.join('\n')}\n`);
const pinger = await openPinger();
try {
  for (let i = 0; i < warmUps; i++) await ours(pinger, passesOf.once);
  const once = await compare(passesOf.once);
  const long = await compare(passesOf.long);
  const unit = `pings/s (${pinger.backend}, ${addresses.length} addresses)`;
  report({ name: 'icmp_rate', value: once.ours.perS, unit });
  report({ name: 'icmp_rate_fping', value: once.fping.perS, unit: 'pings/s' });
  report({ name: 'icmp_rate_ratio_fping', value: once.ours.perS / once.fping.perS, unit: 'x', peer: 'fping -i0 -C1' }, { atLeast: 1.5 });
  report({ name: 'icmp_cpu_us', value: once.ours.cpuUs, unit: 'us a ping, all threads' });
  report({ name: 'icmp_cpu_us_fping', value: once.fping.cpuUs, unit: 'us a ping' });
  report({ name: 'icmp_cpu_ratio_fping', value: once.ours.cpuUs / once.fping.cpuUs, unit: 'x', peer: 'fping -i0 -C1' }, { atMost: 0.7 });
  report({ name: 'icmp_rate_ratio_fping_long', value: long.ours.perS / long.fping.perS, unit: 'x', peer: 'fping -i0 -p1 -C5' });
  report({ name: 'icmp_cpu_ratio_fping_long', value: long.ours.cpuUs / long.fping.cpuUs, unit: 'x', peer: 'fping -i0 -p1 -C5' });
} finally {
  await pinger.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Medians of runs that take turns, so that both meet the same neighbours. */
async function compare(passes: number): Promise<{ readonly ours: Run; readonly fping: Run }> {
  const mine: Run[] = [];
  const peers: Run[] = [];
  for (let run = 0; run < runs; run++) {
    mine.push(await ours(pinger, passes));
    peers.push(await fpings(passes));
  }
  const middle = (of: readonly Run[]): Run => ({ perS: median(of.map(run => run.perS)), cpuUs: median(of.map(run => run.cpuUs)) });
  return { ours: middle(mine), fping: middle(peers) };
}

/** Every address `passes` times, with never more than one ping of each under way. */
async function ours(by: Pinger, passes: number): Promise<Run> {
  const cpuBefore = process.cpuUsage();
  const began = performance.now();
  let replies = 0;
  await Promise.all(addresses.map(async address => {
    for (let pass = 0; pass < passes; pass++) if ((await by.ping(address, timeoutMs)).kind === 'reply') replies++;
  }));
  const wallMs = performance.now() - began;
  const { user, system } = process.cpuUsage(cpuBefore);
  return asRun(replies, passes, wallMs, user + system);
}

async function fpings(passes: number): Promise<Run> {
  const { replies, wallMs, cpuUs } = await runFping(list, passes, 0);
  return asRun(replies, passes, wallMs, cpuUs);
}

function asRun(replies: number, passes: number, wallMs: number, cpuUs: number): Run {
  const sent = addresses.length * passes;
  // A few may be lost to a busy machine; more, and the two did not do the same work.
  if (replies < sent * 0.999) throw new Error(`only ${replies} of ${sent} pings were answered: the figures would not mean anything`);
  return { perS: (sent / wallMs) * 1_000, cpuUs: cpuUs / sent };
}
