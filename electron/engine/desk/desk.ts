/** The operators' desk: rules, alerts, incidents, the people who work on them and those who are told. Keeps their tables current, and says what each tick has to record. */
import { randomUUID } from 'node:crypto';
import type { AlertRow } from '../../../shared/model/alert.ts';
import type { DeviceId, IncidentId } from '../../../shared/model/ids.ts';
import type { Handover, IncidentDetail, IncidentRow, WhySilent } from '../../../shared/model/incident.ts';
import type { MessageRow, Notice, TargetRow } from '../../../shared/model/notification.ts';
import { severities, type RuleRow } from '../../../shared/model/rule.ts';
import type { Settings } from '../../../shared/model/settings.ts';
import { AppError } from '../../../shared/rpc/contract.ts';
import { Alerting, type AlertingWrite } from '../alerting/alerting.ts';
import { longestWindowMs } from '../alerting/rule.ts';
import { StoredState } from '../alerting/stored-state.ts';
import type { Circumstances } from '../alerting/suppression.ts';
import type { StateReading } from '../alerting/things.ts';
import { ToldBook } from '../alerting/told.ts';
import type { Clock, Stop } from '../clock.ts';
import type { LiveTable } from '../live/live-table.ts';
import type { Log } from '../log.ts';
import type { Sender } from '../notifying/sender.ts';
import type { AlertingRecord, Remembered } from '../store/operations.ts';
import { endedAlertsKept, type Store } from '../store/store.ts';
import type { Vault } from '../vault.ts';
import { Recipients } from './recipients.ts';
import { RuleBook } from './rule-book.ts';
import { diskFreePct, SelfWatch } from './self-watch.ts';
import { whySilent } from './why-silent.ts';
import { Work } from './work.ts';

/** The screen's tables: they outlive a store that is set aside. */
export type DeskTables = {
  readonly alerts: LiveTable<AlertRow>;
  readonly incidents: LiveTable<IncidentRow>;
  readonly rules: LiveTable<RuleRow>;
  readonly targets: LiveTable<TargetRow>;
  readonly messages: LiveTable<MessageRow>;
  readonly notices: LiveTable<Notice>;
};

export type DeskParts = {
  readonly clock: Clock;
  readonly store: Store;
  readonly vault: Vault;
  readonly send: Sender;
  readonly tables: DeskTables;
  readonly settings: () => Settings;
  readonly station: () => string;
  readonly circumstances: Circumstances;
  /** The database's file. */
  readonly file: string;
  readonly missedChecks: () => number;
  readonly syncFailingForMs: () => number | null;
  /** What is shown of a device beside its alerts has changed. */
  readonly onDevice: (id: DeviceId) => void;
  readonly log: Log;
  readonly onBug: (error: unknown) => void;
};

const closedIncidentsShown = 200;
/** Counts of rules, notices that are over, how sending goes. */
const tidyMs = 5_000;
const outboxKeptMs = 30 * 86_400_000;
const notesKeptMs = 400 * 86_400_000;
const expireEveryMs = 3_600_000;
const expireSlice = 500;

export class Desk {
  readonly alerting: Alerting;
  readonly rules: RuleBook;
  readonly work: Work;
  readonly recipients: Recipients;
  readonly #parts: DeskParts;
  readonly #watch: SelfWatch;
  #stops: Stop[] = [];
  /** The devices of which a person knows what is wrong. */
  readonly #acknowledged = new Set<DeviceId>();

