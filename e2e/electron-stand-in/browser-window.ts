/** Electron's BrowserWindow over one page of a headless Chromium. Place and size are kept; nothing is drawn on a screen. */
import { EventEmitter } from 'node:events';
import { pathToFileURL } from 'node:url';
import { app } from './app.ts';
import { windows } from './open-windows.ts';
import { screen } from './services.ts';
import { WebContents, type WebPreferences } from './web-contents.ts';

type Bounds = { x: number; y: number; width: number; height: number };
type Options = Partial<Bounds> & { readonly show?: boolean; readonly webPreferences?: WebPreferences };

let lastId = 0;

export class BrowserWindow extends EventEmitter {
  readonly id = ++lastId;
  readonly webContents: WebContents;
  #bounds: Bounds;
  #visible: boolean;
  #maximized = false;
  #minimized = false;
  #destroyed = false;
  #askedToClose = false;

  constructor({ show = true, webPreferences = {}, ...bounds }: Options = {}) {
    super();
    if (!app.isReady()) throw new Error('Cannot create BrowserWindow before app is ready');
    const { x = 0, y = 0, width = 800, height = 600 } = bounds;
    this.#bounds = { x, y, width, height };
    this.#visible = show;
    this.webContents = new WebContents(this.#bounds, webPreferences);
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show'));
    this.webContents.once('destroyed', () => this.#closed());
    windows.add(this);
    app.emit('web-contents-created', {}, this.webContents);
    app.emit('browser-window-created', {}, this);
  }

  static getAllWindows(): BrowserWindow[] {
    return [...windows].filter(window => window instanceof BrowserWindow);
  }
  static fromWebContents(contents: WebContents | null): BrowserWindow | null {
    return BrowserWindow.getAllWindows().find(window => window.webContents === contents) ?? null;
  }
  static fromId(id: number): BrowserWindow | null {
    return BrowserWindow.getAllWindows().find(window => window.id === id) ?? null;
  }
  static getFocusedWindow(): BrowserWindow | null {
    return BrowserWindow.getAllWindows().at(0) ?? null;
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }
  loadFile(path: string): Promise<void> {
    return this.loadURL(pathToFileURL(path).href);
  }
  isDestroyed(): boolean {
    return this.#destroyed;
  }

  show(): void {
    this.#visible = true;
    this.emit('show');
  }
  hide(): void {
    this.#visible = false;
    this.emit('hide');
  }
  isVisible(): boolean {
    return this.#visible;
  }
  focus(): void {
    this.emit('focus');
  }
  minimize(): void {
    this.#minimized = true;
    this.emit('minimize');
  }
  restore(): void {
    this.#minimized = false;
    this.emit('restore');
  }
  isMinimized(): boolean {
    return this.#minimized;
  }
  maximize(): void {
    this.#maximized = true;
    this.#resize(screen.getPrimaryDisplay().workArea);
    this.emit('maximize');
  }
  unmaximize(): void {
    this.#maximized = false;
    this.#resize(this.#bounds);
    this.emit('unmaximize');
  }
  isMaximized(): boolean {
    return this.#maximized;
  }

  getBounds(): Bounds {
    return this.#maximized ? screen.getPrimaryDisplay().workArea : this.getNormalBounds();
  }
  getNormalBounds(): Bounds {
    return { ...this.#bounds };
  }
  setBounds(bounds: Partial<Bounds>): void {
    this.#bounds = { ...this.#bounds, ...bounds };
    this.#resize(this.#bounds);
    this.emit('move');
    this.emit('resize');
  }
  setSize(width: number, height: number): void {
    this.setBounds({ width, height });
  }

  close(): void {
    if (this.#mayClose()) this.webContents.close();
  }
  destroy(): void {
    this.#askedToClose = true;
    this.webContents.close();
  }

  #mayClose(): boolean {
    let prevented = false;
    this.emit('close', { preventDefault: () => (prevented = true) });
    this.#askedToClose = !prevented;
    return !prevented;
  }

  #resize({ width, height }: Bounds): void {
    this.webContents.resize({ width, height }).catch((error: unknown) => console.error('stand-in:', error));
  }

  #closed(): void {
    // A page closed from elsewhere still tells its window first.
    if (!this.#askedToClose) this.#mayClose();
    this.#destroyed = true;
    windows.delete(this);
    this.emit('closed');
    app.windowsChanged();
  }
}

export const webContents = {
  getAllWebContents: (): WebContents[] => BrowserWindow.getAllWindows().map(window => window.webContents),
  fromId: (id: number): WebContents | undefined => webContents.getAllWebContents().find(contents => contents.id === id),
  fromDevToolsTargetId: (targetId: string): WebContents | undefined => webContents.getAllWebContents().find(contents => contents.targetId === targetId),
};
