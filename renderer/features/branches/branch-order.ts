/** Which branch is worse off, and how much of it is up. */
import type { BranchRow } from '../../../shared/model/branch.ts';

/** Up devices among those that are checked, 0 to 100; null where none is. A degraded device does answer. */
export function upSharePct(branch: BranchRow): number | null {
  const checked = branch.total - branch.paused;
  return checked > 0 ? (100 * (branch.up + branch.degraded)) / checked : null;
}

/** Worst first: new outages, then degraded, then known outages, then silence; by name where equal. */
export function byTrouble(a: BranchRow, b: BranchRow): number {
  return b.down - a.down || b.degraded - a.degraded || b.knownDown - a.knownDown || b.noData - a.noData || byName(a, b);
}

const names = new Intl.Collator(undefined, { numeric: true });

/** As a person sorts: "Telavi 2" before "Telavi 10". */
export function byName(a: BranchRow, b: BranchRow): number {
  return names.compare(a.name, b.name);
}
