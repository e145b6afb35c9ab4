/** Hands a window its two ports: one straight to the engine, one to the shell. Only to our own page, and only when it says it is there. */
import { ipcMain, MessageChannelMain, type WebContents } from 'electron';
import { shell } from '../../shared/api/shell.ts';
import { serve } from '../../shared/rpc/server.ts';
import type { EngineProcess } from './engine-process.ts';
import { isOwnFrame } from './page-address.ts';
import { portPipe } from './port-pipe.ts';
import { shellHandlers } from './shell-api.ts';

/** From here on, a page that reports ready gets its ports, and a fresh engine port whenever an engine begins to serve. Runs as long as the app. */
export function connectWindows(engine: EngineProcess, pageUrl: string, report: (bug: unknown, name: string) => string): void {
  const ready = new Set<WebContents>();
  const handlers = shellHandlers(engine);

  const sendEnginePort = (page: WebContents): void => {
    const port = engine.connect();
    if (port) page.postMessage('ward:engine-port', null, [port]);
  };
  ipcMain.on('ward:ready', event => {
    if (!isOwnFrame(event.senderFrame, pageUrl) || event.sender.isDestroyed()) return;
    const page = event.sender;
    if (!ready.has(page)) {
      ready.add(page);
      page.once('destroyed', () => ready.delete(page));
    }
    const { port1, port2 } = new MessageChannelMain();
    serve(portPipe(port1), shell, handlers, { report });
    page.postMessage('ward:shell-port', null, [port2]);
    sendEnginePort(page);
  });
  engine.onReady(() => {
    for (const page of ready) sendEnginePort(page);
  });
}
