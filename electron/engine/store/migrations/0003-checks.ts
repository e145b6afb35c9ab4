import type { Migration } from '../migrate.ts';

/** Further checks of devices, and what was last known of each. */
export const checks: Migration = {
  id: 3,
  name: 'checks',
  up(db) {
    db.exec(`
      CREATE TABLE device_check (
        id INTEGER PRIMARY KEY,
        public_id TEXT NOT NULL UNIQUE,
        device_id INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        kind TEXT NOT NULL,
        -- Everything the user gave, kind included, as JSON.
        settings TEXT NOT NULL,
        -- By which a device calls; null for the other kinds.
        heartbeat_token TEXT UNIQUE,
        state TEXT NOT NULL,
        since INTEGER,
        at INTEGER,
        message TEXT,
        elapsed_ms REAL
      ) STRICT;
      CREATE INDEX device_check_by_device ON device_check (device_id, position);
    `);
  },
};
