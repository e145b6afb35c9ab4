/** What the store's threads can be asked: each write is one transaction, each read a few statements over one moment of the file. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { AlertRow } from '../../../shared/model/alert.ts';
import type { IncidentId } from '../../../shared/model/ids.ts';
import type { Metric, Series, StateSpan, UptimeRow } from '../../../shared/model/history.ts';
import type { IncidentEvent, IncidentRow } from '../../../shared/model/incident.ts';
import type { MessageRow } from '../../../shared/model/notification.ts';
import type { JournalRow, Uptime } from '../../../shared/model/observation.ts';
import { alertsOfIncident, forgetSimulatedAlerts, listAlerts, writeAlerts, writeAlertWork, writeStateChanges, type StateChange } from './alerts.ts';
import { listChecks, replaceChecks, writeCheckStates, type CheckRecord, type CheckState } from './checks.ts';
import type { Db } from './connection.ts';
import {
  insertDevices, listBranches, listDevices, removeDevices, updateDevice, writeKnownDown, writeSnmp,
  type BranchRecord, type DeviceWrite, type RememberedDevice, type SnmpRecord,
} from './devices.ts';
import { expireIncidentEvents, incidentById, incidentsClosedSince, incidentsToWatch, listAlertStates, listIncidents, timelineOf, workSince, writeAlertStates, writeIncidentEvents, writeIncidents, type AlertStateRecord } from './incidents.ts';
import { listInterfaces, markInterface, rememberedInterfaces, setInterfaceCritical, writeInterfaces, type InterfaceMemory, type InterfaceWrite } from './interfaces.ts';
import { alertsPage, devicesOf, exportSeries, journalPage, statesPage } from './export-pages.ts';
import { samplesPage } from './history/sample-page.ts';
import { guardOf } from './log-guard.ts';
import { endOpenJournal, lastAliveAt, listJournal, noteAlive, writeJournal, type JournalWrite } from './journal.ts';
import { insertWindow, listWindows, removeWindow, updateWindow } from './maintenance.ts';
import { storedCosts } from './history/costs.ts';
import { closeDays } from './history/days.ts';
import { seriesOf, type SeriesPart } from './history/read.ts';
import { hourSums, livesOf, stretchesOf } from './history/replay.ts';
import { linkSeries, uptimeByBranch, uptimeByDevice, uptimeByLink, uptimeOfLinks } from './history/report.ts';
import { expire, forgetGone, giveBack, shrink, type KeptDays, type Shrinking } from './history/retention.ts';
import type { Samples } from './history/samples.ts';
import { idOfSeries, type SeriesName, type ValueSample } from './history/series.ts';
import { spansOf, statesOf, uptimeOf } from './history/timeline.ts';
import { historyOf, type FoldSlice, type SampleColumns } from './history/writer.ts';
import { deliveriesSince, expireOutbox, listMessages, listTold, messagesOf, recordOutcomes, waitingMessages, writeMessages, writeTold, type ToldWrite } from './outbox.ts';
import { recent } from './recent.ts';
import { listRules, removeRule, writeRule, type RuleRecord, type UnreadableRule } from './rules.ts';
import { noteScheduledBackup } from './scheduled-backups.ts';
import { readSettings, writeAudit, writeSettings, type AuditEntry } from './settings.ts';
import { insertTarget, listTargets, removeTarget, updateTarget, type TargetRecord } from './targets.ts';

/** Everything that one tick changed, or several that had to wait. */
export type TickWrite = {
  /** UTC ms. */
  readonly at: number;
  readonly samples: readonly SampleColumns[];
  /** Samples of any other metric. */
  readonly values: readonly ValueSample[];
  readonly stateChanges: readonly StateChange[];
  readonly alerts: readonly AlertRow[];
  readonly snmp: readonly { readonly deviceId: number; readonly record: SnmpRecord }[];
  readonly journal: readonly JournalWrite[];
  readonly checks: readonly ({ readonly checkId: string } & CheckState)[];
  readonly interfaces: readonly InterfaceWrite[];
  /** What else the rounds of the alert engine decided; left out: nothing. */
  readonly alerting?: AlertingRecord | null;
};

/** Besides the alerts themselves: where the machine stands, incidents, and who is told. All of it is written with the alerts or not at all. */
export type AlertingRecord = {
  readonly states: readonly AlertStateRecord[];
  readonly incidents: readonly IncidentRow[];
  readonly events: readonly IncidentEvent[];
  readonly messages: readonly MessageRow[];
  readonly told: readonly ToldWrite[];
};

/** How many samples a tick has. */
export const readingsOf = ({ samples, values }: Pick<TickWrite, 'samples' | 'values'>): number => samples.reduce((sum, columns) => sum + columns.deviceId.length, values.length);

