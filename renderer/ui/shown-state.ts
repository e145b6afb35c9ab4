/** The states as a person sees them: the device's own, with "down" split by whether somebody knows, and maintenance above all of it. */
import type { BranchRow } from '../../shared/model/branch.ts';
import type { DeviceRow } from '../../shared/model/device.ts';
import { formatMinute } from './format.ts';

/** Most urgent first: the default order of every list. */
export const shownStates = ['down', 'unreachable', 'degraded', 'known-down', 'maintenance', 'not-observed', 'no-data', 'up', 'paused'] as const;
export type ShownState = (typeof shownStates)[number];

/** `t` of any namespace. */
export type Words = (key: string, ...values: [] | [Readonly<Record<string, string | number>>]) => string;

/** How long a new outage pulses. */
const pulseMs = 600_000;

/** What a device's shown state is made of. */
export type Stateful = Pick<DeviceRow, 'state' | 'acknowledged' | 'maintenanceUntil' | 'knownDown'>;

/** The state to show for a device. One that answers, or is not checked, is not known to be down, whatever was said of it. */
export function shownState(device: Stateful): ShownState {
  if (device.maintenanceUntil !== null) return 'maintenance';
  switch (device.state) {
    case 'down':
      return device.acknowledged || device.knownDown !== null ? 'known-down' : 'down';
    case 'unreachable':
    case 'not-observed':
    case 'no-data':
      return device.knownDown === null ? device.state : 'known-down';
    case 'up':
    case 'degraded':
    case 'paused':
      return device.state;
    default:
      return device.state satisfies never;
  }
}

/** Class names of a grid cell that shows a device's state: a new outage pulses for its first ten minutes. */
export function stateClass(device: Stateful & Pick<DeviceRow, 'downSince'>, now: number): string {
  const state = shownState(device);
  const isNew = state === 'down' && device.downSince !== null && now - device.downSince < pulseMs;
  return `state state-${state}${isNew ? ' state-new' : ''}`;
}

/** The state in words; where it is known what an unreachable device stands behind, that is the word: "Behind Kvareli router". */
export function stateWords(device: Stateful & Pick<DeviceRow, 'behind'>, t: Words): string {
  const state = shownState(device);
  return state === 'unreachable' && device.behind !== null ? t('common:behind', { name: device.behind }) : t(`common:state.${state}`);
}

/** What there is to say of a state beyond its words; null where they say it all. `now` is UTC ms. */
export function stateReason(device: Stateful & Pick<DeviceRow, 'blindCause' | 'problem'>, t: Words, now: number): string | null {
  if (device.maintenanceUntil !== null) return t('common:until.told', { at: formatMinute(device.maintenanceUntil, now) });
  if (shownState(device) === 'known-down' && device.knownDown !== null) return device.knownDown.reason;
  if (device.state === 'not-observed' && device.blindCause !== null) return t(`common:blindCause.${device.blindCause}`);
  return device.problem;
}

type Counted = Pick<BranchRow, 'down' | 'unreachable' | 'degraded' | 'knownDown' | 'notObserved' | 'noData' | 'up' | 'paused'> & { readonly maintenance?: number | undefined };

/** How many are in each state, of the fleet or of a branch. */
export function stateCounts(of: Counted): Readonly<Record<ShownState, number>> {
  return {
    down: of.down, unreachable: of.unreachable, degraded: of.degraded, 'known-down': of.knownDown, maintenance: of.maintenance ?? 0,
    'not-observed': of.notObserved, 'no-data': of.noData, up: of.up, paused: of.paused,
  };
}
