/** Maintenance windows at work: kept, shown, and asked all the time which of them a device lies in. */
import { randomUUID } from 'node:crypto';
import { WindowId } from '../../../shared/model/ids.ts';
import type { MaintenanceInput, MaintenancePreview, MaintenanceRow, Occurrence } from '../../../shared/model/maintenance.ts';
import type { JournalRow } from '../../../shared/model/observation.ts';
import type { Placed } from '../../../shared/model/scope.ts';
import { AppError } from '../../../shared/rpc/contract.ts';
import type { Clock } from '../clock.ts';
import { checkedTimes } from './check.ts';
import { coversOf, isEverything, matcherOf, missingFrom, type Cover, type Members } from './covers.ts';
import { activeAt, nextStart } from './occurrences.ts';
import { previewOf } from './preview.ts';
import { timesOf, type WindowTimes } from './times.ts';

/** A window as it is stored. */
export type StoredWindow = { readonly id: WindowId; readonly window: MaintenanceInput; readonly createdAt: number; readonly createdBy: string };

export type WindowStore = {
  insert(stored: StoredWindow): Promise<unknown>;
  update(id: WindowId, window: MaintenanceInput): Promise<unknown>;
  remove(id: WindowId): Promise<unknown>;
};

/** `id` is the public one, `deviceId` the one that rows are joined by. */
export type PlacedDevice = Placed & { readonly deviceId: number };

export type MaintenanceParts = {
  readonly clock: Clock;
  readonly store: WindowStore;
  readonly devices: () => Iterable<PlacedDevice>;
  readonly rows: { upsert(row: MaintenanceRow): void; remove(id: string): void };
  /** What covers these devices is no longer what it was. */
  readonly onChange: (deviceIds: readonly number[]) => void;
};

/** A stretch in which devices lay in a window, as the journal has it. `deviceIds` null: all devices. */
export type Covered = { readonly row: JournalRow; readonly deviceIds: readonly number[] | null };

/** What came about since the last turn. Windows by name; `journal` is to be recorded. */
export type Turn = { readonly began: readonly string[]; readonly ended: readonly string[]; readonly journal: readonly Covered[] };

type Entry = {
  stored: StoredWindow;
  /** null: this computer cannot work them out. It is shown, and never on. */
  times: WindowTimes | null;
  covers: (device: Placed) => boolean;
  active: Occurrence | null;
  nextAt: number | null;
  /** Whom it covers, while it is on. */
  members: Members;
  /** How many it covers, on or not. */
  devices: number;
  /** The open entry of the journal. */
  open: Covered | null;
};

/** Windows that are off are counted so many at a turn: each looks at every device. */
const countedAtOnce = 4;
/** Previews compare one with all others. */
const mostWindows = 500;
const nobody: Members = new Map();

export class Maintenance {
  readonly #parts: MaintenanceParts;
  readonly #entries = new Map<WindowId, Entry>();
  readonly #uncounted = new Set<Entry>();
  #on: readonly Entry[] = [];
  /** Whom they cover, by public id; null: to be worked out when it is asked for. */
  #covers: ReadonlyMap<string, Cover> | null = null;
  /** When the next window begins or ends. */
  #changeAt = Infinity;
  #turnedAt: number;
  #devicesChanged = false;
  #began: string[] = [];
  #ended: string[] = [];
  #journal: Covered[] = [];

  constructor(parts: MaintenanceParts) {
    this.#parts = parts;
    this.#turnedAt = parts.clock.now();
  }

  /** After the devices are known. Answers a sentence for each window whose times this computer cannot work out. */
  async restore(windows: readonly StoredWindow[]): Promise<readonly string[]> {
    const problems: string[] = [];
    for (const stored of windows) {
      const timed = await timesOf(stored.window);
      if (timed.kind === 'wrong') problems.push(`The maintenance window "${stored.window.name}" is not kept: ${timed.message}`);
      this.#put(stored, timed.kind === 'wrong' ? null : timed.times);
    }
    return problems;
  }

