/** Public identities. Inside the engine rows are joined by integers; outside, by these. */
import { z } from 'zod';

export const DeviceId = z.uuid().brand<'DeviceId'>();
export type DeviceId = z.output<typeof DeviceId>;

export const BranchId = z.uuid().brand<'BranchId'>();
export type BranchId = z.output<typeof BranchId>;

export const AlertId = z.uuid().brand<'AlertId'>();
export type AlertId = z.output<typeof AlertId>;

export const CheckId = z.uuid().brand<'CheckId'>();
export type CheckId = z.output<typeof CheckId>;

/** UTC wall time, integer milliseconds since 1970. */
export const Ms = z.int();