  constructor(parts: DeskParts) {
    this.#parts = parts;
    const { clock, store, vault, send, tables, settings, station, circumstances, file, missedChecks, syncFailingForMs, log, onBug } = parts;
    const now = (): number => clock.now();
    this.alerting = new Alerting({ newId: () => randomUUID(), gatherMs: () => settings().alerting.gatherMs, circumstances, recipients: () => this.recipients.list, station });
    this.rules = new RuleBook({ store, alerting: this.alerting, rows: tables.rules, now, flapChanges: () => settings().alerting.flapChanges });
    this.work = new Work({ store, alerting: this.alerting, now, onChanged: (rows, fields) => this.#worked(rows, fields) });
    this.recipients = new Recipients({ clock, store, vault, send, station, rows: tables.targets, messages: tables.messages, notices: tables.notices, log, onBug });
    this.#watch = new SelfWatch({ clock, alerting: this.alerting, diskFreePct: () => diskFreePct(file), missedChecks, syncFailingForMs, writerBehindMs: () => store.health().behindMs, notificationsFailingForMs: () => this.recipients.failingForMs() });
  }

  /** Before devices are taken up. */
  restoreRules({ alerting }: Remembered): void {
    this.rules.restore(alerting.rules, alerting.unreadableRules);
    this.recipients.restore(alerting.targets, alerting.unreadableTargets, alerting.messages);
  }

  /** After everything that rules are about is there. `readingOf`: how a device stood when the console stopped. */
  restore({ alerts, alerting, lastAliveAt }: Remembered, readingOf: (internalId: number) => StateReading | undefined): void {
    const { clock, tables } = this.#parts;
    const now = clock.now();
    for (const { facts } of this.alerting.estate.devices) {
      const reading = readingOf(facts.internalId);
      if (reading) this.alerting.takeState(facts.internalId, reading, now);
    }
    const states = alerting.states.flatMap(({ rule, subject, state }) => {
      const parsed = StoredState.safeParse(state);
      return parsed.success ? [{ rule, subject, state: parsed.data }] : [];
    });
    this.alerting.restore({ states, alerts: alerts.filter(({ clearedAt }) => clearedAt === null), incidents: alerting.watched, told: ToldBook.from(alerting.told), stoppedAt: lastAliveAt }, now, clock.monotonicMs());
    for (const alert of alerts) tables.alerts.upsert(alert);
    for (const incident of alerting.incidents) tables.incidents.upsert(incident);
    this.#noteAcknowledged();
  }

  /** What windows look back on, as far as the last run saw it. */
  async refill(): Promise<void> {
    const { clock, store } = this.#parts;
    const now = clock.now();
    const lookBackMs = longestWindowMs(this.alerting.rules);
    if (lookBackMs === 0) return;
    const { deviceId, at, rttUs, changes } = await store.peek('recent', now - lookBackMs, now);
    this.alerting.estate.refill({ deviceId, at, rttUs, extra: new Uint8Array(deviceId.length) }, changes);
  }

  start(): void {
    const { clock } = this.#parts;
    this.#watch.start();
    this.recipients.start();
    this.#stops = [clock.every(tidyMs, () => this.#tidy()), clock.every(expireEveryMs, () => this.#expire())];
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops) stop();
    this.#watch.stop();
    await this.recipients.stop();
  }

  isAcknowledged(id: DeviceId): boolean {
    return this.#acknowledged.has(id);
  }

  /** A round where it is time. Answers what is to be recorded with this tick; it is shown already. */
  turn(): { readonly alerts: readonly AlertRow[]; readonly alerting: AlertingRecord | null } {
    const { clock } = this.#parts;
    this.alerting.turn(clock.now(), clock.monotonicMs());
    return this.take();
  }

  /** What has been decided since it was last taken: shown, and answered to be recorded. Messages are sent when that is on the disk. */
  take(): { readonly alerts: readonly AlertRow[]; readonly alerting: AlertingRecord | null } {
    const write = this.alerting.drain();
    if (!write) return { alerts: [], alerting: null };
    this.#show(write);
    const { alerts, ...alerting } = write;
    return { alerts, alerting };
  }

  /** To be called when what `take` answered has been handed to the store. */
  handedOver(alerting: AlertingRecord | null): void {
    if (alerting) this.recipients.decided(alerting.messages);
  }

  async incident(id: IncidentId): Promise<IncidentDetail> {
    const { incident, ...rest } = await this.#parts.store.read('incident', id);
    const row = this.#parts.tables.incidents.get(id) ?? incident;
    if (!row) throw new AppError('not-found', 'That incident is not here any more.');
    return { incident: row, ...rest };
  }

  async handover(since: number): Promise<Handover> {
    const { clock, store, tables } = this.#parts;
    const to = clock.now();
    const { closed: stored, work } = await store.read('handover', since);
    // The screen may be ahead of the disk.
    const closed = [...new Map([...stored, ...tables.incidents.values()].flatMap(row => (row.closedAt !== null && row.closedAt >= since ? [[row.id, row]] : []))).values()].sort((a, b) => (b.closedAt ?? 0) - (a.closedAt ?? 0));
    const open = [...tables.incidents.values()].filter(({ closedAt, suppression }) => closedAt === null && suppression?.reason !== 'known-down').sort((a, b) => b.openedAt - a.openedAt);
    return {
      since, to, closed, work,
      opened: [...open, ...closed].filter(({ openedAt }) => openedAt >= since).sort((a, b) => b.openedAt - a.openedAt),
      unacknowledged: open.filter(({ acknowledgedAt }) => acknowledgedAt === null),
      lasting: open.filter(({ openedAt }) => openedAt < since),
    };
  }

  async whySilent(internalId: number): Promise<WhySilent> {
    const device = this.alerting.estate.device(internalId);
    if (!device) throw new AppError('not-found', 'That device is not here any more.');
    const { circumstances, clock, store } = this.#parts;
    return whySilent(device, {
      alerting: this.alerting, circumstances, recipients: this.recipients.list, now: clock.now(), fullUntil: id => this.recipients.fullUntil(id),
      messages: id => store.read('messagesOf', id),
    });
  }

  /** The alerts about this console itself that are open, the worst first. */
  ownAlerts(): { readonly severity: AlertRow['severity']; readonly sentence: string; readonly since: number }[] {
    const own = [...this.alerting.openAlerts].filter(({ row }) => row.subject.kind === 'console').sort((a, b) => severities.indexOf(a.row.severity) - severities.indexOf(b.row.severity) || a.row.since - b.row.since);
    return own.map(({ row }) => ({ severity: row.severity, sentence: `${row.ruleName}: ${row.value}.`, since: row.since }));
  }

  /** What is stored and passed over, in a sentence; null: nothing is. */
  get problem(): string | null {
    return this.rules.problem ?? this.recipients.problem;
  }

  /** Everything of the demo is forgotten. */
  forgetSimulated(): void {
    const { alerts, incidents } = this.#parts.tables;
    for (const alert of [...alerts.values()]) if (alert.simulated) alerts.remove(alert.id);
    for (const incident of [...incidents.values()]) if (incident.simulated) incidents.remove(incident.id);
  }

  flush(): void {
    for (const table of Object.values(this.#parts.tables)) table.flush();
  }

  #show({ alerts, incidents }: AlertingWrite): void {
    const { tables } = this.#parts;
    for (const row of alerts) tables.alerts.upsert(row);
    for (const row of incidents) tables.incidents.upsert(row);
    if (alerts.length > 0) this.#noteAcknowledged();
    if (alerts.some(({ clearedAt }) => clearedAt !== null)) forgetOldest(tables.alerts, ({ clearedAt }) => clearedAt, endedAlertsKept);
    if (incidents.some(({ closedAt }) => closedAt !== null)) forgetOldest(tables.incidents, ({ closedAt }) => closedAt, closedIncidentsShown);
  }

  #worked(rows: readonly AlertRow[], fields: Partial<AlertRow>): void {
    const { alerts } = this.#parts.tables;
    // As they are shown now: some may have ended while it was being recorded.
    for (const row of rows) alerts.upsert({ ...(alerts.get(row.id) ?? row), ...fields });
    this.#noteAcknowledged();
    this.alerting.settle(this.#parts.clock.now());
  }

  #noteAcknowledged(): void {
    // Of all of its alerts: whoever knows that its disk fills up does not know that it went down since.
    const [known, unknown] = [new Set<DeviceId>(), new Set<DeviceId>()];
    for (const { row: { subject, acknowledgedAt } } of this.alerting.openAlerts) if (subject.kind === 'device') (acknowledgedAt === null ? unknown : known).add(subject.deviceId);
    const changed = new Set<DeviceId>();
    for (const id of this.#acknowledged) if (!known.has(id) || unknown.has(id)) changed.add(id);
    for (const id of known) if (!unknown.has(id) && !this.#acknowledged.has(id)) changed.add(id);
    for (const id of changed) {
      if (!this.#acknowledged.delete(id)) this.#acknowledged.add(id);
      this.#parts.onDevice(id);
    }
  }

  #tidy(): void {
    this.rules.show();
    this.recipients.tidy();
  }

  /** A slice of what is too old: messages, and what the console noted of incidents that are long over. */
  #expire(): void {
    const { store, clock, onBug } = this.#parts;
    const writing = [store.write('expireOutbox', clock.now() - outboxKeptMs, expireSlice), store.write('expireIncidentEvents', clock.now() - notesKeptMs, expireSlice)];
    for (const each of writing) {
      each.catch((error: unknown) => {
        if (!(error instanceof AppError)) onBug(error);
      });
    }
  }
}

function forgetOldest<T extends { readonly id: string }>(table: LiveTable<T>, endOf: (row: T) => number | null, most: number): void {
  const ended = [...table.values()].filter(row => endOf(row) !== null).sort((a, b) => (endOf(b) ?? 0) - (endOf(a) ?? 0));
  for (const row of ended.slice(most)) table.remove(row.id);
}
