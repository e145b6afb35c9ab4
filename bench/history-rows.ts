/** Beside rows: the same samples as we keep them, and as rows of a table clustered by device and time. How large both are, and how long both take to answer. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fill } from '../scripts/seeding/fill.ts';
import { connectTo, inTransaction, openForReading, type Db } from '../electron/engine/store/connection.ts';
import { samplesOf } from '../electron/engine/store/history/days.ts';
import { dayMs, hourMs, keysOf } from '../electron/engine/store/history/keys.ts';
import { noSamples } from '../electron/engine/store/history/samples.ts';
import { seriesOf } from '../electron/engine/store/history/read.ts';
import { median, report } from './support/figure.ts';

/** Beyond what a chunk or a page holds, more devices make neither way slower. */
const devices = 24;
const days = 31;
const until = Date.UTC(2026, 5, 30, 12);
const runs = 30;

const folder = mkdtempSync(join(tmpdir(), 'ward-bench-'));
try {
  const ours = join(folder, 'ward-console.db');
  const theirs = join(folder, 'rows.db');
  await fill({ dataDir: folder, devices, days, intervalMs: 10_000, seed: 1, until }, () => {});
  const count = copyAsRows(ours, theirs);
  sizes(ours, theirs, count);
  times(ours, theirs);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Device by device, so that every page is full: better than what samples leave that come in order of time. */
function copyAsRows(ours: string, theirs: string): number {
  const from = openForReading(ours);
  const into = connectTo(theirs);
  into.pragma('synchronous = OFF');
  into.exec('CREATE TABLE sample (device_id INTEGER NOT NULL, ts INTEGER NOT NULL, outcome INTEGER NOT NULL, rtt_us INTEGER, PRIMARY KEY (device_id, ts)) STRICT, WITHOUT ROWID');
  const insert = into.prepare('INSERT INTO sample VALUES (?, ?, ?, ?)');
  const chunks = from.prepare('SELECT id, samples FROM chunk WHERE id BETWEEN ? AND ? ORDER BY id');
  let count = 0;
  for (const { id, deviceId } of pings(from)) {
    inTransaction(into, () => {
      for (const chunk of chunks.iterate(...keysOf(id)) as IterableIterator<{ id: number; samples: Uint8Array }>) { // Columns are named after the fields.
        const { at, outcome, value } = samplesOf(chunk) ?? noSamples;
        for (let i = 0; i < at.length; i++) insert.run(deviceId, at[i], outcome[i], Number.isNaN(value[i]) ? null : value[i]);
        count += at.length;
      }
    });
  }
  from.close();
  into.close();
  return count;
}

function sizes(ours: string, theirs: string, count: number): void {
  const [from, rows] = [openForReading(ours), openForReading(theirs)];
  const share = "(SELECT total(length(samples) + 45) FROM series s CROSS JOIN chunk c ON c.id BETWEEN s.id * 1048576 AND s.id * 1048576 + 1048575 WHERE s.id IN (SELECT value FROM json_each(?))) / (SELECT total(length(samples) + 45) FROM chunk)";
  const chunkBytes = from.prepare(`SELECT ${share} * (SELECT total(pgsize) FROM dbstat WHERE name = 'chunk')`).pluck().get(JSON.stringify(pings(from).map(({ id }) => id))) as number; // SQLite: a number.
  const rowBytes = rows.prepare("SELECT total(pgsize) FROM dbstat WHERE name = 'sample'").pluck().get() as number; // As above.
  from.close();
  rows.close();
  report({ name: 'rows_bytes_per_sample', value: rowBytes / count, unit: `bytes (${count} samples)` });
  report({ name: 'chunk_bytes_per_sample', value: chunkBytes / count, unit: 'bytes' });
  report({ name: 'rows_size_ratio', value: rowBytes / chunkBytes, unit: 'x, rows over chunks' }, { atLeast: 5 });
}

function times(ours: string, theirs: string): void {
  const chosen = pingsOf(ours).filter((_, i) => i % 4 === 0);
  const [dayFrom, monthFrom] = [until - dayMs, until - 30 * dayMs];
  const day = 'SELECT ts, outcome, rtt_us FROM sample WHERE device_id = ? AND ts BETWEEN ? AND ?';
  const hours = `SELECT ts / ${hourMs} AS hour, count(*), sum(outcome <> 0), min(rtt_us), avg(rtt_us), max(rtt_us) FROM sample WHERE device_id = ? AND ts BETWEEN ? AND ? GROUP BY hour`;
  const series = (db: Db, { id, deviceId }: Ping, from: number, maxPoints: number): number => seriesOf(db, [{ seriesId: id, deviceId, open: noSamples }], from, until, maxPoints).t.length;
  const rows = (sql: string, from: number) => (db: Db, { deviceId }: Ping): number => db.prepare(sql).all(deviceId, from, until).length;
  compare('24h', ours, theirs, chosen, (db, ping) => series(db, ping, dayFrom, 20_000), rows(day, dayFrom));
  compare('30d_hourly', ours, theirs, chosen, (db, ping) => series(db, ping, monthFrom, 360), rows(hours, monthFrom));
}

type Query = (db: Db, ping: Ping) => number;

function compare(name: string, ours: string, theirs: string, chosen: readonly Ping[], ourQuery: Query, theirQuery: Query): void {
  const [oursMs, theirsMs] = [warm(ours, chosen, ourQuery), warm(theirs, chosen, theirQuery)];
  const [oursColdMs, theirsColdMs] = [cold(ours, chosen, ourQuery), cold(theirs, chosen, theirQuery)];
  report({ name: `rows_${name}_ms`, value: theirsMs, unit: `ms from rows (cold ${theirsColdMs.toFixed(1)})` });
  report({ name: `chunk_${name}_ms`, value: oursMs, unit: `ms from ours (cold ${oursColdMs.toFixed(1)})` });
  report({ name: `rows_${name}_ratio`, value: theirsMs / oursMs, unit: `x, rows over ours (cold ${(theirsColdMs / oursColdMs).toFixed(1)})` });
}

function warm(file: string, chosen: readonly Ping[], query: Query): number {
  const db = openForReading(file);
  const tookMs: number[] = [];
  for (let run = 0; run < runs; run++) {
    for (const ping of chosen) {
      const took = timed(() => query(db, ping));
      if (run > 2) tookMs.push(took);
    }
  }
  db.close();
  return median(tookMs);
}

/** A new connection, and nothing of the file in the page cache. */
function cold(file: string, chosen: readonly Ping[], query: Query): number {
  const tookMs = chosen.map(ping => {
    const { status, stderr } = spawnSync('dd', [`if=${file}`, 'iflag=nocache', 'count=0', 'status=none'], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`the page cache keeps the file: ${stderr}`);
    const db = openForReading(file);
    const took = timed(() => query(db, ping));
    db.close();
    return took;
  });
  return median(tookMs);
}

type Ping = { readonly id: number; readonly deviceId: number };

function pings(db: Db): Ping[] {
  return db.prepare("SELECT s.id, s.device_id AS deviceId FROM series s JOIN device_state d ON d.device_id = s.device_id WHERE s.metric = 'ping' AND d.down_since IS NULL ORDER BY s.id").all() as Ping[]; // Columns are named after the fields.
}

function pingsOf(file: string): Ping[] {
  const db = openForReading(file);
  const all = pings(db);
  db.close();
  return all;
}

function timed(run: () => number): number {
  const began = performance.now();
  if (run() < 100) throw new Error('nearly nothing was found');
  return performance.now() - began;
}
