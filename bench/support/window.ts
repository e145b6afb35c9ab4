/** What an open window of the console asks of the engine, without the window: the tables that it watches, kept current. */
import { setTimeout as pause } from 'node:timers/promises';
import { callerOf } from '../../e2e/support/caller.ts';
import type { DeviceRow } from '../../shared/model/device.ts';
import type { HealthRow } from '../../shared/model/health.ts';
import type { AppError } from '../../shared/rpc/contract.ts';

export type Window = {
  readonly devices: ReadonlyMap<string, DeviceRow>;
  /** A part of the console, as it last said that it is; undefined before it has said anything. */
  health<Id extends HealthRow['id']>(id: Id): Extract<HealthRow, { id: Id }> | undefined;
  close(): void;
};

/** `onDevices` is called with the rows of each batch as it arrives. */
export async function openWindow(folder: string, onDevices: (rows: readonly DeviceRow[]) => void = () => {}): Promise<Window> {
  const { client, close } = await callerOf(folder);
  const devices = new Map<string, DeviceRow>();
  const health = new Map<string, HealthRow>();
  let closed = false;
  const lost = (error: AppError): void => {
    if (closed) return;
    process.stderr.write(`The window lost its engine: ${error.message}\n`);
    process.exitCode = 1;
  };
  client.watch('devices.live', {}, batch => {
    for (const row of batch.upsert) devices.set(row.id, row);
    onDevices(batch.upsert);
  }, lost);
  client.watch('system.health', {}, batch => {
    for (const row of batch.upsert) health.set(row.id, row);
  }, lost);
  client.watch('branches.live', {}, () => {}, lost);
  client.watch('alerts.live', {}, () => {}, lost);
  return {
    devices,
    health: <Id extends HealthRow['id']>(id: Id) => health.get(id) as Extract<HealthRow, { id: Id }> | undefined, // Rows are kept under their own id.
    close: () => {
      closed = true;
      close();
    },
  };
}

const lookEveryMs = 50;

/** Resolves when `check` says so; rejects after `deadlineMs`, naming what was waited for. */
export async function until(what: string, deadlineMs: number, check: () => boolean): Promise<void> {
  for (const began = performance.now(); !check(); await pause(lookEveryMs)) {
    if (performance.now() - began > deadlineMs) throw new Error(`not within ${deadlineMs / 1_000} s: ${what}`);
  }
}
