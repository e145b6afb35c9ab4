/** Counts rows by state on their way into the grid, which keeps the rows to itself. */
import type { Feed } from '../../client/hooks.ts';
import { workState, workStates, type Work, type WorkState } from './work-state.ts';

export type WorkCounts = Readonly<Record<WorkState, number>>;

/** The same feed; `tell` hears the counts after the first batch and whenever they change. */
export function countedFeed<Row extends Work>(feed: Feed<Row>, tell: (counts: WorkCounts) => void): Feed<Row> {
  return (apply, fail) => {
    const states = new Map<string, WorkState>();
    let told: WorkCounts | null = null;
    return feed(batch => {
      if (batch.reset) states.clear();
      for (const row of batch.upsert) states.set(row.id, workState(row));
      for (const id of batch.remove) states.delete(id);
      const counts = countOf(states.values());
      const before = told;
      if (!before || workStates.some(state => before[state] !== counts[state])) tell(counts);
      told = counts;
      apply(batch);
    }, fail);
  };
}

function countOf(states: Iterable<WorkState>): WorkCounts {
  const counts = { open: 0, waiting: 0, acknowledged: 0, 'known-down': 0, closed: 0 };
  for (const state of states) counts[state]++;
  return counts;
}
