/** Which alerts are one incident: those of one cause. Keeps the open incidents, and those that were closed and are not yet told of. */
import type { AlertRow } from '../../../shared/model/alert.ts';
import type { AlertId, IncidentId } from '../../../shared/model/ids.ts';
import type { IncidentEvent, IncidentRow } from '../../../shared/model/incident.ts';
import type { Placed } from '../../../shared/model/scope.ts';
import { findingOf, isAboutFlapping, isDown, worst, type Around, type Told } from './incident-row.ts';
import { deviceOf, type BranchThing, type Thing } from './things.ts';

/** An incident with what is only known here. `told`: its open alerts, by id. */
export type Incident = {
  row: IncidentRow;
  readonly told: Map<AlertId, Told>;
  readonly deviceKeys: Set<string>;
  branchKey: string | null;
  lastRaisedAt: number;
  changed: boolean;
  /** Since when what is left of it is less than what it is called; null: it is not. */
  lessSince: number | null;
  /** By how much the wall clock was set since it was opened. */
  steppedMs: number;
};

/** An alert that is raised so soon after another one of the same device, or of the branch that it belongs to, has the same cause. */
export const oneCauseMs = 300_000;
/** What comes back does so in any order: the last devices of a branch that has power again are no incident of another kind. What is left after this time is. */
const lessAfterMs = 120_000;
const sizes: Readonly<Record<IncidentRow['kind'], number>> = { branch: 3, isps: 2, ports: 2, isp: 1, device: 1, interface: 1, check: 1, console: 1 };

export type IncidentsParts = { readonly newId: () => IncidentId; readonly around: Around; readonly tell: (event: Omit<IncidentEvent, 'id'>) => void };

export class Incidents {
  readonly #parts: IncidentsParts;
  readonly #open = new Map<IncidentId, Incident>();
  /** The same by the keys of the devices that they are about, and of the branch that these are of: thousands may be raised at once. */
  readonly #byDevice = new Map<string, Set<Incident>>();
  readonly #byBranch = new Map<string, Set<Incident>>();
  /** The newest one that is about the branch as a whole. */
  readonly #ofWhole = new Map<string, Incident>();

  constructor(parts: IncidentsParts) {
    this.#parts = parts;
  }

  get open(): IterableIterator<Incident> {
    return this.#open.values();
  }

  get(id: IncidentId): Incident | undefined {
    return this.#open.get(id);
  }

  /** Those about a device, in the order in which they became so. */
  about(deviceKey: string): Iterable<Incident> {
    return this.#byDevice.get(deviceKey) ?? [];
  }

  restore(row: IncidentRow, told: readonly Told[]): void {
    const incident = this.#begun(row);
    for (const each of told) this.#take(incident, each);
    incident.lastRaisedAt = Math.max(row.openedAt, ...told.map(each => each.row.raisedAt));
    // A console that was killed may have recorded what a person did with the alerts, and not what that makes of the incident.
    const isKnown = told.length > 0 && told.every(each => each.row.acknowledgedAt !== null);
    incident.changed = row.closedAt === null && (told.length === 0 || isKnown !== (row.acknowledgedAt !== null) || (told.find(each => each.row.assignee !== null)?.row.assignee ?? null) !== row.assignee);
  }

