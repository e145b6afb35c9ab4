/** How quickly a failure is known, and whether anything else is called down: ten thousand devices, a hundred of them cut off at random moments. Before that, cold starts. */
import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { startHeadless } from '../e2e/support/headless.ts';
import { cutOff } from '../e2e/support/lab.ts';
import { addressOf } from '../e2e/support/page.ts';
import { folderWithDevices } from './support/data-folder.ts';
import { median, medianOf, report } from './support/figure.ts';
import { needLab } from './support/need-lab.ts';
import { randomFrom } from './support/random.ts';
import { openWindow, until } from './support/window.ts';

const devices = 10_000;
const cuts = 100;
/** Several times the interval, so that the cuts fall anywhere in it. */
const cutOverMs = 45_000;
const upWithinMs = 40_000;
/** So long is the last one waited for; later is as bad as never. */
const lastWithinMs = 20_000;
const settleMs = 15_000;

const coldDevices = 1_000;
const coldStarts = 3;
const coldWithinMs = 60_000;

needLab();
// In this order: what is cut off stays so.
await coldStart();
await detect();

async function detect(): Promise<void> {
  const folder = await folderWithDevices(devices);
  const headless = await startHeadless(folder);
  try {
    /** By address: when it was cut, and when the window was first told that it is down. Of this process's clock. */
    const cutMs = new Map<string, number>();
    const toldMs = new Map<string, number>();
    const window = await openWindow(folder, rows => {
      for (const row of rows) if (row.state === 'down' && !toldMs.has(row.address)) toldMs.set(row.address, performance.now());
    });
    await until('every device is up', upWithinMs, () => window.health('fleet')?.up === devices);
    await pause(settleMs);

    const random = randomFrom(20_261);
    const chosen = new Set<string>();
    while (chosen.size < cuts) chosen.add(addressOf(1 + Math.floor(random() * devices)));
    const moments = Array.from({ length: cuts }, () => random() * cutOverMs).sort((a, b) => a - b);
    const began = performance.now();
    for (const [i, address] of [...chosen].entries()) {
      await pause(Math.max(0, began + (moments[i] ?? 0) - performance.now()));
      // Taken before the cut is made: never too short.
      cutMs.set(address, performance.now());
      cutOff(address);
    }
    await until('every device that was cut off is down', lastWithinMs, () => [...chosen].every(address => toldMs.has(address)));
    // A failure that is nobody's would be told by then too.
    await pause(settleMs);

    const tookMs = [...cutMs].map(([address, ms]) => (toldMs.get(address) ?? Infinity) - ms);
    report({ name: 'detect_ms_p50', value: median(tookMs), unit: `ms (${cuts} of ${devices} devices)` });
    report({ name: 'detect_ms_max', value: Math.max(...tookMs), unit: 'ms' }, { atMost: 10_000 });
    const falseDowns = [...toldMs].filter(([address, ms]) => ms < (cutMs.get(address) ?? Infinity)).length;
    report({ name: 'detect_false_downs', value: falseDowns, unit: 'devices' }, { atMost: 0 });
    window.close();
  } finally {
    await headless.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** From the start of the process until the window knows of each device an answer of this run. */
async function coldStart(): Promise<void> {
  const folder = await folderWithDevices(coldDevices);
  try {
    const checkedS = await medianOf(coldStarts, async () => {
      const startedAt = Date.now();
      const headless = await startHeadless(folder);
      try {
        const answered = new Set<string>();
        const window = await openWindow(folder, rows => {
          for (const row of rows) if (row.state === 'up' && (row.lastCheckAt ?? 0) >= startedAt) answered.add(row.id);
        });
        await until('every device has answered', coldWithinMs, () => answered.size === coldDevices);
        window.close();
        return (Date.now() - startedAt) / 1_000;
      } finally {
        await headless.stop();
      }
    });
    report({ name: 'all_checked_once_1000_s', value: checkedS, unit: 's' }, { atMost: 12 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
