/** The console over an open store: polling, alerting, the screen's tables, and the order in which a tick passes through them. */
import { randomUUID } from 'node:crypto';
import type { AlertRow } from '../../shared/model/alert.ts';
import type { JournalRow } from '../../shared/model/observation.ts';
import { AlertId, BranchId, type DeviceId } from '../../shared/model/ids.ts';
import type { InterfaceRow } from '../../shared/model/interface.ts';
import type { Settings, SettingsPatch } from '../../shared/model/settings.ts';
import { AppError } from '../../shared/rpc/contract.ts';
import { Evaluator } from './alerting/evaluator.ts';
import type { Clock, Stop } from './clock.ts';
import { Inventory } from './inventory/inventory.ts';
import { History } from './history.ts';
import type { Fleet } from './live/fleet.ts';
import type { LiveTable } from './live/live-table.ts';
import { Dependencies } from './polling/dependencies.ts';
import { CheckPoller } from './polling/checks/check-poller.ts';
import { InterfacePoller, type InterfaceRecord } from './polling/interface-poller.ts';
import { Poller, type PollingSettings, type Tick } from './polling/poller.ts';
import { SnmpPoller } from './polling/snmp-poller.ts';
import type { ValueSample } from './polling/value-sample.ts';
import { demoFleet } from './probes/demo-fleet.ts';
import type { OwnNetwork } from './probes/own-network.ts';
import type { Pinger, SnmpProber } from './probes/probe.ts';
import { dnsProbe } from './probes/checks/dns.ts';
import { httpProbe } from './probes/checks/http.ts';
import type { NameResolver } from './probes/names/resolver.ts';
import { simulatedCheck } from './probes/checks/simulated-check.ts';
import type { InterfaceReader } from './probes/snmp/if-table.ts';
import { snmpProbe, type SnmpValueReader } from './probes/snmp/snmp-value.ts';
import { tcpProbe } from './probes/checks/tcp.ts';
import { HeartbeatListener } from './serving/heartbeat-listener.ts';
import { asStored, patched, readSettings, type SettingsRead } from './settings.ts';
import type { SnmpRecord } from './store/devices.ts';
import { journalKept } from './store/operations.ts';
import { endedAlertsKept, type Store } from './store/store.ts';
import { dailyRunSetting, Upkeep, type UpkeepReport } from './upkeep.ts';
import type { Vault } from './vault.ts';

