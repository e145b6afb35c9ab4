/** The states as a person sees them: the device's own, with "down" split by whether somebody knows. */
import type { BranchRow } from '../../shared/model/branch.ts';
import type { DeviceRow } from '../../shared/model/device.ts';

/** Most urgent first: the default order of every list. */
export const shownStates = ['down', 'unreachable', 'degraded', 'known-down', 'not-observed', 'no-data', 'up', 'paused'] as const;
export type ShownState = (typeof shownStates)[number];

/** `t` of any namespace. */
export type Words = (key: string, ...values: [] | [Readonly<Record<string, string | number>>]) => string;

/** How long a new outage pulses. */
const pulseMs = 600_000;

/** The state to show for a device. */
export function shownState(device: Pick<DeviceRow, 'state' | 'acknowledged'>): ShownState {
  return device.state === 'down' && device.acknowledged ? 'known-down' : device.state;
}

/** Class names of a grid cell that shows a device's state: a new outage pulses for its first ten minutes. */
export function stateClass(device: Pick<DeviceRow, 'state' | 'acknowledged' | 'downSince'>, now: number): string {
  const state = shownState(device);
  const isNew = state === 'down' && device.downSince !== null && now - device.downSince < pulseMs;
  return `state state-${state}${isNew ? ' state-new' : ''}`;
}

/** The state in words; where it is known what an unreachable device stands behind, that is the word: "Behind Kvareli router". */
export function stateWords(device: Pick<DeviceRow, 'state' | 'acknowledged' | 'behind'>, t: Words): string {
  if (device.state === 'unreachable' && device.behind !== null) return t('common:behind', { name: device.behind });
  return t(`common:state.${shownState(device)}`);
}

/** What there is to say of a state beyond its words; null where they say it all. */
export function stateReason(device: Pick<DeviceRow, 'state' | 'blindCause' | 'problem'>, t: Words): string | null {
  if (device.state === 'not-observed' && device.blindCause !== null) return t(`common:blindCause.${device.blindCause}`);
  return device.problem;
}

/** How many are in each state, of the fleet or of a branch. */
export function stateCounts(of: Pick<BranchRow, 'down' | 'unreachable' | 'degraded' | 'knownDown' | 'notObserved' | 'noData' | 'up' | 'paused'>): Readonly<Record<ShownState, number>> {
  return { down: of.down, unreachable: of.unreachable, degraded: of.degraded, 'known-down': of.knownDown, 'not-observed': of.notObserved, 'no-data': of.noData, up: of.up, paused: of.paused };
}
