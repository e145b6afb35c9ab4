/** What the user can change while the console runs: one schema a group, every field with a default. */
import { z } from 'zod';
import { Folder } from './storage.ts';

const between = (min: number, max: number, sentence: string) => z.int({ error: sentence }).min(min, sentence).max(max, sentence);
const Enabled = z.boolean({ error: 'Whether it is switched on is true or false.' });

const polling = z.object({
  /** How often a device is sampled. */
  intervalMs: between(1_000, 3_600_000, 'The interval must be between 1 s and 1 h.').default(10_000),
  /** How long a probe may stay unanswered before it counts as lost. */
  timeoutMs: between(100, 10_000, 'The timeout must be between 0.1 s and 10 s.').default(1_000),
  snmpIntervalMs: between(10_000, 86_400_000, 'The interval of SNMP must be between 10 s and 24 h.').default(60_000),
  /** Probes a sample, spread evenly over the interval. */
  probesPerInterval: between(1, 10, 'One sample is 1 to 10 probes.').default(2),
  payloadBytes: between(8, 65_000, 'The payload must be between 8 and 65000 bytes.').default(56),
  dscp: between(0, 63, 'A DSCP value is a number from 0 to 63.').default(0),
  /** Answers in a row before a device that was down is up again. */
  recoveryReplies: between(1, 20, 'The answers until a device is up again must be between 1 and 20.').default(2),
  /** Probes a second, in all and to one branch: what small lines and intrusion prevention bear. */
  mostProbesPerS: between(1, 20_000, 'The most probes a second must be between 1 and 20000.').default(3_000),
  mostProbesPerBranchPerS: between(1, 20_000, 'The most probes a second to one branch must be between 1 and 20000.').default(50),
});

/** Where devices call for their heartbeat checks. */
const heartbeat = z.object({
  enabled: Enabled.default(false),
  /** The local address it listens on; 0.0.0.0: all. */
  address: z.union([z.ipv4(), z.ipv6()], { error: 'The address to listen on must be an IPv4 or IPv6 address of this computer, or 0.0.0.0 for all.' }).default('0.0.0.0'),
  port: between(1, 65_535, 'A port is a number from 1 to 65535.').default(8_428),
});

const demo = z.object({
  enabled: Enabled.default(false),
  /** How many simulated devices. */
  devices: between(1, 10_000, 'The demo fleet has 1 to 10000 devices.').default(875),
});

const maxSizeSentence = 'The most that the database may take is between 64 MB and 1000000 MB, or nothing for no limit.';
/** How long each resolution of history is kept. Raw data must outlive the day they are summed up in. */
const history = z.object({
  rawDays: between(2, 3_650, 'Single samples are kept for 2 to 3650 days.').default(30),
  fiveMinDays: between(2, 3_650, 'Five-minute figures are kept for 2 to 3650 days.').default(180),
  /** Hours and days. */
  hourDays: between(31, 36_500, 'Hourly and daily figures are kept for 31 to 36500 days.').default(1_095),
  /** The database file is kept below this by dropping the finest data first; null: no limit. */
  maxSizeMb: z.union([between(64, 1_000_000, maxSizeSentence), z.null()], { error: maxSizeSentence }).default(null),
  /** Local time of the daily work: summing up, dropping what is old, backups. */
  dailyRunAt: z.string({ error: 'A time of day is written as 03:00.' }).regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'A time of day is written as 03:00.').default('03:00'),
});

const backup = z.object({
  /** A backup with each daily run. */
  enabled: Enabled.default(false),
  /** Empty: the folder `backups` beside the database. */
  folder: Folder.default(''),
  keep: between(1, 365, 'Between 1 and 365 backups are kept.').default(7),
});

const nameSentence = 'The name of this console is a text of at most 80 characters.';
const station = z.object({
  /** How this console names itself in notes and exports; empty: the computer's name. */
  name: z.string({ error: nameSentence }).trim().max(80, nameSentence).default(''),
});

const alerting = z.object({
  /** How long an incident is gathered before anybody is told, so that one cause is one message. */
  gatherMs: between(0, 300_000, 'Incidents are gathered for 0 to 300 s.').default(10_000),
  /** An alert that fires and ends so often within ten minutes is flapping, until it has been quiet for five. */
  flapChanges: between(2, 50, 'An alert is flapping after 2 to 50 changes.').default(6),
});

export const settingGroups = { polling, alerting, heartbeat, history, backup, demo, station } as const;

export const Settings = z.object(settingGroups);
export type Settings = z.output<typeof Settings>;

/** An object that knows all its fields: a misspelt one would be taken for a change that was made. */
const known = <T extends z.core.$ZodLooseShape>(shape: T, sentence: string) =>
  z.strictObject(shape, { error: issue => (issue.code === 'unrecognized_keys' ? `There is no setting "${String(issue.keys[0]).slice(0, 60)}".` : sentence) });
const group = <T extends z.core.$ZodLooseShape>(shape: T) => known(shape, 'The settings of a group are an object of their fields.').optional();

/** Fields left out stay as they are. No defaults here: a default would overwrite what is stored. */
export const SettingsPatch = known({
  polling: group({
    intervalMs: polling.shape.intervalMs.unwrap().optional(), timeoutMs: polling.shape.timeoutMs.unwrap().optional(), snmpIntervalMs: polling.shape.snmpIntervalMs.unwrap().optional(),
    probesPerInterval: polling.shape.probesPerInterval.unwrap().optional(), payloadBytes: polling.shape.payloadBytes.unwrap().optional(), dscp: polling.shape.dscp.unwrap().optional(),
    recoveryReplies: polling.shape.recoveryReplies.unwrap().optional(),
    mostProbesPerS: polling.shape.mostProbesPerS.unwrap().optional(), mostProbesPerBranchPerS: polling.shape.mostProbesPerBranchPerS.unwrap().optional(),
  }),
  alerting: group({ gatherMs: alerting.shape.gatherMs.unwrap().optional(), flapChanges: alerting.shape.flapChanges.unwrap().optional() }),
  heartbeat: group({ enabled: Enabled.optional(), address: heartbeat.shape.address.unwrap().optional(), port: heartbeat.shape.port.unwrap().optional() }),
  history: group({
    rawDays: history.shape.rawDays.unwrap().optional(), fiveMinDays: history.shape.fiveMinDays.unwrap().optional(), hourDays: history.shape.hourDays.unwrap().optional(),
    maxSizeMb: history.shape.maxSizeMb.unwrap().optional(), dailyRunAt: history.shape.dailyRunAt.unwrap().optional(),
  }),
  backup: group({ enabled: Enabled.optional(), folder: backup.shape.folder.unwrap().optional(), keep: backup.shape.keep.unwrap().optional() }),
  demo: group({ enabled: Enabled.optional(), devices: demo.shape.devices.unwrap().optional() }),
  station: group({ name: station.shape.name.unwrap().optional() }),
}, 'A change of the settings is an object of their groups.');
export type SettingsPatch = z.output<typeof SettingsPatch>;
