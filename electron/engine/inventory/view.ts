/** What the screen is shown of a device: its row in the grid, and everything about it. */
import { isIP } from 'node:net';
import { heartbeatPath, type Check } from '../../../shared/model/check.ts';
import type { Device, DeviceRow } from '../../../shared/model/device.ts';
import { CheckId, type DeviceId } from '../../../shared/model/ids.ts';
import type { Settings } from '../../../shared/model/settings.ts';
import type { CheckPoller } from '../polling/checks/check-poller.ts';
import type { Dependencies } from '../polling/dependencies.ts';
import type { DeviceReading, Poller } from '../polling/poller.ts';
import type { SnmpReading } from '../polling/snmp-poller.ts';
import type { CheckRecord } from '../store/checks.ts';
import type { KnownDownMarks } from './known-down.ts';
import type { DeviceRecord, SecretBox } from '../store/devices.ts';

/** A device as the inventory keeps it. */
export type Entry = {
  record: DeviceRecord;
  readonly publicId: DeviceId;
  secret: SecretBox | null;
  snmp: SnmpReading;
  checks: readonly CheckRecord[];
  /** UTC ms; null while it is checked. */
  pausedAt: number | null;
};

/** Whoever knows something of a device. */
export type ViewParts = {
  readonly poller: Poller;
  readonly checkPoller: CheckPoller;
  readonly dependencies: Dependencies;
  readonly isAcknowledged: (id: DeviceId) => boolean;
  readonly knownDown: KnownDownMarks;
  /** Until when a maintenance window lasts that the device lies in, UTC ms; null: in none. */
  readonly maintenanceUntil: (deviceId: number) => number | null;
  readonly settings: () => Settings;
  readonly find: (id: number) => Entry | undefined;
};

const windowMinutes = [1, 5, 15];

export function rowOf(entry: Entry, parts: ViewParts): DeviceRow {
  const { record, snmp } = entry;
  const { poller, isAcknowledged, knownDown, maintenanceUntil, settings, find } = parts;
  const reading: DeviceReading | undefined = record.enabled ? poller.reading(record.id) : undefined;
  const behindId = reading?.behindId ?? null;
  const state = record.enabled ? (reading?.state ?? 'no-data') : 'paused';
  const known = knownDown.of(record.id);
  return {
    id: entry.publicId, name: record.name, address: record.address, type: record.type, branch: record.branch, region: record.region,
    state,
    stateSince: record.enabled ? (reading?.since ?? null) : entry.pausedAt,
    downSince: reading?.downSince ?? null,
    rttUs: reading?.rttUs ?? null,
    lossPct: reading?.lossPct ?? null,
    lastCheckAt: reading?.lastCheckAt ?? null,
    intervalMs: record.intervalMs ?? settings().polling.intervalMs,
    acknowledged: (state === 'down' && known !== null) || isAcknowledged(entry.publicId),
    knownDown: known,
    maintenanceUntil: maintenanceUntil(record.id),
    tags: [...record.tags],
    ispLink: record.ispLink,
    snmp: entry.secret ? snmp.state : 'off',
    sysName: snmp.sysName,
    simulated: record.simulated,
    sharedAddress: false, // The fleet knows who shares it.
    behind: (behindId === null ? undefined : find(behindId))?.record.name ?? null,
    blindCause: reading?.blindCause ?? null,
    checkCount: reading?.checks.total ?? 0,
    failingChecks: reading?.checks.failing ?? 0,
    problem: reading?.problem ?? null,
  };
}

export function deviceOf(entry: Entry, row: DeviceRow, parts: ViewParts): Device {
  const { record, snmp } = entry;
  const { poller, dependencies } = parts;
  const oddities = poller.oddities(record.id);
  return {
    ...row,
    vendor: record.vendor, model: record.model, location: record.location, notes: record.notes,
    enabled: record.enabled, ownIntervalMs: record.intervalMs, ownTimeoutMs: record.timeoutMs,
    hasSnmpCommunity: entry.secret !== null, snmpPort: record.snmpPort,
    pingEnabled: record.pingEnabled, ownProbesPerInterval: record.probesPerInterval, ownPayloadBytes: record.payloadBytes, ownDscp: record.dscp,
    dontFragment: record.dontFragment, canary: record.canary, branchRouter: record.branchRouter,
    parentIds: publicIds(record.parentIds, parts), parentsNeeded: record.parentsNeeded, standsBehind: publicIds(dependencies.parentsOf(record.id), parts),
    checks: checksOf(entry, parts),
    resolvedAddress: poller.ipOf(record.id) ?? (isIP(record.address) === 0 ? null : record.address),
    duplicateReplies: oddities.duplicates, strayReplies: oddities.strays, strayFrom: oddities.strayFrom,
    sysDescr: snmp.sysDescr, sysObjectId: snmp.sysObjectId, sysUpTimeMs: snmp.sysUpTimeMs, snmpAt: snmp.at, snmpProblem: snmp.problem,
    windows: windowMinutes.flatMap(minutes => {
      const window = poller.window(record.id, minutes);
      return window ? [{ minutes, ...window }] : [];
    }),
    createdAt: record.createdAt, updatedAt: record.updatedAt,
  };
}

/** What was last known of a check stands while its device is paused. */
function checksOf({ record, checks }: Entry, { checkPoller }: ViewParts): Check[] {
  const statuses = checkPoller.statuses(record.id);
  return checks.map(({ id, check, heartbeatToken, state }) => ({ ...check, ...(statuses.get(id) ?? state), id: CheckId.parse(id), heartbeatPath: heartbeatToken === null ? null : heartbeatPath(heartbeatToken) }));
}

const publicIds = (ids: readonly number[], { find }: ViewParts): DeviceId[] => ids.flatMap(id => find(id)?.publicId ?? []);
