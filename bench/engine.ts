/** What the engine costs with 1,000 real devices on loopback, and how quickly it answers. */
import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { callerOf, rowsOf } from '../e2e/support/caller.ts';
import { startHeadless } from '../e2e/support/headless.ts';
import { folderWithDevices } from './support/data-folder.ts';
import { median, report } from './support/figure.ts';
import { cpuMsOf, rssMbOf } from './support/process-usage.ts';

const devices = 1_000;
/** Long enough for every device to have been probed many times, and for the heap to have found its size. */
const watchedMs = 60_000;
const sampleEveryMs = 5_000;

const folder = await folderWithDevices(devices);
const headless = await startHeadless(folder);
const pid = headless.child.pid ?? 0;
try {
  const caller = await callerOf(folder);
  const rssMb: number[] = [];
  const cpuBefore = cpuMsOf(pid);
  for (let waitedMs = 0; waitedMs < watchedMs; waitedMs += sampleEveryMs) {
    await pause(sampleEveryMs);
    rssMb.push(rssMbOf(pid));
  }
  const cpuPct = ((cpuMsOf(pid) - cpuBefore) / watchedMs) * 100;
  const fleet = (await rowsOf(caller.client, 'system.health')).find(row => row.id === 'fleet');
  if (fleet?.up !== devices) throw new Error(`only ${fleet?.up ?? 0} of ${devices} devices are up: the figures would not mean anything`);
  // The last half: what it settles at, not what it passes through.
  report({ name: 'engine_rss_mb_1000', value: Math.max(...rssMb.slice(rssMb.length / 2)), unit: 'MB' }, { atMost: 150 });
  report({ name: 'engine_cpu_pct_1000', value: cpuPct, unit: '% of a core' });

  const roundTripsMs: number[] = [];
  for (let i = 0; i < 500; i++) {
    const began = performance.now();
    await caller.client.ask('system.hello', {});
    roundTripsMs.push(performance.now() - began);
  }
  report({ name: 'hello_rtt_ms', value: median(roundTripsMs), unit: 'ms' });
  caller.close();
} finally {
  await headless.stop();
  rmSync(folder, { recursive: true, force: true });
}