  /** Finds the incident that a new alert belongs to, or opens one. Its id is to be written into the alert, and what moved to it into those. */
  join(alert: AlertRow, thing: Thing, now: number): { readonly id: IncidentId; readonly moved: readonly AlertRow[] } {
    const incident = this.#fitting(alert, thing, now) ?? this.#begin(alert, now);
    const isFirst = incident.told.size === 0 && incident.row.alerts === 0;
    incident.row = { ...incident.row, alerts: incident.row.alerts + 1 };
    incident.lastRaisedAt = now;
    this.#take(incident, { row: { ...alert, incidentId: incident.row.id }, thing });
    if (!isFirst) this.#parts.tell({ incidentId: incident.row.id, at: now, kind: 'joined', alertId: alert.id, by: null, text: `${alert.ruleName}: ${alert.subjectName}` });
    return { id: incident.row.id, moved: thing.kind === 'branch' ? this.#gather(incident, thing, now) : [] };
  }

  /** The alert is another now: acknowledged, recovering, ended. */
  update(row: AlertRow, thing: Thing | undefined): void {
    const incident = this.#open.get(row.incidentId);
    if (!incident) return;
    incident.changed = true;
    if (row.clearedAt === null) return void incident.told.set(row.id, { row, thing });
    incident.told.delete(row.id);
    if ([...incident.told.values()].some(each => each.row.clearedAt === null)) return;
    // The last one stays: it says what the incident was, and when it was over.
    incident.told.clear();
    incident.told.set(row.id, { row, thing: undefined });
  }

  /** What it struck may have grown. */
  touch(key: string): void {
    const incident = this.#ofWhole.get(key);
    if (incident?.row.kind === 'branch') incident.changed = true;
  }

  /** Makes one of two: what is open of the first goes on as part of the second. Answers the alerts that moved. */
  merge(from: Incident, into: Incident, now: number): AlertRow[] {
    const moved = [...from.told.values()].filter(({ row }) => row.clearedAt === null);
    for (const { row, thing } of moved) {
      from.told.delete(row.id);
      this.#take(into, { row: { ...row, incidentId: into.row.id }, thing });
    }
    into.row = { ...into.row, alerts: into.row.alerts + moved.length };
    from.row = { ...from.row, closedAt: now, openAlerts: 0, flapping: false, mergedInto: { id: into.row.id, title: into.row.title } };
    from.changed = true;
    this.#parts.tell({ incidentId: from.row.id, at: now, kind: 'closed', alertId: null, by: null, text: `It goes on as part of another incident: ${into.row.title}.` });
    this.#parts.tell({ incidentId: into.row.id, at: now, kind: 'joined', alertId: null, by: null, text: from.row.title });
    return moved.map(({ row }) => ({ ...row, incidentId: into.row.id }));
  }

  /** Works out anew what has changed. Answers the rows that did. */
  refresh(now: number): IncidentRow[] {
    const changed: IncidentRow[] = [];
    for (const incident of this.#open.values()) {
      if (!incident.changed && (incident.lessSince === null || now - incident.lessSince < lessAfterMs)) continue;
      incident.changed = false;
      const before = incident.row;
      incident.row = before.mergedInto ? before : named(incident, rowOf(incident, this.#parts.around, now), now);
      if (incident.row.closedAt !== null && before.closedAt === null) this.#parts.tell({ incidentId: before.id, at: now, kind: 'closed', alertId: null, by: null, text: 'Everything of it is over.' });
      else if (incident.row.kind !== before.kind && before.alerts > 1) this.#parts.tell({ incidentId: before.id, at: now, kind: 'grew', alertId: null, by: null, text: incident.row.title });
      changed.push(incident.row);
    }
    return changed;
  }

  /** It is over, and everybody who had to be told was. */
  forget(id: IncidentId): void {
    const incident = this.#open.get(id);
    if (!incident) return;
    this.#open.delete(id);
    for (const key of incident.deviceKeys) leave(this.#byDevice, key, incident);
    if (incident.branchKey === null) return;
    leave(this.#byBranch, incident.branchKey, incident);
    if (this.#ofWhole.get(incident.branchKey) === incident) this.#ofWhole.delete(incident.branchKey);
  }

  /** The wall clock was set: what is to come from it moves along. */
  shift(byMs: number): void {
    for (const incident of this.#open.values()) {
      incident.lastRaisedAt += byMs;
      incident.steppedMs += byMs;
      if (incident.lessSince !== null) incident.lessSince += byMs;
    }
  }

  /** Of what a recipient's scope is looked at. */
  placesOf(incident: Incident): Placed[] {
    const places = new Set<Placed>();
    for (const { thing } of incident.told.values()) {
      if (thing?.kind === 'branch') for (const device of thing.devices) places.add(device.facts);
      const device = thing && deviceOf(thing);
      if (device) places.add(device.facts);
    }
    return [...places];
  }

  #fitting(alert: AlertRow, thing: Thing, now: number): Incident | undefined {
    const isRecent = (incident: Incident): boolean => now - incident.lastRaisedAt <= oneCauseMs;
    const isAlike = ({ row }: Incident): boolean => row.closedAt === null && row.simulated === alert.simulated;
    if (thing.kind === 'branch') return this.#ofBranch(thing).filter(incident => isAlike(incident) && isRecent(incident)).sort((a, b) => a.row.openedAt - b.row.openedAt)[0];
    const device = deviceOf(thing);
    if (!device) return undefined;
    const whole = this.#ofWhole.get(this.#parts.around.branchOf(device)?.key ?? '');
    if (whole && isAlike(whole) && tellsOfBranch(whole)) return whole;
    return [...this.about(device.key)].find(incident => isAlike(incident) && !tellsOfBranch(incident) && isRecent(incident));
  }

  /** Those about devices of the branch that are down. */
  #ofBranch(branch: BranchThing): Incident[] {
    return [...(this.#byBranch.get(branch.key) ?? [])].filter(({ told }) => [...told.values()].some(({ row, thing }) => row.clearedAt === null && (isDown(row.rule) || thing === branch)));
  }

  /** A branch takes in what was told of its devices one by one. */
  #gather(into: Incident, branch: BranchThing, now: number): AlertRow[] {
    const others = this.#ofBranch(branch).filter(incident => incident !== into && incident.row.closedAt === null && incident.row.simulated === into.row.simulated && now - incident.lastRaisedAt <= oneCauseMs);
    return others.flatMap(incident => this.merge(incident, into, now));
  }

  #begin(alert: AlertRow, now: number): Incident {
    return this.#begun({
      id: this.#parts.newId(), kind: 'device', title: alert.subjectName, severity: alert.severity, branch: alert.branch, region: alert.region, affected: [], affectedCount: 0, fault: 'device', verdict: '', evidence: [], since: alert.since,
      openedAt: now, closedAt: null, mergedInto: null, openAlerts: 0, alerts: 0, flapping: false, suppression: null, acknowledgedAt: null, acknowledgedBy: null, assignee: null, simulated: alert.simulated,
    });
  }

  #begun(row: IncidentRow): Incident {
    const incident: Incident = { row, told: new Map(), deviceKeys: new Set(), branchKey: null, lastRaisedAt: row.openedAt, changed: true, lessSince: null, steppedMs: 0 };
    this.#open.set(row.id, incident);
    return incident;
  }

  #take(incident: Incident, told: Told): void {
    incident.told.set(told.row.id, told);
    incident.changed = true;
    const device = told.thing && deviceOf(told.thing);
    if (device) {
      incident.deviceKeys.add(device.key);
      enter(this.#byDevice, device.key, incident);
    }
    incident.branchKey ??= told.thing?.kind === 'branch' ? told.thing.key : device ? (this.#parts.around.branchOf(device)?.key ?? null) : null;
    if (incident.branchKey === null) return;
    enter(this.#byBranch, incident.branchKey, incident);
    if (told.thing?.kind === 'branch') this.#ofWhole.set(incident.branchKey, incident);
  }
}

/** Its branch as a whole is told, and that is not over. */
const tellsOfBranch = ({ told }: Incident): boolean => [...told.values()].some(({ row, thing }) => thing?.kind === 'branch' && row.clearedAt === null);

function enter(index: Map<string, Set<Incident>>, key: string, incident: Incident): void {
  const known = index.get(key);
  if (known) known.add(incident);
  else index.set(key, new Set([incident]));
}

function leave(index: Map<string, Set<Incident>>, key: string, incident: Incident): void {
  const known = index.get(key);
  known?.delete(incident);
  if (known?.size === 0) index.delete(key);
}

/** While it is becoming less it is called what it was. */
function named(incident: Incident, found: IncidentRow, now: number): IncidentRow {
  const { row } = incident;
  if (found.closedAt !== null || sizes[found.kind] >= sizes[row.kind]) {
    incident.lessSince = null;
    return found;
  }
  incident.lessSince ??= now;
  if (now - incident.lessSince >= lessAfterMs) {
    incident.lessSince = null;
    return found;
  }
  const { kind, title, severity, affected, affectedCount, fault, verdict, evidence } = row;
  return { ...found, kind, title, severity, affected, affectedCount, fault, verdict, evidence };
}

function rowOf({ row, told }: Incident, around: Around, now: number): IncidentRow {
  const all = [...told.values()];
  const open = all.filter(each => each.row.clearedAt === null);
  const known = open.filter(each => each.row.acknowledgedAt !== null);
  const common = {
    openAlerts: open.length,
    since: Math.min(row.since, ...all.map(each => each.row.since)),
    flapping: open.some(each => each.row.flapping || isAboutFlapping(each.row.rule)),
    assignee: open.find(each => each.row.assignee !== null)?.row.assignee ?? null,
  };
  if (open.length === 0) return { ...row, ...common, flapping: false, assignee: row.assignee, suppression: null, closedAt: row.closedAt ?? Math.max(row.openedAt, ...all.map(each => each.row.clearedAt ?? now)) };
  const waits = open.every(each => each.row.suppression !== null);
  const allKnown = known.length === open.length;
  return {
    ...row, ...common, ...findingOf(open, around, now), closedAt: null, severity: worst(open.map(each => each.row)),
    branch: open[0]?.row.branch ?? row.branch, region: open[0]?.row.region ?? row.region,
    suppression: waits ? (open[0]?.row.suppression ?? null) : null,
    acknowledgedAt: allKnown ? Math.max(...known.map(each => each.row.acknowledgedAt ?? 0)) : null,
    acknowledgedBy: allKnown ? (known[0]?.row.acknowledgedBy ?? null) : null,
  };
}

