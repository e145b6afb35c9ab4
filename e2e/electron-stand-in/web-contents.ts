/** One page of Chromium as Electron's WebContents: loading, IPC with its preload, and what it is not allowed to do. */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { app } from './app.ts';
import { makeCodec } from './codec.ts';
import { ipcMain } from './ipc-main.ts';
import { TransferredPorts, type MessagePortMain } from './message-port.ts';
import { hostBinding, installPreloadWorld, receiver, type FromPage, type ToPage } from './preload-world.ts';
import { session } from './services.ts';

export type WebPreferences = { readonly preload?: string };
type OpenHandler = (details: { readonly url: string }) => { readonly action: 'allow' | 'deny' };
type Frame = { readonly id: string; readonly parentId?: string; readonly url: string };

const codec = makeCodec();
const worldName = 'electron-preload';
let lastId = 0;

export class WebContents extends EventEmitter {
  readonly id = ++lastId;
  readonly session = session.defaultSession;
  readonly #ports = new TransferredPorts();
  readonly #opened: Promise<void>;
  #sessionId = '';
  #targetId = '';
  #frameId = '';
  #url = '';
  /** The isolated world of the present page; 0 while there is none. */
  #world = 0;
  #waiting: ToPage[] = [];
  #openHandler: OpenHandler = () => ({ action: 'allow' });
  /** The address `loadURL` is going to: the app's own doing is not asked about. */
  #loading = '';
  #destroyed = false;

  constructor(size: { readonly width: number; readonly height: number }, preferences: WebPreferences) {
    super();
    this.#opened = this.#open(size, preferences);
  }

