/** The console over an open store: polling, alerting, the screen's tables, and the order in which a tick passes through them. */
import { randomUUID } from 'node:crypto';
import type { MaintenanceRow } from '../../shared/model/maintenance.ts';
import type { JournalRow } from '../../shared/model/observation.ts';
import { BranchId, CheckId, type DeviceId } from '../../shared/model/ids.ts';
import type { InterfaceRow } from '../../shared/model/interface.ts';
import type { Placed } from '../../shared/model/scope.ts';
import type { Settings, SettingsPatch } from '../../shared/model/settings.ts';
import { AppError } from '../../shared/rpc/contract.ts';
import type { InterfaceReading, StateReading } from './alerting/things.ts';
import type { Clock, Stop } from './clock.ts';
import { Desk, type DeskTables } from './desk/desk.ts';
import { Maintenance } from './maintenance/maintenance.ts';
import { Inventory } from './inventory/inventory.ts';
import { History } from './history.ts';
import type { Fleet } from './live/fleet.ts';
import type { LiveTable } from './live/live-table.ts';
import type { Log } from './log.ts';
import type { Sender } from './notifying/sender.ts';
import { Dependencies } from './polling/dependencies.ts';
import { CheckPoller } from './polling/checks/check-poller.ts';
import { InterfacePoller, type InterfaceNow, type InterfaceRecord } from './polling/interface-poller.ts';
import { Poller, type DeviceReading, type PollingSettings, type Tick } from './polling/poller.ts';
import { Rehearsals } from './rehearsals.ts';
import { SnmpPoller } from './polling/snmp-poller.ts';
import { VitalsPoller } from './polling/vitals-poller.ts';
import type { ValueSample } from './polling/value-sample.ts';
import { demoFleet } from './probes/demo-fleet.ts';
import type { OwnNetwork } from './probes/own-network.ts';
import type { Pinger, SnmpProber } from './probes/probe.ts';
import { dnsProbe } from './probes/checks/dns.ts';
import { httpProbe } from './probes/checks/http.ts';
import type { NameResolver } from './probes/names/resolver.ts';
import { simulatedCheck } from './probes/checks/simulated-check.ts';
import type { InterfaceReader } from './probes/snmp/if-table.ts';
import type { VitalsReader } from './probes/snmp/vitals.ts';
import { snmpProbe, type SnmpValueReader } from './probes/snmp/snmp-value.ts';
import { tcpProbe } from './probes/checks/tcp.ts';
import { HeartbeatListener } from './serving/heartbeat-listener.ts';
import { asStored, patched, readSettings, type SettingsRead } from './settings.ts';
import type { SnmpRecord } from './store/devices.ts';
import { journalKept } from './store/operations.ts';
import type { Store } from './store/store.ts';
import { dailyRunSetting, Upkeep, type UpkeepReport } from './upkeep.ts';
import type { Vault } from './vault.ts';

export type ConsoleParts = {
  readonly clock: Clock;
  readonly store: Store;
  readonly vault: Vault;
  readonly pingers: { readonly real: Pinger; readonly simulated: Pinger };
  readonly snmp: SnmpProber & SnmpValueReader & InterfaceReader & VitalsReader;
  readonly network: OwnNetwork;
  readonly names: NameResolver;
  /** The screen's tables: they outlive a store that has to be set aside. */
  readonly fleet: Fleet;
  readonly desk: DeskTables;
  readonly windows: LiveTable<MaintenanceRow>;
  readonly journal: LiveTable<JournalRow>;
  /** Sends messages to recipients. */
  readonly send: Sender;
  /** How this console names itself where the settings do not. */
  readonly hostName: string;
  /** The database's file. */
  readonly file: string;
  readonly log: Log;
  /** The daily backup, where the settings ask for one. Tells its own troubles. */
  readonly backUp: () => Promise<void>;
  /** Why nothing was observed since the store was last written to. */
  readonly absence: string;
  /** Something failed that is no one's input and no disk: the engine cannot go on. */
  readonly onBug: (error: unknown) => void;
  /** A probe met a bug: its device says so, and everything else goes on. */
  readonly onProbeBug: (error: unknown) => void;
};

