/** Network interfaces of devices, and whose internet links they are: SQL and the mapping of rows. */
import type { InterfaceRow } from '../../../shared/model/interface.ts';
import { prepared, type Db } from './connection.ts';

/** An interface as it was read. `aliasProvider`: the provider that its alias names. */
export type InterfaceWrite = Omit<InterfaceRow, 'ispProvider' | 'critical'> & { readonly deviceId: number; readonly aliasProvider: string | null };

/** `isSampled`: it has a history. `mark`: whose link it is was set by hand. `critical`: set by hand; null: as its provider says. */
export type InterfaceMemory = { readonly record: InterfaceWrite; readonly isSampled: boolean; readonly mark: { readonly provider: string | null } | null; readonly critical: boolean | null };

type Row = Omit<InterfaceRow, 'adminUp' | 'critical'> & { readonly adminUp: number; readonly critical: number | null };
type MemoryRow = Row & { readonly deviceId: number; readonly byHand: number; readonly isSampled: number };

const columns = `if_index AS ifIndex, name, alias, oper_status AS operStatus, admin_up AS adminUp, speed_bps AS speedBps, isp_provider AS ispProvider, critical, at,
  in_octets_per_s AS inOctetsPerS, out_octets_per_s AS outOctetsPerS`;

/** What was set by hand stays. A device may have been removed while it was asked. */
export function writeInterfaces(db: Db, interfaces: readonly InterfaceWrite[]): void {
  const upsert = prepared(db, `
    INSERT INTO interface (device_id, if_index, name, alias, oper_status, admin_up, speed_bps, isp_provider, isp_by_hand, at, in_octets_per_s, out_octets_per_s)
    SELECT @deviceId, @ifIndex, @name, @alias, @operStatus, @adminUp, @speedBps, @aliasProvider, 0, @at, @inOctetsPerS, @outOctetsPerS WHERE EXISTS (SELECT 1 FROM device WHERE id = @deviceId)
    ON CONFLICT (device_id, if_index) DO UPDATE SET
      name = excluded.name, alias = excluded.alias, oper_status = excluded.oper_status, admin_up = excluded.admin_up, speed_bps = excluded.speed_bps,
      isp_provider = CASE WHEN isp_by_hand = 1 THEN isp_provider ELSE excluded.isp_provider END,
      at = excluded.at, in_octets_per_s = excluded.in_octets_per_s, out_octets_per_s = excluded.out_octets_per_s`);
  for (const each of interfaces) upsert.run({ ...each, adminUp: each.adminUp ? 1 : 0 });
}

/** In order of ifIndex. */
export function listInterfaces(db: Db, deviceId: number): InterfaceRow[] {
  return (prepared(db, `SELECT ${columns} FROM interface WHERE device_id = ? ORDER BY if_index`).all(deviceId) as Row[]).map(rowOf); // Columns are named after the fields; the table is STRICT.
}

/** Sets whose link it is for good. Null when the device has no such interface. */
export function markInterface(db: Db, deviceId: number, ifIndex: number, provider: string | null): InterfaceRow | null {
  const row = prepared(db, `UPDATE interface SET isp_provider = ?, isp_by_hand = 1 WHERE device_id = ? AND if_index = ? RETURNING ${columns}`).get(provider, deviceId, ifIndex) as Row | undefined; // As above.
  return row ? rowOf(row) : null;
}

/** Sets for good whether its going down is worth an alert. Null when the device has no such interface. */
export function setInterfaceCritical(db: Db, deviceId: number, ifIndex: number, critical: boolean): InterfaceRow | null {
  const row = prepared(db, `UPDATE interface SET critical = ? WHERE device_id = ? AND if_index = ? RETURNING ${columns}`).get(critical ? 1 : 0, deviceId, ifIndex) as Row | undefined; // As above.
  return row ? rowOf(row) : null;
}

/** What the poller has to know of each after a restart. */
export function rememberedInterfaces(db: Db): InterfaceMemory[] {
  const rows = db.prepare(`
    SELECT device_id AS deviceId, ${columns}, isp_by_hand AS byHand,
      EXISTS (SELECT 1 FROM series s WHERE s.device_id = interface.device_id AND s.metric = 'if-status' AND s.object = CAST(interface.if_index AS TEXT)) AS isSampled
    FROM interface ORDER BY device_id, if_index`).all() as MemoryRow[]; // As above.
  return rows.map(({ deviceId, byHand, isSampled, ispProvider, adminUp, critical, ...row }) => ({
    record: { ...row, deviceId, adminUp: adminUp === 1, aliasProvider: byHand === 1 ? null : ispProvider },
    isSampled: isSampled === 1 && row.operStatus !== 'not-present',
    mark: byHand === 1 ? { provider: ispProvider } : null,
    critical: critical === null ? null : critical === 1,
  }));
}

const rowOf = ({ adminUp, critical, ...row }: Row): InterfaceRow => ({ ...row, adminUp: adminUp === 1, critical: critical === null ? row.ispProvider !== null : critical === 1 });
