/** The handlers of the shell contract: what a window may ask of Electron main. */
import type { EngineStatus, Shell } from '../../shared/api/shell.ts';
import type { Handlers, Source } from '../../shared/rpc/server.ts';

/** What the handlers need of the engine process. */
export type SupervisedEngine = {
  readonly status: EngineStatus;
  onStatus(listener: (status: EngineStatus) => void): () => void;
  start(): void;
};

export function shellHandlers(engine: SupervisedEngine): Handlers<Shell> {
  return {
    'shell.engine': () => statusSource(engine),
    'shell.startEngine': () => {
      engine.start();
      return {};
    },
  };
}

/** One row. Changes while a batch is in flight become one batch with the newest. */
function statusSource(engine: SupervisedEngine): Source<EngineStatus> {
  return {
    attach(sink) {
      let ready = false;
      let newest: EngineStatus | null = null;
      const send = (): void => {
        if (!ready || !newest) return;
        ready = false;
        const row = newest;
        newest = null;
        sink({ reset: false, upsert: [row], remove: [] });
      };
      const detach = engine.onStatus(status => {
        newest = status;
        send();
      });
      sink({ reset: true, upsert: [engine.status], remove: [] });
      return {
        pull() {
          ready = true;
          send();
        },
        detach,
      };
    },
  };
}