const flushMs = 250;
/** How exact the end of a console that crashed is known. */
const aliveEveryMs = 60_000;
const marksEveryMs = 2_000;
/** A shorter absence falls between two probes of a device. */
const shortestAbsenceMs = 10_000;
/** The same faults each time the demo runs. */
export const demoSeed = 20_260;

export class Console {
  readonly inventory: Inventory;
  readonly poller: Poller;
  readonly snmpPoller: SnmpPoller;
  readonly interfacePoller: InterfacePoller;
  readonly checkPoller: CheckPoller;
  readonly heartbeats: HeartbeatListener;
  readonly history: History;
  readonly desk: Desk;
  readonly rehearsals: Rehearsals;
  readonly maintenance: Maintenance;
  readonly vitalsPoller: VitalsPoller;
  /** When the last tick was closed, by both clocks. */
  lastTick: { readonly at: number; readonly ms: number } | null = null;
  #settings: SettingsRead = readSettings({});
  #snmp: { deviceId: number; record: SnmpRecord }[] = [];
  #interfaces: InterfaceRecord[] = [];
  #values: ValueSample[] = [];
  #stops: Stop[] = [];
  #notingAlive: Promise<void> = Promise.resolve();
  #upkeep: Upkeep | null = null;
  #passedOver: string | null = null;
  readonly #parts: ConsoleParts;

