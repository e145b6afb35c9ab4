/** Passes two MessagePorts from Electron main into the page, once the page says it is there. Exposes nothing else. */
import { ipcRenderer } from 'electron';

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  // A frame inside the page could post here too; only the page itself is heard.
  if (event.source !== window || !saysReady(event.data)) return;
  ipcRenderer.send('ward:ready');
});

pass('engine-port');
pass('shell-port');

function pass(kind: 'engine-port' | 'shell-port'): void {
  ipcRenderer.on(`ward:${kind}`, event => {
    // '*' because a file: page has no origin to name; the receiver is this very window.
    window.postMessage({ ward: kind }, '*', [...event.ports]);
  });
}

function saysReady(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'ward' in message && message.ward === 'ready';
}
