/** A device as the store takes it, with a sealed community. For tests. */
import type { DeviceWrite } from './devices.ts';

export const device = (n: number): DeviceWrite => ({
  device: {
    publicId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`, name: `Device ${n}`, address: `127.0.0.${n}`, type: 'router', branch: 'Kvareli', region: 'East',
    vendor: null, model: null, location: null, notes: null, intervalMs: null, timeoutMs: null, enabled: true, snmpPort: 161, pingEnabled: true, probesPerInterval: null, payloadBytes: null, dscp: null, dontFragment: false, canary: false, branchRouter: false, parentIds: [], parentsNeeded: 'any', tags: [], ispLink: false, simulated: false, createdAt: 1, updatedAt: 1,
  },
  secret: { nonce: new Uint8Array([1]), box: new Uint8Array([2, 3]) },
});
