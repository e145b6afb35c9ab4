/** What the alert machine remembers, as it was stored: by this version or an earlier one. */
import { z } from 'zod';
import type { AlertState } from './machine.ts';

export const StoredState: z.ZodType<AlertState> = z.object({
  phase: z.enum(['ok', 'pending', 'firing', 'recovering', 'dismissed']), since: z.number(), seenAt: z.number(), changes: z.array(z.number()), calmSince: z.number().nullable(),
});
