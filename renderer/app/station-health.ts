/** The console's own health in one verdict. */
import type { HealthRow, Level } from '../../shared/model/health.ts';

type StationHealth = {
  readonly level: Level | 'unknown' | 'lost';
  /** The engine's sentence about its worst part; null where all is well. */
  readonly message: string | null;
  /** Since the engine closed its last round of checks; null before the first. */
  readonly tickAgeMs: number | null;
  /** The engine is connected and yet closes no rounds: it hangs, whatever its rows said last. */
  readonly silent: boolean;
};

const severity: Readonly<Record<Level, number>> = { ok: 0, warning: 1, problem: 2 };
/** A round closes every second. */
const silentAfterMs = 15_000;

export function stationHealth(rows: readonly HealthRow[], now: number, connected: boolean): StationHealth {
  const engine = rows.find(row => row.id === 'engine');
  const worst = rows.toSorted((a, b) => severity[b.level] - severity[a.level])[0];
  const tickAt = engine?.tickAt ?? null;
  const tickAgeMs = tickAt === null ? null : Math.max(0, now - tickAt);
  if (!connected) return { level: 'lost', message: null, tickAgeMs, silent: false };
  const silent = tickAgeMs !== null && tickAgeMs > silentAfterMs;
  if (silent) return { level: 'problem', message: null, tickAgeMs, silent };
  return { level: worst?.level ?? 'unknown', message: worst?.level === 'ok' ? null : (worst?.message ?? null), tickAgeMs, silent };
}
