/** Which series there are: the number behind a device's metric, made the first time that it has a sample. */
import type { Metric } from '../../../../shared/model/history.ts';
import { prepared, type Db } from '../connection.ts';

/** `object`: what of the device it is about: an ifIndex, or the id of a check; empty for the device itself. */
export type SeriesName = { readonly deviceId: number; readonly metric: Metric; readonly object: string };

/** One sample of any metric. `outcome`: 0 measured, 1 no answer or failed, 4 not observed; `value` is null unless it was measured. `at`: UTC ms. */
export type ValueSample = SeriesName & { readonly at: number; readonly outcome: 0 | 1 | 2 | 3 | 4; readonly value: number | null };

/** Remembers the numbers of series; those of removed devices are forgotten with them. */
export class SeriesBook {
  readonly #pings = new Map<number, number>();
  readonly #others = new Map<string, number>();
  /** Numbers are never used again: one that is gone does no harm. */
  readonly #pingIds = new Set<number>();

  constructor(db: Db) {
    for (const { id, deviceId } of db.prepare("SELECT id, device_id AS deviceId FROM series WHERE metric = 'ping'").all() as { id: number; deviceId: number }[]) this.#knowPing(deviceId, id); // Columns are named after the fields.
  }

  /** Null for a device, or of a check, that is gone. */
  ping(db: Db, deviceId: number): number | null {
    const known = this.#pings.get(deviceId);
    if (known !== undefined) return known;
    const id = made(db, { deviceId, metric: 'ping', object: '' });
    if (id !== null) this.#knowPing(deviceId, id);
    return id;
  }

  isPing(seriesId: number): boolean {
    return this.#pingIds.has(seriesId);
  }

  /** As above. */
  of(db: Db, name: SeriesName): number | null {
    if (name.metric === 'ping') return this.ping(db, name.deviceId);
    const key = `${name.deviceId} ${name.metric} ${name.object}`;
    const known = this.#others.get(key);
    if (known !== undefined) return known;
    const id = made(db, name);
    if (id !== null) this.#others.set(key, id);
    return id;
  }

  /** They are gone, or a transaction that made them was undone. */
  forget(): void {
    this.#pings.clear();
    this.#others.clear();
  }

  #knowPing(deviceId: number, id: number): void {
    this.#pings.set(deviceId, id);
    this.#pingIds.add(id);
  }
}

/** Null when it never had a sample. */
export function idOfSeries(db: Db, { deviceId, metric, object }: SeriesName): number | null {
  return (prepared(db, 'SELECT id FROM series WHERE device_id = ? AND metric = ? AND object = ?').pluck().get(deviceId, metric, object) as number | undefined) ?? null; // The primary key.
}

function made(db: Db, name: SeriesName): number | null {
  const known = idOfSeries(db, name);
  if (known !== null) return known;
  const { deviceId, metric, object } = name;
  // Of a check that was removed while its last outcome was under way nobody would delete it.
  const { changes, lastInsertRowid } = prepared(db, `
    INSERT INTO series (device_id, metric, object) SELECT id, ?2, ?3 FROM device WHERE id = ?1
      AND (?2 NOT IN ('check-time', 'check-value') OR EXISTS (SELECT 1 FROM device_check WHERE public_id = ?3 AND device_id = ?1))`).run({ 1: deviceId, 2: metric, 3: object });
  return changes === 0 ? null : Number(lastInsertRowid);
}
