import type { Migration } from '../migrate.ts';

/** Rules, alerts of anything, incidents, maintenance, recipients and what is sent to them. Bodies are JSON of the contract's models. Times are UTC ms. */
export const alerting: Migration = {
  id: 5,
  name: 'alerting',
  up(db) {
    db.exec(`
      ALTER TABLE device ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
      ALTER TABLE device ADD COLUMN isp_link INTEGER NOT NULL DEFAULT 0;
      -- Somebody said that it is down: {reason, until, by, at}.
      ALTER TABLE device ADD COLUMN known_down TEXT;
      -- What importing one does from now on: a router at .5 leads to the internet.
      UPDATE device SET isp_link = 1 WHERE type = 'router' AND address GLOB '*.5';
      -- null: as its provider says.
      ALTER TABLE interface ADD COLUMN critical INTEGER;

      ALTER TABLE alert RENAME TO old_alert;
      DROP INDEX alert_open;
      DROP INDEX alert_ended;
      -- Keeps its own copy of what things were called: alerts outlive devices and rules. subject: its kind and ids, joined by colons.
      CREATE TABLE alert (
        id INTEGER PRIMARY KEY,
        public_id TEXT NOT NULL UNIQUE,
        incident_id TEXT NOT NULL,
        subject TEXT NOT NULL,
        subject_name TEXT NOT NULL,
        device_public_id TEXT,
        device_name TEXT,
        address TEXT,
        branch TEXT,
        region TEXT,
        simulated INTEGER NOT NULL,
        rule TEXT NOT NULL,
        rule_name TEXT NOT NULL,
        severity TEXT NOT NULL,
        phase TEXT NOT NULL,
        value TEXT NOT NULL,
        since INTEGER NOT NULL,
        raised_at INTEGER NOT NULL,
        cleared_at INTEGER,
        cleared_by TEXT,
        flapping INTEGER NOT NULL,
        -- {reason, until, detail}
        suppression TEXT,
        acknowledged_at INTEGER,
        acknowledged_by TEXT,
        note TEXT,
        snoozed_until INTEGER,
        assignee TEXT
      ) STRICT;
      INSERT INTO alert (id, public_id, incident_id, subject, subject_name, device_public_id, device_name, address, branch, region, simulated, rule, rule_name, severity, phase, value, since, raised_at,
        cleared_at, cleared_by, flapping, acknowledged_at, acknowledged_by, note)
      SELECT id, public_id, public_id, 'device:' || device_public_id, device_name, device_public_id, device_name, address, branch, NULL, simulated, rule, 'Device down', severity,
        iif(cleared_at IS NULL, 'firing', 'ended'), '', since, raised_at, cleared_at, cleared_by, 0, acknowledged_at, acknowledged_by, note FROM old_alert;
      DROP TABLE old_alert;
      CREATE UNIQUE INDEX alert_open ON alert (subject, rule) WHERE cleared_at IS NULL;
      CREATE INDEX alert_ended ON alert (cleared_at) WHERE cleared_at IS NOT NULL;
      CREATE INDEX alert_by_incident ON alert (incident_id);

      -- Where each rule stands with each thing that is not well: what the alert machine remembers.
      CREATE TABLE alert_state (
        rule TEXT NOT NULL,
        subject TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (rule, subject)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE incident (
        id INTEGER PRIMARY KEY,
        public_id TEXT NOT NULL UNIQUE,
        opened_at INTEGER NOT NULL,
        closed_at INTEGER,
        simulated INTEGER NOT NULL,
        body TEXT NOT NULL
      ) STRICT;
      CREATE INDEX incident_open ON incident (opened_at) WHERE closed_at IS NULL;
      CREATE INDEX incident_closed ON incident (closed_at) WHERE closed_at IS NOT NULL;
      INSERT INTO incident (public_id, opened_at, closed_at, simulated, body)
      SELECT public_id, raised_at, cleared_at, simulated, json_object('id', public_id, 'kind', 'device', 'title', device_name || ' is down', 'severity', severity, 'branch', branch, 'region', NULL,
        'affected', json_array(device_name), 'affectedCount', 1, 'fault', 'device', 'verdict', device_name || ' does not answer.', 'evidence', json_array(), 'since', since, 'openedAt', raised_at,
        'closedAt', cleared_at, 'openAlerts', iif(cleared_at IS NULL, 1, 0), 'alerts', 1, 'flapping', json('false'), 'suppression', NULL, 'acknowledgedAt', acknowledged_at,
        'acknowledgedBy', acknowledged_by, 'assignee', NULL, 'simulated', json(iif(simulated = 1, 'true', 'false'))) FROM alert;

      CREATE TABLE incident_event (
        id INTEGER PRIMARY KEY,
        public_id TEXT NOT NULL UNIQUE,
        incident_id TEXT NOT NULL,
        at INTEGER NOT NULL,
        kind TEXT NOT NULL,
        alert_id TEXT,
        -- null: the console.
        by_whom TEXT,
        text TEXT NOT NULL
      ) STRICT;
      CREATE INDEX incident_event_by_incident ON incident_event (incident_id, at);
      CREATE INDEX incident_event_by_person ON incident_event (at) WHERE by_whom IS NOT NULL;
      CREATE INDEX incident_event_by_console ON incident_event (at) WHERE by_whom IS NULL;

      -- Rules of one's own, and built-in ones that were changed.
      CREATE TABLE rule (
        id TEXT PRIMARY KEY,
        body TEXT NOT NULL,
        changed_at INTEGER NOT NULL,
        changed_by TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE maintenance_window (
        id INTEGER PRIMARY KEY,
        public_id TEXT NOT NULL UNIQUE,
        body TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        created_by TEXT NOT NULL
      ) STRICT;

      -- As journal_blind: by when devices left maintenance, those that lie in it last of all.
      CREATE INDEX journal_maintenance ON journal (coalesce(to_at, 8640000000000000)) WHERE kind = 'maintenance';

      -- Who is told. AES-256-GCM boxes; the public id is the associated data.
      CREATE TABLE target (
        id INTEGER PRIMARY KEY,
        public_id TEXT NOT NULL UNIQUE,
        body TEXT NOT NULL,
        nonce BLOB,
        box BLOB,
        created_at INTEGER NOT NULL
      ) STRICT;

      -- Messages, in the order in which they were decided.
      CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        public_id TEXT NOT NULL UNIQUE,
        target_id TEXT NOT NULL,
        target_name TEXT NOT NULL,
        incident_id TEXT,
        body TEXT NOT NULL,
        state TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        due_at INTEGER NOT NULL,
        attempts INTEGER NOT NULL,
        done_at INTEGER,
        problem TEXT
      ) STRICT;
      CREATE INDEX outbox_waiting ON outbox (target_id, id) WHERE state = 'waiting';
      CREATE INDEX outbox_done ON outbox (done_at) WHERE done_at IS NOT NULL;
      CREATE INDEX outbox_by_incident ON outbox (incident_id, id);

      -- What each recipient has been told of each open incident.
      CREATE TABLE told (
        incident_id TEXT NOT NULL,
        target_id TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (incident_id, target_id)
      ) STRICT, WITHOUT ROWID;
    `);
  },
};
