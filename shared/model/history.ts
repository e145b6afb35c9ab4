/** History as columns: arrays of one length, one entry a point. */
import { z } from 'zod';
import { Ms } from './ids.ts';
import { HistorySpan } from './observation.ts';

/** RTT over time. `stepMs` 0: every probe is a point. Otherwise each point sums up one step from its `t`. A point with only lost probes has null RTTs. */
export const RttSeries = z.object({
  stepMs: z.int(),
  t: z.array(Ms),
  minUs: z.array(z.number().nullable()),
  avgUs: z.array(z.number().nullable()),
  maxUs: z.array(z.number().nullable()),
  sent: z.array(z.int()),
  lost: z.array(z.int()),
  /** Outages and blind time within the range, in order. */
  spans: z.array(HistorySpan),
});
export type RttSeries = z.output<typeof RttSeries>;
