/** Whether what the page shows is old: the engine is out of reach, or it is connected and yet closes no rounds of checks. */
import { useCallback, useSyncExternalStore } from 'react';
import { everySecond, visibleForMs } from '../ui/ticker.ts';
import { useClient, useConnection } from './hooks.ts';
import { liveSet } from './live-set.ts';

/** `since` is UTC ms: when the connection was lost, or when the last round closed. */
export type Stale = { readonly kind: 'lost' | 'silent'; readonly since: number };

/** A round closes every second. */
export const silentAfterMs = 15_000;
/** A page that comes back into sight, or is connected again, has its first new report within this time. */
const catchUpMs = 3_000;

/** When an engine that hangs closed its last round (`tickAt`, UTC ms; null before the first); null while it does not. `listeningForMs`: for how long its reports could have come. */
export function silentSince(tickAt: number | null, now: number, listeningForMs: number): number | null {
  return tickAt !== null && now - tickAt > silentAfterMs && listeningForMs > catchUpMs ? tickAt : null;
}

/** Null while what is shown is current, and before the first connection. Renders when that changes, not at each report. */
export function useStale(): Stale | null {
  const client = useClient();
  const connection = useConnection();
  const health = liveSet(client, 'system.health', '{}');
  const subscribe = useCallback(
    (changed: () => void) => {
      const stops = [health.subscribe(changed), everySecond(changed)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    [health],
  );
  const silent = useSyncExternalStore(subscribe, () => {
    const engine = health.get('engine');
    const now = Date.now();
    return silentSince(engine?.id === 'engine' ? engine.tickAt : null, now, Math.min(visibleForMs(now), now - connection.since));
  });
  if (connection.status === 'lost') return { kind: 'lost', since: connection.since };
  return connection.status === 'connected' && silent !== null ? { kind: 'silent', since: silent } : null;
}
