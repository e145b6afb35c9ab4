/** How right our round-trip times are: against hosts whose delay is known, and against fping on the same hosts, taking turns. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openPinger } from '../electron/engine/probes/ping/pinger.ts';
import { median, quantile, report } from './support/figure.ts';
import { runFping } from './support/fping.ts';
import { needLab } from './support/need-lab.ts';
import { startSlowHosts } from './support/slow-hosts.ts';

const hosts = 1_000;
const runs = 11;
const timeoutMs = 1_000;
/** A thousand a second, in turns as the poller takes them; fping sends as many with `-i 1`. */
const turnMs = 50;
const perTurn = 50;
/** fping prints shorter times to 10 us, longer ones to 100 us: only the former can be compared. */
const printedFinelyUs = 9_900;

needLab();
const slow = await startSlowHosts(hosts);
const folder = mkdtempSync(join(tmpdir(), 'ward-bench-'));
const list = join(folder, 'addresses');
writeFileSync(list, `${slow.addresses.join('\n')}\n`);
const pinger = await openPinger();
try {
  await ours();
  const all: number[] = [];
  const fine: number[] = [];
  const fpings: number[] = [];
  for (let run = 0; run < runs; run++) {
    const mine = await ours();
    all.push(errorP95Us(mine, Infinity));
    fine.push(errorP95Us(mine, printedFinelyUs));
    fpings.push(errorP95Us((await runFping(list, 1, 1)).rttUs, printedFinelyUs));
  }
  report({ name: 'icmp_rtt_err_p95_us', value: median(all), unit: `us (${pinger.backend}, ${hosts} hosts of 5 to 50 ms)` }, { atMost: 200 });
  report({ name: 'icmp_rtt_err_p95_us_fping', value: median(fpings), unit: 'us (hosts below 10 ms)' });
  report({ name: 'icmp_rtt_err_ratio_fping', value: median(fine) / median(fpings), unit: 'x (hosts below 10 ms)', peer: 'fping -i1 -C1' }, { atMost: 1.2 });
} finally {
  await pinger.close();
  await slow.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function ours(): Promise<ReadonlyMap<string, number>> {
  const rttUs = new Map<string, number>();
  const asked: Promise<void>[] = [];
  const began = performance.now();
  for (let first = 0; first < slow.addresses.length; first += perTurn) {
    for (const address of slow.addresses.slice(first, first + perTurn)) {
      asked.push(pinger.ping(address, timeoutMs).then(outcome => {
        if (outcome.kind === 'reply') rttUs.set(address, outcome.rttUs);
      }));
    }
    await pause(Math.max(0, began + (first / perTurn + 1) * turnMs - performance.now()));
  }
  await Promise.all(asked);
  return rttUs;
}

/** How far the measured times are from the truth, of the hosts whose delay is below `belowUs`. */
function errorP95Us(rttUs: ReadonlyMap<string, number>, belowUs: number): number {
  if (rttUs.size < hosts * 0.999) throw new Error(`only ${rttUs.size} of ${hosts} hosts were heard: the figures would not mean anything`);
  return quantile([...rttUs].filter(([address]) => (slow.delayUs.get(address) ?? 0) < belowUs).map(([address, us]) => Math.abs(us - (slow.delayUs.get(address) ?? 0))), 0.95);
}
