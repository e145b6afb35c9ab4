import { z } from 'zod';
import { HealthRow } from '../model/health.ts';
import { Ms } from '../model/ids.ts';
import { JournalRow } from '../model/observation.ts';
import { command, live, query } from '../rpc/contract.ts';

const Hello = z.object({
  product: z.literal('Ward Console'),
  version: z.string(),
  contractVersion: z.int(),
  /** Of the operation list: a page from another build sees that it must be reloaded. */
  contractHash: z.string(),
  readOnly: z.boolean(),
  startedAt: Ms,
  /** The name this console goes by. */
  station: z.string(),
});
export type Hello = z.output<typeof Hello>;

/** One way of pinging, tried on this computer. `reason` is one sentence, null when it works. */
const SelfTest = z.object({
  backends: z.array(z.object({ backend: z.string(), inUse: z.boolean(), works: z.boolean(), rttUs: z.number().nullable(), reason: z.string().nullable() })),
});

export const system = {
  /** Who answers: its version, whether it takes changes, and whether a page fits it. */
  'system.hello': query(z.object({}), Hello),
  /** How the console itself is, a row for each part. */
  'system.health': live(z.object({}), HealthRow),
  /** What the console noticed about itself: blind time and steps of the clock, the last 200 entries. */
  'system.journal': live(z.object({}), JournalRow),
  /** Tries every way of pinging, best first, on this computer's own address. */
  'system.selfTest': query(z.object({}), SelfTest),
  /** Only while the database file is damaged: sets it aside under the name told in `system.health`, which must be repeated here, and begins a fresh one. */
  'system.startFresh': command(z.object({ setAsideAs: z.string() }), z.object({ setAsideAs: z.string() })),
};
