/** Devices, their branches, credentials and last known state: SQL and the mapping of rows. */
import type { CheckInput } from '../../../shared/model/check.ts';
import type { DeviceRow, DeviceState, DeviceType, SnmpState } from '../../../shared/model/device.ts';
import { prepared, type Db } from './connection.ts';

/** A device as stored. `id` is internal; `publicId` is what the contract calls `id`. */
export type DeviceRecord = {
  readonly id: number;
  readonly publicId: string;
  readonly name: string;
  readonly address: string;
  readonly type: DeviceType;
  readonly branch: string | null;
  readonly region: string | null;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly location: string | null;
  readonly notes: string | null;
  readonly intervalMs: number | null;
  readonly timeoutMs: number | null;
  readonly enabled: boolean;
  readonly snmpPort: number;
  readonly pingEnabled: boolean;
  readonly probesPerInterval: number | null;
  readonly payloadBytes: number | null;
  readonly dscp: number | null;
  readonly dontFragment: boolean;
  readonly canary: boolean;
  readonly branchRouter: boolean;
  /** Internal ids of the devices it stands behind. */
  readonly parentIds: readonly number[];
  readonly parentsNeeded: 'any' | 'all';
  readonly tags: readonly string[];
  readonly ispLink: boolean;
  readonly simulated: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
};

export type SecretBox = { readonly nonce: Uint8Array; readonly box: Uint8Array };

/** What else is remembered of a device across a restart. */
export type RememberedDevice = {
  readonly device: DeviceRecord;
  readonly secret: SecretBox | null;
  readonly state: { readonly state: DeviceState; readonly since: number; readonly downSince: number | null } | null;
  readonly latest: { readonly at: number; readonly outcome: number; readonly rttUs: number | null } | null;
  readonly snmp: SnmpRecord | null;
  readonly knownDown: KnownDown | null;
};

/** Somebody said that it is down: why, and until when that holds. */
export type KnownDown = NonNullable<DeviceRow['knownDown']>;

export type SnmpRecord = {
  readonly state: SnmpState;
  readonly at: number | null;
  readonly sysName: string | null;
  readonly sysDescr: string | null;
  readonly sysObjectId: string | null;
  readonly sysUpTimeMs: number | null;
  readonly problem: string | null;
};

export type BranchRecord = { readonly publicId: string; readonly name: string };

/** `secret: undefined` leaves the stored one, null removes it. */
export type DeviceWrite = { readonly device: Omit<DeviceRecord, 'id'>; readonly secret?: SecretBox | null; /** The whole list; left out: the stored one stays. */ readonly checks?: readonly CheckInput[] };

type Flag = 'enabled' | 'simulated' | 'pingEnabled' | 'dontFragment' | 'canary' | 'branchRouter' | 'ispLink';
type Row = Omit<DeviceRecord, Flag | 'parentIds' | 'tags'> & Readonly<Record<Flag, number>> & {
  readonly parents: string | null;
  readonly tags: string; readonly knownDown: string | null;
  readonly nonce: Uint8Array | null; readonly box: Uint8Array | null;
  readonly state: DeviceState | null; readonly since: number; readonly downSince: number | null;
  readonly latestAt: number | null; readonly outcome: number; readonly rttUs: number | null;
  readonly snmpState: SnmpState | null; readonly snmpAt: number | null; readonly sysName: string | null; readonly sysDescr: string | null;
  readonly sysObjectId: string | null; readonly sysUpTimeMs: number | null; readonly snmpProblem: string | null;
};

