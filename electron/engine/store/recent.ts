/** What the last minutes brought of all devices: what the alert engine looks back on takes it up after a start. */
import type { DeviceState } from '../../../shared/model/device.ts';
import type { Db } from './connection.ts';
import { historyOf } from './history/writer.ts';
import { outcomes } from './history/samples.ts';

/** Columns of one length, one entry a ping, those of one device in order of time; `rttUs` is -1 without a reply. Changes in order of time. */
export type Recent = {
  readonly deviceId: Int32Array; readonly at: Float64Array; readonly rttUs: Int32Array;
  readonly changes: readonly { readonly deviceId: number; readonly at: number; readonly state: DeviceState }[];
};

/** As far as hours are not folded yet: what is older is at most a few minutes of a window. */
export function recent(db: Db, from: number, to: number): Recent {
  const history = historyOf(db);
  const deviceId: number[] = [], at: number[] = [], rttUs: number[] = [];
  for (const series of db.prepare("SELECT id, device_id AS deviceId FROM series WHERE metric = 'ping'").all() as { id: number; deviceId: number }[]) { // Columns are named after the fields.
    const samples = history.openSamples(series.id, from, to);
    for (let i = 0; i < samples.at.length; i++) {
      const sentAt = samples.at[i] ?? 0;
      if (sentAt < from || sentAt > to || samples.outcome[i] === outcomes.notObserved) continue;
      deviceId.push(series.deviceId);
      at.push(sentAt);
      rttUs.push(samples.outcome[i] === outcomes.measured ? (samples.value[i] ?? -1) : -1);
    }
  }
  return {
    deviceId: Int32Array.from(deviceId), at: Float64Array.from(at), rttUs: Int32Array.from(rttUs),
    changes: db.prepare('SELECT device_id AS deviceId, at, kind AS state FROM event WHERE at >= ? AND at <= ? ORDER BY at, id').all(from, to) as Recent['changes'], // Written by writeStateChanges only.
  };
}
