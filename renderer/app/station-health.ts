/** The console's own health in one verdict. */
import type { HealthRow, Level } from '../../shared/model/health.ts';
import { silentAfterMs, type Stale } from '../client/stale.ts';

type StationHealth = {
  readonly level: Level | 'unknown' | Stale['kind'];
  /** The engine's sentence about its worst part; null where all is well. */
  readonly message: string | null;
  /** Since the engine closed its last round of checks; null before the first. */
  readonly tickAgeMs: number | null;
};

const severity: Readonly<Record<Level, number>> = { ok: 0, warning: 1, problem: 2 };

/** What stale rows said last is not how it is: nothing of it is told. */
export function stationHealth(rows: readonly HealthRow[], now: number, stale: Stale['kind'] | null): StationHealth {
  const engine = rows.find(row => row.id === 'engine');
  const worst = rows.toSorted((a, b) => severity[b.level] - severity[a.level])[0];
  const tickAt = engine?.tickAt ?? null;
  const tickAgeMs = tickAt === null ? null : Math.max(0, now - tickAt);
  if (stale) return { level: stale, message: null, tickAgeMs };
  // Old, but its successor is on the way: the page has just come back into sight.
  if (tickAgeMs !== null && tickAgeMs > silentAfterMs) return { level: 'unknown', message: null, tickAgeMs };
  return { level: worst?.level ?? 'unknown', message: worst?.level === 'ok' ? null : (worst?.message ?? null), tickAgeMs };
}
