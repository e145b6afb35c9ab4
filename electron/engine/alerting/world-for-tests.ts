/** An estate on a stepped clock for tests of alerts: what its devices do is said, and everything that would be recorded is kept, to be read and to start anew from. */
import { CheckId, BranchId, DeviceId, TargetId } from '../../../shared/model/ids.ts';
import type { AlertRow } from '../../../shared/model/alert.ts';
import type { IncidentRow } from '../../../shared/model/incident.ts';
import { severities, type Rule } from '../../../shared/model/rule.ts';
import { TargetInput } from '../../../shared/model/notification.ts';
import { Alerting, type OpenAlert } from './alerting.ts';
import { builtInRules } from './built-in-rules.ts';
import type { AlertState } from './machine.ts';
import type { Recipient } from './routing.ts';
import { compileRule } from './rule.ts';
import type { Circumstances } from './suppression.ts';
import type { CheckReading, DeviceFacts, InterfaceReading, StateReading, Vitals } from './things.ts';
import { ToldBook, type ToldChange } from './told.ts';

const uuid = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

const stepMs = 2_000;
const intervalMs = 10_000;

/** What one ping of a device comes to: us, or null where it is lost. */
type Pinged = (round: number) => number | null;
type Watched = { readonly facts: DeviceFacts; reading: StateReading; pinged: Pinged; isHeard: boolean };

const { secret: _secret, ...input } = TargetInput.parse({ name: 'Everyone', config: { kind: 'desktop' }, severities: [...severities] });
const everyone: Recipient = { id: TargetId.parse(uuid(9_000)), name: 'Everyone', input };

export class World {
  now = Date.UTC(2026, 5, 1, 12);
  rules: readonly Rule[];
  recipients: readonly Recipient[] = [everyone];
  gatherMs = 6_000;
  readonly circumstances: { -readonly [K in keyof Circumstances]: Circumstances[K] } = { knownDown: () => null, maintenance: () => null, blindness: () => null };
  readonly states = new Map<string, { readonly rule: string; readonly subject: string; readonly state: AlertState }>();
  readonly alerts = new Map<string, AlertRow>();
  readonly incidents = new Map<string, IncidentRow>();
  /** "problem Kvareli is down", in order. */
  readonly messages: string[] = [];
  /** The same by incident: "problem", "recovery". */
  readonly conversations = new Map<string, string[]>();
  /** "+ Device down: PC 1 (critical)" when it is raised, "- … recovered" when it ends, in order. */
  readonly story: string[] = [];
  alerting: Alerting;
  #told: ToldChange[] = [];
  #ms = 1_000_000;
  #ids = 0;
  readonly #watched = new Map<number, Watched>();
  readonly #ports = new Map<string, { readonly internalId: number; reading: InterfaceReading }>();

  readonly #flapChanges: number;

  constructor(rules: readonly Rule[] = builtInRules, flapChanges = 5) {
    this.rules = rules;
    this.#flapChanges = flapChanges;
    this.alerting = this.#started();
  }

  /** A device that is up. Answers its internal id. */
  add(name: string, given: Partial<DeviceFacts> & { readonly branchNumber?: number } = {}): number {
    const { branchNumber, ...facts } = given;
    const internalId = facts.internalId ?? this.#watched.size + 1;
    const place = branchNumber === undefined ? { branch: null, branchId: null, region: null } : { branch: `Branch ${branchNumber}`, branchId: BranchId.parse(uuid(5_000 + branchNumber)), region: 'North' };
    const device: DeviceFacts = {
      id: DeviceId.parse(uuid(1_000 + internalId)), internalId, name, address: `127.0.0.${internalId}`, type: 'other', simulated: false, branchRouter: false, tags: [], ispLink: false, enabled: true, intervalMs, timeoutMs: 1_000,
      samplesPerS: 1_000 / stepMs / 5, ...place, ...facts,
    };
    const before = this.#watched.get(internalId);
    this.#watched.set(internalId, { facts: device, reading: before?.reading ?? { state: 'up', since: this.now, downSince: null, lastCheckAt: this.now, failingChecks: 0, behindId: null }, pinged: before?.pinged ?? (() => 20_000), isHeard: true });
    this.alerting.setDevice(device, this.now);
    this.#hear(internalId);
    return internalId;
  }

  facts(internalId: number): DeviceFacts {
    return this.#get(internalId).facts;
  }

  change(internalId: number, facts: Partial<DeviceFacts>): void {
    this.add(this.facts(internalId).name, { ...this.facts(internalId), ...facts });
  }

  remove(internalId: number): void {
    this.#watched.delete(internalId);
    this.alerting.removeDevice(internalId, this.now);
  }

