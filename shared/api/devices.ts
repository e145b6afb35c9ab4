import { z } from 'zod';
import { command, live, query } from '../rpc/contract.ts';
import { Device, DevicePatch, DeviceRow, NewDevice } from '../model/device.ts';
import { DeviceId, Ms } from '../model/ids.ts';
import { ImportReport } from '../model/import.ts';

const Removed = z.object({ removed: z.int() });

export const devices = {
  /** Every device as it is now. */
  'devices.live': live(z.object({}), DeviceRow),
  /** What was entered of a device. */
  'devices.get': query(z.object({ id: DeviceId }), Device),
  /** `conflict` when another device has the address, unless `allowSharedAddress`. */
  'devices.create': command(NewDevice.safeExtend({ allowSharedAddress: z.boolean().default(false) }), Device),
  /** What is left out of `patch` stays. */
  'devices.update': command(z.object({ id: DeviceId, patch: DevicePatch, allowSharedAddress: z.boolean().default(false) }), Device),
  /** Removes the devices with their history; their open alerts end as `removed`. */
  'devices.remove': command(z.object({ ids: z.array(DeviceId).min(1).max(20_000) }), Removed),
  /** `preview` writes nothing. `commit` reads the same bytes again and writes every valid row in one transaction. */
  'devices.import': command(
    z.object({ contentBase64: z.base64().max(48_000_000), mode: z.enum(['preview', 'commit']), allowSharedAddresses: z.boolean().default(false) }),
    ImportReport,
  ),
  /** Probes now, outside the schedule; the answers arrive in `devices.live`. */
  'devices.checkNow': command(z.object({ ids: z.array(DeviceId).min(1).max(1_000) }), z.object({ started: z.int() })),
  /** Says that they are known to be down: they leave the board and the counters, and nobody is told of them, until they answer again or until then. Marking them again replaces reason and time. */
  'devices.markKnownDown': command(z.object({ ids: z.array(DeviceId).min(1).max(20_000), reason: z.string().trim().min(1, 'Say why it is down.').max(500, 'The reason has at most 500 characters.'), until: Ms.nullable().default(null) }), z.object({ marked: z.int() })),
  /** Takes it back: what is still down is told. */
  'devices.unmarkKnownDown': command(z.object({ ids: z.array(DeviceId).min(1).max(20_000) }), z.object({ unmarked: z.int() })),
};
