/** Where the user is: the path after the # of the address, and what follows it after a question mark. */
import { useMemo, useSyncExternalStore } from 'react';

const changed = new Set<() => void>();
/** Asks before the page is left; null: nothing would be lost. */
let asks: ((address: string) => void) | null = null;
/** What is on screen. The address bar is ahead of it while somebody is asked. */
let shown: string | null = null;

const inAddressBar = (): string => location.hash.slice(1);
const shownAddress = (): string => (shown ??= inAddressBar());
const shownPath = (): string => shownAddress().split('?', 1)[0] ?? '';

function follow(): void {
  const wanted = inAddressBar();
  if (wanted === shownAddress()) return;
  if (asks) {
    history.replaceState(null, '', `#${shownAddress()}`);
    asks(wanted);
    return;
  }
  shown = wanted;
  for (const tell of changed) tell();
}

function subscribe(tell: () => void): () => void {
  if (changed.size === 0) window.addEventListener('hashchange', follow);
  changed.add(tell);
  return () => {
    changed.delete(tell);
    if (changed.size === 0) window.removeEventListener('hashchange', follow);
  };
}

/** The path as it stands in the address, '' where there is none. Re-renders when it changes. */
export function usePath(): string {
  return useSyncExternalStore(subscribe, shownPath);
}

/** What the address says beyond the path, as in /history?device=…. Stable until it changes. */
export function useParameters(): URLSearchParams {
  const address = useSyncExternalStore(subscribe, shownAddress);
  return useMemo(() => new URLSearchParams(address.includes('?') ? address.slice(address.indexOf('?') + 1) : ''), [address]);
}

export function goTo(path: string): void {
  location.hash = path;
}

/** From now on `ask` is called with where somebody wants to go, and the page stays. Returns stop. */
export function askBeforeLeaving(ask: (address: string) => void): () => void {
  asks = ask;
  return () => {
    if (asks === ask) asks = null;
  };
}