  pinged(internalId: number, pinged: Pinged): void {
    this.#get(internalId).pinged = pinged;
  }

  /** It was silent for `forMs` when that was found. */
  down(internalId: number, forMs = 10_000): void {
    this.#judged(internalId, { state: 'down', since: this.now - forMs, downSince: this.now - forMs, behindId: null });
  }

  up(internalId: number): void {
    this.#judged(internalId, { state: 'up', since: this.now, downSince: null, behindId: null });
  }

  unreachable(internalId: number, behindId: number): void {
    this.#judged(internalId, { state: 'unreachable', since: this.now, downSince: null, behindId });
  }

  unseen(internalId: number): void {
    this.#judged(internalId, { state: 'not-observed', since: this.now, downSince: null, behindId: null });
  }

  port(internalId: number, ifIndex: number, reading: Partial<InterfaceReading> = {}): void {
    const key = `${internalId} ${ifIndex}`;
    const before = this.#ports.get(key)?.reading ?? { ifIndex, name: `Fa${ifIndex}`, alias: null, operStatus: 'up', adminUp: true, speedBps: 100_000_000, ispProvider: null, critical: false, inOctetsPerS: 0, outOctetsPerS: 0, at: this.now, errorsPerS: 0, discardsPerS: 0 };
    this.#ports.set(key, { internalId, reading: { ...before, ...reading, at: this.now } });
    this.#hearPort(key);
  }

  vitals(internalId: number, vitals: Partial<Vitals>): void {
    this.alerting.estate.takeVitals(internalId, { cpu: null, memory: null, disk: null, temperature: null, ...vitals, at: this.now });
  }

  check(internalId: number, number: number, reading: Partial<CheckReading>): void {
    const given: CheckReading = { checkId: CheckId.parse(uuid(7_000 + number)), name: `Check ${number}`, state: 'ok', since: this.now, at: this.now, elapsedMs: 5, value: null, certificateLeftMs: null, overdueMs: () => 0, ...reading };
    const fresh = this.alerting.estate.takeCheck(internalId, given);
    if (fresh) this.alerting.bind(fresh, this.now);
  }

