/** Counts alerts by state on their way into the grid, which keeps the rows to itself. */
import type { AlertRow } from '../../../shared/model/alert.ts';
import type { Feed } from '../../client/hooks.ts';
import { stateOf, type AlertState } from './alert-view.ts';

export type AlertCounts = Readonly<Record<AlertState, number>>;

/** The same feed; `tell` hears the counts after the first batch and whenever they change. */
export function countedFeed(feed: Feed<AlertRow>, tell: (counts: AlertCounts) => void): Feed<AlertRow> {
  return (apply, fail) => {
    const states = new Map<string, AlertState>();
    let told: AlertCounts | null = null;
    return feed(batch => {
      if (batch.reset) states.clear();
      for (const alert of batch.upsert) states.set(alert.id, stateOf(alert));
      for (const id of batch.remove) states.delete(id);
      const counts = countOf(states.values());
      if (!told || told.open !== counts.open || told.acknowledged !== counts.acknowledged || told.ended !== counts.ended) tell(counts);
      told = counts;
      apply(batch);
    }, fail);
  };
}

function countOf(states: Iterable<AlertState>): AlertCounts {
  const counts = { open: 0, acknowledged: 0, ended: 0 };
  for (const state of states) counts[state]++;
  return counts;
}