/** All that the engine keeps in memory, as it was when it stopped. */
export type Remembered = {
  readonly devices: readonly RememberedDevice[];
  readonly branches: readonly BranchRecord[];
  readonly checks: readonly CheckRecord[];
  readonly interfaces: readonly InterfaceMemory[];
  readonly alerts: readonly AlertRow[];
  readonly alerting: {
    readonly states: readonly AlertStateRecord[];
    /** Every open one, and the last that were closed. */
    readonly incidents: readonly IncidentRow[];
    /** The open ones, and those of which somebody waits for the end. */
    readonly watched: readonly IncidentRow[];
    readonly told: readonly ToldWrite[];
    readonly rules: readonly RuleRecord[];
    readonly unreadableRules: readonly UnreadableRule[];
    readonly messages: readonly MessageRow[];
    readonly targets: readonly TargetRecord[];
    /** The names of recipients that this build does not understand. */
    readonly unreadableTargets: readonly string[];
  };
  readonly settings: Readonly<Record<string, string>>;
  /** Newest first. */
  readonly journal: readonly JournalRow[];
  /** When this console was last known to run; null before its first time. */
  readonly lastAliveAt: number | null;
};

/** Entries of the journal that are shown; all stay stored. */
export const journalKept = 200;

/** `now`: what comes later is not known. */
type Range = { readonly from: number; readonly to: number; readonly now: number };

/** Of one incident, and for one handover, so many are told. */
const incidentMessages = 500;
const handoverRows = 500;
const closedIncidentsKept = 200;
const doneMessagesKept = 200;
const waitingMessagesShown = 500;

function rememberedAlerting(db: Db): Remembered['alerting'] {
  const { rules, unreadable } = listRules(db);
  const targets = listTargets(db);
  return {
    states: listAlertStates(db), incidents: listIncidents(db, closedIncidentsKept), watched: incidentsToWatch(db), told: listTold(db), rules, unreadableRules: unreadable, messages: listMessages(db, waitingMessagesShown, doneMessagesKept), targets: targets.targets, unreadableTargets: targets.unreadable,
  };
}

/** How long a slice of the work between ticks goes on: with what it finishes then and its commit, well below fifty milliseconds. */
const sliceMs = 8;

export const writes = {
  /** Answers how many samples were left out because the log is as long as it may become. */
  tick(db: Db, tick: TickWrite): number {
    const history = historyOf(db);
    const held = guardOf(db)?.held === true;
    if (!held) {
      for (const columns of tick.samples) history.writePings(db, columns);
      history.writeValues(db, tick.values);
    }
    history.writeLatest(db, tick.at);
    writeStateChanges(db, tick.stateChanges);
    writeAlerts(db, tick.alerts);
    writeSnmp(db, tick.snmp);
    writeJournal(db, tick.journal);
    writeCheckStates(db, tick.checks);
    writeInterfaces(db, tick.interfaces);
    if (tick.alerting) writeAlerting(db, tick.alerting);
    return held ? readingsOf(tick) : 0;
  },
  insertDevices(db: Db, devices: readonly DeviceWrite[]): { ids: number[]; branches: BranchRecord[]; checks: CheckRecord[][] } {
    const { ids, branches } = insertDevices(db, devices, randomUUID);
    return { ids, branches, checks: ids.map((id, i) => replacedChecks(db, id, devices[i]?.checks) ?? []) };
  },
  /** `checks` null: the stored ones stay. */
  updateDevice(db: Db, id: number, device: DeviceWrite): { branches: BranchRecord[]; checks: CheckRecord[] | null } {
    const branches = updateDevice(db, id, device, randomUUID);
    const checks = replacedChecks(db, id, device.checks);
    // The history of checks that were left out went with them.
    if (checks) historyOf(db).forget(db);
    return { branches, checks };
  },
  removeDevices(db: Db, ids: readonly number[]): void {
    removeDevices(db, ids);
    historyOf(db).forget(db);
  },
  knownDown: writeKnownDown,
  markInterface,
  setInterfaceCritical,
  fold: (db: Db, now: number): FoldSlice => historyOf(db).fold(db, now, sliceMs),
  purge: (db: Db): boolean => historyOf(db).purge(db),
  closeDays: (db: Db, after: number, now: number) => closeDays(db, after, now, sliceMs),
  expire: (db: Db, kept: KeptDays, after: number, now: number) => expire(db, kept, after, now, sliceMs),
  forgetGone: (db: Db): boolean => forgetGone(db, sliceMs),
  shrink: (db: Db, mostBytes: number, going: Shrinking | null, now: number) => shrink(db, mostBytes, going, now, sliceMs),
  /** Its commit takes several times as long as itself: it only moves pages. */
  giveBack: (db: Db, mostBytes: number | null): boolean => giveBack(db, mostBytes, sliceMs / 3),
  /** Tells the query planner what the tables have become. */
  optimize: (db: Db): void => void db.pragma('optimize'),
  alertWork(db: Db, alerts: readonly AlertRow[], states: readonly AlertStateRecord[], events: readonly IncidentEvent[]): void {
    writeAlertWork(db, alerts);
    writeAlertStates(db, states);
    writeIncidentEvents(db, events);
  },
  recordOutcomes,
  expireOutbox,
  expireIncidentEvents,
  insertTarget,
  updateTarget,
  removeTarget,
  rule: writeRule,
  removeRule,
  forgetSimulatedAlerts,
  endOpenJournal,
  noteAlive,
  journal: writeJournal,
  settings: writeSettings,
  audit: writeAudit,
  noteScheduledBackup,
  insertWindow,
  updateWindow,
  removeWindow,
};