  async create(window: MaintenanceInput, user: string): Promise<MaintenanceRow> {
    if (this.#entries.size >= mostWindows) throw new AppError('conflict', `There are at most ${mostWindows} maintenance windows; remove some that are over.`);
    const times = await timesOrRefusal(window);
    // Brands are made where identities are.
    const stored: StoredWindow = { id: WindowId.parse(randomUUID()), window, createdAt: this.#parts.clock.now(), createdBy: user };
    await this.#parts.store.insert(stored);
    return this.#put(stored, times);
  }

  async update(id: WindowId, window: MaintenanceInput): Promise<MaintenanceRow> {
    this.#found(id);
    const times = await timesOrRefusal(window);
    const { stored } = this.#found(id);
    await this.#parts.store.update(id, window);
    // Removed meanwhile.
    this.#end(this.#found(id), this.#parts.clock.now());
    return this.#put({ ...stored, window }, times);
  }

  async remove(id: WindowId): Promise<Record<string, never>> {
    this.#found(id);
    await this.#parts.store.remove(id);
    const entry = this.#entries.get(id);
    if (!entry) return {};
    this.#end(entry, this.#parts.clock.now());
    this.#entries.delete(id);
    this.#uncounted.delete(entry);
    this.#plan();
    this.#parts.rows.remove(id);
    return {};
  }

  async preview(window: MaintenanceInput): Promise<MaintenancePreview> {
    const times = await timesOrRefusal(window);
    return previewOf(window, times, { now: this.#parts.clock.now(), devices: this.#parts.devices(), others: [...this.#entries.values()].map(({ stored, ...other }) => ({ ...other, window: stored.window })) });
  }

  /** Whom a device lies with, as of the last turn. Asked for every device, every few seconds. */
  coverOf(device: Pick<Placed, 'id'>, now: number): Cover | null {
    this.#covers ??= coversOf(this.#on);
    const cover = this.#covers.get(device.id);
    return cover && now < cover.until ? cover : null;
  }

  /** Devices were added, removed, or changed in what scopes look at: counted at the next turn. */
  devicesChanged(): void {
    this.#devicesChanged = true;
  }

  /** Once a second. */
  turn(now: number): Turn {
    const steppedBack = now < this.#turnedAt;
    if (steppedBack || now >= this.#changeAt) {
      for (const entry of this.#entries.values()) if (steppedBack || now >= changeOf(entry)) this.#settle(entry, now, steppedBack ? now : this.#turnedAt);
      this.#plan();
    }
    this.#turnedAt = now;
    if (this.#devicesChanged) this.#lookAgain(now);
    this.#count();
    const turn = { began: this.#began, ended: this.#ended, journal: this.#journal };
    [this.#began, this.#ended, this.#journal] = [[], [], []];
    return turn;
  }

  /** The console stops: what the journal has open ends. What a turn had yet to tell comes with it. */
  close(now: number): readonly Covered[] {
    for (const { open } of this.#on) if (open) this.#journal.push(endedAt(open, now));
    const journal = this.#journal;
    this.#journal = [];
    this.#entries.clear();
    this.#plan();
    return journal;
  }

  #found(id: WindowId): Entry {
    const entry = this.#entries.get(id);
    if (!entry) throw new AppError('not-found', 'That maintenance window has been removed.');
    return entry;
  }

  #put(stored: StoredWindow, times: WindowTimes | null): MaintenanceRow {
    const now = this.#parts.clock.now();
    const covers = matcherOf(stored.window.scope);
    const old = this.#entries.get(stored.id);
    if (old) this.#uncounted.delete(old);
    const entry: Entry = { stored, times, covers, active: null, nextAt: null, members: nobody, devices: 0, open: null };
    entry.devices = this.#membersOf(entry).size;
    this.#entries.set(stored.id, entry);
    this.#settle(entry, now, now);
    this.#plan();
    return rowOf(entry);
  }

  /** Brings a window to what it is now. `since`: it was known to be as it was until then. */
  #settle(entry: Entry, now: number, since: number): void {
    const times = entry.stored.window.enabled ? entry.times : null;
    const before = entry.active;
    const active = times && activeAt(times, now);
    entry.nextAt = times && nextStart(times, now);
    // One that goes over into the next is the same to whoever lies in it.
    const goesOn = before !== null && active !== null && active.from <= before.to && active.to >= before.to;
    if (before && !goesOn) this.#end(entry, Math.min(now, before.to));
    entry.active = active;
    if (active && !goesOn) this.#begin(entry, Math.max(active.from, since));
    else if (active && before?.to !== active.to) this.#tell(entry, entry.members);
    this.#parts.rows.upsert(rowOf(entry));
  }

  #begin(entry: Entry, at: number): void {
    entry.members = this.#membersOf(entry);
    entry.devices = entry.members.size;
    this.#began.push(entry.stored.window.name);
    this.#open(entry, at);
    this.#tell(entry, entry.members);
  }

  #end(entry: Entry, at: number): void {
    if (!entry.active) return;
    this.#shut(entry, at);
    const { members } = entry;
    entry.active = null;
    entry.members = nobody;
    this.#ended.push(entry.stored.window.name);
    this.#tell(entry, members);
  }

  /** Whoever is told asks at once: what is on has to be so already. */
  #tell(entry: Entry, members: Members): void {
    this.#on = [...this.#on.filter(each => each !== entry), ...(entry.active ? [entry] : [])];
    this.#covers = null;
    if (members.size > 0) this.#parts.onChange([...members.values()]);
  }

  #open(entry: Entry, at: number): void {
    if (entry.members.size === 0) return;
    const { name, reason, scope } = entry.stored.window;
    const deviceIds = isEverything(scope) ? null : [...entry.members.values()];
    const detail = `Maintenance window "${name}"${reason === '' ? '.' : `: ${reason}`}`;
    entry.open = { row: { id: randomUUID(), kind: 'maintenance', cause: null, from: at, to: null, devices: deviceIds && deviceIds.length, detail }, deviceIds };
    this.#journal.push(entry.open);
  }

  #shut(entry: Entry, at: number): void {
    if (entry.open) this.#journal.push(endedAt(entry.open, at));
    entry.open = null;
  }

  #membersOf({ covers }: Entry): Members {
    const members = new Map<string, number>();
    for (const device of this.#parts.devices()) if (covers(device)) members.set(device.id, device.deviceId);
    return members;
  }

  /** A device that came or went was covered for its own part only: the stretch ends, and another begins. */
  #lookAgain(now: number): void {
    this.#devicesChanged = false;
    for (const entry of this.#entries.values()) {
      if (!entry.active) {
        this.#uncounted.add(entry);
        continue;
      }
      const [before, after] = [entry.members, this.#membersOf(entry)];
      const changed = [...missingFrom(after, before), ...missingFrom(before, after)];
      if (changed.length === 0) continue;
      entry.members = after;
      entry.devices = after.size;
      this.#covers = null;
      if (!isEverything(entry.stored.window.scope) || !entry.open || after.size === 0) {
        this.#shut(entry, now);
        this.#open(entry, now);
      }
      this.#parts.onChange(changed);
      this.#parts.rows.upsert(rowOf(entry));
    }
  }

  #count(): void {
    let left = countedAtOnce;
    for (const entry of this.#uncounted) {
      if (left-- === 0) return;
      this.#uncounted.delete(entry);
      const { size } = this.#membersOf(entry);
      if (size === entry.devices) continue;
      entry.devices = size;
      this.#parts.rows.upsert(rowOf(entry));
    }
  }

  #plan(): void {
    const entries = [...this.#entries.values()];
    this.#on = entries.filter(({ active }) => active !== null);
    this.#covers = null;
    this.#changeAt = entries.reduce((soonest, entry) => Math.min(soonest, changeOf(entry)), Infinity);
  }
}

async function timesOrRefusal(window: MaintenanceInput): Promise<WindowTimes> {
  const timed = await checkedTimes(window);
  if (timed.kind === 'wrong') throw new AppError('invalid-input', timed.message);
  return timed.times;
}

const changeOf = ({ active, nextAt }: Entry): number => Math.min(active?.to ?? Infinity, nextAt ?? Infinity);

const endedAt = ({ row, deviceIds }: Covered, at: number): Covered => ({ row: { ...row, to: Math.max(row.from, at) }, deviceIds });

function rowOf({ stored: { id, window, createdAt, createdBy }, active, nextAt, devices }: Entry): MaintenanceRow {
  return { id, ...window, activeUntil: active?.to ?? null, nextAt, devices, createdAt, createdBy };
}