  get targetId(): string {
    return this.#targetId;
  }
  getURL(): string {
    return this.#url;
  }
  isDestroyed(): boolean {
    return this.#destroyed;
  }
  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  /** Resolves when the page has loaded. */
  async loadURL(url: string): Promise<void> {
    await this.#opened;
    const loaded = new Promise(resolve => this.once('did-finish-load', resolve));
    this.#loading = url;
    const { errorText } = await this.#send<{ errorText?: string }>('Page.navigate', { url });
    if (errorText !== undefined) throw new Error(`${errorText} loading '${url}'`);
    await loaded;
  }
  reload(): void {
    this.#loading = this.#url;
    app.cdp.post('Page.reload', {}, this.#sessionId);
  }
  close(): void {
    void this.#opened.then(() => app.cdp.post('Target.closeTarget', { targetId: this.#targetId }));
  }
  /** For a test: runs in the page's own world. */
  async executeJavaScript(expression: string): Promise<unknown> {
    await this.#opened;
    const { result, exceptionDetails } = await this.#send<{ result: { value?: unknown }; exceptionDetails?: { text: string } }>('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    return result.value;
  }
  async resize(bounds: { readonly width: number; readonly height: number }): Promise<void> {
    await this.#opened;
    const { windowId } = await this.#send<{ windowId: number }>('Browser.getWindowForTarget');
    app.cdp.post('Browser.setWindowBounds', { windowId, bounds: { width: bounds.width, height: bounds.height } }, this.#sessionId);
  }

  send(channel: string, ...args: unknown[]): void {
    this.#push(['event', channel, args, []]);
  }
  postMessage(channel: string, message: unknown, transfer: readonly MessagePortMain[] = []): void {
    if (this.#destroyed) throw new TypeError('Object has been destroyed');
    const { ids, begin } = this.#ports.give(
      transfer,
      (id, posted) => this.#push(['port', id, posted]),
      id => this.#push(['port-close', id]),
    );
    this.#push(['event', channel, [message], ids]);
    begin();
  }

  #send<Result>(method: string, params: object = {}): Promise<Result> {
    return app.cdp.send<Result>(method, params, this.#sessionId);
  }
  #on<Params>(method: string, listener: (params: Params) => void): void {
    app.cdp.on(this.#sessionId, method, listener);
  }

  async #open({ width, height }: { readonly width: number; readonly height: number }, preferences: WebPreferences): Promise<void> {
    const { cdp } = app;
    const { targetId } = await cdp.send<{ targetId: string }>('Target.createTarget', { url: 'about:blank', newWindow: true, width, height });
    this.#targetId = targetId;
    this.#sessionId = (await cdp.send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true })).sessionId;
    this.#frameId = (await this.#send<{ frameTree: { frame: Frame } }>('Page.getFrameTree')).frameTree.frame.id;
    this.#listen();
    await this.#send('Page.enable');
    await this.#send('Runtime.enable');
    await this.#send('Inspector.enable');
    await this.#send('Fetch.enable', { patterns: [{ resourceType: 'Document' }] });
    await cdp.send('Target.setDiscoverTargets', { discover: true });
    await this.#send('Runtime.addBinding', { name: hostBinding, executionContextName: worldName });
    // A page opened and closed while a test's debugger still holds it would hold its opener for ever, so an app that denies gets its null without one.
    if (this.#openHandler({ url: 'about:blank' }).action === 'deny') await this.#send('Page.addScriptToEvaluateOnNewDocument', { source: 'window.open = () => null;' });
    await this.#send('Page.addScriptToEvaluateOnNewDocument', { worldName, source: preloadSource(preferences.preload) });
  }

  #listen(): void {
    this.#on<{ context: { id: number; name: string; auxData: { frameId: string } } }>('Runtime.executionContextCreated', ({ context }) => {
      if (context.name !== worldName || context.auxData.frameId !== this.#frameId) return;
      this.#world = context.id;
      for (const message of this.#waiting.splice(0)) this.#push(message);
    });
    this.#on<{ executionContextId: number }>('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      if (executionContextId === this.#world) this.#leavePage();
    });
    this.#on('Runtime.executionContextsCleared', () => this.#leavePage());
    this.#on<{ name: string; payload: string; executionContextId: number }>('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name === hostBinding && executionContextId === this.#world) this.#hear(codec.decode(payload) as FromPage); // Written by preload-world.ts.
    });
    this.#on<{ frame: Frame }>('Page.frameNavigated', ({ frame }) => {
      if (frame.parentId !== undefined) return;
      this.#url = frame.url;
      this.emit('did-navigate', {}, frame.url);
    });
    this.#on<{ frameId: string; url: string }>('Page.navigatedWithinDocument', ({ frameId, url }) => {
      if (frameId === this.#frameId) this.#url = url;
    });
    this.#on('Page.domContentEventFired', () => this.emit('dom-ready', {}));
    this.#on('Page.loadEventFired', () => this.emit('did-finish-load', {}));
    this.#on('Inspector.targetCrashed', () => this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 }));
    this.#on<{ requestId: string; frameId: string; request: { url: string } }>('Fetch.requestPaused', paused => this.#navigate(paused));
    // What still opens past the script in `#open`: a link with target=_blank.
    app.cdp.on<{ targetInfo: { targetId: string; openerId?: string; url: string } }>('', 'Target.targetCreated', ({ targetInfo }) => {
      if (targetInfo.openerId !== this.#targetId) return;
      if (this.#openHandler({ url: targetInfo.url }).action === 'deny') app.cdp.post('Target.closeTarget', { targetId: targetInfo.targetId });
    });
    app.cdp.on<{ targetId: string }>('', 'Target.targetDestroyed', ({ targetId }) => {
      if (targetId === this.#targetId) this.#gone();
    });
  }

  /** A navigation the page began is asked about first. */
  #navigate({ requestId, frameId, request: { url } }: { readonly requestId: string; readonly frameId: string; readonly request: { readonly url: string } }): void {
    const own = frameId !== this.#frameId || url === this.#loading.replace(/#.*/, '');
    let prevented = false;
    if (!own) this.emit('will-navigate', { url, isMainFrame: true, preventDefault: () => (prevented = true) });
    this.#loading = '';
    if (prevented) app.cdp.post('Fetch.failRequest', { requestId, errorReason: 'Aborted' }, this.#sessionId);
    else app.cdp.post('Fetch.continueRequest', { requestId }, this.#sessionId);
  }

  #push(message: ToPage): void {
    if (this.#destroyed) return;
    if (this.#world === 0) {
      // Before the first page there is one to come; ports of a page that was left were closed with it.
      if (message[0] === 'event') this.#waiting.push(message);
      else if (message[0] === 'port' && this.#waiting.length > 0) this.#waiting.push(message);
      return;
    }
    const functionDeclaration = `text => ${receiver}(text)`;
    app.cdp.post('Runtime.callFunctionOn', { functionDeclaration, executionContextId: this.#world, arguments: [{ value: codec.encode(message) }] }, this.#sessionId);
  }

  #hear(message: FromPage): void {
    switch (message[0]) {
      case 'send':
        ipcMain.emit(message[1], this.#event(), ...message[2]);
        return;
      case 'port':
        return this.#ports.message(message[1], message[2]);
      case 'port-close':
        return this.#ports.closed(message[1]);
      case 'preload-error':
        console.error(`preload: ${message[1]}`);
        this.emit('preload-error', {}, '', new Error(message[1]));
        return;
      default:
        message satisfies never;
    }
  }

  #event(): object {
    const top = { url: this.#url, parent: null };
    return { sender: this, senderFrame: top, ports: [] };
  }

  #leavePage(): void {
    this.#world = 0;
    this.#ports.allClosed();
  }

  #gone(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#leavePage();
    this.emit('destroyed');
  }
}

/** The isolated world's script: codec, world and the app's own preload bundle, in one. */
function preloadSource(preload: string | undefined): string {
  const bundle = preload === undefined ? '' : readFileSync(preload, 'utf8');
  const { platform, arch } = process;
  const shown = JSON.stringify({ type: 'renderer', sandboxed: true, contextIsolated: true, platform, arch, versions: process.versions, env: {}, argv: [] });
  return `(${installPreloadWorld.toString()})((${makeCodec.toString()})(), function (require, process, exports, module) {\n${bundle}\n}, ${shown});`;
}
