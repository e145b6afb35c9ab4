/** Plays a scenario: the whole engine over its contract with its database, a clock that is stepped, and a world that does what the script says. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { SwiftClock } from '../../bench/support/swift-clock.ts';
import { startEngine, type Engine } from '../../electron/engine/engine.ts';
import type { Delivery, Sent } from '../../electron/engine/notifying/sender.ts';
import { nodePortPipe } from '../../electron/engine/pipes.ts';
import { certificateFor } from '../../electron/engine/probes/checks/certificate-for-tests.ts';
import type { Api } from '../../shared/api/index.ts';
import type { DeviceId } from '../../shared/model/ids.ts';
import { connect, type Client } from '../../shared/rpc/client.ts';
import type { AppError } from '../../shared/rpc/contract.ts';
import { estateOf, type DrillDevice } from './estate.ts';
import { timeOf, type Scenario } from './scenario.ts';
import { Seen } from './seen.ts';
import { Stage } from './stage.ts';
import { World } from './world.ts';

export type Played = { readonly seen: Seen; readonly devices: number; readonly branches: number; readonly dead: number; readonly wallS: number };

/** How often the drill looks whether what was decided has been sent: an engine in real time is never so far ahead of its disk. */
const paceMs = 1_000;
const longestWaitMs = 2_000;
const community = 'drill-community';
const dayMs = 86_400_000;

export async function play(scenario: Scenario, progress: (atMs: number) => void = () => {}): Promise<Played> {
  const began = performance.now();
  const clock = new SwiftClock(scenario.midnight);
  clock.sleep(timeOf(scenario.from));
  const devices = estateOf(scenario.parts, scenario.devices, scenario.deadShare);
  const world = new World(clock, devices, scenario.loss);
  const seen = new Seen(() => clock.uptimeMs());
  const unreachable = new Set<string>();
  const folder = mkdtempSync(join(tmpdir(), 'ward-drill-'));
  const web = await webServer(clock);
  const send = (delivery: Delivery): Promise<Sent> => {
    const to = nameOf(scenario, delivery);
    if (unreachable.has(to)) return Promise.resolve({ kind: 'retry', reason: 'It cannot be reached.', afterMs: null });
    seen.takeMessages(to, delivery);
    return Promise.resolve({ kind: 'sent' });
  };
  const open = async (): Promise<{ readonly engine: Engine; readonly client: Client<Api> }> => {
    const engine = await startEngine({ dataDir: folder, version: '0', dataKey: null, clock, pinger: world, snmp: world.snmp, network: world.network, send, log: () => {}, onFatal: bug });
    return { engine, client: watching(engine, seen) };
  };
  let running = await open();
  try {
    const pass = (ms: number): Promise<void> => paced(clock, ms, seen, unreachable);
    const restart = async (downMs: number): Promise<void> => {
      await running.engine.stop();
      await clock.advance(downMs);
      running = await open();
    };
    const ids = await setUp(running.client, scenario, devices);
    const stage = new Stage({ clock, world, devices, ids, seen, unreachable, restart, webPort: web.port, client: () => running.client, renewCertificate: web.renew });
    const steps = scenario.happenings.flatMap(({ steps: each }) => each).map(({ at, act }) => ({ atMs: timeOf(at), act })).sort((a, b) => a.atMs - b.atMs);
    for (const { atMs, act } of steps) {
      if (clock.uptimeMs() > atMs) throw new Error(`the drill is past ${atMs / 60_000} min already`);
      await pass(atMs - clock.uptimeMs());
      progress(atMs);
      await act(stage);
    }
    await pass(timeOf(scenario.until) - clock.uptimeMs());
  } finally {
    await running.engine.stop();
    web.server.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const branches = new Set(devices.map(({ branch }) => branch)).size;
  return { seen, devices: devices.length, branches, dead: devices.filter(({ dead }) => dead).length, wallS: (performance.now() - began) / 1_000 };
}

/** Lets time pass, and the disk keep up with it: what is decided is sent when it is on the disk. */
async function paced(clock: SwiftClock, ms: number, seen: Seen, unreachable: ReadonlySet<string>): Promise<void> {
  for (let left = ms; left > 0; left -= paceMs) {
    await clock.advance(Math.min(paceMs, left));
    for (let waited = 0; waited < longestWaitMs && seen.unsent(unreachable) > 0; waited++) await new Promise(resolve => setTimeout(resolve, 1));
    seen.waitNoMore();
  }
}

async function setUp(client: Client<Api>, scenario: Scenario, devices: readonly DrillDevice[]): Promise<Map<string, DeviceId>> {
  await client.ask('settings.update', { patch: { polling: { probesPerInterval: 1 } } });
  const ids = new Map<string, DeviceId>();
  for (const { name, address, type, branch, region, branchRouter, ispLink, snmp, behind, probesPerInterval } of devices) {
    const parent = behind === null ? undefined : ids.get(behind);
    const { id } = await client.ask('devices.create', { name, address, type, branch, region, branchRouter, ispLink, snmpCommunity: snmp ? community : null, parentIds: parent === undefined ? [] : [parent], probesPerInterval });
    ids.set(name, id);
  }
  const dead = devices.filter(device => device.dead).flatMap(({ name }) => ids.get(name) ?? []);
  if (dead.length > 0) await client.ask('devices.markKnownDown', { ids: dead, reason: 'Switched off for good.' });
  for (const recipient of scenario.recipients) await client.ask('targets.create', recipient);
  return ids;
}

function watching(engine: Engine, seen: Seen): Client<Api> {
  const { port1, port2 } = new MessageChannel();
  engine.serve(nodePortPipe(port1), false);
  const client = connect<Api>(nodePortPipe(port2));
  client.watch('alerts.live', {}, batch => seen.takeAlerts(batch.upsert), over);
  client.watch('incidents.live', {}, batch => seen.takeIncidents(batch.upsert), over);
  client.watch('messages.live', {}, batch => seen.takeOutbox(batch.upsert), over);
  return client;
}

/** The engine ends before its window. */
function over(error: AppError): void {
  if (error.code !== 'unavailable') throw error;
}

function nameOf({ recipients }: Scenario, { config }: Delivery): string {
  const same = recipients.find(recipient => Object.entries(recipient.config).every(([field, value]) => JSON.stringify((config as Readonly<Record<string, unknown>>)[field]) === JSON.stringify(value))); // Compared field by field with what was given.
  if (!same) throw new Error(`a message was sent to nobody of the drill: ${JSON.stringify(config)}`);
  return same.name;
}

/** A web server whose certificate is good for 40 days, until told otherwise. */
async function webServer(clock: SwiftClock): Promise<{ readonly server: Server; readonly port: number; readonly renew: (days: number) => void }> {
  const certificate = (days: number): { readonly cert: string; readonly key: string } => {
    const { cert, key } = certificateFor({ name: 'web.drill.example', from: new Date(clock.now() - dayMs), to: new Date(clock.now() + days * dayMs) });
    return { cert, key };
  };
  const server = createServer(certificate(40), (_request, response) => response.end('It works.'));
  await new Promise<void>(resolve => void server.listen(0, '0.0.0.0', resolve));
  const { port } = server.address() as AddressInfo; // It listens on a port.
  return { server, port, renew: days => server.setSecureContext(certificate(days)) };
}

const bug = (reason: unknown): never => {
  throw reason instanceof Error ? reason : new Error(String(reason));
};
