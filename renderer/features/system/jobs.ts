/** The order of long work. */
import type { JobRow } from '../../../shared/model/storage.ts';

/** What runs stands on top, then the newest. */
export function byRunningAndNewest(a: Pick<JobRow, 'id' | 'state' | 'startedAt'>, b: Pick<JobRow, 'id' | 'state' | 'startedAt'>): number {
  return Number(b.state === 'running') - Number(a.state === 'running') || b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1);
}
