import type { Migration } from '../migrate.ts';

/** How a device is pinged, what it stands behind, and what this console could not see. Times are UTC ms. */
export const observation: Migration = {
  id: 2,
  name: 'observation',
  up(db) {
    db.exec(`
      ALTER TABLE device ADD COLUMN ping_enabled INTEGER NOT NULL DEFAULT 1;
      ALTER TABLE device ADD COLUMN probes_per_interval INTEGER;
      ALTER TABLE device ADD COLUMN payload_bytes INTEGER;
      ALTER TABLE device ADD COLUMN dscp INTEGER;
      ALTER TABLE device ADD COLUMN dont_fragment INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE device ADD COLUMN canary INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE device ADD COLUMN branch_router INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE device ADD COLUMN parents_needed TEXT NOT NULL DEFAULT 'any';

      CREATE TABLE parent (
        device_id INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,
        parent_id INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,
        PRIMARY KEY (device_id, parent_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX parent_by_parent ON parent (parent_id);

      -- devices: how many could not be seen; null: all. to_at is null while it lasts.
      CREATE TABLE journal (
        id INTEGER PRIMARY KEY,
        public_id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        cause TEXT,
        from_at INTEGER NOT NULL,
        to_at INTEGER,
        devices INTEGER,
        detail TEXT NOT NULL
      ) STRICT;
      CREATE INDEX journal_by_time ON journal (from_at);

      -- Which devices, where it was not all of them.
      CREATE TABLE journal_device (
        device_id INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,
        journal_id INTEGER NOT NULL REFERENCES journal (id) ON DELETE CASCADE,
        PRIMARY KEY (device_id, journal_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX journal_device_by_journal ON journal_device (journal_id);
    `);
  },
};
