/** What people do with alerts: on which of them, in how many calls, and what came of it in a sentence. */
import type { AlertRow } from '../../../shared/model/alert.ts';
import type { AlertId, DeviceId } from '../../../shared/model/ids.ts';
import type { Words } from '../../ui/shown-state.ts';

export const actionKinds = ['acknowledge', 'comment', 'snooze', 'assign', 'resolve', 'known-down'] as const;
export type ActionKind = (typeof actionKinds)[number];

/** An action that is about to be done. `alerts` are open. */
export type Action = { readonly kind: ActionKind; readonly alerts: readonly AlertRow[] };

/** The contract's limit for one call. */
const mostAtOnce = 1_000;

/** Runs `run` for all of them, as many at a time as the contract takes, and sums up how many it changed. A failure stops what has not begun. */
export async function forAll(ids: readonly AlertId[], run: (ids: AlertId[]) => Promise<{ readonly changed: number }>): Promise<number> {
  let changed = 0;
  for (let from = 0; from < ids.length; from += mostAtOnce) changed += (await run(ids.slice(from, from + mostAtOnce))).changed;
  return changed;
}

/** "5 alerts were acknowledged.", or "3 alerts were acknowledged. 2 of 5 had ended meanwhile." `t` is of the "alerts" texts. */
export function outcome(done: string, changed: number, chosen: number, t: Words): string {
  const sentence = t(`done.${done}`, { count: changed });
  return changed < chosen ? `${sentence} ${t('done.meanwhile', { missed: chosen - changed, chosen })}` : sentence;
}

/** The devices that they are about, each once; branches and the console have none. */
export function devicesOf(alerts: readonly AlertRow[]): readonly { readonly id: DeviceId; readonly name: string }[] {
  const devices = new Map<DeviceId, string>();
  for (const { deviceId, deviceName, subjectName } of alerts) if (deviceId !== null) devices.set(deviceId, deviceName ?? subjectName);
  return [...devices].map(([id, name]) => ({ id, name }));
}

/** Whether something can be done with them at all. */
export function isPossible(kind: ActionKind, alerts: readonly AlertRow[]): boolean {
  return kind === 'known-down' ? alerts.some(alert => alert.deviceId !== null) : alerts.length > 0;
}
