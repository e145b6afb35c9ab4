/** What the details of a device say beyond its row. */
import type { Device, DeviceRow } from '../../../shared/model/device.ts';
import type { Words } from '../../ui/shown-state.ts';
import { answersPing } from './device-view.ts';

/** A host name never looks like that: what ends in a number is no name. */
const isIpAddress = (address: string): boolean => address.includes(':') || /^[\d.]+$/.test(address);

/** The address that a host name stands for at present; null where there is nothing to say: the device's address is no name, or it is not asked for, being that of a device that is not pinged. */
export function resolvedOf(device: Pick<Device, 'address' | 'resolvedAddress' | 'enabled' | 'pingEnabled'>): { readonly address: string } | 'unknown' | null {
  if (isIpAddress(device.address)) return null;
  if (device.resolvedAddress === null) return device.enabled && device.pingEnabled ? 'unknown' : null;
  return { address: device.resolvedAddress };
}

/** What a device is down by. `check`: a further check has failed since the beginning, which says why in `problem`. `unknown`: the details are not here yet, or do not tell. */
type DownBy = { readonly kind: 'ping' } | { readonly kind: 'check'; readonly problem: string | null } | { readonly kind: 'unknown' };

/** The outage and the failure that it began with are not written down in the same moment. */
const sameMomentMs = 1_000;

/** `device`: null while it is not here. */
export function downBy(row: Pick<DeviceRow, 'downSince' | 'failingChecks' | 'lossPct'>, device: Pick<Device, 'pingEnabled' | 'checks'> | null, now: number): DownBy {
  const { downSince } = row;
  if (downSince === null) return { kind: 'unknown' };
  const check = device?.checks.find(({ enabled, state, consequence, since }) => enabled && state === 'failing' && consequence === 'down' && since !== null && since <= downSince + sameMomentMs);
  if (check) return { kind: 'check', problem: check.message === null || check.name === '' ? check.message : `${check.name}: ${check.message}` };
  if (row.failingChecks === 0) return device && !device.pingEnabled ? { kind: 'unknown' } : { kind: 'ping' };
  return device?.pingEnabled && !answersPing(row, now) ? { kind: 'ping' } : { kind: 'unknown' };
}

/** What is strange about its answers, a sentence each; empty where nothing is. `t` is of the "devices" texts. */
export function oddities(device: Pick<Device, 'duplicateReplies' | 'strayReplies' | 'strayFrom'>, t: Words): readonly string[] {
  return [
    ...(device.duplicateReplies > 0 ? [t('oddities.duplicates', { count: device.duplicateReplies })] : []),
    ...(device.strayReplies > 0 ? [device.strayFrom === null ? t('oddities.strayFromElsewhere', { count: device.strayReplies }) : t('oddities.stray', { count: device.strayReplies, from: device.strayFrom })] : []),
  ];
}

/** What it is marked as, a word each. */
export function marks(device: Pick<Device, 'canary' | 'branchRouter' | 'ispLink' | 'pingEnabled'>, t: Words): readonly string[] {
  return [...(device.branchRouter ? [t('marks.branchRouter')] : []), ...(device.ispLink ? [t('marks.ispLink')] : []), ...(device.canary ? [t('marks.canary')] : []), ...(device.pingEnabled ? [] : [t('marks.noPing')])];
}
