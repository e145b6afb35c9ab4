/** Public identities. Inside the engine rows are joined by integers; outside, by these. */
import { z } from 'zod';

export const DeviceId = z.uuid().brand<'DeviceId'>();
export type DeviceId = z.output<typeof DeviceId>;

export const BranchId = z.uuid().brand<'BranchId'>();
export type BranchId = z.output<typeof BranchId>;

export const AlertId = z.uuid().brand<'AlertId'>();
export type AlertId = z.output<typeof AlertId>;

export const IncidentId = z.uuid().brand<'IncidentId'>();
export type IncidentId = z.output<typeof IncidentId>;

export const CheckId = z.uuid().brand<'CheckId'>();
export type CheckId = z.output<typeof CheckId>;

export const WindowId = z.uuid().brand<'WindowId'>();
export type WindowId = z.output<typeof WindowId>;

export const TargetId = z.uuid().brand<'TargetId'>();
export type TargetId = z.output<typeof TargetId>;

export const MessageId = z.uuid().brand<'MessageId'>();
export type MessageId = z.output<typeof MessageId>;

/** Of a built-in rule its name in words with hyphens, which never changes; of any other a UUID. */
export const RuleId = z.string().regex(/^[a-z0-9-]{1,64}$/, 'That is not the id of a rule.').brand<'RuleId'>();
export type RuleId = z.output<typeof RuleId>;

const lastMoment = 8_640_000_000_000_000;
const momentSentence = 'That is no moment: a time is in whole milliseconds since 1970, within what calendars know.';
/** UTC wall time, integer milliseconds since 1970: a moment that can be written as a date. */
export const Ms = z.int({ error: momentSentence }).min(-lastMoment, momentSentence).max(lastMoment, momentSentence);
