/** A branch: the site that devices stand at, and how they are. */
import { z } from 'zod';
import { BranchId } from './ids.ts';

/** Devices that somebody said are down are counted in the total alone. */
export const BranchRow = z.object({
  id: BranchId,
  name: z.string(),
  region: z.string().nullable(),
  total: z.int(),
  up: z.int(),
  degraded: z.int(),
  /** Down and not acknowledged. */
  down: z.int(),
  knownDown: z.int(),
  unreachable: z.int(),
  notObserved: z.int(),
  noData: z.int(),
  paused: z.int(),
  /** In a maintenance window, whatever they are. */
  maintenance: z.int(),
});
export type BranchRow = z.output<typeof BranchRow>;
