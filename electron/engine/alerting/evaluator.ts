/** Turns device readings into alerts: owns the alert states in memory, restores them at start, and says what changed. */
import type { AlertRow } from '../../../shared/model/alert.ts';
import { AppError } from '../../../shared/rpc/contract.ts';
import type { DeviceId } from '../../../shared/model/ids.ts';
import type { DeviceRow, DeviceState } from '../../../shared/model/device.ts';
import { quiet, step, type AlertState, type Rule, type Verdict } from './machine.ts';

/** What is read of a device. An alert copies what it says of it when it is raised: alerts outlive devices. */
type Reading = Pick<DeviceRow, 'id' | 'name' | 'address' | 'branch' | 'simulated' | 'state' | 'downSince'>;

/** Down is confirmed by the down/up machine before it gets here, so it is told at once. Missing data proves neither end: it never clears an outage. */
const deviceDown: Rule = { holdMs: 0, recoverMs: 0, noDataMs: Infinity };

export class Evaluator {
  readonly #newId: () => AlertRow['id'];
  readonly #states = new Map<DeviceId, AlertState>();
  readonly #open = new Map<DeviceId, AlertRow>();

  constructor(newId: () => AlertRow['id']) {
    this.#newId = newId;
  }

  get openCount(): number {
    return this.#open.size;
  }

  openAlert(deviceId: DeviceId): AlertRow | undefined {
    return this.#open.get(deviceId);
  }

  /** Takes the open alerts of before a restart as they were: only an answer of the device ends them. */
  restore(alerts: readonly AlertRow[]): void {
    for (const alert of alerts) {
      if (alert.clearedAt !== null) continue;
      this.#open.set(alert.deviceId, alert);
      this.#states.set(alert.deviceId, { phase: 'firing', since: alert.raisedAt, lastSeen: alert.raisedAt });
    }
  }

  /** One batch of readings at one time; returns the alerts that began or ended. */
  apply(readings: readonly Reading[], now: number): AlertRow[] {
    const changed: AlertRow[] = [];
    for (const reading of readings) {
      const before = this.#states.get(reading.id);
      const verdict = verdictOf(reading.state);
      // Nearly all of them, nearly always: nothing was, and nothing is.
      if (!before && verdict !== 'breach') continue;
      const { next, event } = step(before ?? quiet(now), verdict, deviceDown, now);
      if (next.phase === 'ok') this.#states.delete(reading.id);
      else this.#states.set(reading.id, next);
      if (event === 'raised') changed.push(this.#raise(reading, now));
      if (event === 'cleared') changed.push(...this.#clear(reading.id, 'recovered', now));
    }
    return changed;
  }

  /** The device is gone or no longer checked: its alert ends, saying so. */
  end(deviceId: DeviceId, why: 'removed' | 'paused', now: number): AlertRow[] {
    this.#states.delete(deviceId);
    return this.#clear(deviceId, why, now);
  }

  /** Marks the open alert as known, in memory at once, so that an end which comes meanwhile carries the note; `undo` takes it back if it could not be recorded. `not-found` when no such alert is open. */
  acknowledge(id: AlertRow['id'], by: string, note: string, now: number): { readonly alert: AlertRow; undo(): void } {
    const before = [...this.#open.values()].find(each => each.id === id);
    if (!before) throw new AppError('not-found', 'That alert is not open any more; nothing needs acknowledging.');
    const alert: AlertRow = { ...before, acknowledgedAt: now, acknowledgedBy: by, note: note || null };
    this.#open.set(alert.deviceId, alert);
    const undo = (): void => {
      if (this.#open.get(alert.deviceId) === alert) this.#open.set(alert.deviceId, before);
    };
    return { alert, undo };
  }

  #raise({ id, name, address, branch, simulated, downSince }: Reading, now: number): AlertRow {
    const alert: AlertRow = {
      deviceId: id, deviceName: name, address, branch, simulated, id: this.#newId(), rule: 'device-down', severity: 'critical', since: downSince ?? now, raisedAt: now,
      clearedAt: null, clearedBy: null, acknowledgedAt: null, acknowledgedBy: null, note: null,
    };
    this.#open.set(id, alert);
    return alert;
  }

  #clear(deviceId: DeviceId, why: NonNullable<AlertRow['clearedBy']>, now: number): AlertRow[] {
    const alert = this.#open.get(deviceId);
    if (!alert) return [];
    this.#open.delete(deviceId);
    return [{ ...alert, clearedAt: now, clearedBy: why }];
  }
}

function verdictOf(state: DeviceState): Verdict {
  switch (state) {
    case 'down':
      return 'breach';
    case 'up':
    case 'degraded':
      return 'clear';
    // Held back: what it stands behind is told instead, or nothing can be said at all.
    case 'unreachable':
    case 'not-observed':
    case 'no-data':
    case 'paused':
      return 'no-data';
  }
}