/** Every device with what is remembered of it, in order of creation. */
export function listDevices(db: Db): RememberedDevice[] {
  const rows = db.prepare(`
    SELECT d.id, d.public_id AS publicId, d.name, d.address, d.type, b.name AS branch, d.region, d.vendor, d.model, d.location, d.notes,
      d.interval_ms AS intervalMs, d.timeout_ms AS timeoutMs, d.enabled, d.snmp_port AS snmpPort, d.simulated,
      d.ping_enabled AS pingEnabled, d.probes_per_interval AS probesPerInterval, d.payload_bytes AS payloadBytes, d.dscp, d.dont_fragment AS dontFragment, d.canary,
      d.branch_router AS branchRouter, d.parents_needed AS parentsNeeded, (SELECT group_concat(parent_id) FROM parent WHERE device_id = d.id) AS parents,
      d.tags, d.isp_link AS ispLink, d.known_down AS knownDown, d.created_at AS createdAt, d.updated_at AS updatedAt,
      x.nonce, x.box, s.state, s.since, s.down_since AS downSince,
      l.ts AS latestAt, l.outcome, l.value AS rttUs,
      n.state AS snmpState, n.at AS snmpAt, n.sys_name AS sysName, n.sys_descr AS sysDescr, n.sys_object_id AS sysObjectId,
      n.sys_up_time_ms AS sysUpTimeMs, n.problem AS snmpProblem
    FROM device d
    LEFT JOIN branch b ON b.id = d.branch_id
    LEFT JOIN secret x ON x.device_id = d.id
    LEFT JOIN device_state s ON s.device_id = d.id
    LEFT JOIN series p ON p.device_id = d.id AND p.metric = 'ping' AND p.object = ''
    LEFT JOIN latest l ON l.series_id = p.id
    LEFT JOIN snmp_system n ON n.device_id = d.id
    ORDER BY d.id`).all() as Row[]; // Columns are named after the fields; the table is STRICT.
  return rows.map(row => ({
    device: {
      id: row.id, publicId: row.publicId, name: row.name, address: row.address, type: row.type, branch: row.branch, region: row.region, vendor: row.vendor,
      model: row.model, location: row.location, notes: row.notes, intervalMs: row.intervalMs, timeoutMs: row.timeoutMs, enabled: row.enabled === 1,
      snmpPort: row.snmpPort, simulated: row.simulated === 1, pingEnabled: row.pingEnabled === 1, probesPerInterval: row.probesPerInterval, payloadBytes: row.payloadBytes,
      dscp: row.dscp, dontFragment: row.dontFragment === 1, canary: row.canary === 1, branchRouter: row.branchRouter === 1,
      parentIds: row.parents === null ? [] : row.parents.split(',').map(Number), parentsNeeded: row.parentsNeeded,
      tags: JSON.parse(row.tags) as string[] /* As they were written below. */, ispLink: row.ispLink === 1, createdAt: row.createdAt, updatedAt: row.updatedAt,
    },
    secret: row.nonce && row.box ? { nonce: row.nonce, box: row.box } : null,
    state: row.state ? { state: row.state, since: row.since, downSince: row.downSince } : null,
    latest: row.latestAt === null ? null : { at: row.latestAt, outcome: row.outcome, rttUs: row.rttUs },
    snmp: row.snmpState
      ? { state: row.snmpState, at: row.snmpAt, sysName: row.sysName, sysDescr: row.sysDescr, sysObjectId: row.sysObjectId, sysUpTimeMs: row.sysUpTimeMs, problem: row.snmpProblem }
      : null,
    knownDown: row.knownDown === null ? null : (JSON.parse(row.knownDown) as KnownDown), // As it was written below.
  }));
}

export function listBranches(db: Db): BranchRecord[] {
  return db.prepare('SELECT public_id AS publicId, name FROM branch ORDER BY id').all() as BranchRecord[]; // Columns are named after the fields.
}

/** Writes all or none; answers with the internal ids, in order, and the branches that are new. */
export function insertDevices(db: Db, writes: readonly DeviceWrite[], newBranchId: () => string): { ids: number[]; branches: BranchRecord[] } {
  const created: BranchRecord[] = [];
  const branchIdOf = branchFinder(db, newBranchId, created);
  const insert = db.prepare(`
    INSERT INTO device (public_id, name, address, type, branch_id, region, vendor, model, location, notes, interval_ms, timeout_ms, enabled, snmp_port,
      ping_enabled, probes_per_interval, payload_bytes, dscp, dont_fragment, canary, branch_router, parents_needed, tags, isp_link, simulated, created_at, updated_at)
    VALUES (@publicId, @name, @address, @type, @branchId, @region, @vendor, @model, @location, @notes, @intervalMs, @timeoutMs, @enabled, @snmpPort,
      @pingEnabled, @probesPerInterval, @payloadBytes, @dscp, @dontFragment, @canary, @branchRouter, @parentsNeeded, @tags, @ispLink, @simulated, @createdAt, @updatedAt)`);
  const ids = writes.map(({ device, secret }) => {
    const id = Number(insert.run(columns(device, branchIdOf(device.branch))).lastInsertRowid);
    writeSecret(db, id, secret);
    writeParents(db, id, device.parentIds);
    return id;
  });
  return { ids, branches: created };
}

export function updateDevice(db: Db, id: number, { device, secret }: DeviceWrite, newBranchId: () => string): BranchRecord[] {
  const created: BranchRecord[] = [];
  const branchId = branchFinder(db, newBranchId, created)(device.branch);
  notePause(db, id, device);
  db.prepare(`
    UPDATE device SET name = @name, address = @address, type = @type, branch_id = @branchId, region = @region, vendor = @vendor, model = @model, location = @location,
      notes = @notes, interval_ms = @intervalMs, timeout_ms = @timeoutMs, enabled = @enabled, snmp_port = @snmpPort,
      ping_enabled = @pingEnabled, probes_per_interval = @probesPerInterval, payload_bytes = @payloadBytes, dscp = @dscp, dont_fragment = @dontFragment, canary = @canary,
      branch_router = @branchRouter, parents_needed = @parentsNeeded, tags = @tags, isp_link = @ispLink, updated_at = @updatedAt
    WHERE id = @id`).run({ ...columns(device, branchId), id });
  writeSecret(db, id, secret);
  writeParents(db, id, device.parentIds);
  removeEmptyBranches(db);
  return created;
}

