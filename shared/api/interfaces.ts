import { z } from 'zod';
import { IfIndex } from '../model/history.ts';
import { DeviceId } from '../model/ids.ts';
import { InterfaceRow } from '../model/interface.ts';
import { command, query } from '../rpc/contract.ts';

export const interfaces = {
  /** In order of ifIndex; empty for a device that is not asked by SNMP, or has not answered yet. */
  'interfaces.list': query(z.object({ deviceId: DeviceId }), z.object({ interfaces: z.array(InterfaceRow) })),
  /** Marks an interface as a provider's link, or as none (null). What is set by hand stays, whatever the alias says later. */
  'interfaces.mark': command(z.object({ deviceId: DeviceId, ifIndex: IfIndex, ispProvider: z.string().trim().min(1).max(80).nullable() }), InterfaceRow),
  /** Whether its going down is worth an alert. Links of providers are critical unless told otherwise. */
  'interfaces.setCritical': command(z.object({ deviceId: DeviceId, ifIndex: IfIndex, critical: z.boolean() }), InterfaceRow),
};
