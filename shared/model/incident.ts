/** An incident: alerts of one cause, told as one. */
import { z } from 'zod';
import { AlertRow, Suppression } from './alert.ts';
import { AlertId, IncidentId, Ms } from './ids.ts';
import { MessageRow } from './notification.ts';
import { Severity } from './rule.ts';

/** Where the fault lies, nearest first. `me`: this computer. */
export const faults = ['me', 'gateway', 'wan', 'branch-router', 'isp', 'switch', 'device', 'console'] as const;

/** `branch`: its router and most of its devices. `isps`: all links of a router. `ports`: several of one device's interfaces. */
export const incidentKinds = ['branch', 'isps', 'isp', 'ports', 'device', 'interface', 'check', 'console'] as const;

export const IncidentRow = z.object({
  id: IncidentId,
  kind: z.enum(incidentKinds),
  /** "Kvareli is down", "Both internet links of Kvareli router are down". */
  title: z.string(),
  severity: Severity,
  branch: z.string().nullable(),
  region: z.string().nullable(),
  /** Names of what it struck, the cause first, at most 200. */
  affected: z.array(z.string()),
  affectedCount: z.int(),
  /** Where the fault lies, one sentence that says so, and what was observed that shows it. */
  fault: z.enum(faults),
  verdict: z.string(),
  evidence: z.array(z.string()),
  /** When the trouble began, when it was raised, and when it was over; null while it is open. */
  since: Ms,
  openedAt: Ms,
  closedAt: Ms.nullable(),
  /** It was closed because it goes on as part of that one. */
  mergedInto: z.object({ id: IncidentId, title: z.string() }).nullable().default(null),
  openAlerts: z.int(),
  alerts: z.int(),
  flapping: z.boolean(),
  /** All of its open alerts wait, and why the first does; null: it is told. */
  suppression: Suppression.nullable(),
  /** Everyone of its open alerts is acknowledged. */
  acknowledgedAt: Ms.nullable(),
  acknowledgedBy: z.string().nullable(),
  assignee: z.string().nullable(),
  simulated: z.boolean(),
});
export type IncidentRow = z.output<typeof IncidentRow>;

export const incidentEventKinds = [
  'raised', 'cleared', 'recovering', 'flapping', 'settled', 'joined', 'grew', 'suppressed', 'released', 'acknowledged', 'unacknowledged', 'commented', 'snoozed', 'woken', 'assigned', 'resolved', 'closed', 'told',
] as const;
/** One entry of an incident's timeline. `by`: who; null: the console. `text`: one sentence, or the words of a person. */
export const IncidentEvent = z.object({ id: z.string(), incidentId: IncidentId, at: Ms, kind: z.enum(incidentEventKinds), alertId: AlertId.nullable(), by: z.string().nullable(), text: z.string() });
export type IncidentEvent = z.output<typeof IncidentEvent>;

export const IncidentDetail = z.object({ incident: IncidentRow, alerts: z.array(AlertRow), /** Oldest first. */ timeline: z.array(IncidentEvent), messages: z.array(MessageRow) });
export type IncidentDetail = z.output<typeof IncidentDetail>;

/** What the next shift should know. */
export const Handover = z.object({
  since: Ms, to: Ms,
  opened: z.array(IncidentRow),
  closed: z.array(IncidentRow),
  /** Open, and nobody has said that they know. */
  unacknowledged: z.array(IncidentRow),
  /** Open and older than `since`. */
  lasting: z.array(IncidentRow),
  /** What people did, newest first, at most 500. */
  work: z.array(IncidentEvent),
});
export type Handover = z.output<typeof Handover>;

/** Why nobody was told of a device: each reason in a sentence, the first decides. Empty: it was told, or there is nothing to tell. */
export const silences = ['not-down', 'told', 'parent-down', 'maintenance', 'acknowledged', 'snoozed', 'known-down', 'blind', 'flapping', 'no-rule', 'pending', 'no-recipient', 'quiet-hours', 'rate-limit', 'sending', 'failed', 'paused', 'resolved', 'starting', 'gathering'] as const;
export const WhySilent = z.object({
  silent: z.boolean(),
  reasons: z.array(z.object({ kind: z.enum(silences), sentence: z.string(), until: Ms.nullable() })),
});
export type WhySilent = z.output<typeof WhySilent>;
