/** The whole engine over its contract, with scripted probes and a clock that is moved by hand; the database is real. For tests: import it, and each test has a folder, a clock and a network of its own. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach } from 'vitest';
import type { Api } from '../../shared/api/index.ts';
import type { AlertRow } from '../../shared/model/alert.ts';
import type { BranchRow } from '../../shared/model/branch.ts';
import type { DeviceRow } from '../../shared/model/device.ts';
import type { HealthRow } from '../../shared/model/health.ts';
import type { JournalRow } from '../../shared/model/observation.ts';
import type { IncidentRow } from '../../shared/model/incident.ts';
import type { MaintenanceRow } from '../../shared/model/maintenance.ts';
import type { MessageRow, TargetRow } from '../../shared/model/notification.ts';
import { RuleInput, type RuleRow } from '../../shared/model/rule.ts';
import type { JobRow } from '../../shared/model/storage.ts';
import { connect, type Client } from '../../shared/rpc/client.ts';
import { AppError, type Batch } from '../../shared/rpc/contract.ts';
import { ManualClock } from './clock.ts';
import { startEngine, type Engine } from './engine.ts';
import type { Delivery, Sent } from './notifying/sender.ts';
import { nodePortPipe } from './pipes.ts';
import { wayTo, type NetworkView } from './probes/own-network.ts';
import type { Pinger, SnmpProber } from './probes/probe.ts';
import type { InterfaceReader, InterfacesOutcome } from './probes/snmp/if-table.ts';
import { noVitals, type VitalsOutcome, type VitalsReader } from './probes/snmp/vitals.ts';
import type { SnmpValueReader } from './probes/snmp/snmp-value.ts';

export let folder: string;
export let clock: ManualClock;
/** Addresses that do not answer now. */
export let silent: Set<string>;
/** This computer's network. */
let view: NetworkView;
export const setNetwork = (now: NetworkView): void => void (view = now);
/** What every device says of its interfaces. */
let say: () => InterfacesOutcome;
export const setInterfaces = (now: () => InterfacesOutcome): void => void (say = now);
/** How every device is. */
let fare: () => VitalsOutcome;
export const setVitals = (now: () => VitalsOutcome): void => void (fare = now);
/** What was sent to recipients, and what became of it. */
export let deliveries: Delivery[];
let answer: (delivery: Delivery) => Sent | Promise<Sent>;
export const setSender = (now: (delivery: Delivery) => Sent | Promise<Sent>): void => void (answer = now);
const running: Engine[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ward-engine-'));
  clock = new ManualClock();
  silent = new Set();
  deliveries = [];
  answer = delivery => {
    deliveries.push(delivery);
    return { kind: 'sent' };
  };
  view = anyNetwork;
  say = () => ({ kind: 'interfaces', interfaces: [], upTimeMs: 90_000, whole: true });
  fare = () => ({ kind: 'vitals', vitals: noVitals, sources: [] });
});
afterEach(async () => {
  for (const engine of running.splice(0)) await engine.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Everything is one hop away. */
export const anyNetwork: NetworkView = {
  interfaces: [{ name: 'eth0', addresses: [{ family: 4, address: Uint8Array.of(198, 51, 100, 2), bits: 24 }] }],
  routes: [{ family: 4, prefix: Uint8Array.of(0, 0, 0, 0), bits: 0, interface: 'eth0', gateway: null, metric: 0 }],
};

export const pinger = (): Pinger => ({
  backend: 'ping',
  refused: [],
  ping: (address, timeoutMs) =>
    new Promise(resolve => {
      const sentAt = clock.now();
      if (!wayTo(view, address)) resolve({ kind: 'not-sent', sentAt, reason: 'This computer has no route to that network.' });
      else if (silent.has(address)) clock.after(timeoutMs, () => resolve({ kind: 'timeout', sentAt }));
      else clock.after(10, () => resolve({ kind: 'reply', sentAt, rttUs: 10_000 }));
    }),
  close: () => Promise.resolve(),
});
export const snmp: SnmpProber & SnmpValueReader & InterfaceReader & VitalsReader = {
  readVitals: () => Promise.resolve(fare()),
  readInterfaces: () => Promise.resolve(say()),
  readValue: () => Promise.resolve({ kind: 'value', value: 7 }),
  readSystem: ({ community }) =>
    Promise.resolve(community === 'first-community' ? { kind: 'answer', sysName: 'kvareli-rtr', sysDescr: 'A router', sysObjectId: '1.3.6.1.4.1.9.1.1', sysUpTimeMs: 90_000 } : { kind: 'no-answer' }),
  close: () => Promise.resolve(),
};

export const canMount = process.platform === 'linux' && process.getuid?.() === 0;

/** A file system of 4 MB for a console; `fill` leaves nothing of it, `free` gives it back. Root on Linux only. */
export async function onSmallDisk(run: (disk: { readonly dataDir: string; fill(): void; free(): void }) => Promise<void>): Promise<void> {
  const dataDir = join(folder, 'small');
  const filler = join(dataDir, 'filler');
  mkdirSync(dataDir);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', dataDir]);
  const fill = (): void => {
    const { bavail, bsize } = statfsSync(dataDir);
    writeFileSync(filler, Buffer.alloc(bavail * bsize));
  };
  const free = (): void => rmSync(filler, { force: true });
  try {
    await run({ dataDir, fill, free });
  } finally {
    free();
    for (const engine of running.splice(0)) await engine.stop();
    execFileSync('umount', [dataDir]);
  }
}

export type Session = { engine: Engine; client: Client<Api>; devices: Map<string, DeviceRow>; alerts: Map<string, AlertRow>; incidents: Map<string, IncidentRow>; health: Map<string, HealthRow>; journal: Map<string, JournalRow>; rules: Map<string, RuleRow>; targets: Map<string, TargetRow>; messages: Map<string, MessageRow>; windows: Map<string, MaintenanceRow>; branches: Map<string, BranchRow>; stop(): Promise<void> };

export const start = (): Promise<Session> => startIn(folder);

/** A console on any folder; `sends: 'really'`: over the network. */
export async function startIn(dataDir: string, sends: 'scripted' | 'really' = 'scripted'): Promise<Session> {
  const engine = await startEngine({ dataDir, version: '0.0.0', dataKey: null, clock, pinger: pinger(), snmp, network: { look: () => view }, ...(sends === 'really' ? {} : { send: (delivery: Delivery) => Promise.resolve(answer(delivery)) }), log: () => {}, checkOutputs: true, onFatal: reason => { throw reason; } });
  running.push(engine);
  const client = clientOf(engine);
  const devices = watch<DeviceRow>(onBatch => client.watch('devices.live', {}, onBatch, fail));
  const alerts = watch<AlertRow>(onBatch => client.watch('alerts.live', {}, onBatch, fail));
  const incidents = watch<IncidentRow>(onBatch => client.watch('incidents.live', {}, onBatch, fail));
  const health = watch<HealthRow>(onBatch => client.watch('system.health', {}, onBatch, fail));
  const journal = watch<JournalRow>(onBatch => client.watch('system.journal', {}, onBatch, fail));
  const rules = watch<RuleRow>(onBatch => client.watch('rules.live', {}, onBatch, fail));
  const targets = watch<TargetRow>(onBatch => client.watch('targets.live', {}, onBatch, fail));
  const messages = watch<MessageRow>(onBatch => client.watch('messages.live', {}, onBatch, fail));
  const windows = watch<MaintenanceRow>(onBatch => client.watch('maintenance.live', {}, onBatch, fail));
  const branches = watch<BranchRow>(onBatch => client.watch('branches.live', {}, onBatch, fail));
  await client.ask('system.hello', {});
  const stop = async (): Promise<void> => {
    running.splice(running.indexOf(engine), 1);
    await engine.stop();
  };
  return { engine, client, devices, alerts, incidents, health, journal, rules, targets, messages, windows, branches, stop };
}

export function clientOf(engine: Engine, readOnly = false): Client<Api> {
  const { port1, port2 } = new MessageChannel();
  engine.serve(nodePortPipe(port1), readOnly);
  return connect<Api>(nodePortPipe(port2));
}

/** Losing the connection when the engine stops is expected; anything else is not. */
const fail = (error: AppError): void => {
  if (error.code !== 'unavailable') throw error;
};

function watch<R extends { readonly id: string }>(subscribe: (onBatch: (batch: Batch<R>) => void) => void): Map<string, R> {
  const rows = new Map<string, R>();
  subscribe(batch => {
    if (batch.reset) rows.clear();
    for (const row of batch.upsert) rows.set(row.id, row);
    for (const id of batch.remove) rows.delete(id);
  });
  return rows;
}

/** Watches until a piece of work has ended; time stands still meanwhile. */
export async function ended({ client }: Session, { id }: { readonly id: string }): Promise<JobRow> {
  let stop = (): void => {};
  const row = await new Promise<JobRow>((resolve, reject) => {
    stop = client.watch('jobs.live', {}, batch => {
      const mine = batch.upsert.find(each => each.id === id);
      if (mine && mine.state !== 'running') resolve(mine);
    }, reject);
  });
  stop();
  return row;
}

export const idOf = ({ devices }: Session, name: string): DeviceRow['id'] => {
  const row = [...devices.values()].find(each => each.name === name);
  if (!row) throw new Error(`no ${name}`);
  return row.id;
};
/** A rule as it would be given, from its row. */
export function inputOf({ rules }: Session, id: string): RuleInput {
  const { id: _id, builtIn: _builtIn, subjects: _subjects, openAlerts: _openAlerts, never: _never, changed: _changed, changedAt: _changedAt, changedBy: _changedBy, ...input } = rules.get(id) ?? {};
  return RuleInput.parse(input);
}

export const failure = (promise: Promise<unknown>): Promise<unknown> => promise.then(value => ({ value }), (error: unknown) => (error instanceof AppError ? { code: error.code, message: error.message } : error));
export const states = ({ devices }: Session): Record<string, string> => Object.fromEntries([...devices.values()].map(row => [row.name, row.state]));
export const summary = ({ health }: Session): unknown => health.get('fleet');

export async function addAndSee(session: Session, count: number): Promise<DeviceRow[]> {
  for (let n = 1; n <= count; n++) await session.client.ask('devices.create', { name: `D${n}`, address: `127.9.0.${n}`, branch: n % 2 ? 'Kvareli' : 'Telavi' });
  await clock.advance(6_000);
  return [...session.devices.values()];
}
