/** The states as a person sees them: the device's own, with "down" split by whether somebody knows. */
import type { DeviceRow } from '../../shared/model/device.ts';

/** Most urgent first: the default order of every list. */
export const shownStates = ['down', 'degraded', 'known-down', 'no-data', 'up', 'paused'] as const;
export type ShownState = (typeof shownStates)[number];

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
