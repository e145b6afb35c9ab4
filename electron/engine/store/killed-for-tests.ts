/**
 * A store under load that waits to be killed: a program of its own, started by kills-for-tests.ts. Its time runs twelve thousand times as fast, so that hours are folded, days summed up and
 * old ones dropped while it lives. Each line on stdout is a promise: what it says was acknowledged by the store.
 */
import { writeSync } from 'node:fs';
import type { AlertRow } from '../../../shared/model/alert.ts';
import { alert } from './alert-for-tests.ts';
import { AlertId, DeviceId } from '../../../shared/model/ids.ts';
import { samplePlan as plan, uuidOf, type Told } from './kill-plan-for-tests.ts';
import { newCopyControl, removeDatabase } from './copy.ts';
import type { DeviceWrite } from './devices.ts';
import { openStore } from './store.ts';

const [file = '', firstTick = '0', firstCommand = '0'] = process.argv.slice(2);
const pauseMs = 5;
const commandPauseMs = 20;
const copyPauseMs = 150;
const kept = { rawDays: 2, fiveMinDays: 2, hourDays: 31 };
let tick = Number(firstTick);

const tell = (told: Told): void => void writeSync(1, `${JSON.stringify(told)}\n`);
const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
const now = (): number => plan.at(tick);

const opened = await openStore({ file, onDeath: reason => { throw reason; } });
if (opened.kind !== 'ok') throw new Error(JSON.stringify(opened));
const { store } = opened;
if (tick === 0) await store.write('insertDevices', Array.from({ length: plan.devices }, (_, i) => newDevice(1_000_000 + i)));
await Promise.all([push(), drain(), command(Number(firstCommand)), fold(), closeAndDrop(), copyAway()]);

/** Ticks come whether the last one is written or not, as in the product. */
async function push(): Promise<never> {
  for (; ; tick++) {
    const count = plan.devices;
    const columns = { deviceId: Int32Array.from({ length: count }, (_, i) => i + 1), at: new Float64Array(count).fill(now()), outcome: new Uint8Array(count), rttUs: Int32Array.from({ length: count }, (_, i) => plan.value(i + 1, tick)) };
    tell({ kind: 'pushed', tick, atMs: Date.now() });
    store.writeTick({ at: now(), samples: columns, values: [], interfaces: [], stateChanges: [], alerts: [], snmp: [], journal: [], checks: [] });
    await pause(pauseMs);
  }
}

async function drain(): Promise<never> {
  for (;;) {
    const upTo = tick - 1;
    await store.ticksWritten();
    if (upTo >= 0) tell({ kind: 'written', tick: upTo });
    await pause(1);
  }
}

async function command(first: number): Promise<never> {
  for (let n = first; ; n++) {
    await store.write('settings', { crash: String(n) });
    tell({ kind: 'setting', n });
    await store.write('insertDevices', [newDevice(n)]);
    tell({ kind: 'device', n });
    await store.write('alertWork', [alertOf(n)], [], []);
    tell({ kind: 'acknowledged', n });
    await pause(commandPauseMs);
  }
}

async function fold(): Promise<never> {
  for (; ; await pause(pauseMs)) {
    const { folded, left } = await store.write('fold', now());
    if (folded > 0 && !left) while (await store.write('purge'));
  }
}

async function closeAndDrop(): Promise<never> {
  for (; ; await pause(pauseMs)) {
    await toTheEnd(after => store.write('closeDays', after, now()));
    await toTheEnd(after => store.write('expire', kept, after, now()));
    await store.write('giveBack', 0);
  }
}

async function copyAway(): Promise<never> {
  for (; ; await pause(copyPauseMs)) {
    removeDatabase(`${file}.copy`);
    await store.copyTo(`${file}.copy`, newCopyControl());
  }
}

async function toTheEnd(step: (after: number) => Promise<{ readonly next: number | null }>): Promise<void> {
  for (let after: number | null = 0; after !== null; ) ({ next: after } = await step(after));
}

function newDevice(n: number): DeviceWrite {
  return {
    device: {
      publicId: uuidOf(n), name: `Device ${n}`, address: '127.0.0.1', type: 'other', branch: 'Kvareli', region: null, vendor: null, model: null, location: null, notes: null, intervalMs: null, timeoutMs: null, enabled: true,
      snmpPort: 161, pingEnabled: true, probesPerInterval: null, payloadBytes: null, dscp: null, dontFragment: false, canary: false, branchRouter: false, parentIds: [], parentsNeeded: 'any', tags: [], ispLink: false, simulated: false, createdAt: 1, updatedAt: 1,
    },
  };
}

function alertOf(n: number): AlertRow {
  return alert(n, { id: AlertId.parse(uuidOf(n)), subject: { kind: 'device', deviceId: DeviceId.parse(uuidOf(n)) }, acknowledgedAt: n, acknowledgedBy: 'operator', note: `note ${n}` });
}
