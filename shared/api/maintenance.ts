import { z } from 'zod';
import { WindowId } from '../model/ids.ts';
import { MaintenanceInput, MaintenancePreview, MaintenanceRow } from '../model/maintenance.ts';
import { command, live, query } from '../rpc/contract.ts';

export const maintenance = {
  /** Every window: until when it is on, when it begins next, and how many devices it covers. */
  'maintenance.live': live(z.object({}), MaintenanceRow),
  /** Refused with one sentence where it overlaps itself, never comes or never ends. `repeat` is an RRULE of RFC 5545 without DTSTART; `startsAt` is by the clocks of `zone`. */
  'maintenance.create': command(MaintenanceInput, MaintenanceRow),
  /** The whole window. Where it is on it ends, and begins anew as it is then. */
  'maintenance.update': command(z.object({ id: WindowId, window: MaintenanceInput }), MaintenanceRow),
  /** What it has covered so far stays maintenance in uptime and reports. */
  'maintenance.remove': command(z.object({ id: WindowId }), z.object({})),
  /** The next ten times, how many devices it would cover, and what is odd about it: other windows that it overlaps, clocks that change, no end. */
  'maintenance.preview': query(MaintenanceInput, MaintenancePreview),
};
