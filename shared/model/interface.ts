/** A network interface of a device, as SNMP tells it (IF-MIB, RFC 2863). */
import { z } from 'zod';
import { IfIndex } from './history.ts';
import { Ms } from './ids.ts';

/** ifOperStatus, the states that matter here; everything else is `unknown`. */
export const operStatuses = ['up', 'down', 'dormant', 'not-present', 'unknown'] as const;

export const InterfaceRow = z.object({
  ifIndex: IfIndex,
  /** ifName, else ifDescr. */
  name: z.string(),
  alias: z.string().nullable(),
  operStatus: z.enum(operStatuses),
  adminUp: z.boolean(),
  /** Bits a second; null where it says none. */
  speedBps: z.number().nullable(),
  /** The internet provider whose link this is; null: none. Told from the alias, or set by hand. */
  ispProvider: z.string().nullable(),
  /** Its going down is worth an alert: a provider's link, or set by hand. */
  critical: z.boolean(),
  /** When it was last read, and the rates between the last two readings, octets a second; null before the second. */
  at: Ms.nullable(),
  inOctetsPerS: z.number().nullable(),
  outOctetsPerS: z.number().nullable(),
});
export type InterfaceRow = z.output<typeof InterfaceRow>;
