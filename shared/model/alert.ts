/** An alert: something a person should know, from when it was raised until it cleared. */
import { z } from 'zod';
import { AlertId, DeviceId, Ms } from './ids.ts';

export const severities = ['critical', 'high', 'medium', 'low'] as const;
export const Severity = z.enum(severities);
export type Severity = z.output<typeof Severity>;

export const AlertRow = z.object({
  id: AlertId,
  deviceId: DeviceId,
  deviceName: z.string(),
  address: z.string(),
  branch: z.string().nullable(),
  rule: z.enum(['device-down']),
  severity: Severity,
  /** When the trouble began (the first lost probe); earlier than `raisedAt`. */
  since: Ms,
  raisedAt: Ms,
  /** null while open. */
  clearedAt: Ms.nullable(),
  /** How it ended: the device answered, or was removed or paused. */
  clearedBy: z.enum(['recovered', 'removed', 'paused']).nullable(),
  acknowledgedAt: Ms.nullable(),
  acknowledgedBy: z.string().nullable(),
  note: z.string().nullable(),
  simulated: z.boolean(),
});
export type AlertRow = z.output<typeof AlertRow>;
