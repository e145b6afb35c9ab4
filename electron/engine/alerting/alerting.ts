/** Everything about alerts in one place: takes what the engine learns, goes through the rules in rounds, and hands out what is to be recorded, shown and told. */
import { subjectKey, type AlertRow } from '../../../shared/model/alert.ts';
import type { AlertId, IncidentId, MessageId } from '../../../shared/model/ids.ts';
import type { IncidentEvent, IncidentRow } from '../../../shared/model/incident.ts';
import type { MessageRow } from '../../../shared/model/notification.ts';
import type { Rule } from '../../../shared/model/rule.ts';
import { Estate } from './estate.ts';
import { Evaluator, type Bound, type Finding } from './evaluator.ts';
import { isAboutFlapping } from './incident-row.ts';
import { Incidents, oneCauseMs, type Incident } from './incidents.ts';
import { dismissed, isOpen, quiet, type AlertState } from './machine.ts';
import { plan, type IncidentView, type Recipient } from './routing.ts';
import { longestWindowMs, type CompiledRule } from './rule.ts';
import { sameSuppression, saySuppression, suppressionOf, type Circumstances } from './suppression.ts';
import { deviceOf, nameOf, subjectOf, type BranchThing, type DeviceFacts, type DeviceThing, type StateReading, type Thing } from './things.ts';
import { ToldBook, type ToldChange } from './told.ts';

/** What is to be recorded in one transaction: what changed since it was last taken. `state` null: nothing is to be remembered any more. */
export type AlertingWrite = {
  readonly states: readonly { readonly rule: string; readonly subject: string; readonly state: AlertState | null }[];
  readonly alerts: readonly AlertRow[];
  readonly incidents: readonly IncidentRow[];
  readonly events: readonly IncidentEvent[];
  readonly messages: readonly MessageRow[];
  readonly told: readonly ToldChange[];
};

/** All that was recorded, as it was when the console stopped. */
export type RememberedAlerting = {
  readonly states: readonly { readonly rule: string; readonly subject: string; readonly state: AlertState }[];
  /** Those that are open. */
  readonly alerts: readonly AlertRow[];
  /** Those that are open, or of which somebody still waits for the end. */
  readonly incidents: readonly IncidentRow[];
  readonly told: ToldBook;
  /** When the console was last known to run; null: not known. */
  readonly stoppedAt: number | null;
};

export type AlertingParts = {
  readonly newId: () => string;
  readonly gatherMs: () => number;
  readonly circumstances: Circumstances;
  readonly recipients: () => readonly Recipient[];
  readonly station: () => string;
};

export type OpenAlert = { row: AlertRow; readonly bound: Bound };

/** How often all rules are gone through; what changed its state is looked at at once. */
const roundMs = 2_000;
/** After a start alerts may end when everything has been seen anew, or so much later. */
const longestFirstRoundMs = 180_000;
const usualIntervalMs = 60_000;
/** A clock that differs by more from what has passed was set. */
const clockStepMs = 2_000;

export class Alerting {
  readonly estate = new Estate();
  readonly #parts: AlertingParts;
  readonly #evaluator = new Evaluator();
  readonly #incidents: Incidents;
  #told = new ToldBook();
  /** By rule and thing. */
  readonly #open = new Map<string, OpenAlert>();
  readonly #flapping = new Set<DeviceThing>();
  /** Whose state changed since they were last looked at. */
  readonly #hot = new Set<Thing>();
  #out = nothingWritten();
  /** How often rules were put together with what they are about. */
  #bindings = 0;
  #startedAt = 0;
  #startedMs = 0;
  #isWarm = false;
  #roundAtMs = -Infinity;
  #last: { readonly at: number; readonly ms: number } | null = null;
  #lastRound: { readonly at: number; readonly atMs: number; readonly tookMs: number } | null = null;

