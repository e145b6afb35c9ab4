/** The second, smaller contract: what Electron main does for a window. A browser has none of it. */
import { z } from 'zod';
import { command, live } from '../rpc/contract.ts';

const EngineStatus = z.object({
  id: z.literal('engine'),
  /** `stopped`: it crashed too often; a person must start it again. */
  state: z.enum(['starting', 'running', 'restarting', 'stopped']),
  crashes: z.int(),
  reason: z.string().nullable(),
});
export type EngineStatus = z.output<typeof EngineStatus>;

export const shell = {
  'shell.engine': live(z.object({}), EngineStatus),
  'shell.startEngine': command(z.object({}), z.object({})),
};
export type Shell = typeof shell;
