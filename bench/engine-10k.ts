/** What ten thousand real devices on loopback cost, every 10 s, with a window open: the whole engine, all its threads. */
import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { startHeadless } from '../e2e/support/headless.ts';
import { folderWithDevices } from './support/data-folder.ts';
import { median, report } from './support/figure.ts';
import { cpuMsOf, rssMbOf } from './support/process-usage.ts';
import { openWindow, until } from './support/window.ts';

const devices = 10_000;
/** Two probes a device every 10 s are 2,000. */
const leastProbesPerS = 1_950;
const upWithinMs = 40_000;
/** Then code is compiled and the heap has found its size. */
const warmUpMs = 20_000;
const watchedMs = 60_000;
const sampleEveryMs = 1_000;

const folder = await folderWithDevices(devices);
const headless = await startHeadless(folder);
const pid = headless.child.pid ?? 0;
try {
  const window = await openWindow(folder);
  await until('every device is up', upWithinMs, () => window.health('fleet')?.up === devices);
  await pause(warmUpMs);

  const rssMb: number[] = [];
  /** Each is the p99 of one second. */
  const loopDelaysMs: number[] = [];
  const cpuBeforeMs = cpuMsOf(pid);
  const began = performance.now();
  while (performance.now() - began < watchedMs) {
    await pause(sampleEveryMs);
    rssMb.push(rssMbOf(pid));
    loopDelaysMs.push(window.health('engine')?.loopDelayP99Ms ?? Number.NaN);
  }
  const cpuPct = ((cpuMsOf(pid) - cpuBeforeMs) / (performance.now() - began)) * 100;
  const polling = window.health('polling');
  if (!polling || polling.probesPerS < leastProbesPerS) throw new Error(`only ${polling?.probesPerS ?? 0} probes/s were sent: the figures would not mean anything`);
  report({ name: 'engine_cpu_10k_10s_pct', value: cpuPct, unit: `% of a core (${polling.backend}, ${Math.round(polling.probesPerS)} probes/s)` }, { atMost: 10 });
  report({ name: 'engine_rss_10k_mb', value: Math.max(...rssMb), unit: 'MB' }, { atMost: 300 });
  // A second has fifty samples of the loop: its p99 is its worst, and the middle one of sixty is about the p99 of the minute.
  report({ name: 'loop_delay_p99_ms', value: median(loopDelaysMs), unit: 'ms' }, { atMost: 20 });
  report({ name: 'loop_delay_max_ms', value: Math.max(...loopDelaysMs), unit: 'ms' });
  report({ name: 'missed_checks_10k', value: polling.missedChecks, unit: 'checks since the start' }, { atMost: 0 });
  window.close();
} finally {
  await headless.stop();
  rmSync(folder, { recursive: true, force: true });
}
