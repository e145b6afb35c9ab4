/** Rules rehearsed over thirty days of a thousand devices: how long that takes, and how long it holds the engine's loop. */
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { BranchId, DeviceId } from '../shared/model/ids.ts';
import { builtInRules } from '../electron/engine/alerting/built-in-rules.ts';
import { Estate } from '../electron/engine/alerting/estate.ts';
import { compileRule } from '../electron/engine/alerting/rule.ts';
import { systemClock } from '../electron/engine/clock.ts';
import { Rehearsals } from '../electron/engine/rehearsals.ts';
import { openStore } from '../electron/engine/store/store.ts';
import { report } from './support/figure.ts';
import { seededFolder } from './support/seeded.ts';

const devices = 1_000;
const days = 30;
const dayMs = 86_400_000;
const intervalMs = 10_000;
const asked = ['device-down', 'branch-down', 'high-latency', 'packet-loss'];

const { folder, until, remove } = await seededFolder(devices, days);
const opened = await openStore({ file: join(folder, 'ward-console.db'), onDeath: reason => { throw reason; } });
if (opened.kind !== 'ok') throw new Error(JSON.stringify(opened));
const { store } = opened;
try {
  const estate = new Estate();
  const remembered = await store.remembered();
  const branchIds = new Map(remembered.branches.map(({ publicId, name }) => [name, BranchId.parse(publicId)]));
  const routers = new Set<string>();
  for (const { device } of remembered.devices) {
    const { name, address, type, branch, region, enabled } = device;
    // One of each branch.
    const branchRouter = branch !== null && !routers.has(branch);
    if (branch !== null) routers.add(branch);
    estate.setDevice({
      id: DeviceId.parse(device.publicId), internalId: device.id, name, address, type, branch, region, tags: [], ispLink: false, simulated: false, branchRouter, branchId: branch === null ? null : (branchIds.get(branch) ?? null), enabled,
      intervalMs, timeoutMs: 1_000, samplesPerS: 1_000 / intervalMs,
    });
  }
  const rehearsals = new Rehearsals({ store, clock: systemClock, estate, rules: () => builtInRules.map(rule => compileRule(rule, 5)), flapChanges: () => 5 });
  for (const rule of builtInRules.filter(({ id }) => asked.includes(id))) {
    const { id, builtIn: _builtIn, ...input } = rule;
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const began = performance.now();
    const { subjects, firings, byFor, limits } = await rehearsals.rehearse({ rule: input, id, from: until - days * dayMs, to: until }, new AbortController().signal);
    const tookMs = performance.now() - began;
    delay.disable();
    const fired = byFor.find(({ forMs }) => forMs === rule.forMs)?.fired ?? firings.length;
    report({ name: `rehearsal_${id.replaceAll('-', '_')}_1000_devices_30d_s`, value: tookMs / 1_000, unit: `s, ${subjects} things (${Math.round(subjects / (tookMs / 1_000))} a second), fired ${fired} times; loop held ${(delay.percentile(99) / 1e6).toFixed(1)} ms at the 99th percentile, ${(delay.max / 1e6).toFixed(1)} ms at most${limits === null ? '' : `. ${limits}`}` });
  }
} finally {
  await store.close();
  remove();
}
