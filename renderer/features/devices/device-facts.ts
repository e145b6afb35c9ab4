/** What the details of a device say beyond its row. */
import type { Device } from '../../../shared/model/device.ts';
import type { Words } from '../../ui/shown-state.ts';

/** The address that a host name stands for at present; null where the device's address is no name. */
export function resolvedOf(device: Pick<Device, 'address' | 'resolvedAddress'>): { readonly address: string } | 'unknown' | null {
  if (device.resolvedAddress === null) return 'unknown';
  return device.resolvedAddress === device.address ? null : { address: device.resolvedAddress };
}

/** What is strange about its answers, a sentence each; empty where nothing is. `t` is of the "devices" texts. */
export function oddities(device: Pick<Device, 'duplicateReplies' | 'strayReplies' | 'strayFrom'>, t: Words): readonly string[] {
  return [
    ...(device.duplicateReplies > 0 ? [t('oddities.duplicates', { count: device.duplicateReplies })] : []),
    ...(device.strayReplies > 0 ? [device.strayFrom === null ? t('oddities.strayFromElsewhere', { count: device.strayReplies }) : t('oddities.stray', { count: device.strayReplies, from: device.strayFrom })] : []),
  ];
}

/** What it is marked as, a word each. */
export function marks(device: Pick<Device, 'canary' | 'branchRouter' | 'pingEnabled'>, t: Words): readonly string[] {
  return [...(device.branchRouter ? [t('marks.branchRouter')] : []), ...(device.canary ? [t('marks.canary')] : []), ...(device.pingEnabled ? [] : [t('marks.noPing')])];
}