  setRules(rules: readonly Rule[]): void {
    this.rules = rules;
    this.alerting.setRules(rules.map(rule => compileRule(rule, this.#flapChanges)), this.now);
  }

  /** The wall clock is set; nothing else happens. */
  setClock(byMs: number): void {
    this.now += byMs;
  }

  /** Time passes, in steps of two seconds; every device is asked every ten. */
  pass(ms: number): void {
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.now += stepMs;
      this.#ms += stepMs;
      if (this.#ms % intervalMs === 0) this.#ask();
      this.turn();
    }
  }

  turn(): void {
    this.alerting.turn(this.now, this.#ms);
    this.record();
  }

  /** Everything starts anew from what was recorded; until they are asked, nothing is known of the devices. `offMs`: how long the console was off. */
  restart(offMs = 0): void {
    this.record();
    this.now += offMs;
    this.#ms += offMs - (offMs % stepMs);
    for (const watched of this.#watched.values()) watched.isHeard = false;
    this.alerting = this.#started();
    for (const [id, { facts, reading }] of this.#watched) {
      this.alerting.setDevice(facts, this.now);
      // What cannot be seen is said without asking.
      if (reading.state === 'not-observed') this.#hear(id);
    }
    for (const key of this.#ports.keys()) this.#hearPort(key);
    const stored = JSON.parse(JSON.stringify({ states: [...this.states.values()], alerts: this.open(), incidents: [...this.incidents.values()].filter(({ id, closedAt }) => closedAt === null || this.#told.some(each => each.incidentId === id)) })) as { states: { rule: string; subject: string; state: AlertState }[]; alerts: AlertRow[]; incidents: IncidentRow[] }; // What was just written.
    this.alerting.restore({ ...stored, stoppedAt: this.now, told: ToldBook.from(JSON.parse(JSON.stringify(this.#told)) as unknown[]) }, this.now, this.#ms); // Checked there.
    this.record();
  }

  /** The rows of the alerts that are open. */
  open(): AlertRow[] {
    return [...this.alerts.values()].filter(({ clearedAt }) => clearedAt === null);
  }

  /** "Device down: PC 1" of each open alert, sorted. */
  firing(): string[] {
    return this.open().map(({ ruleName, subjectName }) => `${ruleName}: ${subjectName}`).sort();
  }

  /** Whom the closing message is owed. */
  get toldOf(): readonly ToldChange[] {
    return this.#told;
  }

  openIncidents(): IncidentRow[] {
    return [...this.incidents.values()].filter(({ closedAt }) => closedAt === null);
  }

  openAlert(ruleName: string): OpenAlert {
    const found = [...this.alerting.openAlerts].find(({ row }) => row.ruleName === ruleName);
    if (!found) throw new Error(`nothing fires by "${ruleName}"`);
    return found;
  }

  /** A person did something to it. */
  work(alert: OpenAlert, change: Partial<AlertRow>): void {
    const row = { ...alert.row, ...change };
    this.alerting.change(alert, row);
    this.alerts.set(row.id, row);
    this.turn();
    this.alerting.settle(this.now);
    this.record();
  }

  resolve(alert: OpenAlert): void {
    const row: AlertRow = { ...alert.row, phase: 'ended', clearedAt: this.now, clearedBy: 'resolved', flapping: false, suppression: null };
    this.alerting.resolve(alert, row, this.now);
    this.#tell(row);
    this.alerting.settle(this.now);
    this.record();
  }

  /** What is handed out is kept, as a store would. */
  record(): void {
    const out = this.alerting.drain();
    if (!out) return;
    for (const { rule, subject, state } of out.states) {
      if (state) this.states.set(`${rule} ${subject}`, { rule, subject, state });
      else this.states.delete(`${rule} ${subject}`);
    }
    for (const row of out.alerts) this.#tell(row);
    for (const row of out.incidents) this.incidents.set(row.id, row);
    for (const { content, incidentId } of out.messages) {
      this.messages.push(`${content.kind} ${content.title}`);
      const key = incidentId ?? '';
      this.conversations.set(key, [...(this.conversations.get(key) ?? []), content.kind]);
    }
    for (const change of out.told) {
      this.#told = this.#told.filter(each => each.incidentId !== change.incidentId || each.targetId !== change.targetId);
      if (change.told) this.#told.push(change);
    }
  }

  #tell(row: AlertRow): void {
    const before = this.alerts.get(row.id);
    this.alerts.set(row.id, row);
    if (!before) this.story.push(`+ ${row.ruleName}: ${row.subjectName} (${row.severity})`);
    if (row.clearedAt !== null && (before?.clearedAt ?? null) === null) this.story.push(`- ${row.ruleName}: ${row.subjectName} ${row.clearedBy ?? ''}`);
  }

  #started(): Alerting {
    const alerting = new Alerting({
      newId: () => uuid(100_000 + ++this.#ids), gatherMs: () => this.gatherMs, recipients: () => this.recipients, station: () => 'Desk 1',
      circumstances: { knownDown: id => this.circumstances.knownDown(id), maintenance: (facts, now) => this.circumstances.maintenance(facts, now), blindness: () => this.circumstances.blindness() },
    });
    alerting.setRules(this.rules.map(rule => compileRule(rule, this.#flapChanges)), this.now);
    return alerting;
  }

  #get(internalId: number): Watched {
    const watched = this.#watched.get(internalId);
    if (!watched) throw new Error(`there is no device ${internalId}`);
    return watched;
  }

  #judged(internalId: number, reading: Omit<StateReading, 'lastCheckAt' | 'failingChecks'>): void {
    const watched = this.#get(internalId);
    watched.reading = { ...watched.reading, ...reading };
    // Right after a start nothing is known of it until it is asked.
    if (watched.isHeard || reading.state === 'not-observed') this.#hear(internalId);
  }

  #hear(internalId: number): void {
    this.alerting.takeState(internalId, this.#get(internalId).reading, this.now);
  }

  #hearPort(key: string): void {
    const port = this.#ports.get(key);
    if (!port || !this.#watched.has(port.internalId)) return;
    const fresh = this.alerting.estate.takeInterface(port.internalId, port.reading);
    if (fresh) this.alerting.bind(fresh, this.now);
  }

  #ask(): void {
    const round = Math.floor(this.#ms / intervalMs);
    const asked = [...this.#watched].filter(([, { facts, reading }]) => facts.enabled && reading.state !== 'not-observed');
    const rtts = asked.map(([, { reading, pinged }]) => (reading.state === 'up' || reading.state === 'degraded' ? pinged(round) : null));
    this.alerting.estate.takePings({ deviceId: Int32Array.from(asked, ([id]) => id), at: Float64Array.from(asked, () => this.now), rttUs: Int32Array.from(rtts, us => us ?? -1), extra: new Uint8Array(asked.length) });
    for (const [id, watched] of asked) {
      watched.reading = { ...watched.reading, lastCheckAt: this.now };
      watched.isHeard = true;
      this.#hear(id);
    }
  }
}
