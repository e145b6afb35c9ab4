/** The devices the console knows: adds, changes, removes them, and keeps store, pollers and screen of one mind about them. */
import { randomUUID } from 'node:crypto';
import type { CheckInput } from '../../../shared/model/check.ts';
import { BranchId, DeviceId } from '../../../shared/model/ids.ts';
import type { Device, DevicePatch, DeviceRow, NewDevice } from '../../../shared/model/device.ts';
import type { ImportReport } from '../../../shared/model/import.ts';
import type { Settings } from '../../../shared/model/settings.ts';
import { AppError } from '../../../shared/rpc/contract.ts';
import type { DeviceFacts } from '../alerting/things.ts';
import type { Clock } from '../clock.ts';
import type { Fleet } from '../live/fleet.ts';
import type { CheckPoller } from '../polling/checks/check-poller.ts';
import type { CheckStatus } from '../polling/checks/polled-check.ts';
import type { Dependencies, Standing } from '../polling/dependencies.ts';
import type { Poller } from '../polling/poller.ts';
import type { InterfacePoller } from '../polling/interface-poller.ts';
import type { VitalsPoller } from '../polling/vitals-poller.ts';
import { snmpUnknown, type SnmpPoller, type SnmpReading } from '../polling/snmp-poller.ts';
import type { Store } from '../store/store.ts';
import type { CheckRecord } from '../store/checks.ts';
import type { DeviceRecord, DeviceWrite, RememberedDevice, SecretBox } from '../store/devices.ts';
import type { Vault } from '../vault.ts';
import { isProvidersRouter, normaliseAddress } from './address.ts';
import { KnownDownMarks, type EndedMark } from './known-down.ts';
import { deviceOf, rowOf, type Entry, type ViewParts } from './view.ts';

export type InventoryParts = {
  readonly store: Store;
  readonly vault: Vault;
  readonly fleet: Fleet;
  readonly poller: Poller;
  /** What stands behind what, of every device; kept here, read by the poller. */
  readonly dependencies: Dependencies;
  readonly snmpPoller: SnmpPoller;
  readonly interfacePoller: InterfacePoller;
  readonly vitalsPoller: VitalsPoller;
  readonly checkPoller: CheckPoller;
  /** What rules look at. */
  readonly alerting: {
    readonly setDevice: (facts: DeviceFacts) => void;
    readonly removeDevice: (internalId: number) => void;
    /** Somebody has said that they know of its being down. */
    readonly isAcknowledged: (id: DeviceId) => boolean;
  };
  /** Until when a maintenance window lasts that the device lies in, UTC ms; null: in none. Who opens and ends windows shows their devices anew. */
  readonly maintenanceUntil: (deviceId: number) => number | null;
  readonly clock: Clock;
  readonly settings: () => Settings;
  /** Devices were removed; their samples are still there. */
  readonly onRemoved: () => void;
};

/** What was known before a restart. */
type Remembered = { readonly reading: Parameters<Poller['set']>[0]['remembered']; readonly checks: ReadonlyMap<string, CheckStatus> };

/** More would drown a branch line and the eye; the largest estate planned for is half of it. */
const mostDevices = 50_000;
/** Of a device that has none yet. */
const newDeviceId = -1;

export class Inventory {
  readonly #parts: InventoryParts;
  readonly #views: ViewParts;
  readonly #knownDown: KnownDownMarks;
  readonly #byPublicId = new Map<string, Entry>();
  readonly #byId = new Map<number, Entry>();

  constructor(parts: InventoryParts) {
    this.#parts = parts;
    const { poller, checkPoller, dependencies, alerting, maintenanceUntil, settings, store } = parts;
    this.#knownDown = new KnownDownMarks((ids, mark) => store.write('knownDown', ids, mark));
    this.#views = { poller, checkPoller, dependencies, isAcknowledged: alerting.isAcknowledged, knownDown: this.#knownDown, maintenanceUntil, settings, find: id => this.#byId.get(id) };
  }

