/** How the console itself is: one row a part, so that it watches itself in the open. */
import { z } from 'zod';
import { Ms } from './ids.ts';
import { BlindCause } from './observation.ts';
import { Severity } from './rule.ts';

const Level = z.enum(['ok', 'warning', 'problem']);
export type Level = z.output<typeof Level>;
/** One sentence for a person, in English; null where all is well. */
const message = z.string().nullable();

const Engine = z.object({
  id: z.literal('engine'), level: Level, message,
  startedAt: Ms,
  /** When the last tick was closed; an old one means that the engine hangs. */
  tickAt: Ms.nullable(),
  rssBytes: z.number(),
  loopDelayP99Ms: z.number(),
});

const Polling = z.object({
  id: z.literal('polling'), level: Level, message,
  /** Probe backend in use, and why each better one is not. */
  backend: z.string(),
  refused: z.array(z.object({ backend: z.string(), reason: z.string() })),
  probesPerS: z.number(),
  /** Checks since the start that could not begin in time; they are never replayed. */
  missedChecks: z.int(),
});

/** `damaged`: nothing is stored or shown until a person decides. `full` and `read-only`: probing goes on, readings are counted and dropped. */
export const storeStates = ['ok', 'damaged', 'full', 'read-only', 'failing'] as const;
const Store = z.object({
  id: z.literal('store'), level: Level, message,
  state: z.enum(storeStates),
  file: z.string(),
  sizeBytes: z.number(),
  /** The name a damaged file will be kept under once the user agrees to a fresh one. */
  setAsideAs: z.string().nullable(),
  /** Readings since the start that could not be written. */
  unwrittenReadings: z.int(),
  writeP99Ms: z.number(),
  /** How credentials are protected: by the system's keychain, or by file permissions only. */
  vault: z.enum(['keychain', 'file']),
});

const Fleet = z.object({
  id: z.literal('fleet'), level: Level, message,
  total: z.int(), up: z.int(), degraded: z.int(),
  /** Down and not acknowledged. */
  down: z.int(),
  knownDown: z.int(), unreachable: z.int(), notObserved: z.int(), noData: z.int(), paused: z.int(),
  /** In a maintenance window, whatever they are. Known to be down for good: in the total alone. */
  maintenance: z.int(),
  openAlerts: z.int(),
  /** Some of the devices are simulated: every screen says DEMO. */
  demo: z.boolean(),
});

/** Whether this console can see its devices. */
const Sight = z.object({
  id: z.literal('sight'), level: Level, message,
  /** Since when it cannot see, and why; null while it sees everything. */
  blindSince: Ms.nullable(),
  cause: BlindCause.nullable(),
  /** Devices that cannot be seen. */
  devices: z.int(),
});

/** Whether alerts are being worked out and people told. */
const Alerting = z.object({
  id: z.literal('alerting'), level: Level, message,
  /** When the rules were last gone through, and how long that took. */
  roundAt: Ms.nullable(),
  roundMs: z.number(),
  rules: z.int(),
  openIncidents: z.int(),
  /** Messages that wait to be sent. */
  waitingMessages: z.int(),
  /** Alerts about this console itself that are open, in a sentence each. */
  ownAlerts: z.array(z.object({ severity: Severity, sentence: z.string(), since: Ms })),
});

export const HealthRow = z.discriminatedUnion('id', [Engine, Polling, Store, Fleet, Sight, Alerting]);
export type HealthRow = z.output<typeof HealthRow>;
