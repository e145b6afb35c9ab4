import { z } from 'zod';
import { command, live, query } from '../rpc/contract.ts';
import { Device, DevicePatch, DeviceRow, NewDevice } from '../model/device.ts';
import { DeviceId } from '../model/ids.ts';
import { ImportReport } from '../model/import.ts';

const Removed = z.object({ removed: z.int() });

export const devices = {
  'devices.live': live(z.object({}), DeviceRow),
  'devices.get': query(z.object({ id: DeviceId }), Device),
  /** `conflict` when another device has the address, unless `allowSharedAddress`. */
  'devices.create': command(NewDevice.safeExtend({ allowSharedAddress: z.boolean().default(false) }), Device),
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
};
