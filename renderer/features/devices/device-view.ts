/** What a device row says to a person: order of urgency, freshness, and the words it is found by. */
import type { DeviceRow } from '../../../shared/model/device.ts';
import { compareValues } from '../../ui/grid-rows.ts';
import { shownState, shownStates, type ShownState } from '../../ui/shown-state.ts';

/** A check is old when two more should have come since. */
export function isOld(device: Pick<DeviceRow, 'lastCheckAt' | 'intervalMs' | 'state'>, now: number): boolean {
  return device.state !== 'paused' && device.lastCheckAt !== null && now - device.lastCheckAt > 2 * device.intervalMs;
}

/** Whether the state itself is from an old check. That a device is not observed is known at every moment. */
export function isStateOld(device: Pick<DeviceRow, 'lastCheckAt' | 'intervalMs' | 'state'>, now: number): boolean {
  return device.state !== 'not-observed' && isOld(device, now);
}

/** The time that a device's loss is of. */
const lossWindowMs = 300_000;
/** A line that loses more is not said to answer. */
const mostLossPct = 10;

/**
 * Whether a device that is down is so by a further check, and answers its ping: were it silent since it is down, it would have lost that share of its probes
 * and more. Half of it, so that neither rounding nor the few probes of a long interval matter.
 */
export function answersPing(device: Pick<DeviceRow, 'downSince' | 'failingChecks' | 'lossPct'>, now: number): boolean {
  if (device.failingChecks === 0 || device.lossPct === null || device.downSince === null) return false;
  return device.lossPct === 0 || device.lossPct < Math.min(mostLossPct, (50 * (now - device.downSince)) / lossWindowMs);
}

type Figures = Pick<DeviceRow, 'lastCheckAt' | 'intervalMs' | 'state' | 'downSince' | 'failingChecks' | 'lossPct'>;

/** The figures shown are of the last replies: of a device that no longer answers, or cannot be seen, they are history. */
export function areFiguresOld(device: Figures, now: number): boolean {
  switch (device.state) {
    case 'unreachable':
    case 'not-observed':
      return true;
    case 'down':
      return !answersPing(device, now) || isOld(device, now);
    default:
      return isOld(device, now);
  }
}

const urgency = new Map(shownStates.map((state, index) => [state, index]));

/** Most urgent first, and among equals the newest first; up and paused devices by name. */
export function compareUrgency(a: DeviceRow, b: DeviceRow): number {
  const stateA = shownState(a);
  const stateB = shownState(b);
  if (stateA !== stateB) return (urgency.get(stateA) ?? 0) - (urgency.get(stateB) ?? 0);
  if (stateA === 'up' || stateA === 'paused') return compareValues(a.name, b.name, false);
  return newest(b) - newest(a) || compareValues(a.name, b.name, false);
}

const newest = (device: DeviceRow): number => device.downSince ?? device.stateSince ?? 0;

/** `typeWord` is the type in the user's language. */
export function searchTextOf(device: DeviceRow, typeWord: string): string {
  return [device.name, device.address, device.branch, device.region, device.sysName, typeWord].filter(part => part !== null).join('\n');
}

/** Whether the filters let the device through; no states means all states. */
export function passesFilters(device: DeviceRow, states: readonly ShownState[], branch: string | null): boolean {
  return (states.length === 0 || states.includes(shownState(device))) && (branch === null || device.branch === branch);
}
