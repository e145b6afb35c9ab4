/** What the store's threads can be asked: each write is one transaction, each read one statement or few. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { AlertRow } from '../../../shared/model/alert.ts';
import type { JournalRow, Uptime } from '../../../shared/model/observation.ts';
import type { RttSeries } from '../../../shared/model/history.ts';
import { forgetSimulatedAlerts, listAlerts, writeAcknowledgement, writeAlerts, writeStateChanges, type StateChange } from './alerts.ts';
import { listChecks, replaceChecks, writeCheckStates, type CheckRecord, type CheckState } from './checks.ts';
import type { Db } from './connection.ts';
import {
  insertDevices, listBranches, listDevices, removeDevices, updateDevice, writeSnmp,
  type BranchRecord, type DeviceWrite, type RememberedDevice, type SnmpRecord,
} from './devices.ts';
import { endOpenJournal, lastAliveAt, listJournal, noteAlive, spansOf, uptimeOf, writeJournal, type JournalWrite } from './journal.ts';
import { forgetOrphans, noteOrphans, rttSeries, writeSamples, type SampleColumns } from './samples.ts';
import { readSettings, writeAudit, writeSettings, type AuditEntry } from './settings.ts';

/** Everything that one tick changed, or several that had to wait. */
export type TickWrite = {
  readonly samples: readonly SampleColumns[];
  readonly stateChanges: readonly StateChange[];
  readonly alerts: readonly AlertRow[];
  readonly snmp: readonly { readonly deviceId: number; readonly record: SnmpRecord }[];
  readonly journal: readonly JournalWrite[];
  readonly checks: readonly ({ readonly checkId: string } & CheckState)[];
};

/** All that the engine keeps in memory, as it was when it stopped. */
export type Remembered = {
  readonly devices: readonly RememberedDevice[];
  readonly branches: readonly BranchRecord[];
  readonly checks: readonly CheckRecord[];
  readonly alerts: readonly AlertRow[];
  readonly settings: Readonly<Record<string, string>>;
  /** Newest first. */
  readonly journal: readonly JournalRow[];
  /** When this console was last known to run; null before its first time. */
  readonly lastAliveAt: number | null;
};

/** Entries of the journal that are shown; all stay stored. */
export const journalKept = 200;

export const writes = {
  tick(db: Db, tick: TickWrite): void {
    for (const columns of tick.samples) writeSamples(db, columns);
    writeStateChanges(db, tick.stateChanges);
    writeAlerts(db, tick.alerts);
    writeSnmp(db, tick.snmp);
    writeJournal(db, tick.journal);
    writeCheckStates(db, tick.checks);
  },
  insertDevices(db: Db, devices: readonly DeviceWrite[]): { ids: number[]; branches: BranchRecord[]; checks: CheckRecord[][] } {
    const { ids, branches } = insertDevices(db, devices, randomUUID);
    return { ids, branches, checks: ids.map((id, i) => replacedChecks(db, id, devices[i]?.checks) ?? []) };
  },
  /** `checks` null: the stored ones stay. */
  updateDevice(db: Db, id: number, device: DeviceWrite, endedAlerts: readonly AlertRow[]): { branches: BranchRecord[]; checks: CheckRecord[] | null } {
    writeAlerts(db, endedAlerts);
    return { branches: updateDevice(db, id, device, randomUUID), checks: replacedChecks(db, id, device.checks) };
  },
  removeDevices(db: Db, ids: readonly number[], endedAlerts: readonly AlertRow[]): void {
    writeAlerts(db, endedAlerts);
    removeDevices(db, ids);
    if (ids.length > 0) noteOrphans(db);
  },
  forgetOrphans,
  acknowledge: writeAcknowledgement,
  forgetSimulatedAlerts,
  endOpenJournal,
  noteAlive,
  journal: writeJournal,
  settings: writeSettings,
  audit: writeAudit,
};

function replacedChecks(db: Db, deviceId: number, checks: DeviceWrite['checks']): CheckRecord[] | null {
  if (checks === undefined) return null;
  return replaceChecks(db, deviceId, checks, { id: randomUUID, token: () => randomBytes(16).toString('base64url') });
}

export const reads = {
  remembered: (db: Db, endedAlerts: number): Remembered => ({ devices: listDevices(db), branches: listBranches(db), checks: listChecks(db), alerts: listAlerts(db, endedAlerts), settings: readSettings(db), journal: listJournal(db, journalKept), lastAliveAt: lastAliveAt(db) }),
  rttSeries: (db: Db, query: Parameters<typeof rttSeries>[1] & Parameters<typeof spansOf>[1]): RttSeries => ({ ...rttSeries(db, query), spans: spansOf(db, query) }),
  uptime: (db: Db, span: Parameters<typeof uptimeOf>[1]): Uptime => uptimeOf(db, span),
};

export type Writes = typeof writes;
export type Reads = typeof reads;
/** The arguments of an operation after its database. */
export type ArgsOf<F> = F extends (db: Db, ...args: infer A) => unknown ? A : never;
export type { AuditEntry };
