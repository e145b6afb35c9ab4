import { applicationId } from '../connection.ts';
import type { Migration } from '../migrate.ts';

/** Inside, rows are joined by integers; outside, devices, branches and alerts go by their public ids. Times are UTC ms. */
export const initial: Migration = {
  id: 1,
  name: 'initial',
  up(db) {
    // In the same transaction: a file is never half ours.
    db.pragma(`application_id = ${applicationId}`);
    db.exec(`
      CREATE TABLE branch (
        id INTEGER PRIMARY KEY,
        public_id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE
      ) STRICT;

      CREATE TABLE device (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        public_id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        address TEXT NOT NULL,
        type TEXT NOT NULL,
        branch_id INTEGER REFERENCES branch (id),
        region TEXT,
        vendor TEXT,
        model TEXT,
        location TEXT,
        notes TEXT,
        interval_ms INTEGER,
        timeout_ms INTEGER,
        enabled INTEGER NOT NULL,
        snmp_port INTEGER NOT NULL,
        simulated INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX device_by_branch ON device (branch_id);

      -- AES-256-GCM boxes; the device's public id is the associated data.
      CREATE TABLE secret (
        device_id INTEGER PRIMARY KEY REFERENCES device (id) ON DELETE CASCADE,
        nonce BLOB NOT NULL,
        box BLOB NOT NULL
      ) STRICT;

      CREATE TABLE device_state (
        device_id INTEGER PRIMARY KEY REFERENCES device (id) ON DELETE CASCADE,
        state TEXT NOT NULL,
        since INTEGER NOT NULL,
        down_since INTEGER
      ) STRICT;

      CREATE TABLE snmp_system (
        device_id INTEGER PRIMARY KEY REFERENCES device (id) ON DELETE CASCADE,
        state TEXT NOT NULL,
        at INTEGER,
        sys_name TEXT,
        sys_descr TEXT,
        sys_object_id TEXT,
        sys_up_time_ms INTEGER,
        problem TEXT
      ) STRICT;

      CREATE TABLE event (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        device_id INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,
        kind TEXT NOT NULL
      ) STRICT;
      CREATE INDEX event_by_device ON event (device_id, at);

      -- Every probe in order of arrival: appending costs 67 bytes of disk a row, clustering by device 10,000.
      -- outcome: 0 reply, 1 timeout, 2 unreachable.
      CREATE TABLE hot (
        ts INTEGER NOT NULL,
        device_id INTEGER NOT NULL,
        outcome INTEGER NOT NULL,
        rtt_us INTEGER,
        PRIMARY KEY (ts, device_id)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE latest (
        device_id INTEGER PRIMARY KEY REFERENCES device (id) ON DELETE CASCADE,
        ts INTEGER NOT NULL,
        outcome INTEGER NOT NULL,
        rtt_us INTEGER
      ) STRICT;

      -- Keeps its own copy of what the device was called: alerts outlive devices.
      CREATE TABLE alert (
        id INTEGER PRIMARY KEY,
        public_id TEXT NOT NULL UNIQUE,
        device_public_id TEXT NOT NULL,
        device_name TEXT NOT NULL,
        address TEXT NOT NULL,
        branch TEXT,
        simulated INTEGER NOT NULL,
        rule TEXT NOT NULL,
        severity TEXT NOT NULL,
        since INTEGER NOT NULL,
        raised_at INTEGER NOT NULL,
        cleared_at INTEGER,
        cleared_by TEXT,
        acknowledged_at INTEGER,
        acknowledged_by TEXT,
        note TEXT
      ) STRICT;
      CREATE UNIQUE INDEX alert_open ON alert (device_public_id, rule) WHERE cleared_at IS NULL;
      CREATE INDEX alert_ended ON alert (cleared_at) WHERE cleared_at IS NOT NULL;

      CREATE TABLE setting (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE audit (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        operation TEXT NOT NULL,
        input TEXT NOT NULL,
        outcome TEXT NOT NULL
      ) STRICT;
    `);
  },
};
