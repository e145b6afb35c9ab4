/** What the check poller is told of a device and its checks, and what it tells of them. */
import type { CheckInput, Check } from '../../../../shared/model/check.ts';

export type PolledCheck = { readonly id: string; readonly check: CheckInput; readonly heartbeatToken: string | null };

/** A device by its internal id. `host`: an IP address or a name. `community`: null where there is none that can be used. `alone`: it is not pinged, and each answer of a check is told. */
export type CheckedDevice = { readonly id: number; readonly alone: boolean; readonly host: string; readonly simulated: boolean; readonly community: string | null; readonly snmpPort: number; readonly checks: readonly PolledCheck[] };

/** A check as it stands. Times are UTC ms. */
export type CheckStatus = Pick<Check, 'state' | 'since' | 'at' | 'message' | 'elapsedMs'>;

/**
 * A check as alerts look at it. `name`: as a person calls it. `value`: the number that it last read, null where it read none. `certificateLeftMs`: until the
 * certificate that it last saw expires, as it is now. `overdueMs`: for how long a result has been missing at a moment (UTC ms) beyond interval and timeout.
 */
export type CheckNow = Pick<Check, 'kind' | 'state' | 'since' | 'at' | 'elapsedMs'> & {
  readonly checkId: string;
  readonly deviceId: number;
  readonly name: string;
  readonly value: number | null;
  readonly certificateLeftMs: number | null;
  overdueMs(now: number): number;
};

/** What to call a check that has no name of its own. */
export const nameOf = (check: CheckInput): string => (check.name !== '' ? check.name : check.kind === 'tcp' ? `tcp ${check.port}` : check.kind);

/** Whether what a check found of the one holds for the other. */
export function sameTarget(a: CheckedDevice, b: CheckedDevice, check: CheckInput): boolean {
  // Whoever calls is known by its token.
  if (check.kind === 'heartbeat' && !a.simulated && !b.simulated) return true;
  return a.host === b.host && a.simulated === b.simulated && (check.kind !== 'snmp' || (a.community === b.community && a.snmpPort === b.snmpPort));
}