  constructor(parts: AlertingParts) {
    this.#parts = parts;
    this.#incidents = new Incidents({
      newId: () => parts.newId() as IncidentId, // A UUID.
      around: { branchOf: device => this.estate.branchOf(device), behind: device => this.estate.behind(device), branches: () => this.estate.branches, blindness: () => parts.circumstances.blindness() },
      tell: event => this.#tell(event),
    });
    this.#evaluator.bind(this.estate.console);
  }

  /** The open alerts, by rule and thing. */
  get openAlerts(): IterableIterator<OpenAlert> {
    return this.#open.values();
  }

  get openCount(): number {
    return this.#open.size;
  }

  get openIncidents(): number {
    let open = 0;
    for (const { row } of this.#incidents.open) if (row.closedAt === null) open++;
    return open;
  }

  get rules(): readonly CompiledRule[] {
    return this.#evaluator.rules;
  }

  /** When the rules were last gone through, in UTC ms and by the clock that only goes forward, and how long that took. */
  get lastRound(): { readonly at: number; readonly atMs: number; readonly tookMs: number } | null {
    return this.#lastRound;
  }

  /** Another number than before: rules may be about other things now. */
  get bindings(): number {
    return this.#bindings;
  }

  get things(): IterableIterator<Thing> {
    return this.#evaluator.things;
  }

  boundsOf(thing: Thing): readonly Bound[] {
    return this.#evaluator.boundsOf(thing);
  }

  incidentView(id: IncidentId, now: number): IncidentView | null {
    const incident = this.#incidents.get(id);
    return incident ? this.#view(incident, now) : null;
  }

  /** Takes over the rules. Open alerts of what is no rule any more, or is about them no more, end. */
  setRules(rules: readonly CompiledRule[], now: number): void {
    this.#bindings++;
    this.estate.lookBack(longestWindowMs(rules));
    for (const bound of this.#evaluator.setRules(rules)) this.#drop(bound, 'rule-changed', now);
  }

  setDevice(facts: DeviceFacts, now: number): void {
    this.#bindings++;
    const { changed, gone } = this.estate.setDevice(facts);
    for (const thing of changed) for (const bound of this.#evaluator.bind(thing)) this.#drop(bound, deviceOf(thing)?.facts.enabled === false ? 'paused' : 'rule-changed', now);
    if (!gone) return;
    this.unbind(gone, now);
    this.#hot.delete(gone);
  }

  removeDevice(internalId: number, now: number): void {
    this.#bindings++;
    const { gone, branch } = this.estate.removeDevice(internalId);
    for (const thing of gone) {
      for (const bound of this.#evaluator.remove(thing)) this.#drop(bound, 'removed', now);
      this.#hot.delete(thing);
      if (thing.kind === 'device') this.#flapping.delete(thing);
    }
    if (branch) this.bind(branch, now);
  }

  /** Things are new, or what rules look at in them has changed. */
  bind(thing: Thing, now: number): void {
    this.#bindings++;
    for (const bound of this.#evaluator.bind(thing)) this.#drop(bound, 'rule-changed', now);
  }

  /** Things are gone. */
  unbind(thing: Thing, now: number): void {
    this.#bindings++;
    for (const bound of this.#evaluator.remove(thing)) this.#drop(bound, 'removed', now);
  }

  takeState(internalId: number, reading: StateReading, at: number): void {
    const device = this.estate.takeState(internalId, reading, at);
    if (!device) return;
    this.#hot.add(device);
    const branch = this.estate.branchOf(device);
    if (branch) this.#hot.add(branch);
  }

  /** After all things are there. What is gone meanwhile ends now. */
  restore(remembered: RememberedAlerting, now: number, nowMs: number): void {
    this.#startedAt = now;
    this.#startedMs = nowMs;
    this.#told = remembered.told;
    for (const { rule, subject, state } of remembered.states) {
      const thing = this.estate.find(subject);
      // While the console was off nothing could be seen of it, and nothing has lasted.
      const since = remembered.stoppedAt !== null && (state.phase === 'pending' || state.phase === 'recovering') ? state.since + Math.max(0, now - Math.max(remembered.stoppedAt, state.since)) : state.since;
      if (!thing || !this.#evaluator.restore(thing, rule as Rule['id'], { ...state, since, seenAt: now })) this.#out.states.push({ rule, subject, state: null }); // Compared with ids of rules that are there.
    }
    const byIncident = Map.groupBy(remembered.alerts, alert => alert.incidentId);
    for (const row of remembered.incidents) this.#incidents.restore(row, (byIncident.get(row.id) ?? []).map(alert => ({ row: alert, thing: this.estate.find(subjectKey(alert.subject)) })));
    for (const row of remembered.alerts) this.#restoreAlert(row, now);
    // Of what is gone nobody says the end: not of a demo that is over, nor of what a damaged disk lost.
    const ownerless = [...this.#told.incidents].filter(id => !this.#incidents.get(id)).flatMap(incidentId => [...(this.#told.of(incidentId)?.keys() ?? [])].map(targetId => ({ incidentId, targetId, told: null })));
    this.#told.apply(ownerless);
    this.#out.told.push(...ownerless);
  }

  /** A round over everything where it is time, else over what changed. Cheap when nothing is to be done. */
  turn(now: number, nowMs: number, isForced = false): void {
    this.#noticeStep(now, nowMs);
    const isWhole = isForced || nowMs - this.#roundAtMs >= roundMs;
    if (!isWhole && this.#hot.size === 0) return;
    const began = performance.now();
    this.#warmUp(now, nowMs);
    for (const branch of this.estate.branches) if (isWhole || this.#hot.has(branch)) this.#count(branch, now);
    const mayEnd = (thing: Thing): boolean => this.#isWarm && this.#isFresh(thing);
    const findings = this.#evaluator.round(now, mayEnd, isWhole ? undefined : [...this.#hot]);
    this.#hot.clear();
    for (const finding of findings) this.#take(finding, now);
    if (isWhole || findings.length > 0) this.settle(now);
    if (!isWhole) return;
    this.#roundAtMs = nowMs;
    this.#lastRound = { at: now, atMs: nowMs, tookMs: performance.now() - began };
  }

  /** Works out who waits, which incidents that makes, and who is told. */
  settle(now: number): void {
    this.#suppress(now);
    this.#out.incidents.push(...this.#incidents.refresh(now));
    this.#route(now);
  }

  /** Hands over what is to be recorded since the last time; null when there is nothing. */
  drain(): AlertingWrite | null {
    const out = this.#out;
    if (Object.values(out).every(list => list.length === 0)) return null;
    this.#out = nothingWritten();
    return { ...out, alerts: newest(out.alerts), incidents: newest(out.incidents) };
  }

  /** The open alerts with these ids. */
  find(ids: readonly AlertId[]): OpenAlert[] {
    const wanted = new Set<string>(ids);
    return [...this.#open.values()].filter(({ row }) => wanted.has(row.id));
  }

  /** An open alert is another now: a person did something. */
  change(alert: OpenAlert, row: AlertRow): void {
    this.#put(alert, row);
  }

  /** What will be remembered of an alert that a person ends: it is raised anew only after its condition was once over. To be recorded before `resolve`. */
  dismissal(alert: OpenAlert, now: number): AlertingWrite['states'][number] {
    const { compiled: { rule }, thing, state } = alert.bound;
    return { rule: rule.id, subject: thing.key, state: dismissed(state ?? quiet(now), now) };
  }

  /** A person ended it. `row`: what it is then. */
  resolve(alert: OpenAlert, row: AlertRow, now: number): void {
    const { bound } = alert;
    this.#evaluator.dismiss(bound, now);
    this.#out.states.push({ rule: bound.compiled.rule.id, subject: bound.thing.key, state: bound.state });
    this.#open.delete(keyFor(bound));
    this.#forgetFlapping(bound);
    this.#put(alert, row);
  }

  #restoreAlert(row: AlertRow, now: number): void {
    const thing = this.estate.find(subjectKey(row.subject));
    const known = thing && this.#evaluator.boundsOf(thing).find(({ compiled }) => compiled.rule.id === row.rule)?.state;
    // Without an open state it is of before there were states to remember, or of one that was not recorded.
    const state: AlertState = known && isOpen(known) ? known : { phase: 'firing', since: row.raisedAt, seenAt: now, changes: [], calmSince: row.flapping ? now : null };
    const bound = thing && this.#evaluator.restore(thing, row.rule, state);
    if (!bound) {
      const over: AlertRow = { ...row, phase: 'ended', clearedAt: now, clearedBy: thing ? 'rule-changed' : 'removed', flapping: false, suppression: null };
      this.#out.alerts.push(over);
      return this.#incidents.update(over, thing);
    }
    const alert: OpenAlert = { row, bound };
    this.#open.set(keyFor(bound), alert);
    if (bound.thing.kind === 'device' && isAboutFlapping(row.rule)) this.#flapping.add(bound.thing);
    // Where its changes are not known, it has come to rest when it is calm from now on for as long as it would have to be.
    if (isAboutFlapping(row.rule) && (bound.thing.kind === 'device' || bound.thing.kind === 'interface')) bound.thing.recallChanges(now);
    if (this.#incidents.get(row.incidentId)) return this.#incidents.update(row, thing);
    // Somebody worked on it before its round was recorded, and the console was killed then.
    const { id, moved } = this.#incidents.join(row, bound.thing, now);
    this.#move(moved);
    this.#put(alert, { ...row, incidentId: id });
  }

  #noticeStep(now: number, nowMs: number): void {
    const byMs = this.#last === null ? 0 : now - this.#last.at - (nowMs - this.#last.ms);
    this.#last = { at: now, ms: nowMs };
    if (Math.abs(byMs) <= clockStepMs) return;
    // What has lasted so long has lasted no longer and no shorter for it.
    for (const bound of this.#evaluator.remembered()) {
      const { state } = bound;
      bound.state = { ...state, since: state.since + byMs, seenAt: state.seenAt + byMs, changes: state.changes.map(at => at + byMs), calmSince: state.calmSince === null ? null : state.calmSince + byMs };
    }
    for (const device of this.estate.devices) device.shift(byMs, now);
    this.#incidents.shift(byMs);
    this.#startedAt += byMs;
  }

  /** One full fresh round is over when every device that is asked as often as usual, and can be seen, has been heard of. */
  #warmUp(now: number, nowMs: number): void {
    if (this.#isWarm) return;
    this.#isWarm = nowMs - this.#startedMs >= longestFirstRoundMs || [...this.estate.devices].every(device => !device.facts.enabled || device.facts.samplesPerS === 0 || device.facts.intervalMs > usualIntervalMs || device.reading.state === 'not-observed' || this.#isFresh(device));
    if (this.#isWarm && now < this.#startedAt) this.#startedAt = now;
  }

  /** It has been seen since the start. */
  #isFresh(thing: Thing): boolean {
    const device = deviceOf(thing);
    return !device || device.facts.samplesPerS === 0 || (device.reading.lastCheckAt ?? 0) >= this.#startedAt;
  }

  #count(branch: BranchThing, now: number): void {
    const { circumstances } = this.#parts;
    const before = branch.counts;
    branch.count(device => circumstances.knownDown(device.facts.internalId) !== null || circumstances.maintenance(device.facts, now) !== null, !this.#isWarm);
    if (before.down !== branch.counts.down || before.counted !== branch.counts.counted) this.#incidents.touch(branch.key);
  }

  #take({ bound, event }: Finding, now: number): void {
    const { compiled, thing } = bound;
    this.#out.states.push({ rule: compiled.rule.id, subject: thing.key, state: bound.state });
    const open = this.#open.get(keyFor(bound));
    switch (event) {
      case 'raised':
        return void this.#raise(bound, now);
      case 'flapping': {
        const alert = open ?? this.#raise(bound, now);
        this.#tell({ incidentId: alert.row.incidentId, at: now, kind: 'flapping', alertId: alert.row.id, by: null, text: `${alert.row.ruleName}: ${alert.row.subjectName} fires and ends again and again.` });
        return this.#put(alert, { ...alert.row, flapping: true, phase: phaseOf(bound) });
      }
      case 'settled':
        if (!open) return;
        this.#tell({ incidentId: open.row.incidentId, at: now, kind: 'settled', alertId: open.row.id, by: null, text: `${open.row.ruleName}: ${open.row.subjectName} has come to rest: it still holds.` });
        return this.#put(open, { ...open.row, flapping: false, phase: 'firing' });
      case 'cleared':
        return this.#drop(bound, 'recovered', now);
      case 'lost-data':
        return this.#drop(bound, 'lost-data', now);
      case null: {
        if (!open || !bound.state) return;
        const phase = phaseOf(bound);
        if (phase !== open.row.phase) this.#put(open, { ...open.row, phase });
      }
    }
  }

  #raise(bound: Bound, now: number): OpenAlert {
    const { compiled: { rule, condition }, thing, parameters, state } = bound;
    const device = deviceOf(thing);
    const branch = thing.kind === 'branch' ? thing : undefined;
    const downSince = device?.reading.downSince ?? branch?.counts.downSince ?? null;
    const place = device?.facts ?? (branch ? [...branch.devices][0]?.facts : undefined);
    const row: AlertRow = {
      id: this.#parts.newId() as AlertId, incidentId: this.#parts.newId() as IncidentId, // UUIDs; the incident is found below.
      rule: rule.id, ruleName: rule.name, severity: rule.severity, subject: subjectOf(thing), subjectName: nameOf(thing), deviceId: device?.facts.id ?? null, deviceName: device?.facts.name ?? null,
      address: device?.facts.address ?? null, branch: place?.branch ?? null, region: place?.region ?? null, phase: 'firing', value: condition.found(thing, parameters, now).join(', ') || 'no value came',
      since: Math.min(now - Math.min(rule.forMs, Math.max(0, now - (state?.since ?? now))), downSince ?? now), raisedAt: now, clearedAt: null, clearedBy: null, flapping: false, suppression: null,
      acknowledgedAt: null, acknowledgedBy: null, note: null, snoozedUntil: null, assignee: null,
      simulated: device ? device.facts.simulated : branch ? [...branch.devices].every(each => each.facts.simulated) : false,
    };
    const { id, moved } = this.#incidents.join(row, thing, now);
    this.#move(moved);
    const alert: OpenAlert = { row: { ...row, incidentId: id }, bound };
    this.#open.set(keyFor(bound), alert);
    if (device && thing === device && isAboutFlapping(rule.id)) this.#flapping.add(device);
    this.#tell({ incidentId: alert.row.incidentId, at: now, kind: 'raised', alertId: row.id, by: null, text: `${row.ruleName}: ${row.subjectName} (${row.value}).` });
    this.#put(alert, alert.row);
    return alert;
  }

  /** Ends its alert, if there is one. */
  #drop(bound: Bound, why: NonNullable<AlertRow['clearedBy']>, now: number): void {
    const key = keyFor(bound);
    const open = this.#open.get(key);
    if (why !== 'recovered' && why !== 'lost-data') this.#out.states.push({ rule: bound.compiled.rule.id, subject: bound.thing.key, state: null });
    if (!open) return;
    this.#open.delete(key);
    this.#forgetFlapping(bound);
    const row: AlertRow = { ...open.row, phase: 'ended', clearedAt: now, clearedBy: why, flapping: false, suppression: null };
    this.#tell({ incidentId: row.incidentId, at: now, kind: 'cleared', alertId: row.id, by: null, text: `${row.ruleName}: ${row.subjectName} ${endingWords[why]}.` });
    this.#out.alerts.push(row);
    this.#incidents.update(row, bound.thing);
  }

  #forgetFlapping({ thing, compiled: { rule } }: Bound): void {
    if (thing.kind === 'device' && isAboutFlapping(rule.id)) this.#flapping.delete(thing);
  }

  #put(alert: OpenAlert, row: AlertRow): void {
    alert.row = row;
    this.#out.alerts.push(row);
    this.#incidents.update(row, alert.bound.thing);
  }

  #suppress(now: number): void {
    const { circumstances } = this.#parts;
    const surroundings = { circumstances, device: (id: number) => this.estate.device(id), flaps: (device: DeviceThing) => this.#flapping.has(device) };
    for (const alert of this.#open.values()) {
      const { row, bound: { thing } } = alert;
      const suppression = suppressionOf(row, thing, isAboutFlapping(row.rule), surroundings, now);
      if (sameSuppression(row.suppression, suppression)) continue;
      if (suppression?.reason !== row.suppression?.reason) {
        const text = suppression ? saySuppression[suppression.reason](suppression.detail) : 'Nothing keeps it back any more.';
        this.#tell({ incidentId: row.incidentId, at: now, kind: suppression ? 'suppressed' : 'released', alertId: row.id, by: null, text });
      }
      this.#put(alert, { ...row, suppression });
      if (suppression?.reason === 'parent-down') this.#joinParent(alert, now);
    }
  }

  /** What was told of a device just before its parent turned out to be down is part of that. */
  #joinParent(alert: OpenAlert, now: number): void {
    const behindId = deviceOf(alert.bound.thing)?.reading.behindId ?? null;
    const parent = behindId === null ? undefined : this.estate.device(behindId);
    const own = this.#incidents.get(alert.row.incidentId);
    const into = parent && [...this.#incidents.about(parent.key)].find(incident => incident.row.closedAt === null && incident !== own && now - incident.lastRaisedAt <= oneCauseMs);
    if (!own || !into || now - own.row.openedAt > oneCauseMs || own.deviceKeys.size > 1) return;
    this.#move(this.#incidents.merge(own, into, now));
  }

  /** They are part of another incident now. */
  #move(rows: readonly AlertRow[]): void {
    for (const row of rows) {
      const open = this.#open.get(`${row.rule} ${subjectKey(row.subject)}`);
      if (open) this.#put(open, row);
    }
  }

  #route(now: number): void {
    const views: IncidentView[] = [];
    for (const incident of this.#incidents.open) views.push(this.#view(incident, now));
    const { messages, told } = plan({ incidents: views, recipients: this.#parts.recipients(), told: this.#told, now, station: this.#parts.station(), newId: () => this.#parts.newId() as MessageId }); // A UUID.
    this.#told.apply(told);
    this.#out.messages.push(...messages);
    this.#out.told.push(...told);
    for (const { content, incidentId, targetName } of messages) if (incidentId) this.#tell({ incidentId, at: now, kind: 'told', alertId: null, by: null, text: `${content.kind} to ${targetName}` });
    // A closed one that still has someone to tell is kept until it is told.
    for (const { row } of this.#incidents.open) if (row.closedAt !== null && this.#told.of(row.id) === undefined) this.#incidents.forget(row.id);
  }

  #view(incident: Incident, now: number): IncidentView {
    return new View(incident, this.#incidents, row => now - row.openedAt >= this.#parts.gatherMs() || now < row.openedAt);
  }

  #tell(event: Omit<IncidentEvent, 'id'>): void {
    this.#out.events.push({ id: this.#parts.newId(), ...event });
  }
}

/** Most are not told to anybody: what they struck is worked out for those that are. */
class View implements IncidentView {
  readonly row: IncidentRow;
  readonly gathered: boolean;
  readonly #incident: Incident;
  readonly #incidents: Incidents;
  /** Every recipient asks. */
  #places: IncidentView['places'] | null = null;

  constructor(incident: Incident, incidents: Incidents, isGathered: (row: IncidentRow) => boolean) {
    const { row, steppedMs } = incident;
    // By the clock as it is now set: how long it has lasted decides who is told.
    this.row = steppedMs === 0 ? row : { ...row, openedAt: row.openedAt + steppedMs, since: row.since + steppedMs };
    this.gathered = isGathered(this.row);
    this.#incident = incident;
    this.#incidents = incidents;
  }

  get places(): IncidentView['places'] {
    return (this.#places ??= this.#incidents.placesOf(this.#incident));
  }
}

const phaseOf = ({ state }: Bound): 'recovering' | 'firing' => (state?.phase === 'recovering' ? 'recovering' : 'firing');
const keyFor = ({ compiled, thing }: Bound): string => `${compiled.rule.id} ${thing.key}`;

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : never };
const nothingWritten = (): Mutable<AlertingWrite> => ({ states: [], alerts: [], incidents: [], events: [], messages: [], told: [] });

/** Of several versions of a row only the last. */
const newest = <T extends { readonly id: string }>(rows: readonly T[]): T[] => [...new Map(rows.map(row => [row.id, row])).values()];

const endingWords: Readonly<Record<NonNullable<AlertRow['clearedBy']>, string>> = {
  'recovered': 'is over', 'resolved': 'was ended by hand', 'removed': 'is not watched any more', 'paused': 'is paused', 'lost-data': 'has no values any more', 'rule-changed': 'is not about this rule any more',
};
