/** Opens a window on the page and nothing but the page, and remembers where it was. */
import { BrowserWindow, screen, type WebContents } from 'electron';
import { afterCrash } from './crash-budget.ts';
import { isOwnPage } from './page-address.ts';
import { isReachable, readWindowState, writeWindowState } from './window-state.ts';

export type WindowOptions = {
  /** file: address of the page, without a fragment. */
  readonly pageUrl: string;
  /** Path of the built preload. */
  readonly preload: string;
  /** Path of the icon, for Linux. */
  readonly icon: string;
  /** Where bounds and maximized are kept. */
  readonly stateFile: string;
};

/** How long bounds must be quiet before they are written: a drag moves the window a hundred times a second. */
const settleMs = 500;

/** Opens a window where the last one was, if that place can still be reached. */
export function openWindow(options: WindowOptions): BrowserWindow {
  const saved = readWindowState(options.stateFile);
  const restored = saved && isReachable(saved.bounds, screen.getAllDisplays().map(display => display.workArea)) ? saved : null;
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    ...restored?.bounds,
    minWidth: 800,
    minHeight: 500,
    show: false,
    icon: options.icon,
    webPreferences: { preload: options.preload, sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false, spellcheck: false },
  });
  window.once('ready-to-show', () => {
    if (restored?.maximized) window.maximize();
    window.show();
  });
  keepState(window, options.stateFile);
  reloadWhenItCrashes(window);
  // A page that cannot be loaded is a broken installation: Electron prints the reason, and the window stays blank.
  void window.loadURL(options.pageUrl).catch((error: unknown) => console.error(error));
  return window;
}

/** "Copy" puts text on the clipboard, which Chromium allows only after a click; reading it is another permission. */
const granted = 'clipboard-sanitized-write';

/** Whatever web contents come into being: they stay on the page, open nothing and are granted nothing but `granted`. Call before the first window opens. */
export function lockDown(contents: WebContents, pageUrl: string): void {
  contents.on('will-navigate', details => {
    // The page may reload itself, which is a navigation to where it is.
    if (!isOwnPage(details.url, pageUrl)) details.preventDefault();
  });
  contents.on('will-redirect', details => details.preventDefault());
  contents.on('will-attach-webview', event => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.session.setPermissionCheckHandler((_contents, permission) => permission === granted);
  contents.session.setPermissionRequestHandler((_contents, permission, answer) => answer(permission === granted));
}

function keepState(window: BrowserWindow, file: string): void {
  let timer: NodeJS.Timeout | null = null;
  const write = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    try {
      writeWindowState(file, { bounds: window.getNormalBounds(), maximized: window.isMaximized() });
    } catch (error) {
      // A full or read-only disk must not keep the window from moving or closing; the engine says so on the screen.
      console.error('The window\'s place could not be kept.', error);
    }
  };
  const soon = (): void => {
    if (timer) clearTimeout(timer);
    timer = setTimeout(write, settleMs);
  };
  window.on('resize', soon);
  window.on('move', soon);
  window.on('maximize', soon);
  window.on('unmaximize', soon);
  window.on('close', write);
}

/** A console nobody looks at for hours must not stay a blank window; one that crashes at every start must not flicker for ever. */
function reloadWhenItCrashes(window: BrowserWindow): void {
  let crashes: readonly number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    const next = afterCrash(crashes, performance.now());
    crashes = next.crashes;
    if (next.kind === 'restart') window.webContents.reload();
  });
}
