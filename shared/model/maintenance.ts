/** Maintenance windows: times in which trouble is expected, once or again and again. */
import { z } from 'zod';
import { Ms, WindowId } from './ids.ts';
import { Scope } from './scope.ts';

const localSentence = 'A window begins at a local time such as 2026-11-28T22:00.';
/** A wall-clock time without zone; seconds are left out. */
export const LocalTime = z.string({ error: localSentence }).regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d$/, localSentence);

export const MaintenanceInput = z.strictObject({
  name: z.string({ error: 'A window needs a name.' }).trim().min(1, 'A window needs a name.').max(120, 'The name of a window has at most 120 characters.'),
  reason: z.string({ error: 'The reason is a text.' }).trim().max(500, 'The reason has at most 500 characters.').default(''),
  scope: Scope.prefault({}),
  /** When it first begins, by the clocks of `zone`. */
  startsAt: LocalTime,
  /** An IANA time zone: "Asia/Tbilisi". */
  zone: z.string({ error: 'A window needs a time zone such as Asia/Tbilisi.' }).min(1, 'A window needs a time zone such as Asia/Tbilisi.').max(64),
  durationMs: z.int({ error: 'A window lasts between 1 minute and 30 days.' }).min(60_000, 'A window lasts between 1 minute and 30 days.').max(2_592_000_000, 'A window lasts between 1 minute and 30 days.'),
  /** RFC 5545 RRULE without DTSTART: "FREQ=WEEKLY;BYDAY=SU"; null: once. */
  repeat: z.string({ error: 'A repetition is an RRULE such as FREQ=WEEKLY;BYDAY=SU.' }).trim().max(500).nullable().default(null),
  enabled: z.boolean({ error: 'Whether a window is on is true or false.' }).default(true),
}, { error: issue => (issue.code === 'unrecognized_keys' ? `A window has no "${String(issue.keys[0]).slice(0, 60)}".` : 'A window is an object of its fields.') });
export type MaintenanceInput = z.output<typeof MaintenanceInput>;

export const Occurrence = z.object({ from: Ms, to: Ms });
export type Occurrence = z.output<typeof Occurrence>;

export const MaintenanceRow = z.object({
  id: WindowId,
  ...MaintenanceInput.shape,
  /** It is on at this moment, until then. */
  activeUntil: Ms.nullable(),
  /** The next time that it begins; null: never again. */
  nextAt: Ms.nullable(),
  devices: z.int(),
  createdAt: Ms,
  createdBy: z.string(),
});
export type MaintenanceRow = z.output<typeof MaintenanceRow>;

/** What a window would come to. `warnings`: it overlaps itself or another, it never ends, a change of clocks moves it. */
export const MaintenancePreview = z.object({ occurrences: z.array(Occurrence), devices: z.int(), warnings: z.array(z.string()) });
export type MaintenancePreview = z.output<typeof MaintenancePreview>;