/** What somebody said of them, or that it holds no more (null). */
export function writeKnownDown(db: Db, ids: readonly number[], mark: KnownDown | null): void {
  const update = prepared(db, 'UPDATE device SET known_down = ? WHERE id = ?');
  for (const id of ids) update.run(mark && JSON.stringify(mark), id);
}

/** With their states, credentials and events. Their samples go in slices, after. */
export function removeDevices(db: Db, ids: readonly number[]): void {
  const remove = db.prepare('DELETE FROM device WHERE id = ?');
  for (const id of ids) remove.run(id);
  removeEmptyBranches(db);
}

export function writeSnmp(db: Db, entries: readonly { readonly deviceId: number; readonly record: SnmpRecord }[]): void {
  const upsert = prepared(db, `
    INSERT INTO snmp_system (device_id, state, at, sys_name, sys_descr, sys_object_id, sys_up_time_ms, problem)
    SELECT @deviceId, @state, @at, @sysName, @sysDescr, @sysObjectId, @sysUpTimeMs, @problem WHERE EXISTS (SELECT 1 FROM device WHERE id = @deviceId)
    ON CONFLICT (device_id) DO UPDATE SET state = excluded.state, at = excluded.at, sys_name = excluded.sys_name, sys_descr = excluded.sys_descr,
      sys_object_id = excluded.sys_object_id, sys_up_time_ms = excluded.sys_up_time_ms, problem = excluded.problem`);
  for (const { deviceId, record } of entries) upsert.run({ deviceId, ...record });
}

function branchFinder(db: Db, newBranchId: () => string, created: BranchRecord[]): (name: string | null) => number | null {
  const find = db.prepare('SELECT id FROM branch WHERE name = ?').pluck();
  const insert = db.prepare('INSERT INTO branch (public_id, name) VALUES (?, ?)');
  return name => {
    if (name === null) return null;
    const known = find.get(name) as number | undefined; // The primary key.
    if (known !== undefined) return known;
    const branch = { publicId: newBranchId(), name };
    created.push(branch);
    return Number(insert.run(branch.publicId, branch.name).lastInsertRowid);
  };
}

const removeEmptyBranches = (db: Db): void => void db.prepare('DELETE FROM branch WHERE id NOT IN (SELECT branch_id FROM device WHERE branch_id IS NOT NULL)').run();

function columns(device: Omit<DeviceRecord, 'id'>, branchId: number | null): Record<string, string | number | null> {
  const { branch: _branch, parentIds: _parents, tags, enabled, simulated, pingEnabled, dontFragment, canary, branchRouter, ispLink, ...rest } = device;
  const flags = { enabled, simulated, pingEnabled, dontFragment, canary, branchRouter, ispLink };
  return { ...rest, tags: JSON.stringify(tags), branchId, ...Object.fromEntries(Object.entries(flags).map(([name, value]) => [name, value ? 1 : 0])) };
}

function writeParents(db: Db, id: number, parentIds: readonly number[]): void {
  db.prepare('DELETE FROM parent WHERE device_id = ?').run(id);
  // A parent may have been removed meanwhile.
  const insert = db.prepare('INSERT INTO parent (device_id, parent_id) SELECT ?, id FROM device WHERE id = ?');
  for (const parentId of parentIds) insert.run(id, parentId);
}

/** Paused time is no outage and no uptime: its history says when it began and ended. */
function notePause(db: Db, id: number, { enabled, updatedAt }: Omit<DeviceRecord, 'id'>): void {
  const wasEnabled = db.prepare('SELECT enabled FROM device WHERE id = ?').pluck().get(id) === 1;
  if (wasEnabled === enabled) return;
  const state = enabled ? 'no-data' : 'paused';
  db.prepare('INSERT INTO event (at, device_id, kind) VALUES (?, ?, ?)').run(updatedAt, id, state);
  db.prepare(`
    INSERT INTO device_state (device_id, state, since, down_since) VALUES (?, ?, ?, NULL)
    ON CONFLICT (device_id) DO UPDATE SET state = excluded.state, since = excluded.since, down_since = NULL`).run(id, state, updatedAt);
}

function writeSecret(db: Db, deviceId: number, secret: SecretBox | null | undefined): void {
  if (secret === undefined) return;
  if (secret === null) db.prepare('DELETE FROM secret WHERE device_id = ?').run(deviceId);
  else db.prepare('INSERT INTO secret (device_id, nonce, box) VALUES (?, ?, ?) ON CONFLICT (device_id) DO UPDATE SET nonce = excluded.nonce, box = excluded.box').run(deviceId, secret.nonce, secret.box);
}
