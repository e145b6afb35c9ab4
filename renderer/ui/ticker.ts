/** One clock for everything that shows a time: ticks once a second while somebody listens and the page is visible. */
import { useEffect, useState, useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let timer: number | undefined;
let visibleSince = 0;

function visibilityChanged(): void {
  visibleSince = Date.now();
  tick();
}

function tick(): void {
  if (document.visibilityState !== 'visible') return;
  for (const each of listeners) each();
}

/** Calls `listener` every second and when the page becomes visible again. Returns stop. */
export function everySecond(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    timer = window.setInterval(tick, 1_000);
    visibleSince = Date.now();
    document.addEventListener('visibilitychange', visibilityChanged);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    document.removeEventListener('visibilitychange', visibilityChanged);
    timer = undefined;
  };
}

/** Renders the calling component every second: for small ones only. Returns the wall time, UTC ms, cut to the second. */
export function useSecond(): number {
  return useSyncExternalStore(everySecond, () => Math.floor(Date.now() / 1_000) * 1_000);
}

/** For how long the page has been in sight: a page that was hidden asked for nothing, and what it shows is old for a moment. */
export function visibleForMs(now: number): number {
  return now - visibleSince;
}

/** The wall time, UTC ms, read again every `everyMs`. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), everyMs);
    return () => window.clearInterval(timer);
  }, [everyMs]);
  return now;
}
