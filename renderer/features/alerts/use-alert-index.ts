/** The open alerts behind the incidents, and the people who have some: kept beside the grids, and asked when somebody acts. */
import { useEffect, useMemo } from 'react';
import type { AlertRow } from '../../../shared/model/alert.ts';
import type { Batch } from '../../../shared/rpc/contract.ts';
import { useFeed } from '../../client/hooks.ts';

export type AlertIndex = {
  /** The open alerts of these incidents. */
  openOf(incidents: readonly string[]): readonly AlertRow[];
  /** Everybody that an open alert is assigned to, by name. */
  people(): readonly string[];
};

export function useAlertIndex(): AlertIndex {
  const feed = useFeed('alerts.live', {});
  const index = useMemo(() => makeIndex(), []);
  // What the engine refuses, the grid of the page says.
  useEffect(() => feed(index.apply, () => {}), [feed, index]);
  return index;
}

/** Exported for its test: the hook adds the feed. */
export function makeIndex(): AlertIndex & { apply(batch: Batch<AlertRow>): void } {
  const open = new Map<string, AlertRow>();
  return {
    apply(batch) {
      if (batch.reset) open.clear();
      for (const alert of batch.upsert) {
        if (alert.clearedAt === null) open.set(alert.id, alert);
        else open.delete(alert.id);
      }
      for (const id of batch.remove) open.delete(id);
    },
    openOf(incidents) {
      const wanted = new Set(incidents);
      return [...open.values()].filter(alert => wanted.has(alert.incidentId));
    },
    people: () => [...new Set([...open.values()].flatMap(alert => alert.assignee ?? []))].toSorted((a, b) => a.localeCompare(b)),
  };
}
