/** Counts the devices by state on their way into the grid, so that the chips count exactly what the grid shows. */
import type { DeviceRow } from '../../../shared/model/device.ts';
import type { Feed } from '../../client/hooks.ts';
import { shownState, shownStates, type ShownState } from '../../ui/shown-state.ts';

export type StateTally = {
  readonly feed: Feed<DeviceRow>;
  /** Told when some count is another. Returns stop. */
  subscribe(changed: () => void): () => void;
  /** Of one branch, or of all; null before the first batch. The same object while nothing changes. */
  of(branch: string | null): Readonly<Record<ShownState, number>> | null;
};

type Counts = Record<ShownState, number>;
type Place = { readonly branch: string | null; readonly state: ShownState };

export function stateTally(rows: Feed<DeviceRow>): StateTally {
  const places = new Map<string, Place>();
  const branches = new Map<string | null, Counts>();
  const listeners = new Set<() => void>();
  let all: Counts | null = null;
  let dirty = new Set<string | null>();

  function countsOf(branch: string | null): Counts {
    const known = branches.get(branch);
    if (known) return known;
    const made = none();
    branches.set(branch, made);
    return made;
  }
  function count(place: Place | undefined, by: 1 | -1): void {
    if (!place) return;
    countsOf(place.branch)[place.state] += by;
    if (all) all[place.state] += by;
    dirty.add(place.branch);
  }

  return {
    feed: (apply, fail) =>
      rows(batch => {
        if (batch.reset || all === null) {
          places.clear();
          branches.clear();
          all = none();
        }
        for (const id of batch.remove) {
          count(places.get(id), -1);
          places.delete(id);
        }
        for (const row of batch.upsert) {
          const before = places.get(row.id);
          const state = shownState(row);
          if (before && before.state === state && before.branch === row.branch) continue;
          count(before, -1);
          const place = { branch: row.branch, state };
          places.set(row.id, place);
          count(place, 1);
        }
        apply(batch);
        if (dirty.size === 0 && !batch.reset) return;
        // New objects for what changed: whoever shows them compares by identity.
        all = { ...all };
        for (const branch of dirty) branches.set(branch, { ...countsOf(branch) });
        dirty = new Set();
        for (const changed of listeners) changed();
      }, fail),
    subscribe(changed) {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
    of: branch => (all === null ? null : branch === null ? all : countsOf(branch)),
  };
}

// Every state is named once in the list.
const none = (): Counts => Object.fromEntries(shownStates.map(state => [state, 0])) as Counts;
