/** Start of the page: picks the way to the engine, and mounts. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { openConnection, type PipeSource } from './client/connection.ts';
import { ConnectionContext } from './client/hooks.ts';
import { portSource, sayReady } from './client/port-pipe.ts';
import { EngineWatchContext, watchEngineProcess } from './client/shell.ts';
import { socketSource, takeToken } from './client/socket-pipe.ts';
import { startTexts } from './i18n.ts';
import { useView } from './state/view.ts';

/** A page from a file lives in Electron, and gets its ports from main. */
const inElectron = location.protocol === 'file:';

const noShell: PipeSource = () => () => {};
const engineWatch = watchEngineProcess(inElectron ? portSource('shell-port') : noShell);
const connection = openConnection(inElectron ? portSource('engine-port', { farEnd: engineWatch.onEnd, askAgain: sayReady }) : socketSource(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/contract`, takeToken()), {
  now: Date.now,
  whenVisible,
});
if (inElectron) sayReady();

startTexts(useView.getState().language);

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root.');
createRoot(root).render(
  <StrictMode>
    <EngineWatchContext value={engineWatch}>
      <ConnectionContext value={connection}>
        <App />
      </ConnectionContext>
    </EngineWatchContext>
  </StrictMode>,
);

function whenVisible(): Promise<void> {
  if (document.visibilityState === 'visible') return Promise.resolve();
  return new Promise(resolve => {
    const check = (): void => {
      if (document.visibilityState !== 'visible') return;
      document.removeEventListener('visibilitychange', check);
      resolve();
    };
    document.addEventListener('visibilitychange', check);
  });
}
