/** Where the user is: the path after the # of the address. */
import { useSyncExternalStore } from 'react';

function subscribe(changed: () => void): () => void {
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
}

const currentPath = (): string => location.hash.slice(1);

/** The path as it stands in the address, '' where there is none. Re-renders when it changes. */
export function usePath(): string {
  return useSyncExternalStore(subscribe, currentPath);
}

export function goTo(path: string): void {
  location.hash = path;
}
