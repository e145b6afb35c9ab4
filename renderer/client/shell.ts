/** What Electron main tells this window about the engine process; in a browser there is no such thing. */
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { EngineStatus, Shell } from '../../shared/api/shell.ts';
import { connect, type Client } from '../../shared/rpc/client.ts';
import type { Pipe } from '../../shared/rpc/contract.ts';
import type { PipeSource } from './connection.ts';

/** The engine process as main last told; null before that, and in a browser. */
type EngineWatch = {
  status(): EngineStatus | null;
  onStatus(changed: () => void): () => void;
  /** Calls `ended` each time a running engine stops running. Returns stop. */
  onEnd(ended: () => void): () => void;
  /** Starts an engine that was given up. Rejects with an AppError. */
  startEngine(): Promise<void>;
};

/** Listens to main over the ports `source` brings, for the life of the page. */
export function watchEngineProcess(source: PipeSource): EngineWatch {
  let status: EngineStatus | null = null;
  let client: Client<Shell> | null = null;
  let current: Pipe | null = null;
  const listeners = new Set<() => void>();
  const enders = new Set<() => void>();
  const tell = (next: EngineStatus | null): void => {
    status = next;
    for (const changed of listeners) changed();
  };
  source({
    opened(pipe) {
      const previous = current;
      current = pipe;
      previous?.close(); // Main made a new one for this window, and serves the old one for as long as it is open.
      client = connect<Shell>(pipe);
      client.watch(
        'shell.engine',
        {},
        batch => {
          const wasRunning = status?.state === 'running';
          tell(batch.upsert[0] ?? null);
          if (wasRunning && status?.state !== 'running') for (const ended of enders) ended();
        },
        () => {
          if (pipe === current) tell(null); // Main is gone; how the engine is, the engine's own connection tells.
        },
      );
    },
    refused: () => {},
  });
  return {
    status: () => status,
    onStatus(changed) {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
    onEnd(ended) {
      enders.add(ended);
      return () => void enders.delete(ended);
    },
    async startEngine() {
      await client?.ask('shell.startEngine', {});
    },
  };
}

/** In a browser: nobody supervises. */
const unwatched: EngineWatch = { status: () => null, onStatus: () => () => {}, onEnd: () => () => {}, startEngine: async () => {} };

export const EngineWatchContext = createContext<EngineWatch>(unwatched);

/** The engine process's status, null where unknown, and the way to start it again. */
export function useEngineProcess(): { readonly status: EngineStatus | null; startEngine(): Promise<void> } {
  const watch = useContext(EngineWatchContext);
  return { status: useSyncExternalStore(watch.onStatus, watch.status), startEngine: watch.startEngine };
}
