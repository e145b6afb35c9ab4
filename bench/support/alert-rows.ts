/** The same ten minutes of pings as rows of SQLite, and the same rules as queries: one a round, and one for each device and window. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configureWriter, connectTo, inTransaction, type Db } from '../../electron/engine/store/connection.ts';
import { intervalMs, limits, roundTrip, sentAt, startAt, windowsMs } from './alert-estate.ts';
import { median } from './figure.ts';
import { waitedForProcessorMs } from './process-usage.ts';

export type Rows = { readonly db: Db; readonly devices: number; readonly now: number; remove(): void };

const runs = 5;
const longestMs = Math.max(...windowsMs);

/** Clustered by time, as the newest rows come, for the query over all; and by device, for those about one. */
export function openRows(devices: number, rounds: number): Rows {
  const folder = mkdtempSync(join(tmpdir(), 'ward-bench-'));
  const db = connectTo(join(folder, 'rows.db'));
  configureWriter(db);
  db.exec('CREATE TABLE hot (ts INTEGER, device_id INTEGER, rtt INTEGER, PRIMARY KEY (ts, device_id)) STRICT, WITHOUT ROWID; CREATE TABLE by_device (device_id INTEGER, ts INTEGER, rtt INTEGER, PRIMARY KEY (device_id, ts)) STRICT, WITHOUT ROWID');
  const [hot, byDevice] = [db.prepare('INSERT INTO hot VALUES (?, ?, ?)'), db.prepare('INSERT INTO by_device VALUES (?, ?, ?)')];
  inTransaction(db, () => {
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < devices; i++) {
        const [ts, us] = [sentAt(round, i, devices), roundTrip(round, i)];
        const rtt = us < 0 ? null : us;
        hot.run(ts, i + 1, rtt);
        byDevice.run(i + 1, ts, rtt);
      }
    }
  });
  return {
    db, devices, now: startAt + rounds * intervalMs,
    remove() {
      db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** All rules in one statement, with window functions for jitter and quantiles. */
export function perPassMs({ db, now }: Rows): number {
  const figures = windowsMs.map(ms => {
    const fits = `ts > ${now - ms}`;
    return `sum(${fits}) n${ms}, sum(${fits} AND rtt IS NULL) lost${ms}, avg(CASE WHEN ${fits} THEN rtt END) avg${ms}, max(CASE WHEN ${fits} THEN rtt END) max${ms}, avg(CASE WHEN ${fits} THEN jump END) jitter${ms}`;
  });
  const query = db.prepare(`WITH a AS (SELECT device_id, ts, rtt, abs(rtt - lag(rtt) OVER by_time) jump, sum(rtt IS NOT NULL) OVER (PARTITION BY device_id ORDER BY ts DESC) answered, ntile(20) OVER (PARTITION BY device_id ORDER BY rtt) share
    FROM hot WHERE ts > ${now - longestMs} WINDOW by_time AS (PARTITION BY device_id ORDER BY ts))
    SELECT device_id, ${figures.join(', ')}, sum(answered = 0) silent, min(CASE WHEN share = 20 THEN rtt END) p95 FROM a GROUP BY device_id`);
  return medianMs(() => {
    let firing = 0;
    for (const row of query.iterate() as IterableIterator<Record<string, number | null>>) { // Columns are numbers.
      for (const ms of windowsMs) firing += exceeded(row[`n${ms}`] ?? 0, row[`lost${ms}`] ?? 0, row[`avg${ms}`] ?? 0, row[`max${ms}`] ?? 0) + Number((row[`jitter${ms}`] ?? 0) > limits.jitterUs);
      firing += Number((row['p95'] ?? 0) > 41_000) + Number((row['p95'] ?? 0) > 41_500) + Number((row['silent'] ?? 0) >= 3) + Number((row[`n${windowsMs[0]}`] ?? 0) < 1);
    }
    return firing;
  });
}

/** Loss, mean and maximum alone: more would be slower still. */
export function perDeviceMs({ db, devices, now }: Rows): number {
  const query = db.prepare('SELECT count(*), sum(rtt IS NULL), avg(rtt), max(rtt) FROM by_device WHERE device_id = ? AND ts > ?').raw();
  return medianMs(() => {
    let firing = 0;
    for (let id = 1; id <= devices; id++) {
      for (const ms of windowsMs) {
        const [sent, lost, avg, max] = query.get(id, now - ms) as [number, number | null, number | null, number | null]; // By the statement.
        firing += exceeded(sent, lost ?? 0, avg ?? 0, max ?? 0);
      }
    }
    return firing;
  });
}

const exceeded = (sent: number, lost: number, avg: number, max: number): number => Number(100 * lost > limits.lossPct * sent) + Number(avg > limits.avgUs) + Number(max > limits.maxUs);

function medianMs(run: () => number): number {
  run();
  return median(Array.from({ length: runs }, () => {
    const [began, waitedMs] = [performance.now(), waitedForProcessorMs()];
    if (run() === 0) throw new Error('nothing fires');
    return performance.now() - began - (waitedForProcessorMs() - waitedMs);
  }));
}