  /** Takes up what was stored. */
  restore(devices: readonly RememberedDevice[], checks: readonly CheckRecord[]): void {
    const checksOf = Map.groupBy(checks, check => check.deviceId);
    for (const { device, secret, state, latest, snmp, knownDown } of devices) {
      const entry: Entry = { record: device, publicId: DeviceId.parse(device.publicId), secret, snmp: snmp ?? snmpUnknown, checks: checksOf.get(device.id) ?? [], pausedAt: device.enabled ? null : state?.state === 'paused' ? state.since : device.updatedAt };
      this.#remember(entry);
      if (knownDown) this.#knownDown.restore(device.id, knownDown);
      const remembered = state && { ...state, lastCheckAt: latest?.at ?? null, rttUs: latest?.rttUs ?? null };
      this.#watch(entry, { reading: remembered, checks: lastKnown(entry) });
      this.#show(entry);
    }
  }

  get(id: DeviceId): Device {
    const entry = this.#entry(id);
    return deviceOf(entry, this.#parts.fleet.devices.get(id) ?? this.#row(entry), this.#views);
  }

  async create(input: NewDevice, allowSharedAddress: boolean): Promise<Device> {
    this.#refuseShared(input.address, null, allowSharedAddress);
    const { branchRouter, parentsNeeded } = input;
    const branch = input.branch && this.#parts.fleet.branchName(input.branch);
    this.#refuseCycle(newDeviceId, input.name || input.address, { branch, branchRouter, parentsNeeded, parentIds: this.#internalIds(input.parentIds) });
    const [entry] = await this.#insert([input], false, true);
    if (!entry) throw new Error('the store answered an insert with no row');
    return this.get(entry.publicId);
  }

  /** The demo fleet: simulated devices that no packet is ever sent to. */
  async addSimulated(devices: readonly NewDevice[]): Promise<void> {
    await this.#insert(devices, true, false);
  }

  simulatedIds(): DeviceId[] {
    return [...this.#byPublicId.values()].filter(entry => entry.record.simulated).map(entry => entry.publicId);
  }

  async update(id: DeviceId, patch: DevicePatch, allowSharedAddress: boolean): Promise<Device> {
    const { store, clock, fleet, onRemoved } = this.#parts;
    const entry = this.#entry(id);
    const before = entry.record;
    if (patch.address !== undefined && normaliseAddress(patch.address) !== before.address) this.#refuseShared(patch.address, id, allowSharedAddress);
    const record = withPatch(before, patch, patch.parentIds && this.#internalIds(patch.parentIds), clock.now(), name => fleet.branchName(name));
    this.#refuseSilent(record, patch.checks ?? entry.checks.map(({ check }) => check));
    if (standsElsewhere(before, record)) this.#refuseCycle(before.id, record.name, record);
    const secret = patch.snmpCommunity === undefined ? undefined : this.#seal(patch.snmpCommunity, before.publicId);
    const write: DeviceWrite = { device: record, ...(secret === undefined ? {} : { secret }), ...(patch.checks === undefined ? {} : { checks: patch.checks }) };
    const { branches, checks } = await store.write('updateDevice', before.id, write);
    for (const branch of branches) fleet.addBranch(BranchId.parse(branch.publicId), branch.name);
    this.#pause(entry, record);
    entry.record = record;
    if (secret !== undefined) entry.secret = secret;
    if (checks) entry.checks = checks;
    if (secret !== undefined || record.address !== before.address || record.snmpPort !== before.snmpPort) entry.snmp = snmpUnknown;
    const resumed = record.enabled && !before.enabled && record.address === before.address;
    this.#watch(entry, resumed ? { reading: null, checks: lastKnown(entry) } : null, true);
    this.#show(entry);
    if (record.name !== before.name) this.#showBehind(record.id);
    fleet.dropBranchIfEmpty(before.branch);
    // Some checks may have been left out.
    if (checks) onRemoved();
    return this.get(id);
  }

  /** Ids that are not there any more are passed over: two people may remove the same device. */
  async remove(ids: readonly DeviceId[]): Promise<number> {
    const { store, alerting, fleet, poller, snmpPoller, interfacePoller, vitalsPoller, checkPoller, dependencies, onRemoved } = this.#parts;
    const entries = [...new Set(ids)].flatMap(id => this.#byPublicId.get(id) ?? []);
    for (const entry of entries) {
      poller.remove(entry.record.id);
      snmpPoller.remove(entry.record.id);
      interfacePoller.remove(entry.record.id);
      vitalsPoller.remove(entry.record.id);
      checkPoller.remove(entry.record.id);
      this.#byPublicId.delete(entry.publicId);
      this.#byId.delete(entry.record.id);
      dependencies.remove(entry.record.id);
    }
    try {
      await store.write('removeDevices', entries.map(entry => entry.record.id));
    } catch (error) {
      // Not written, so not removed: everything is as before.
      for (const entry of entries) {
        this.#remember(entry);
        this.#watch(entry, null);
      }
      throw error;
    }
    for (const entry of entries) {
      fleet.remove(entry.publicId);
      this.#knownDown.forget(entry.record.id);
      alerting.removeDevice(entry.record.id);
    }
    this.#forgetParents(new Set(entries.map(entry => entry.record.id)));
    onRemoved();
    return entries.length;
  }

  /** `preview` writes nothing; `commit` writes every valid row or none. */
  async import(bytes: Uint8Array, mode: 'preview' | 'commit', allowSharedAddresses: boolean): Promise<ImportReport> {
    // Loaded when first wanted: the CSV parser is five megabytes that most runs never need.
    const { readInventory } = await import('./csv.ts');
    const { report, devices } = await readInventory(bytes, this.#parts.fleet.addresses(), { allowSharedAddresses });
    if (mode === 'commit') await this.#insert(devices, false, false);
    return { ...report, created: mode === 'commit' ? devices.length : 0 };
  }

  /** Probes now. Returns how many of the ids are being checked. */
  checkNow(ids: readonly DeviceId[]): number {
    return ids.filter(id => {
      const entry = this.#entry(id);
      this.#parts.snmpPoller.checkNow(entry.record.id);
      this.#parts.checkPoller.checkNow(entry.record.id);
      return this.#parts.poller.checkNow(entry.record.id) || (entry.record.enabled && entry.checks.some(({ check }) => check.enabled && check.kind !== 'heartbeat'));
    }).length;
  }

  /** Known to be down: they leave the board and the counters. Those that answer are passed over; throws `conflict` when all do. Returns how many were marked. */
  async markKnownDown(ids: readonly DeviceId[], reason: string, until: number | null, by: string): Promise<number> {
    const now = this.#parts.clock.now();
    if (until !== null && until <= now) throw new AppError('invalid-input', 'That moment has passed; choose a later one, or none.', [{ path: ['until'], message: 'That moment has passed; choose a later one, or none.' }]);
    const entries = [...new Set(ids)].map(id => this.#entry(id)).filter(entry => !answers(this.#row(entry)));
    if (entries.length === 0) throw new AppError('conflict', 'Only what does not answer can be known to be down; these devices answer.');
    const marking = this.#knownDown.mark(entries.map(entry => entry.record.id), { reason, until, by, at: now });
    for (const entry of entries) this.#show(entry);
    return this.#settled(marking, entries);
  }

  /** Returns how many were marked until now. */
  async unmarkKnownDown(ids: readonly DeviceId[]): Promise<number> {
    const entries = [...new Set(ids)].map(id => this.#entry(id)).filter(entry => this.#knownDown.of(entry.record.id) !== null);
    const unmarking = this.#knownDown.mark(entries.map(entry => entry.record.id), null);
    for (const entry of entries) this.#show(entry);
    return this.#settled(unmarking, entries);
  }

  /** Ends the marks whose time has passed, and answers with all that have ended since this was last asked, those of devices that answer again among them. To be called every few seconds. */
  async endKnownDown(now: number): Promise<EndedMark[]> {
    for (const id of this.#knownDown.expire(now)) this.show(id);
    return this.#knownDown.takeEnded();
  }

  /** Communities that were sealed under a key this console does not have. */
  lockedCommunities(): number {
    let locked = 0;
    for (const entry of this.#byId.values()) if (entry.snmp.state === 'locked') locked++;
    return locked;
  }

  /** Internal id of a device. Throws `not-found`. */
  idOf(id: DeviceId): number {
    return this.#entry(id).record.id;
  }

  /** Public id of a device by its internal one; undefined when it was removed. */
  publicIdOf(deviceId: number): DeviceId | undefined {
    return this.#byId.get(deviceId)?.publicId;
  }

  /** Somebody said that it is down, and until when that holds. */
  knownDown(deviceId: number): DeviceRow['knownDown'] {
    return this.#knownDown.of(deviceId);
  }

  /** Internal ids of the devices of a branch. Throws `not-found`. */
  idsInBranch(id: BranchId): number[] {
    const branch = this.#parts.fleet.branches.get(id);
    if (!branch) throw new AppError('not-found', 'That branch is not here any more.');
    return [...this.#byId.values()].filter(({ record }) => record.branch === branch.name).map(({ record }) => record.id);
  }

  /** How many pings a day all devices are sent, as they are set now. */
  pingsPerDay(): number {
    const { polling } = this.#parts.settings();
    let perDay = 0;
    for (const { record } of this.#byId.values()) {
      if (record.enabled && record.pingEnabled) perDay += (86_400_000 / (record.intervalMs ?? polling.intervalMs)) * (record.probesPerInterval ?? polling.probesPerInterval);
    }
    return perDay;
  }

  /** The row of a device as its latest reading has it; undefined when it was removed meanwhile. One that answers is known to be down no more: `endKnownDown` tells it. */
  show(deviceId: number): DeviceRow | undefined {
    const entry = this.#byId.get(deviceId);
    return entry && this.#show(entry);
  }

  /** The same by public id, when something else about it changed. */
  showById(id: DeviceId): void {
    const entry = this.#byPublicId.get(id);
    if (entry) this.#show(entry);
  }

  applySnmp(deviceId: number, snmp: SnmpReading): void {
    const entry = this.#byId.get(deviceId);
    if (!entry) return;
    entry.snmp = snmp;
    if (snmp.state === 'ok') {
      this.#parts.interfacePoller.heard(deviceId);
      this.#parts.vitalsPoller.heard(deviceId, snmp.sysObjectId);
    }
    this.#show(entry);
  }

  /** The settings' intervals changed: every device without its own follows. */
  rewatchAll(): void {
    for (const entry of this.#byPublicId.values()) {
      this.#watch(entry, null);
      this.#show(entry);
    }
  }

  async #insert(inputs: readonly NewDevice[], simulated: boolean, checkNow: boolean): Promise<Entry[]> {
    const { store, fleet, clock } = this.#parts;
    if (this.#byId.size + inputs.length > mostDevices) throw new AppError('conflict', `This console watches at most ${mostDevices} devices; it has ${this.#byId.size}.`);
    const writes = inputs.map(input => this.#write(input, simulated, clock.now()));
    const { ids, branches, checks } = await store.write('insertDevices', writes);
    for (const branch of branches) fleet.addBranch(BranchId.parse(branch.publicId), branch.name);
    return writes.flatMap(({ device, secret }, i) => {
      const id = ids[i];
      if (id === undefined) return [];
      const entry: Entry = { record: { ...device, id, branch: device.branch && fleet.branchName(device.branch) }, publicId: DeviceId.parse(device.publicId), secret: secret ?? null, snmp: snmpUnknown, checks: checks[i] ?? [], pausedAt: device.enabled ? null : device.createdAt };
      this.#remember(entry);
      this.#watch(entry, null, checkNow);
      this.#show(entry);
      return [entry];
    });
  }

  #write(input: NewDevice, simulated: boolean, now: number): DeviceWrite {
    const { fleet } = this.#parts;
    const publicId = randomUUID();
    const branch = input.branch ? fleet.branchName(input.branch) : null;
    const { snmpCommunity, parentIds, checks, ...rest } = input;
    const device = {
      ...rest, publicId, parentIds: this.#internalIds(parentIds), branch, address: normaliseAddress(input.address), ispLink: input.ispLink ?? isProvidersRouter(input), name: input.name || input.address, region: input.region || (branch && fleet.regionOf(branch)),
      simulated, createdAt: now, updatedAt: now,
    };
    return { device, secret: this.#seal(snmpCommunity, publicId), ...(checks.length === 0 ? {} : { checks }) };
  }

  #seal(community: string | null, publicId: string): SecretBox | null {
    return community === null ? null : this.#parts.vault.seal(community, publicId);
  }

  #remember(entry: Entry): void {
    this.#byPublicId.set(entry.publicId, entry);
    this.#byId.set(entry.record.id, entry);
  }

  #entry(id: DeviceId): Entry {
    const entry = this.#byPublicId.get(id);
    if (!entry) throw new AppError('not-found', 'That device is not here any more.');
    return entry;
  }

  /** Those that are shown as behind it. */
  #showBehind(id: number): void {
    for (const entry of this.#byId.values()) if (this.#parts.poller.reading(entry.record.id)?.behindId === id) this.#show(entry);
  }

  /** Who stood behind them stands behind what is left. */
  #forgetParents(gone: ReadonlySet<number>): void {
    for (const entry of this.#byId.values()) {
      if (!entry.record.parentIds.some(id => gone.has(id))) continue;
      entry.record = { ...entry.record, parentIds: entry.record.parentIds.filter(id => !gone.has(id)) };
      this.#parts.dependencies.set(entry.record.id, entry.record);
    }
  }

  /** What is known of its checks stands while it is paused. */
  #pause(entry: Entry, record: DeviceRecord): void {
    if (record.enabled) entry.pausedAt = null;
    else if (entry.pausedAt === null) {
      entry.pausedAt = record.updatedAt;
      const statuses = this.#parts.checkPoller.statuses(record.id);
      entry.checks = entry.checks.map(check => ({ ...check, state: statuses.get(check.id) ?? check.state }));
    }
  }

  /** Something must say what the device is. */
  #refuseSilent(record: DeviceRecord, checks: readonly Pick<CheckInput, 'enabled' | 'consequence'>[]): void {
    if (record.pingEnabled || checks.some(check => check.enabled && check.consequence !== 'nothing')) return;
    const message = 'A device that answers no ping needs a further check that says what it is.';
    throw new AppError('invalid-input', message, [{ path: ['pingEnabled'], message }]);
  }

  #internalIds(ids: readonly DeviceId[]): number[] {
    return [...new Set(ids)].map(id => this.#entry(id).record.id);
  }

  #refuseCycle(id: number, name: string, standing: Standing): void {
    const cycle = this.#parts.dependencies.cycleWith(id, standing);
    if (!cycle) return;
    const names = cycle.map(each => `"${each === id ? name : (this.#byId.get(each)?.record.name ?? '')}"`);
    throw new AppError('conflict', `No device can stand behind itself: ${names.join(' behind ')}.`);
  }

  #refuseShared(address: string, except: DeviceId | null, allowed: boolean): void {
    const other = allowed ? undefined : this.#parts.fleet.withAddress(normaliseAddress(address)).find(row => row.id !== except);
    if (other) throw new AppError('conflict', `${address} already belongs to "${other.name}"; change the address, or add the device all the same.`, { deviceId: other.id });
  }

  /** Hands the device to the pollers as it now is, or takes it from them. */
  #watch(entry: Entry, remembered: Remembered | null, now = false): void {
    const { poller, snmpPoller, interfacePoller, vitalsPoller, checkPoller, dependencies, settings, vault } = this.#parts;
    const { record } = entry;
    const { polling } = settings();
    dependencies.set(record.id, record);
    this.#parts.alerting.setDevice(this.#factsOf(entry));
    if (!record.enabled) {
      poller.remove(record.id);
      snmpPoller.remove(record.id);
      interfacePoller.pause(record.id);
      vitalsPoller.remove(record.id);
      checkPoller.remove(record.id);
      return;
    }
    poller.set({
      id: record.id, address: record.address, branch: record.branch, simulated: record.simulated, pingEnabled: record.pingEnabled, canary: record.canary, remembered: remembered?.reading ?? null,
      intervalMs: record.intervalMs ?? polling.intervalMs, timeoutMs: record.timeoutMs ?? polling.timeoutMs, probesPerInterval: record.probesPerInterval ?? polling.probesPerInterval,
      echo: { payloadBytes: record.payloadBytes ?? polling.payloadBytes, dscp: record.dscp ?? polling.dscp, dontFragment: record.dontFragment },
    }, now);
    const community = entry.secret && vault.open(entry.secret, record.publicId);
    if (community !== null && !record.simulated) {
      const device = { id: record.id, address: record.address, port: record.snmpPort, community, periodMs: polling.snmpIntervalMs };
      snmpPoller.set(device, entry.snmp, now);
      interfacePoller.set(device, entry.snmp.at !== null);
      vitalsPoller.set(device, entry.snmp.sysObjectId, entry.snmp.at !== null);
    } else {
      snmpPoller.remove(record.id);
      interfacePoller.pause(record.id);
      vitalsPoller.remove(record.id);
    }
    checkPoller.set({ id: record.id, alone: !record.pingEnabled, host: record.address, simulated: record.simulated, community, snmpPort: record.snmpPort, checks: entry.checks }, remembered?.checks, now);
    if (entry.secret && community === null) entry.snmp = { ...snmpUnknown, state: 'locked', problem: 'The stored SNMP community cannot be opened with this console\'s key; enter it again.' };
  }

  #factsOf({ record, publicId }: Entry): DeviceFacts {
    const { polling } = this.#parts.settings();
    const intervalMs = record.intervalMs ?? polling.intervalMs;
    return {
      id: publicId, internalId: record.id, name: record.name, address: record.address, type: record.type, branch: record.branch, branchId: record.branch === null ? null : this.#parts.fleet.branchId(record.branch), region: record.region,
      tags: record.tags, ispLink: record.ispLink, simulated: record.simulated, branchRouter: record.branchRouter, enabled: record.enabled, intervalMs, timeoutMs: record.timeoutMs ?? polling.timeoutMs,
      samplesPerS: record.pingEnabled ? ((record.probesPerInterval ?? polling.probesPerInterval) * 1_000) / intervalMs : 0,
    };
  }

  #show(entry: Entry): DeviceRow {
    const row = this.#row(entry);
    const shown = row.knownDown !== null && answers(row) && this.#knownDown.answered(entry.record.id) ? this.#row(entry) : row;
    this.#parts.fleet.set(shown);
    return shown;
  }

