/** Builds the engine in order and takes it down in reverse. The same under Electron, under plain Node and in a test. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { api } from '../../shared/api/index.ts';
import type { MaintenanceRow } from '../../shared/model/maintenance.ts';
import type { JournalRow } from '../../shared/model/observation.ts';
import type { ExportRequest } from '../../shared/model/storage.ts';
import { AppError, type Pipe } from '../../shared/rpc/contract.ts';
import { serve as serveContract } from '../../shared/rpc/server.ts';
import { handlersOf } from './api/handlers.ts';
import { systemClock, type Clock } from './clock.ts';
import { commandGate } from './command-gate.ts';
import { Console, demoSeed } from './console.ts';
import { Health, type StoreView } from './health.ts';
import type { DeskTables } from './desk/desk.ts';
import { Fleet } from './live/fleet.ts';
import { LiveTable } from './live/live-table.ts';
import { describe, messageOf, stderrLog, type Log } from './log.ts';
import type { Sender } from './notifying/sender.ts';
import type { openSenders } from './notifying/senders.ts';
import { openPinger } from './probes/ping/pinger.ts';
import { nameLookup } from './probes/names/name-lookup.ts';
import { ownNetwork, type OwnNetwork } from './probes/own-network.ts';
import type { InterfaceReader } from './probes/snmp/if-table.ts';
import type { VitalsReader } from './probes/snmp/vitals.ts';
import type { SnmpValueReader } from './probes/snmp/snmp-value.ts';
import { NameResolver } from './probes/names/resolver.ts';
import { SteadyPinger } from './probes/ping/steady-pinger.ts';
import type { Pinger, SnmpProber } from './probes/probe.ts';
import { simulatedPinger } from './probes/simulated.ts';
import { Backups } from './storage/backups.ts';
import { startExport } from './storage/exports.ts';
import { Jobs } from './storage/jobs.ts';
import { restoreBackup } from './storage/restore.ts';
import { removeDatabase } from './store/copy.ts';
import { preparedName, putBack, replaceDatabase, type Replacement } from './store/replacement.ts';
import { openStore, setAside, setAsideName, type Store } from './store/store.ts';
import { openVault, type Vault } from './vault.ts';

type SnmpReader = SnmpProber & SnmpValueReader & InterfaceReader & VitalsReader;

export type EngineOptions = {
  readonly dataDir: string;
  readonly version: string;
  /** Base64 of 32 bytes from the system's keychain; null: a key file in the data folder. */
  readonly dataKey: string | null;
  readonly clock?: Clock;
  readonly log?: Log;
  /** Probes of a test, instead of the network's. */
  readonly pinger?: Pinger;
  readonly snmp?: SnmpReader;
  readonly network?: OwnNetwork;
  /** Sends messages of a test, instead of over the network. */
  readonly send?: Sender;
  /** Parses every answer against the contract: for tests and development. */
  readonly checkOutputs?: boolean;
  /** The engine met a bug it cannot go on with. The process should end and be started again. */
  readonly onFatal: (reason: unknown) => void;
};

export type Engine = {
  /** Serves one client until its pipe closes. */
  serve(pipe: Pipe, readOnly: boolean): void;
  /** For a bug met outside of any operation. */
  report(bug: unknown): void;
  /** Stops probing, records the last tick, folds the log into the file. */
  stop(): Promise<void>;
  /** What a person should know before anything else: a damaged database. Null when all is well. */
  readonly notice: string | null;
};

/** It cannot run here, and trying again will not help; the message is for the user. */
export class StartRefused extends Error {}

type Running = { readonly console: Console; readonly store: Store };

