/** The console over an open store: polling, alerting, the screen's tables, and the order in which a tick passes through them. */
import { randomUUID } from 'node:crypto';
import type { AlertRow } from '../../shared/model/alert.ts';
import type { JournalRow } from '../../shared/model/observation.ts';
import { AlertId, BranchId, type DeviceId } from '../../shared/model/ids.ts';
import type { Settings, SettingsPatch } from '../../shared/model/settings.ts';
import { AppError } from '../../shared/rpc/contract.ts';
import { Evaluator } from './alerting/evaluator.ts';
import type { Clock, Stop } from './clock.ts';
import { Inventory } from './inventory/inventory.ts';
import type { Fleet } from './live/fleet.ts';
import type { LiveTable } from './live/live-table.ts';
import { Dependencies } from './polling/dependencies.ts';
import { CheckPoller } from './polling/checks/check-poller.ts';
import { Poller, type PollingSettings, type Tick } from './polling/poller.ts';
import { SnmpPoller } from './polling/snmp-poller.ts';
import { demoFleet } from './probes/demo-fleet.ts';
import type { OwnNetwork } from './probes/own-network.ts';
import type { Pinger, SnmpProber } from './probes/probe.ts';
import { dnsProbe } from './probes/checks/dns.ts';
import { httpProbe } from './probes/checks/http.ts';
import type { NameResolver } from './probes/names/resolver.ts';
import { simulatedCheck } from './probes/checks/simulated-check.ts';
import { snmpProbe, type SnmpValueReader } from './probes/snmp/snmp-value.ts';
import { tcpProbe } from './probes/checks/tcp.ts';
import { HeartbeatListener } from './serving/heartbeat-listener.ts';
import { asStored, patched, readSettings, type SettingsRead } from './settings.ts';
import type { SnmpRecord } from './store/devices.ts';
import { journalKept } from './store/operations.ts';
import { endedAlertsKept, type Store } from './store/store.ts';
import type { Vault } from './vault.ts';

export type ConsoleParts = {
  readonly clock: Clock;
  readonly store: Store;
  readonly vault: Vault;
  readonly pingers: { readonly real: Pinger; readonly simulated: Pinger };
  readonly snmp: SnmpProber & SnmpValueReader;
  readonly network: OwnNetwork;
  readonly names: NameResolver;
  /** The screen's tables: they outlive a store that has to be set aside. */
  readonly fleet: Fleet;
  readonly alerts: LiveTable<AlertRow>;
  readonly journal: LiveTable<JournalRow>;
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
  readonly checkPoller: CheckPoller;
  readonly heartbeats: HeartbeatListener;
  readonly evaluator = new Evaluator(() => AlertId.parse(randomUUID()));
  /** When the last tick was closed, by both clocks. */
  lastTick: { readonly at: number; readonly ms: number } | null = null;
  #settings: SettingsRead = readSettings({});
  #snmp: { deviceId: number; record: SnmpRecord }[] = [];
  #stops: Stop[] = [];
  #forgetting: Promise<void> = Promise.resolve();
  #notingAlive: Promise<void> = Promise.resolve();
  #stopped = false;
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
    this.inventory = new Inventory({
      store: parts.store, vault: parts.vault, fleet: parts.fleet, poller: this.poller, dependencies, snmpPoller: this.snmpPoller, checkPoller: this.checkPoller, evaluator: this.evaluator, clock: parts.clock,
      settings: () => this.#settings.values,
      onAlertsEnded: alerts => this.#showAlerts(alerts),
      onRemoved: () => this.forgetRemoved(),
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
    const { demo } = this.#settings.values;
    // Some of them may have been removed by hand since; only a demo that is wholly missing, or should be, is mended.
    if (demo.enabled !== this.inventory.simulatedIds().length > 0) await this.#matchDemo();
    this.poller.start();
    this.snmpPoller.start();
    this.checkPoller.start();
    await this.heartbeats.apply(this.#settings.values.heartbeat);
    this.#stops = [clock.every(flushMs, () => this.flush()), clock.every(aliveEveryMs, () => this.#noteAlive())];
    this.forgetRemoved();
  }

  /** Ends probing, records the last tick, and returns when it is written. The store stays open. */
  async stop(): Promise<void> {
    for (const stop of this.#stops) stop();
    await this.heartbeats.close();
    this.snmpPoller.stop();
    this.poller.stop();
    this.checkPoller.stop();
    this.#stopped = true;
    this.#noteAlive();
    await Promise.all([this.#parts.store.ticksWritten(), this.#forgetting, this.#notingAlive]);
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

  /** Removes devices. When the last simulated one goes, the demo is over: it must not come back by itself. */
  async remove(ids: readonly DeviceId[]): Promise<number> {
    const removed = await this.inventory.remove(ids);
    if (this.#settings.values.demo.enabled && this.inventory.simulatedIds().length === 0) await this.updateSettings({ demo: { enabled: false } });
    return removed;
  }

  async updateSettings(patch: SettingsPatch): Promise<SettingsRead> {
    const values = patched(this.#settings.values, patch);
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

  /** Deletes the samples of removed devices, slice by slice, between the ticks. */
  forgetRemoved(): void {
    const slice = (after: number): Promise<void> => this.#parts.store.write('forgetOrphans', after).then(next => (next === null || this.#stopped ? undefined : slice(next)));
    // A disk that refuses is told by the store's health; the note stays, and the next start goes on.
    this.#forgetting = this.#forgetting.then(() => slice(0)).catch((error: unknown) => (error instanceof AppError ? undefined : this.#parts.onBug(error)));
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
    if (deviceIds === null) this.snmpPoller.skipTurns();
    else this.checkPoller.lookAgain(new Set(deviceIds), lostSince);
  }

  /** The order of things: decide, show, record. The screen may run a second ahead of the disk. */
  #onTick(tick: Tick): void {
    this.lastTick = { at: tick.at, ms: this.#parts.clock.monotonicMs() };
    const rows = tick.readings.flatMap(reading => this.inventory.show(reading.deviceId) ?? []);
    const alerts = this.evaluator.apply(rows, tick.at);
    this.#showAlerts(alerts);
    this.#showJournal(tick.journal.map(entry => entry.row));
    const snmp = this.#snmp;
    this.#snmp = [];
    this.#parts.store.writeTick({ samples: tick.samples, stateChanges: tick.changes, alerts, snmp, journal: tick.journal, checks: this.checkPoller.takeChanges() });
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
    const { store, clock, journal } = this.#parts;
    const now = clock.now();
    const open = [...journal.values()].filter(row => row.to === null);
    const absent = lastAliveAt !== null && now - lastAliveAt >= shortestAbsenceMs;
    const endedAt = absent ? lastAliveAt : now;
    for (const row of open) journal.upsert({ ...row, to: Math.max(row.from, endedAt) });
    if (open.length > 0) await unlessRefused(store.write('endOpenJournal', endedAt));
    if (!absent) return;
    const row: JournalRow = { id: randomUUID(), kind: 'blind', cause: 'not-running', from: lastAliveAt, to: now, devices: null, detail: 'The console was not running.' };
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
