/** The rows on the screen: devices, branches and the counts over them, kept current from what the engine learns. */
import type { BranchRow } from '../../../shared/model/branch.ts';
import type { DeviceRow } from '../../../shared/model/device.ts';
import { LiveTable } from './live-table.ts';

type Count = 'up' | 'degraded' | 'down' | 'knownDown' | 'unreachable' | 'notObserved' | 'noData' | 'paused' | 'maintenance';
type Counts = Readonly<Record<Count, number>>;
export type FleetSummary = Counts & { readonly total: number; readonly simulated: number };

/** Under which heading a device is counted: down is told apart by whether a person knows. Null: under none, for somebody said that it is down and need not be counted. */
function countOf(row: DeviceRow): Count | null {
  if (row.knownDown !== null) return null;
  if (row.maintenanceUntil !== null) return 'maintenance';
  switch (row.state) {
    case 'down':
      return row.acknowledged ? 'knownDown' : 'down';
    case 'no-data':
      return 'noData';
    case 'not-observed':
      return 'notObserved';
    case 'unreachable':
    case 'up':
    case 'degraded':
    case 'paused':
      return row.state;
  }
}

const countsAlike = (a: DeviceRow, b: DeviceRow): boolean => countOf(a) === countOf(b) && a.branch === b.branch && a.region === b.region && a.simulated === b.simulated;

const nothingCounted = (): Record<Count, number> => ({ up: 0, degraded: 0, down: 0, knownDown: 0, unreachable: 0, notObserved: 0, noData: 0, paused: 0, maintenance: 0 });

export class Fleet {
  readonly devices = new LiveTable<DeviceRow>();
  readonly branches = new LiveTable<BranchRow>();
  readonly #branchByName = new Map<string, BranchRow['id']>();
  readonly #devicesByAddress = new Map<string, Set<string>>();
  #counts = nothingCounted();
  #total = 0;
  #simulated = 0;

  addBranch(id: BranchRow['id'], name: string): void {
    if (this.#branchByName.has(nameKey(name))) return;
    this.#branchByName.set(nameKey(name), id);
    this.branches.upsert({ id, name, region: null, total: 0, ...nothingCounted() });
  }

  /** The name of a branch as it was first written: "kvareli" finds "Kvareli". */
  branchName(name: string): string {
    const id = this.#branchByName.get(nameKey(name));
    return (id && this.branches.get(id)?.name) ?? name;
  }

  branchId(name: string): BranchRow['id'] | null {
    return this.#branchByName.get(nameKey(name)) ?? null;
  }

  /** The region of a branch's devices, where one has it. */
  regionOf(branch: string): string | null {
    const id = this.#branchByName.get(nameKey(branch));
    return (id && this.branches.get(id)?.region) ?? null;
  }

  /** Adds a device or replaces its row. `sharedAddress` is worked out here. */
  set(row: DeviceRow): void {
    const before = this.devices.get(row.id);
    // A probe's answer changes no count: without this every answer would send its branch to every watcher again.
    if (!before || !countsAlike(before, row)) {
      if (before) this.#count(before, -1);
      this.#count(row, +1);
    }
    if (before?.address !== row.address) {
      if (before) this.#leaveAddress(before);
      this.#joinAddress(row);
    }
    this.devices.upsert({ ...row, sharedAddress: this.#isShared(row.address) });
  }

  remove(id: DeviceRow['id']): void {
    const row = this.devices.get(id);
    if (!row) return;
    this.#count(row, -1);
    this.#leaveAddress(row);
    this.devices.remove(id);
    this.dropBranchIfEmpty(row.branch);
  }

  /** Forgets everything: another database follows. */
  clear(): void {
    this.devices.clear();
    this.branches.clear();
    this.#branchByName.clear();
    this.#devicesByAddress.clear();
    this.#counts = nothingCounted();
    this.#total = 0;
    this.#simulated = 0;
  }

  /** After a device left it. */
  dropBranchIfEmpty(name: string | null): void {
    const id = name === null ? undefined : this.#branchByName.get(nameKey(name));
    if (name === null || id === undefined || this.branches.get(id)?.total !== 0) return;
    this.#branchByName.delete(nameKey(name));
    this.branches.remove(id);
  }

  withAddress(address: string): readonly DeviceRow[] {
    return [...(this.#devicesByAddress.get(address) ?? [])].flatMap(id => this.devices.get(id) ?? []);
  }

  addresses(): ReadonlySet<string> {
    return new Set(this.#devicesByAddress.keys());
  }

  summary(): FleetSummary {
    return { ...this.#counts, total: this.#total, simulated: this.#simulated };
  }

  flush(): void {
    this.devices.flush();
    this.branches.flush();
  }

  #count(row: DeviceRow, by: 1 | -1): void {
    const heading = countOf(row);
    if (heading !== null) this.#counts[heading] += by;
    this.#total += by;
    if (row.simulated) this.#simulated += by;
    const branch = row.branch === null ? undefined : this.branches.get(this.#branchByName.get(nameKey(row.branch)) ?? '');
    if (branch) this.branches.upsert({ ...branch, region: by > 0 ? (row.region ?? branch.region) : branch.region, total: branch.total + by, ...(heading === null ? {} : { [heading]: branch[heading] + by }) });
  }

  #joinAddress(row: DeviceRow): void {
    const sharing = this.#devicesByAddress.get(row.address) ?? new Set();
    this.#devicesByAddress.set(row.address, sharing.add(row.id));
    this.#flagShared(sharing, row.id);
  }

  #leaveAddress(row: DeviceRow): void {
    const sharing = this.#devicesByAddress.get(row.address);
    sharing?.delete(row.id);
    if (sharing?.size === 0) this.#devicesByAddress.delete(row.address);
    else if (sharing) this.#flagShared(sharing, row.id);
  }

  /** The others' flag follows when one joins or leaves. */
  #flagShared(sharing: ReadonlySet<string>, except: string): void {
    for (const id of sharing) {
      const row = id === except ? undefined : this.devices.get(id);
      if (row) this.devices.upsert({ ...row, sharedAddress: sharing.size > 1 });
    }
  }

  #isShared(address: string): boolean {
    return (this.#devicesByAddress.get(address)?.size ?? 0) > 1;
  }
}

/** SQLite's NOCASE folds ASCII only; so must we, or two names would be one branch here and two there. */
const nameKey = (name: string): string => name.replace(/[A-Z]/g, letter => letter.toLowerCase());
