/** Electron main, composed: one instance, where things are kept, the engine, the windows, and the order in which it all ends. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { app, BrowserWindow, dialog } from 'electron';
import { connectWindows } from './connections.ts';
import { EngineProcess } from './engine-process.ts';
import { engineEnvironment, launchOptions } from './launch-options.ts';
import { setMenu } from './menu.ts';
import { systemKeychain } from './system-keychain.ts';
import { openVault } from './vault.ts';
import { lockDown, openWindow } from './window.ts';

/** As built: this file is out/main/main/index.js. */
const built = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const pageUrl = pathToFileURL(built('renderer/index.html')).href;

const options = launchOptions(process.argv, process.env, process.cwd());
if (options.kind === 'wrong') {
  console.error(options.message);
  app.exit(2);
} else {
  const problem = options.dataDir === null ? null : keepIn(options.dataDir);
  if (problem !== null) {
    console.error(problem);
    dialog.showErrorBox('Ward Console', problem);
    app.exit(1);
  } else if (app.requestSingleInstanceLock()) void run(options.dataDir);
  else app.quit(); // The first instance has been told, and shows itself.
}

/** A data folder of one's own is an installation of one's own: its lock, window and sealed key live in it. Answers with a sentence where it cannot be used. */
function keepIn(dataDir: string): string | null {
  const own = join(dataDir, 'desktop');
  try {
    mkdirSync(own, { recursive: true });
    app.setPath('userData', own);
    return null;
  } catch (error) {
    return `The data folder "${dataDir}" cannot be used (${error instanceof Error ? error.message : String(error)}); make it writable, or choose another with --data.`;
  }
}

async function run(dataDir: string | null): Promise<void> {
  app.enableSandbox();
  app.on('web-contents-created', (_event, contents) => lockDown(contents, pageUrl));
  app.on('second-instance', () => focusFirstWindow());
  await app.whenReady();

  const userData = app.getPath('userData');
  const engine = new EngineProcess({
    entry: built('main/engine/index.js'),
    env: engineEnvironment(process.env),
    dataDir,
    version: app.getVersion(),
    unlock: () => openVault(join(userData, 'vault.key.sealed'), systemKeychain),
  });
  const open = (): BrowserWindow =>
    openWindow({ pageUrl, preload: built('preload/index.cjs'), icon: join(app.getAppPath(), 'resources', 'icon.png'), stateFile: join(userData, 'window.json') });

  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) open();
  });
  stopEngineBeforeQuitting(engine);

  connectWindows(engine, pageUrl, report);
  engine.start();
  setMenu(process.platform, !app.isPackaged);
  open();
}

/** Windows close first, then the engine writes what it has; only then does the process end. */
function stopEngineBeforeQuitting(engine: EngineProcess): void {
  app.on('will-quit', event => {
    event.preventDefault();
    void engine.stop().finally(() => app.exit());
  });
}

function focusFirstWindow(): void {
  const window = BrowserWindow.getAllWindows().at(0);
  if (!window) return;
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

/** Says on the error output what went wrong in a handler; returns the incident id a window is told instead. */
function report(bug: unknown, name: string): string {
  const incident = randomBytes(4).toString('hex');
  console.error(`incident ${incident} in ${name}:`, bug);
  return incident;
}