  #row(entry: Entry): DeviceRow {
    return rowOf(entry, this.#views);
  }

  /** Refused, everything is shown as it was. */
  async #settled(writing: Promise<void>, entries: readonly Entry[]): Promise<number> {
    try {
      await writing;
    } catch (error) {
      for (const entry of entries) this.show(entry.record.id);
      throw error;
    }
    return entries.length;
  }
}

const answers = ({ state }: DeviceRow): boolean => state === 'up' || state === 'degraded';

const standsElsewhere = (a: Standing, b: Standing): boolean => a.branch !== b.branch || a.branchRouter !== b.branchRouter || a.parentIds.join() !== b.parentIds.join();

const lastKnown = (entry: Entry): ReadonlyMap<string, CheckStatus> => new Map(entry.checks.map(({ id, state }) => [id, state]));

function withPatch(before: DeviceRecord, patch: DevicePatch, parentIds: readonly number[] | undefined, now: number, branchName: (name: string) => string): DeviceRecord {
  const { snmpCommunity: _secret, parentIds: _public, checks: _checks, ...fields } = patch;
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<DeviceRecord>; // DevicePatch's fields are DeviceRecord's.
  const branch = patch.branch === undefined ? before.branch : patch.branch ? branchName(patch.branch) : null;
  return { ...before, ...given, address: normaliseAddress(patch.address ?? before.address), branch, parentIds: parentIds ?? before.parentIds, updatedAt: now };
}
