/** Where the user is: the path after the # of the address, and what follows it after a question mark. */
import { useMemo, useSyncExternalStore } from 'react';

function subscribe(changed: () => void): () => void {
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
}

const currentAddress = (): string => location.hash.slice(1);
const currentPath = (): string => currentAddress().split('?', 1)[0] ?? '';

/** The path as it stands in the address, '' where there is none. Re-renders when it changes. */
export function usePath(): string {
  return useSyncExternalStore(subscribe, currentPath);
}

/** What the address says beyond the path, as in /history?device=…. Stable until it changes. */
export function useParameters(): URLSearchParams {
  const address = useSyncExternalStore(subscribe, currentAddress);
  return useMemo(() => new URLSearchParams(address.includes('?') ? address.slice(address.indexOf('?') + 1) : ''), [address]);
}

export function goTo(path: string): void {
  location.hash = path;
}
