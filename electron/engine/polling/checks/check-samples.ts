/** What a further check measured each time it was asked. Pure. */
import type { CheckOutcome } from '../../probes/checks/check.ts';
import type { ValueSample } from '../value-sample.ts';

const outcomes = { ok: 0, failed: 1, unknown: 4 } as const satisfies Record<CheckOutcome['kind'], ValueSample['outcome']>;

/** How long it took, and the number that it read, where it read one: also one that is not as it should be. */
export function samplesOf(deviceId: number, checkId: string, at: number, { kind, elapsedMs, value }: CheckOutcome): ValueSample[] {
  const outcome = outcomes[kind];
  const time: ValueSample = { deviceId, metric: 'check-time', object: checkId, at, outcome, value: kind === 'ok' ? elapsedMs : null };
  const isRead = value !== undefined && Number.isFinite(value) && kind !== 'unknown';
  return isRead ? [time, { deviceId, metric: 'check-value', object: checkId, at, outcome: 0, value }] : [time];
}