/** Rejects with StartRefused where the data folder cannot be used. A damaged file is no refusal: the engine runs without it and waits for a decision. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { clock = systemClock, log = stderrLog } = options;
  const file = join(options.dataDir, 'ward-console.db');
  const fatal = (reason: unknown): void => {
    log('error', 'fatal', { reason: describe(reason) });
    options.onFatal(reason);
  };
  prepareFolder(options.dataDir);
  const [opened, network] = await Promise.all([openStore({ file, onDeath: fatal }), openNetwork(options, clock)]);
  if (opened.kind !== 'ok' && opened.kind !== 'damaged') {
    await Promise.all([network.pinger.close(), network.snmp.close()]);
    throw new StartRefused(opened.message);
  }
  // Of a restore that was cut short.
  removeDatabase(preparedName(file));
  const vault = await openingVault(options, async () => {
    if (opened.kind === 'ok') await opened.store.close();
    await Promise.all([network.pinger.close(), network.snmp.close()]);
  });
  const fleet = new Fleet();
  const desk: DeskTables = { alerts: new LiveTable(), incidents: new LiveTable(), rules: new LiveTable(), targets: new LiveTable(), messages: new LiveTable(), notices: new LiveTable() };
  const windows = new LiveTable<MaintenanceRow>();
  const senders = sendersWhenNeeded(() => clock.now(), desk);
  const send = options.send ?? senders.send;
  const journal = new LiveTable<JournalRow>();
  const names = new NameResolver(clock, nameLookup());
  const pingers = { real: network.pinger, simulated: simulatedPinger({ seed: demoSeed, clock }) };

  let running: Running | null = null;
  /** While one database takes the place of another. */
  let replacing: string | null = null;
  const setAsideAs = setAsideName(file, clock.now());
  const damage = opened.kind === 'damaged'
    ? `The database file "${file}" is damaged (${opened.reason}). It will be kept as "${setAsideAs}"; nothing is stored or shown until you agree to start with a fresh one.`
    : null;
  const view = (): StoreView => {
    const now = running;
    if (replacing !== null) return { kind: 'closed', message: replacing };
    return now ? { kind: 'open', console: now.console, health: () => now.store.health() } : { kind: 'damaged', message: damage ?? 'The database is being opened.', setAsideAs };
  };

  const report = (bug: unknown, name: string): string => {
    const incident = randomUUID().slice(0, 8);
    log('error', 'bug', { incident, operation: name, reason: describe(bug) });
    return incident;
  };
  const need = (): Running => {
    if (replacing !== null) throw new AppError('unavailable', replacing);
    if (!running) throw new AppError('unavailable', damage ?? 'The console is stopping.');
    return running;
  };
  const jobs = new Jobs(clock, report);
  const backups = new Backups({ clock, jobs, file, running: () => ({ store: need().store, settings: need().console.settings.values }) });

  const begin = async (store: Store, absence = 'The console was not running.'): Promise<void> => {
    const console = new Console({ absence, backUp: () => backups.scheduled(), clock, store, vault, pingers, snmp: network.snmp, network: options.network ?? ownNetwork(), names, fleet, desk, windows, journal, send, hostName: hostname(), file, log, onBug: fatal, onProbeBug: oncePerReason(reason => log('error', 'a probe met a bug', { reason })) });
    await console.start().catch(async (error: unknown) => {
      await console.stop();
      await store.close();
      throw error;
    });
    running = { console, store };
  };
  if (opened.kind === 'ok') await begin(opened.store);
  else log('error', 'database damaged', { file, reason: opened.reason });

  const health = new Health({ clock, fleet, pinger: network.pinger, file, vault: vault.kind, store: view, backupProblem: () => backups.problem });
  health.start();
  const startedAt = clock.now();
  const pipes = new Set<Pipe>();
  const gate = commandGate(async entry => {
    // A full disk is told by the store's health row; the command itself has already said so.
    await running?.store.write('audit', { ...entry, at: clock.now() }).catch((error: unknown) => {
      if (!(error instanceof AppError)) fatal(error);
    });
  });

  /** Opens what is in place now, and shows exactly that. */
  const beginAnew = async (absence?: string): Promise<void> => {
    for (const table of [fleet, journal, windows, ...Object.values(desk)]) table.clear();
    const now = await openStore({ file, onDeath: fatal });
    if (now.kind === 'in-use') throw new StartRefused(now.message);
    if (now.kind !== 'ok') throw new AppError('unavailable', now.kind === 'damaged' ? now.reason : now.message);
    await begin(now.store, absence);
  };
  /** Where it fails the console goes on with the file it had. Where not even that can be, the engine ends, and is started again with it. */
  const replace = async (replacement: Replacement): Promise<void> => {
    // Not for the restore itself, nor for whoever waits for its end.
    await gate.hold(['backup', 'jobs'], 'A backup is being put in the place of the database; try again in a moment.');
    const last = running;
    replacing = 'A backup is being put in the place of the database.';
    health.update();
    health.rows.flush();
    running = null;
    try {
      await last?.console.stop();
      const refused = last ? await last.store.close(replacement) : replaceDatabase(file, replacement);
      const failed = refused ?? (await beginAnew('A backup was restored: what was seen after it was made is not in it.').then(() => null, (error: unknown) => {
        if (error instanceof StartRefused) throw error; // Another console took the folder that very moment: what is in it is its own now.
        putBack(file, replacement.keptAs);
        return error instanceof AppError ? error.message : `incident ${report(error, 'backup.restore')}, see the log`;
      }));
      if (failed === null) return log('warning', 'database replaced', { keptAs: replacement.keptAs });
      if (last) await beginAnew();
      throw new AppError('unavailable', `The backup could not be put in place (${failed}); the console goes on with the database it had.`);
    } catch (error) {
      if (!running && (last || error instanceof StartRefused)) fatal(error);
      throw error;
    } finally {
      replacing = null;
      gate.release();
    }
  };

  const parts = {
    version: options.version, startedAt, now: () => clock.now(), fleet, desk, windows, journal, health, running: need, backend: () => network.pinger.backend, jobs, backups,
    restore: (given: string) => restoreBackup({ clock, jobs, file, replace }, given),
    startExport: (request: ExportRequest) => startExport({ jobs, file, store: () => need().store, refuseGone: target => need().console.history.refuseGone(target) }, request),
    async startFresh(name: string): Promise<void> {
      if (running) throw new AppError('conflict', 'The database is in use and sound; there is nothing to set aside.');
      if (name !== setAsideAs) throw new AppError('invalid-input', `To agree, repeat the name the damaged file will be kept under: ${setAsideAs}`);
      setAside(file, setAsideAs);
      const fresh = await openStore({ file, onDeath: fatal });
      if (fresh.kind !== 'ok') {
        setAside(setAsideAs, file); // Back as it was: nothing was gained by moving it.
        throw new AppError('unavailable', fresh.kind === 'damaged' ? fresh.reason : fresh.message);
      }
      await begin(fresh.store);
      log('warning', 'database set aside', { as: setAsideAs });
    },
  };

  return {
    notice: damage,
    report: bug => void report(bug, 'http'),
    serve(pipe, readOnly) {
      pipes.add(pipe);
      pipe.onClose(() => pipes.delete(pipe));
      serveContract(pipe, api, handlersOf(parts, readOnly), { readOnly, report, gate, checkOutputs: options.checkOutputs ?? false });
    },
    async stop() {
      for (const pipe of pipes) pipe.close();
      await jobs.stop();
      health.stop();
      names.close();
      const last = running;
      if (last) {
        await last.console.stop();
        running = null;
        await last.store.close();
      }
      await senders.close();
      await Promise.all([network.pinger.close(), pingers.simulated.close(), network.snmp.close()]);
    },
  };
}

