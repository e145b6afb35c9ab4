/** The console over an open store: polling, alerting, the screen's tables, and the order in which a tick passes through them. */
import { randomUUID } from 'node:crypto';
import type { AlertRow } from '../../shared/model/alert.ts';
import { AlertId, BranchId, type DeviceId } from '../../shared/model/ids.ts';
import type { SettingsPatch } from '../../shared/model/settings.ts';
import { AppError } from '../../shared/rpc/contract.ts';
import { Evaluator } from './alerting/evaluator.ts';
import type { Clock, Stop } from './clock.ts';
import { Inventory } from './inventory/inventory.ts';
import type { Fleet } from './live/fleet.ts';
import type { LiveTable } from './live/live-table.ts';
import { Poller, type Tick } from './polling/poller.ts';
import { SnmpPoller } from './polling/snmp-poller.ts';
import { demoFleet } from './probes/demo-fleet.ts';
import type { Pinger, SnmpProber } from './probes/probe.ts';
import { asStored, patched, readSettings, type SettingsRead } from './settings.ts';
import type { SnmpRecord } from './store/devices.ts';
import { endedAlertsKept, type Store } from './store/store.ts';
import type { Vault } from './vault.ts';

export type ConsoleParts = {
  readonly clock: Clock;
  readonly store: Store;
  readonly vault: Vault;
  readonly pingers: { readonly real: Pinger; readonly simulated: Pinger };
  readonly snmp: SnmpProber;
  /** The screen's tables: they outlive a store that has to be set aside. */
  readonly fleet: Fleet;
  readonly alerts: LiveTable<AlertRow>;
  /** Something failed that is no one's input and no disk: the engine cannot go on. */
  readonly onBug: (error: unknown) => void;
};

const flushMs = 250;
/** The same faults each time the demo runs. */
export const demoSeed = 20_260;

export class Console {
  readonly inventory: Inventory;
  readonly poller: Poller;
  readonly snmpPoller: SnmpPoller;
  readonly evaluator = new Evaluator(() => AlertId.parse(randomUUID()));
  /** When the last tick was closed, by both clocks. */
  lastTick: { readonly at: number; readonly ms: number } | null = null;
  #settings: SettingsRead = readSettings({});
  #snmp: { deviceId: number; record: SnmpRecord }[] = [];
  #stops: Stop[] = [];
  #forgetting: Promise<void> = Promise.resolve();
  #stopped = false;
  readonly #parts: ConsoleParts;

  constructor(parts: ConsoleParts) {
    this.#parts = parts;
    this.poller = new Poller(parts.clock, parts.pingers, tick => this.#onTick(tick));
    this.snmpPoller = new SnmpPoller(parts.clock, parts.snmp, (deviceId, reading) => {
      this.#snmp.push({ deviceId, record: reading });
      this.inventory.applySnmp(deviceId, reading);
    });
    this.inventory = new Inventory({
      store: parts.store, vault: parts.vault, fleet: parts.fleet, poller: this.poller, snmpPoller: this.snmpPoller, evaluator: this.evaluator, clock: parts.clock,
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
    const { store, fleet, alerts, clock } = this.#parts;
    const remembered = await store.remembered();
    this.#settings = readSettings(remembered.settings);
    for (const branch of remembered.branches) fleet.addBranch(BranchId.parse(branch.publicId), branch.name);
    this.evaluator.restore(remembered.alerts);
    for (const alert of remembered.alerts) alerts.upsert(alert);
    this.inventory.restore(remembered.devices);
    const { demo } = this.#settings.values;
    // Some of them may have been removed by hand since; only a demo that is wholly missing, or should be, is mended.
    if (demo.enabled !== this.inventory.simulatedIds().length > 0) await this.#matchDemo();
    this.poller.start();
    this.snmpPoller.start();
    this.#stops = [clock.every(flushMs, () => this.flush())];
    this.forgetRemoved();
  }

  /** Ends probing, records the last tick, and returns when it is written. The store stays open. */
  async stop(): Promise<void> {
    for (const stop of this.#stops) stop();
    this.snmpPoller.stop();
    this.poller.stop();
    this.#stopped = true;
    await Promise.all([this.#parts.store.ticksWritten(), this.#forgetting]);
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
    if (patch.polling) this.inventory.rewatchAll();
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
  }

  /** The order of things: decide, show, record. The screen may run a second ahead of the disk. */
  #onTick(tick: Tick): void {
    this.lastTick = { at: tick.at, ms: this.#parts.clock.monotonicMs() };
    const rows = tick.readings.flatMap(reading => this.inventory.show(reading.deviceId) ?? []);
    const alerts = this.evaluator.apply(
      rows.map(row => ({ subject: { deviceId: row.id, deviceName: row.name, address: row.address, branch: row.branch, simulated: row.simulated }, state: row.state, downSince: row.downSince })),
      tick.at,
    );
    this.#showAlerts(alerts);
    const snmp = this.#snmp;
    this.#snmp = [];
    this.#parts.store.writeTick({ samples: tick.samples, stateChanges: tick.changes, alerts, snmp });
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