export type ConsoleParts = {
  readonly clock: Clock;
  readonly store: Store;
  readonly vault: Vault;
  readonly pingers: { readonly real: Pinger; readonly simulated: Pinger };
  readonly snmp: SnmpProber & SnmpValueReader & InterfaceReader;
  readonly network: OwnNetwork;
  readonly names: NameResolver;
  /** The screen's tables: they outlive a store that has to be set aside. */
  readonly fleet: Fleet;
  readonly alerts: LiveTable<AlertRow>;
  readonly journal: LiveTable<JournalRow>;
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
  readonly evaluator = new Evaluator(() => AlertId.parse(randomUUID()));
  /** When the last tick was closed, by both clocks. */
  lastTick: { readonly at: number; readonly ms: number } | null = null;
  #settings: SettingsRead = readSettings({});
  #snmp: { deviceId: number; record: SnmpRecord }[] = [];
  #interfaces: InterfaceRecord[] = [];
  #values: ValueSample[] = [];
  #stops: Stop[] = [];
  #notingAlive: Promise<void> = Promise.resolve();
  #upkeep: Upkeep | null = null;
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
    }, parts.onProbeBug);
    this.interfacePoller = new InterfacePoller({
      clock, reader: parts.snmp, isBlind: id => this.poller.isBlind(id), onBug: parts.onProbeBug,
      onRead: (records, samples) => {
        this.#interfaces.push(...records);
        this.#values.push(...samples);
      },
    });
    this.inventory = new Inventory({
      store: parts.store, vault: parts.vault, fleet: parts.fleet, poller: this.poller, dependencies, snmpPoller: this.snmpPoller, interfacePoller: this.interfacePoller, checkPoller: this.checkPoller, evaluator: this.evaluator, clock: parts.clock,
      settings: () => this.#settings.values,
      onAlertsEnded: alerts => this.#showAlerts(alerts),
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
    const { store, fleet, alerts, journal, clock } = this.#parts;
    const remembered = await store.remembered();
    this.#settings = readSettings(remembered.settings);
    this.poller.configure(pollingOf(this.#settings.values));
    for (const row of remembered.journal) journal.upsert(row);
    await this.#noteAbsence(remembered.lastAliveAt);
    for (const branch of remembered.branches) fleet.addBranch(BranchId.parse(branch.publicId), branch.name);
    this.evaluator.restore(remembered.alerts);
    for (const alert of remembered.alerts) alerts.upsert(alert);
    this.inventory.restore(remembered.devices, remembered.checks);
    this.interfacePoller.restore(remembered.interfaces);
    const { demo } = this.#settings.values;
    // Some of them may have been removed by hand since; only a demo that is wholly missing, or should be, is mended.
    if (demo.enabled !== this.inventory.simulatedIds().length > 0) await this.#matchDemo();
    this.poller.start();
    this.snmpPoller.start();
    this.interfacePoller.start();
    this.checkPoller.start();
    await this.heartbeats.apply(this.#settings.values.heartbeat);
    this.#stops = [clock.every(flushMs, () => this.flush()), clock.every(aliveEveryMs, () => this.#noteAlive())];
    const lastDailyRunAt = Number(remembered.settings[dailyRunSetting] ?? Number.NaN);
    this.#upkeep = new Upkeep({ clock, store, settings: () => this.#settings.values, lastDailyRunAt: Number.isFinite(lastDailyRunAt) ? lastDailyRunAt : null, backUp: this.#parts.backUp, onBug: this.#parts.onBug });
    this.#upkeep.start();
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
    this.poller.stop();
    this.checkPoller.stop();
    this.#noteAlive();
    await Promise.all([this.#parts.store.ticksWritten(), this.#upkeep?.stop(), this.#notingAlive]);
  }

  async acknowledge(id: AlertRow['id'], by: string, note: string): Promise<AlertRow> {
    const { alert, undo } = this.evaluator.acknowledge(id, by, note, this.#parts.clock.now());
    try {
      await this.#parts.store.write('acknowledge', alert);
    } catch (error) {
      undo();
      throw error;
    }
    // It may have ended while it was being written; then the table already has it, note and all.
    if (this.evaluator.openAlert(alert.deviceId) === alert) this.#showAlerts([alert]);
    return alert;
  }

  /** Says for good whose internet link an interface is. Throws `not-found`. */
  async markInterface(id: DeviceId, ifIndex: number, provider: string | null): Promise<InterfaceRow> {
    const deviceId = this.inventory.idOf(id);
    const row = await this.#parts.store.write('markInterface', deviceId, ifIndex, provider);
    if (!row) throw new AppError('not-found', `That device has no interface ${ifIndex}.`);
    this.interfacePoller.mark(deviceId, ifIndex, { provider });
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
    this.#parts.alerts.flush();
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
    const rows = tick.readings.flatMap(reading => this.inventory.show(reading.deviceId) ?? []);
    const alerts = this.evaluator.apply(rows, tick.at);
    this.#showAlerts(alerts);
    this.#showJournal(tick.journal.map(entry => entry.row));
    const snmp = this.#snmp;
    const interfaces = this.#interfaces;
    const values = [...this.#values, ...this.checkPoller.takeSamples()];
    this.#snmp = [];
    this.#interfaces = [];
    this.#values = [];
    this.#parts.store.writeTick({ at: tick.at, samples: tick.samples, values, stateChanges: tick.changes, alerts, snmp, journal: tick.journal, checks: this.checkPoller.takeChanges(), interfaces });
  }

  /** Shows alerts that began, changed or ended, and their devices' mark of being known. */
  #showAlerts(changed: readonly AlertRow[]): void {
    const { alerts } = this.#parts;
    for (const alert of changed) {
      alerts.upsert(alert);
      this.inventory.showById(alert.deviceId);
    }
    if (changed.some(alert => alert.clearedAt !== null)) this.#forgetOldAlerts();
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

  #noteAlive(): void {
    this.#notingAlive = unlessRefused(this.#parts.store.write('noteAlive', this.#parts.clock.now())).catch((error: unknown) => this.#parts.onBug(error));
  }

  #forgetOldAlerts(): void {
    const { alerts } = this.#parts;
    const ended = [...alerts.values()].filter(alert => alert.clearedAt !== null).sort((a, b) => (b.clearedAt ?? 0) - (a.clearedAt ?? 0));
    for (const alert of ended.slice(endedAlertsKept)) alerts.remove(alert.id);
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
    const { store, alerts } = this.#parts;
    await this.inventory.remove(ids);
    await store.write('forgetSimulatedAlerts');
    for (const alert of [...alerts.values()]) if (alert.simulated) alerts.remove(alert.id);
  }
}

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