  constructor(parts: ConsoleParts) {
    this.#parts = parts;
    const { clock, pingers, network, names } = parts;
    const dependencies = new Dependencies();
    this.poller = new Poller({ clock, pingers, network, names, dependencies, settings: pollingOf(this.#settings.values), onTick: tick => this.#onTick(tick), onBug: parts.onProbeBug, onLookAgain: (ids, lostSince) => this.#lookAgain(ids, lostSince) });
    this.checkPoller = checkPollerOver(parts, this.poller);
    this.heartbeats = new HeartbeatListener({ clock, onCall: token => this.checkPoller.called(token), onHearing: problem => this.checkPoller.hear(problem) });
    this.snmpPoller = new SnmpPoller(parts.clock, parts.snmp, (deviceId, reading) => {
      // Its silence is this console's own.
      if (reading.state === 'no-answer' && this.poller.reading(deviceId)?.state === 'not-observed') return;
      this.#snmp.push({ deviceId, record: reading });
      this.inventory.applySnmp(deviceId, reading);
      this.desk.alerting.estate.takeSnmp(deviceId, reading.state, reading.at !== null, clock.now());
    }, parts.onProbeBug);
    this.interfacePoller = new InterfacePoller({
      clock, reader: parts.snmp, isBlind: id => this.poller.isBlind(id), onBug: parts.onProbeBug,
      onRead: (records, samples, now) => {
        this.#interfaces.push(...records);
        this.#values.push(...samples);
        this.#takeInterfaces(now);
      },
    });
    this.vitalsPoller = new VitalsPoller({
      clock, reader: parts.snmp, isBlind: id => this.poller.isBlind(id), onBug: parts.onProbeBug,
      onRead: (samples, reading) => {
        this.#values.push(...samples);
        if (reading) this.desk.alerting.estate.takeVitals(reading.deviceId, reading);
      },
    });
    this.maintenance = new Maintenance({
      clock, rows: parts.windows,
      store: { insert: window => parts.store.write('insertWindow', window), update: (id, window) => parts.store.write('updateWindow', id, window), remove: id => parts.store.write('removeWindow', id) },
      devices: () => this.#placedDevices(),
      onChange: deviceIds => {
        for (const id of deviceIds) this.inventory.show(id);
      },
    });
    this.desk = new Desk({
      clock, store: parts.store, vault: parts.vault, send: parts.send, tables: parts.desk, file: parts.file, log: parts.log, onBug: parts.onBug,
      settings: () => this.#settings.values,
      station: () => this.#settings.values.station.name || parts.hostName,
      circumstances: { knownDown: id => this.inventory.knownDown(id), maintenance: (device, now) => this.#coverOf(device.id, now), blindness: () => this.poller.blindness() },
      missedChecks: () => this.missedChecks,
      syncFailingForMs: () => null,
      onDevice: id => this.inventory.showById(id),
    });
    this.rehearsals = new Rehearsals({ store: parts.store, clock, estate: this.desk.alerting.estate, rules: () => this.desk.alerting.rules, flapChanges: () => this.#settings.values.alerting.flapChanges });
    this.inventory = new Inventory({
      store: parts.store, vault: parts.vault, fleet: parts.fleet, poller: this.poller, dependencies, snmpPoller: this.snmpPoller, interfacePoller: this.interfacePoller, vitalsPoller: this.vitalsPoller, checkPoller: this.checkPoller, clock: parts.clock,
      settings: () => this.#settings.values,
      maintenanceUntil: id => {
        const device = this.inventory.publicIdOf(id);
        return device === undefined ? null : (this.#coverOf(device, clock.now())?.until ?? null);
      },
      alerting: {
        setDevice: facts => {
          this.desk.alerting.setDevice(facts, clock.now());
          this.maintenance.devicesChanged();
        },
        removeDevice: id => {
          this.desk.alerting.removeDevice(id, clock.now());
          this.maintenance.devicesChanged();
        },
        isAcknowledged: id => this.desk.isAcknowledged(id),
      },
      onRemoved: () => this.#upkeep?.forgetRemoved(),
    });
    this.history = new History({
      store: parts.store, now: () => clock.now(), settings: () => this.#settings.values, idOf: id => this.inventory.idOf(id), branchIds: id => this.inventory.idsInBranch(id), pingsPerDay: () => this.inventory.pingsPerDay(),
    });
  }

  get settings(): SettingsRead {
    return this.#settings;
  }

  /** Takes up where the last run ended, then begins to probe. */
  async start(): Promise<void> {
    const { store, fleet, journal, clock } = this.#parts;
    const remembered = await store.remembered();
    this.#settings = readSettings(remembered.settings);
    this.poller.configure(pollingOf(this.#settings.values));
    for (const row of remembered.journal) journal.upsert(row);
    await this.#noteAbsence(remembered.lastAliveAt);
    for (const branch of remembered.branches) fleet.addBranch(BranchId.parse(branch.publicId), branch.name);
    this.desk.restoreRules(remembered);
    this.inventory.restore(remembered.devices, remembered.checks);
    this.interfacePoller.restore(remembered.interfaces);
    for (const { device, snmp } of remembered.devices) {
      this.#takeInterfaces(this.interfacePoller.interfacesOf(device.id));
      if (snmp) this.desk.alerting.estate.takeSnmp(device.id, snmp.state, snmp.at !== null, clock.now());
    }
    this.#takeChecks();
    await this.desk.refill();
    const { windows, problems } = await store.peek('maintenanceWindows');
    const passedOver = [...problems, ...(await this.maintenance.restore(windows))];
    this.#passedOver = passedOver[0] ?? null;
    for (const problem of passedOver) this.#parts.log('warning', 'a maintenance window is passed over', { problem });
    this.desk.restore(remembered, id => {
      const reading = this.poller.reading(id);
      return reading && stateReading(reading);
    });
    const { demo } = this.#settings.values;
    // Some of them may have been removed by hand since; only a demo that is wholly missing, or should be, is mended.
    if (demo.enabled !== this.inventory.simulatedIds().length > 0) await this.#matchDemo();
    this.poller.start();
    this.snmpPoller.start();
    this.interfacePoller.start();
    this.vitalsPoller.start();
    this.checkPoller.start();
    await this.heartbeats.apply(this.#settings.values.heartbeat);
    this.#stops = [clock.every(flushMs, () => this.flush()), clock.every(aliveEveryMs, () => this.#noteAlive()), clock.every(marksEveryMs, () => this.#endKnownDown())];
    const lastDailyRunAt = Number(remembered.settings[dailyRunSetting] ?? Number.NaN);
    this.#upkeep = new Upkeep({ clock, store, settings: () => this.#settings.values, lastDailyRunAt: Number.isFinite(lastDailyRunAt) ? lastDailyRunAt : null, backUp: this.#parts.backUp, onBug: this.#parts.onBug });
    this.#upkeep.start();
    this.desk.start();
  }

  /** What is stored for alerting and passed over, in a sentence; null: nothing is. */
  get passedOver(): string | null {
    return this.desk.problem ?? this.#passedOver;
  }

  /** Turns since the start that were not served. */
  get missedChecks(): number {
    return this.poller.counts().missed + this.snmpPoller.missed + this.interfacePoller.missed + this.vitalsPoller.missed + this.checkPoller.missed;
  }

  /** How the work on history goes; null before the start. */
  get upkeep(): UpkeepReport | null {
    return this.#upkeep?.report ?? null;
  }

  /** Ends probing, records the last tick, and returns when it is written. The store stays open. */
  async stop(): Promise<void> {
    for (const stop of this.#stops) stop();
    await this.heartbeats.close();
    this.snmpPoller.stop();
    this.interfacePoller.stop();
    this.vitalsPoller.stop();
    this.poller.stop();
    this.checkPoller.stop();
    this.#noteAlive();
    this.record();
    const ended = this.maintenance.close(this.#parts.clock.now());
    if (ended.length > 0) await unlessRefused(this.#parts.store.write('journal', ended));
    await Promise.all([this.#parts.store.ticksWritten(), this.#upkeep?.stop(), this.#notingAlive]);
    await this.desk.stop();
  }

  /** Records and shows what follows from what was done outside of a tick. */
  record(): void {
    this.desk.alerting.settle(this.#parts.clock.now());
    const { alerts, alerting } = this.desk.take();
    if (!alerting) return;
    this.#parts.store.writeTick({ ...nothingMeasured(), at: this.#parts.clock.now(), alerts, alerting });
    this.desk.handedOver(alerting);
  }

  /** Says for good whose internet link an interface is. Throws `not-found`. */
  async markInterface(id: DeviceId, ifIndex: number, provider: string | null): Promise<InterfaceRow> {
    const deviceId = this.inventory.idOf(id);
    const row = await this.#parts.store.write('markInterface', deviceId, ifIndex, provider);
    if (!row) throw new AppError('not-found', `That device has no interface ${ifIndex}.`);
    this.interfacePoller.mark(deviceId, ifIndex, { provider });
    this.#takeInterfaces(this.interfacePoller.interfacesOf(deviceId));
    return row;
  }

  /** Says for good whether an interface's going down is worth an alert. Throws `not-found`. */
  async setInterfaceCritical(id: DeviceId, ifIndex: number, critical: boolean): Promise<InterfaceRow> {
    const deviceId = this.inventory.idOf(id);
    const row = await this.#parts.store.write('setInterfaceCritical', deviceId, ifIndex, critical);
    if (!row) throw new AppError('not-found', `That device has no interface ${ifIndex}.`);
    this.interfacePoller.setCritical(deviceId, ifIndex, critical);
    this.#takeInterfaces(this.interfacePoller.interfacesOf(deviceId));
    return row;
  }

  /** Removes devices. When the last simulated one goes, the demo is over: it must not come back by itself. */
  async remove(ids: readonly DeviceId[]): Promise<number> {
    const removed = await this.inventory.remove(ids);
    if (this.#settings.values.demo.enabled && this.inventory.simulatedIds().length === 0) await this.updateSettings({ demo: { enabled: false } });
    return removed;
  }

  async updateSettings(patch: SettingsPatch): Promise<SettingsRead> {
    const values = patched(this.#settings.values, patch);
    if (patch.history) await this.#refuseImpossible(patch.history);
    await this.#parts.store.write('settings', asStored(values));
    this.#settings = { values, problems: [] };
    if (patch.polling) {
      this.poller.configure(pollingOf(values));
      this.inventory.rewatchAll();
    }
    if (patch.alerting) this.desk.rules.recompile();
    if (patch.heartbeat) await this.heartbeats.apply(values.heartbeat);
    if (patch.demo) await this.#matchDemo();
    return this.#settings;
  }

  /** A maximum that this estate cannot keep to would only be broken. */
  async #refuseImpossible(patch: SettingsPatch['history']): Promise<void> {
    const { verdict, message } = await this.history.forecast(patch);
    if (verdict === 'impossible') throw new AppError('invalid-input', message ?? '', [{ path: ['patch', 'history', 'maxSizeMb'], message: message ?? '' }]);
  }

  flush(): void {
    this.#parts.fleet.flush();
    this.desk.flush();
    this.#parts.windows.flush();
    this.#parts.journal.flush();
  }

  /** The checks' poller notices by itself that all stood still. */
  #lookAgain(deviceIds: readonly number[] | null, lostSince: number | undefined): void {
    // Name servers come and go with the network.
    if (lostSince === undefined) this.#parts.names.lookAgain();
    if (deviceIds === null) {
      this.snmpPoller.skipTurns();
      this.interfacePoller.skipTurns();
    } else this.checkPoller.lookAgain(new Set(deviceIds), lostSince);
  }

  /** The order of things: decide, show, record. The screen may run a second ahead of the disk. */
  #onTick(tick: Tick): void {
    this.lastTick = { at: tick.at, ms: this.#parts.clock.monotonicMs() };
    const { alerting: alertEngine } = this.desk;
    for (const reading of tick.readings) {
      this.inventory.show(reading.deviceId);
      alertEngine.takeState(reading.deviceId, stateReading(reading), tick.at);
    }
    alertEngine.estate.takePings(tick.samples);
    this.#takeChecks();
    const { journal: windows } = this.maintenance.turn(tick.at);
    const journal = [...tick.journal, ...windows];
    const { alerts, alerting } = this.desk.turn();
    this.#showJournal(journal.map(entry => entry.row));
    const snmp = this.#snmp;
    const interfaces = this.#interfaces;
    const values = [...this.#values, ...this.checkPoller.takeSamples()];
    this.#snmp = [];
    this.#interfaces = [];
    this.#values = [];
    const { deviceId, at, outcome, rttUs } = tick.samples;
    this.#parts.store.writeTick({ at: tick.at, samples: { deviceId, at, outcome, rttUs }, values, stateChanges: tick.changes, alerts, snmp, journal, checks: this.checkPoller.takeChanges(), interfaces, alerting });
    this.desk.handedOver(alerting);
  }

  #takeChecks(): void {
    const { alerting } = this.desk;
    for (const id of this.checkPoller.takeTouched()) {
      const check = this.checkPoller.forAlert(id);
      if (check) {
        const fresh = alerting.estate.takeCheck(check.deviceId, { ...check, checkId: CheckId.parse(id), overdueMs: now => check.overdueMs(now) });
        if (fresh) alerting.bind(fresh, this.#parts.clock.now());
        continue;
      }
      const gone = alerting.estate.removeCheck(id);
      if (gone) alerting.unbind(gone, this.#parts.clock.now());
    }
  }

  #coverOf(id: DeviceId, now: number): { readonly name: string; readonly until: number } | null {
    const cover = this.maintenance.coverOf({ id }, now);
    return cover && { name: cover.window, until: cover.until };
  }

  *#placedDevices(): Generator<Placed & { readonly deviceId: number }> {
    for (const { facts } of this.desk.alerting.estate.devices) yield { ...facts, deviceId: facts.internalId };
  }

  /** All of one device. */
  #takeInterfaces(interfaces: readonly InterfaceNow[]): void {
    const { alerting } = this.desk;
    const present = new Set(interfaces.flatMap(({ name, operStatus }) => (operStatus === 'not-present' ? [] : [name])));
    for (const each of interfaces) {
      // A restart gave it another number: under the old one it would be down for ever.
      const hasMoved = each.operStatus === 'not-present' && present.has(each.name);
      const gone = hasMoved ? alerting.estate.removeInterface(each.deviceId, each.ifIndex) : undefined;
      if (gone) alerting.unbind(gone, this.#parts.clock.now());
      if (hasMoved) continue;
      const fresh = alerting.estate.takeInterface(each.deviceId, interfaceReading(each));
      if (fresh) alerting.bind(fresh, this.#parts.clock.now());
    }
  }

  #showJournal(rows: readonly JournalRow[]): void {
    const { journal } = this.#parts;
    for (const row of rows) journal.upsert(row);
    if (rows.length === 0) return;
    const newestFirst = [...journal.values()].sort((a, b) => b.from - a.from);
    for (const row of newestFirst.slice(journalKept)) journal.remove(row.id);
  }

  /** While the console was closed nothing was observed; what a crash cut short ended with it. A clock that was set back meanwhile leaves nothing to tell. */
  async #noteAbsence(lastAliveAt: number | null): Promise<void> {
    const { store, clock, journal, absence } = this.#parts;
    const now = clock.now();
    const open = [...journal.values()].filter(row => row.to === null);
    const absent = lastAliveAt !== null && now - lastAliveAt >= shortestAbsenceMs;
    const endedAt = absent ? lastAliveAt : now;
    for (const row of open) journal.upsert({ ...row, to: Math.max(row.from, endedAt) });
    if (open.length > 0) await unlessRefused(store.write('endOpenJournal', endedAt));
    if (!absent) return;
    const row: JournalRow = { id: randomUUID(), kind: 'blind', cause: 'not-running', from: lastAliveAt, to: now, devices: null, detail: absence };
    await unlessRefused(store.write('journal', [{ row, deviceIds: null }]));
    this.#showJournal([row]);
  }

  /** Who answers again, or whose time has passed, is known to be down no more. */
  #endKnownDown(): void {
    this.inventory.endKnownDown(this.#parts.clock.now()).then(
      ended => {
        if (ended.length > 0) this.#parts.log('info', 'devices are known to be down no more', { devices: ended.length });
      },
      (error: unknown) => {
        if (!(error instanceof AppError)) this.#parts.onBug(error);
      },
    );
  }

  #noteAlive(): void {
    this.#notingAlive = unlessRefused(this.#parts.store.write('noteAlive', this.#parts.clock.now())).catch((error: unknown) => this.#parts.onBug(error));
  }

  /** Makes the simulated devices those of the settings: all, or none. */
  async #matchDemo(): Promise<void> {
    const { demo } = this.#settings.values;
    const present = this.inventory.simulatedIds();
    const wanted = demo.enabled ? demo.devices : 0;
    if (present.length === wanted) return;
    if (present.length > 0) await this.#endDemo(present);
    if (wanted > 0) await this.inventory.addSimulated(demoFleet(wanted, demoSeed));
  }

  async #endDemo(ids: readonly DeviceId[]): Promise<void> {
    const { store } = this.#parts;
    await this.inventory.remove(ids);
    this.record();
    await store.ticksWritten();
    await store.write('forgetSimulatedAlerts');
    this.desk.forgetSimulated();
  }
}

const nothingMeasured = (): Omit<Parameters<Store['writeTick']>[0], 'at' | 'alerts'> => ({
  samples: { deviceId: new Int32Array(), at: new Float64Array(), outcome: new Uint8Array(), rttUs: new Int32Array() }, values: [], stateChanges: [], snmp: [], journal: [], checks: [], interfaces: [],
});

const stateReading = ({ state, since, downSince, lastCheckAt, checks, behindId }: DeviceReading): StateReading => ({ state, since, downSince, lastCheckAt, failingChecks: checks.failing, behindId });

const interfaceReading = ({ ifIndex, name, alias, operStatus, adminUp, speedBps, ispProvider, critical, inOctetsPerS, outOctetsPerS, at, errorsPerS, discardsPerS }: InterfaceNow): InterfaceReading =>
  ({ ifIndex, name, alias, operStatus, adminUp, speedBps, ispProvider, critical, inOctetsPerS, outOctetsPerS, at: at ?? 0, errorsPerS, discardsPerS });

const pollingOf = ({ polling }: Settings): PollingSettings => ({
  limits: { perS: polling.mostProbesPerS, perBranchPerS: polling.mostProbesPerBranchPerS }, recoveryReplies: polling.recoveryReplies,
});

function checkPollerOver({ clock, names, snmp, onProbeBug }: ConsoleParts, poller: Poller): CheckPoller {
  return new CheckPoller({
    clock, names,
    probers: { tcp: tcpProbe, http: httpProbe({ names, now: () => clock.now() }), dns: dnsProbe({ names }), snmp: snmpProbe(snmp), simulated: (address, now) => simulatedCheck(demoSeed, address, now) },
    isBlind: id => poller.isBlind(id),
    onAnswer: (id, asked) => poller.heardByCheck(id, asked),
    onChange: (id, summary) => poller.applyChecks(id, summary),
    onBug: (_checkId, error) => onProbeBug(error),
  });
}

/** A disk that refuses is told by the store's health. */
async function unlessRefused(writing: Promise<void>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}
