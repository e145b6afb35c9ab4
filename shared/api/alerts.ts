import { z } from 'zod';
import { AlertRow } from '../model/alert.ts';
import { AlertId } from '../model/ids.ts';
import { command, live } from '../rpc/contract.ts';

export const alerts = {
  /** Every open alert, and the last 500 that ended. */
  'alerts.live': live(z.object({}), AlertRow),
  /** Says that a person knows. Repeating it replaces the note. */
  'alerts.acknowledge': command(z.object({ id: AlertId, note: z.string().trim().max(1_000).default('') }), AlertRow),
};