function writeAlerting(db: Db, { states, incidents, events, messages, told }: AlertingRecord): void {
  writeAlertStates(db, states);
  writeIncidents(db, incidents);
  writeIncidentEvents(db, events);
  writeMessages(db, messages);
  writeTold(db, told);
}

function replacedChecks(db: Db, deviceId: number, checks: DeviceWrite['checks']): CheckRecord[] | null {
  if (checks === undefined) return null;
  return replaceChecks(db, deviceId, checks, { id: randomUUID, token: () => randomBytes(16).toString('base64url') });
}

/** What only the writer's memory knows; none of it changes anything. */
export const peeks = {
  recent,
  /** Asked with every message: here, so that a console whose history nobody looks at does without a reading thread. */
  waitingMessages,
  deliveriesSince,
  maintenanceWindows: listWindows,
  /** The samples of hours that are not folded yet, of the series asked for; those that do not exist are left out. */
  openParts: (db: Db, names: readonly SeriesName[], from: number, to: number): SeriesPart[] =>
    names.flatMap(name => {
      const seriesId = idOfSeries(db, name);
      return seriesId === null ? [] : [{ seriesId, deviceId: name.deviceId, open: historyOf(db).openSamples(seriesId, from, to) }];
    }),
  openSeries: (db: Db, seriesId: number, from: number, to: number): Samples => historyOf(db).openSamples(seriesId, from, to),
  openLinkSeries: (db: Db, provider: string, metric: Metric, from: number, to: number): SeriesPart[] => linkSeries(db, { provider }, metric).map(link => ({ ...link, open: historyOf(db).openSamples(link.seriesId, from, to) })),
  openLinks: (db: Db, of: Parameters<typeof linkSeries>[1], from: number, to: number): SeriesPart[] => linkSeries(db, of).map(link => ({ ...link, open: historyOf(db).openSamples(link.seriesId, from, to) })),
};

export const reads = {
  remembered: (db: Db, endedAlerts: number): Remembered => ({ devices: listDevices(db), branches: listBranches(db), checks: listChecks(db), interfaces: rememberedInterfaces(db), alerts: listAlerts(db, endedAlerts), alerting: rememberedAlerting(db), settings: readSettings(db), journal: listJournal(db, journalKept), lastAliveAt: lastAliveAt(db) }),
  /** `spans` for a device, null for anything else. */
  series: (db: Db, parts: readonly SeriesPart[], range: { readonly from: number; readonly to: number; readonly maxPoints: number }, spans: Parameters<typeof spansOf>[1] | null): Omit<Series, 'unit'> => ({
    ...seriesOf(db, parts, range.from, range.to, range.maxPoints), spans: spans === null ? [] : spansOf(db, spans),
  }),
  uptime: (db: Db, deviceIds: readonly number[], range: Range): Uptime => uptimeOf(db, deviceIds, range),
  linkUptime: (db: Db, parts: readonly SeriesPart[], range: Range): Uptime => uptimeOfLinks(db, range, parts),
  states: (db: Db, span: Parameters<typeof statesOf>[1]): { spans: StateSpan[]; more: boolean } => statesOf(db, span),
  report: (db: Db, by: 'branch' | 'device', range: Range): UptimeRow[] => (by === 'branch' ? uptimeByBranch(db, range) : uptimeByDevice(db, range)),
  linkReport: (db: Db, parts: readonly SeriesPart[], range: Range): UptimeRow[] => uptimeByLink(db, range, parts),
  costs: (db: Db, bytesNow: number) => storedCosts(db, bytesNow),
  interfaces: listInterfaces,
  incident: (db: Db, id: IncidentId) => ({ incident: incidentById(db, id), alerts: alertsOfIncident(db, id), timeline: timelineOf(db, id), messages: messagesOf(db, id, incidentMessages) }),
  messagesOf: (db: Db, id: IncidentId) => messagesOf(db, id, incidentMessages),
  handover: (db: Db, since: number) => ({ closed: incidentsClosedSince(db, since, handoverRows), work: workSince(db, since, handoverRows) }),
  statesPage,
  alertsPage,
  journalPage,
  devicesOf,
  exportSeries,
  samplesPage,
  livesOf,
  hourSums,
  stretchesOf,
};

export type Writes = typeof writes;
export type Reads = typeof reads;
export type Peeks = typeof peeks;
/** The arguments of an operation after its database. */
export type ArgsOf<F> = F extends (db: Db, ...args: infer A) => unknown ? A : never;
export type { AuditEntry };
