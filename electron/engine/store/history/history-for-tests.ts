/** A database in memory with devices in it, and their pings written as ticks write them. For tests. */
import Database from 'better-sqlite3';
import { configureWriter, inTransaction, type Db } from '../connection.ts';
import { insertDevices } from '../devices.ts';
import { migrate } from '../migrate.ts';
import { migrations } from '../migrations/index.ts';
import type { SeriesPart } from './read.ts';
import { historyOf } from './writer.ts';

/** One ping: `rttUs` null: no answer. */
export type Ping = readonly [deviceId: number, at: number, rttUs: number | null];

export function databaseWith(devices: number, file = ':memory:'): Db {
  const db = new Database(file);
  configureWriter(db);
  migrate(db, migrations, () => {});
  const device = {
    address: '192.0.2.1', type: 'router', branch: 'Kvareli', region: null, vendor: null, model: null, location: null, notes: null, intervalMs: null, timeoutMs: null, enabled: true, snmpPort: 161,
    pingEnabled: true, probesPerInterval: null, payloadBytes: null, dscp: null, dontFragment: false, canary: false, branchRouter: false, parentIds: [], parentsNeeded: 'any', tags: [], ispLink: false, simulated: false, createdAt: 0, updatedAt: 0,
  } as const;
  insertDevices(db, Array.from({ length: devices }, (_, i) => ({ device: { ...device, publicId: `device-${i + 1}`, name: `Device ${i + 1}` } })), () => 'branch-1');
  return db;
}

export function writePings(db: Db, pings: readonly Ping[]): void {
  inTransaction(db, () =>
    historyOf(db).writePings(db, {
      deviceId: Int32Array.from(pings, ([id]) => id), at: Float64Array.from(pings, ([, at]) => at), outcome: Uint8Array.from(pings, ([, , rtt]) => (rtt === null ? 1 : 0)), rttUs: Int32Array.from(pings, ([, , rtt]) => rtt ?? -1),
    }));
}

/** Folds everything that is over at `now`. */
export function foldAll(db: Db, now: number): void {
  while (inTransaction(db, () => historyOf(db).fold(db, now, 0)).left);
}

export function pingSeries(db: Db, deviceId: number): number {
  return db.prepare("SELECT id FROM series WHERE device_id = ? AND metric = 'ping'").pluck().get(deviceId) as number; // The primary key.
}

export function part(db: Db, deviceId: number, from: number, to: number): SeriesPart {
  const seriesId = pingSeries(db, deviceId);
  return { seriesId, deviceId, open: historyOf(db).openSamples(seriesId, from, to) };
}
