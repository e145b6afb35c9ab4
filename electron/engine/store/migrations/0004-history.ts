import { packHotRows } from './0004-pack-hot-rows.ts';
import type { Migration } from '../migrate.ts';

/**
 * History in three grains: `hot` in order of arrival, one `chunk` a series and closed hour, one `five_min` and `day` row a series and closed day. Their keys pack
 * series and hour, or series and day, into one integer (history/keys.ts). Times are UTC ms.
 */
export const history: Migration = {
  id: 4,
  name: 'history',
  up(db) {
    db.exec(`
      -- One metric of one device, or of one interface (object: its ifIndex) or check (its public id) of it. Ids are never used again.
      CREATE TABLE series (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        device_id INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,
        metric TEXT NOT NULL,
        object TEXT NOT NULL,
        -- The last UTC day since 1970 that is summed up.
        closed_day INTEGER,
        UNIQUE (device_id, metric, object)
      ) STRICT;

      -- Whose history is to be deleted, slice by slice.
      CREATE TABLE gone_series (id INTEGER PRIMARY KEY) STRICT;
      CREATE TRIGGER series_gone AFTER DELETE ON series BEGIN
        INSERT INTO gone_series (id) VALUES (OLD.id);
      END;

      ALTER TABLE hot RENAME TO old_hot;
      ALTER TABLE latest RENAME TO old_latest;

      -- What one tick brought of one hour, packed (history/arrival.ts). Every page that a transaction touches is written whole, so a tick had better touch one.
      CREATE TABLE hot (
        id INTEGER PRIMARY KEY,
        -- Hours since 1970.
        hour INTEGER NOT NULL,
        last_ts INTEGER NOT NULL,
        samples BLOB NOT NULL
      ) STRICT;

      -- outcome: 0 reply, 1 no answer, 2 unreachable, 3 too many hops, 4 not observed.
      CREATE TABLE latest (
        series_id INTEGER PRIMARY KEY REFERENCES series (id) ON DELETE CASCADE,
        ts INTEGER NOT NULL,
        outcome INTEGER NOT NULL,
        value REAL
      ) STRICT;

      CREATE TABLE chunk (
        id INTEGER PRIMARY KEY,
        sent INTEGER NOT NULL,
        lost INTEGER NOT NULL,
        unseen INTEGER NOT NULL,
        observed_ms INTEGER NOT NULL,
        min REAL,
        avg REAL,
        max REAL,
        p95 REAL,
        samples BLOB NOT NULL
      ) STRICT;

      -- What was open when the console ended, packed like a chunk.
      CREATE TABLE open_hour (id INTEGER PRIMARY KEY, samples BLOB NOT NULL) STRICT;

      CREATE TABLE five_min (id INTEGER PRIMARY KEY, buckets BLOB NOT NULL) STRICT;

      CREATE TABLE day (
        id INTEGER PRIMARY KEY,
        sent INTEGER NOT NULL,
        lost INTEGER NOT NULL,
        unseen INTEGER NOT NULL,
        observed_ms INTEGER NOT NULL,
        min REAL,
        avg REAL,
        max REAL,
        p95 REAL,
        hours BLOB NOT NULL
      ) STRICT;

      CREATE TABLE interface (
        device_id INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,
        if_index INTEGER NOT NULL,
        name TEXT NOT NULL,
        alias TEXT,
        oper_status TEXT NOT NULL,
        admin_up INTEGER NOT NULL,
        speed_bps REAL,
        isp_provider TEXT,
        -- Whether a person said so: then an alias changes nothing.
        isp_by_hand INTEGER NOT NULL,
        at INTEGER,
        in_octets_per_s REAL,
        out_octets_per_s REAL,
        PRIMARY KEY (device_id, if_index)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX interface_by_isp ON interface (isp_provider, device_id, if_index) WHERE isp_provider IS NOT NULL;

      -- By when blind time ended, the one that lasts last of all.
      CREATE INDEX journal_blind ON journal (coalesce(to_at, 8640000000000000)) WHERE kind = 'blind';
      CREATE INDEX event_by_time ON event (at);
    `);
    packHotRows(db);
    db.exec(`
      DROP TABLE old_hot;
      DROP TABLE old_latest;
      -- What it asked for is done: only rows of devices that are there were taken over.
      DELETE FROM setting WHERE name = 'internal.orphans';
    `);
  },
};
