/** An alert: something a person should know, from when it was raised until it ended. */
import { z } from 'zod';
import { IfIndex } from './history.ts';
import { AlertId, BranchId, CheckId, DeviceId, IncidentId, Ms, RuleId } from './ids.ts';
import { Severity } from './rule.ts';

export { Severity, severities } from './rule.ts';

/** What an alert is about. */
export const Subject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('device'), deviceId: DeviceId }),
  z.object({ kind: z.literal('interface'), deviceId: DeviceId, ifIndex: IfIndex }),
  z.object({ kind: z.literal('check'), deviceId: DeviceId, checkId: CheckId }),
  z.object({ kind: z.literal('branch'), branchId: BranchId }),
  z.object({ kind: z.literal('console') }),
]);
export type Subject = z.output<typeof Subject>;

/** One text for each thing that alerts can be about: its kind and ids, joined by colons. */
export function subjectKey(subject: Subject): string {
  switch (subject.kind) {
    case 'device':
      return `device:${subject.deviceId}`;
    case 'interface':
      return `interface:${subject.deviceId}:${subject.ifIndex}`;
    case 'check':
      return `check:${subject.deviceId}:${subject.checkId}`;
    case 'branch':
      return `branch:${subject.branchId}`;
    case 'console':
      return 'console';
  }
}

/** Why an alert's actions wait. It stays visible; they follow when the reason ends while the condition holds. The first that applies is told. */
export const suppressions = ['known-down', 'parent-down', 'blind', 'maintenance', 'snoozed', 'acknowledged', 'flapping'] as const;
export const Suppression = z.object({
  reason: z.enum(suppressions),
  /** When it ends by itself; null: not known. */
  until: Ms.nullable(),
  /** Half a sentence: the parent's name, the window's, who acknowledged. */
  detail: z.string(),
});
export type Suppression = z.output<typeof Suppression>;

/** `resolved`: a person ended it. `lost-data`: its values stopped coming, and the rule says that this ends it. `rule-changed`: its rule was changed, switched off or removed. */
export const endings = ['recovered', 'resolved', 'removed', 'paused', 'lost-data', 'rule-changed'] as const;

export const AlertRow = z.object({
  id: AlertId,
  incidentId: IncidentId,
  rule: RuleId,
  /** As the rule was called when it fired. */
  ruleName: z.string(),
  severity: Severity,
  subject: Subject,
  /** What it is about, in words: "Kvareli router", "Kvareli router Fa3 (Magti)". */
  subjectName: z.string(),
  /** The device of the subject; null of a branch and of the console. */
  deviceId: DeviceId.nullable(),
  deviceName: z.string().nullable(),
  address: z.string().nullable(),
  branch: z.string().nullable(),
  region: z.string().nullable(),
  /** `recovering`: the condition is over, but not for long enough. */
  phase: z.enum(['firing', 'recovering', 'ended']),
  /** The condition as it was last found: "median RTT 231 ms over 1 min, more than 200 ms". */
  value: z.string(),
  /** When the trouble began; earlier than `raisedAt`. */
  since: Ms,
  raisedAt: Ms,
  /** null while open. */
  clearedAt: Ms.nullable(),
  clearedBy: z.enum(endings).nullable(),
  /** It fires and ends again and again: told once, and its final state when that stops. */
  flapping: z.boolean(),
  suppression: Suppression.nullable(),
  acknowledgedAt: Ms.nullable(),
  acknowledgedBy: z.string().nullable(),
  note: z.string().nullable(),
  snoozedUntil: Ms.nullable(),
  assignee: z.string().nullable(),
  simulated: z.boolean(),
});
export type AlertRow = z.output<typeof AlertRow>;
