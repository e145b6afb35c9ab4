/** The console's journal, as a person reads it. */
import type { JournalRow } from '../../../shared/model/observation.ts';

/** Newest first. */
export function byNewest(a: JournalRow, b: JournalRow): number {
  return b.from - a.from || (a.id < b.id ? 1 : -1);
}

/** The look that its kind has, as in state.css. */
export function markOf({ kind }: Pick<JournalRow, 'kind'>): 'clock' | 'maintenance' | 'not-observed' {
  switch (kind) {
    case 'clock-step':
      return 'clock';
    case 'maintenance':
      return 'maintenance';
    case 'blind':
      return 'not-observed';
  }
}

/** How long it lasted, or has lasted by now, in ms; null for a step of the clock, which takes no time. */
export function lastedMs(row: Pick<JournalRow, 'kind' | 'from' | 'to'>, now: number): number | null {
  return row.kind === 'clock-step' ? null : Math.max(0, (row.to ?? now) - row.from);
}
