/** Which branch is worse off, and how much of it is up. */
import type { BranchRow } from '../../../shared/model/branch.ts';

/** Up devices among those that are checked, can be seen and are not being worked on, 0 to 100; null where none is. A degraded device does answer. */
export function upSharePct(branch: BranchRow): number | null {
  const checked = branch.total - branch.paused - branch.notObserved - branch.maintenance;
  return checked > 0 ? (100 * (branch.up + branch.degraded)) / checked : null;
}

/** In the order of the states of a device. */
const troubles = ['down', 'unreachable', 'degraded', 'knownDown', 'notObserved', 'noData'] as const satisfies readonly (keyof BranchRow)[];

/** Worst first: new outages, then what they hide, then degraded, then known outages, then what is not seen or silent. */
export function byTrouble(a: BranchRow, b: BranchRow): number {
  const trouble = troubles.find(each => a[each] !== b[each]);
  return trouble === undefined ? byName(a, b) : b[trouble] - a[trouble];
}

const names = new Intl.Collator(undefined, { numeric: true });

/** As a person sorts: "Telavi 2" before "Telavi 10". */
export function byName(a: BranchRow, b: BranchRow): number {
  return names.compare(a.name, b.name);
}