/** The probes of this host. Without any permission to ping the console still opens, says why nothing answers, and tries again. */
async function openNetwork(options: EngineOptions, clock: Clock): Promise<{ readonly pinger: SteadyPinger; readonly snmp: SnmpReader }> {
  const { pinger } = options;
  return { pinger: await SteadyPinger.start(clock, pinger ? () => Promise.resolve(pinger) : openPinger), snmp: options.snmp ?? snmpWhenNeeded() };
}

/** Thousands of probes may meet the same bug every second; it is told once. */
function oncePerReason(tell: (reason: string) => void): (error: unknown) => void {
  const told = new Set<string>();
  const mostReasons = 100;
  return error => {
    const reason = describe(error);
    if (told.has(reason) || told.size >= mostReasons) return;
    told.add(reason);
    tell(reason);
  };
}

/** The SNMP library is loaded for the first device that has a community: ten megabytes that many laptops never need. */
function snmpWhenNeeded(): SnmpReader {
  let opening: Promise<SnmpReader | Error> | null = null;
  const open = (): Promise<SnmpReader | Error> => import('./probes/snmp/snmp.ts').then(({ openSnmpProber }) => openSnmpProber()).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
  const asked = async <T>(ask: (prober: SnmpReader) => Promise<T>): Promise<T | { readonly kind: 'failed'; readonly reason: string }> => {
    const prober = await (opening ??= open());
    if (!(prober instanceof Error)) return ask(prober);
    opening = null; // No socket was left, say: the next device tries again.
    return { kind: 'failed', reason: prober.message };
  };
  return {
    readSystem: target => asked(prober => prober.readSystem(target)),
    readValue: (target, oid) => asked(prober => prober.readValue(target, oid)),
    readInterfaces: target => asked(prober => prober.readInterfaces(target)),
    readVitals: (target, sources) => asked(prober => prober.readVitals(target, sources)),
    async close() {
      const prober = await opening;
      if (prober && !(prober instanceof Error)) await prober.close();
    },
  };
}

/** What sends over the network is loaded with the first message: twenty megabytes that a console without recipients never needs. */
function sendersWhenNeeded(now: () => number, { notices }: DeskTables): { readonly send: Sender; close(): Promise<void> } {
  let opening: Promise<ReturnType<typeof openSenders>> | null = null;
  const open = (): Promise<ReturnType<typeof openSenders>> => (opening ??= import('./notifying/senders.ts').then(module => module.openSenders({ now, notices })));
  return {
    send: async (delivery, signal) => (await open()).send(delivery, signal),
    close: async () => (await opening)?.close(),
  };
}

/** Makes the folder one step at a time: where a step cannot be made (below /proc, say), Node's recursive mkdir would try for ever. */
function prepareFolder(dataDir: string): void {
  try {
    const missing: string[] = [];
    for (let folder = resolve(dataDir); !existsSync(folder); folder = dirname(folder)) missing.unshift(folder);
    for (const folder of missing) mkdirSync(folder, { mode: 0o700 });
    if (!statSync(dataDir).isDirectory()) throw new Error('it is a file');
  } catch (error) {
    throw new StartRefused(`The data folder "${dataDir}" cannot be made (${messageOf(error)}); choose another with --data.`);
  }
}

async function openingVault(options: EngineOptions, undo: () => Promise<void>): Promise<Vault> {
  try {
    return openVault(options.dataKey, options.dataDir);
  } catch (error) {
    await undo();
    throw new StartRefused(messageOf(error));
  }
}
