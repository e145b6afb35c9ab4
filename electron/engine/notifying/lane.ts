/** How sending to one recipient stands: each is a lane of its own. */
import type { TargetId } from '../../../shared/model/ids.ts';
import type { Stop } from '../clock.ts';

export const hourMs = 3_600_000;

/** How sending to one recipient goes. `fullUntil`: it has had as much as it takes in an hour; what comes is gathered. */
export type LaneStatus = { readonly waiting: number; readonly lastSentAt: number | null; readonly failingSince: number | null; readonly problem: string | null; readonly fullUntil: number | null };

export type Lane = {
  readonly id: TargetId;
  busy: boolean;
  /** Something was written while it was busy. */
  more: boolean;
  timer: Stop | null;
  waiting: number;
  /** In a row, and the conversations that they were of. */
  failures: number;
  readonly failed: Set<string>;
  /** By the forward clock. */
  notBeforeMs: number;
  /** What waits for another attempt is tried at once: its recipient was changed. */
  anew: boolean;
  /** A gathered message was refused: which part of it, the parts will tell. */
  oneByOne: boolean;
  /** Deliveries of the last hour, by the forward clock. */
  sentAtMs: number[];
  lastSentAt: number | null;
  failingSince: number | null;
  problem: string | null;
};

export const newLane = (id: TargetId): Lane => ({
  id, busy: false, more: false, timer: null, waiting: 0, failures: 0, failed: new Set(), notBeforeMs: 0, anew: false, oneByOne: false, sentAtMs: [], lastSentAt: null, failingSince: null, problem: null,
});

/** It works, as far as is known. */
export function calm(lane: Lane): void {
  lane.failures = 0;
  lane.failed.clear();
  lane.notBeforeMs = 0;
  lane.failingSince = null;
  lane.problem = null;
}

/** How long until the recipient takes another delivery. */
export function fullForMs(lane: Lane, mostPerHour: number, nowMs: number): number {
  lane.sentAtMs = lane.sentAtMs.filter(at => nowMs - at < hourMs);
  const freeing = lane.sentAtMs[lane.sentAtMs.length - mostPerHour];
  return freeing === undefined ? 0 : freeing + hourMs - nowMs;
}
