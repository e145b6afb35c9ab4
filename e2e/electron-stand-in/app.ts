/** Electron's `app`: names and paths, readiness, the single-instance lock, and the order in which everything ends. */
import { EventEmitter } from 'node:events';
import { mkdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Cdp } from './cdp.ts';
import { launchChromium, type Chromium } from './chromium.ts';
import { windows } from './open-windows.ts';
import { takeLock } from './single-instance.ts';

type Identity = { readonly path: string; readonly name: string; readonly version: string };

class CommandLine {
  readonly switches = new Map<string, string>();

  appendSwitch(name: string, value = ''): void {
    this.switches.set(name, value);
  }
  hasSwitch(name: string): boolean {
    return this.switches.has(name);
  }
}

class App extends EventEmitter {
  readonly commandLine = new CommandLine();
  readonly isPackaged = false;
  readonly #paths = new Map<string, string>();
  readonly #ready = Promise.withResolvers<void>();
  #identity: Identity = { path: process.cwd(), name: 'Electron', version: '0.0.0' };
  #isReady = false;
  #ending: 'no' | 'asked' | 'exiting' = 'no';
  #chromium: Chromium | null = null;

  // What start.ts does with it.

  identify(identity: Identity): void {
    this.#identity = identity;
  }

  async launchChromium(noSandbox: boolean): Promise<void> {
    this.#chromium = await launchChromium(this.commandLine.switches, noSandbox);
    if (this.#ending === 'exiting') await this.#chromium.close();
    void this.#chromium.cdp.closed.then(() => {
      if (this.#ending === 'exiting') return;
      // Electron and its Chromium are one program: neither outlives the other.
      console.error('stand-in: Chromium has gone, and the app with it.');
      this.exit(1);
    });
  }

  becomeReady(): void {
    if (this.#ending === 'exiting') return;
    mkdirSync(this.getPath('userData'), { recursive: true });
    this.#isReady = true;
    this.#ready.resolve();
    this.emit('ready', {}, {});
  }

  /** The connection windows are made through. Only after `ready`. */
  get cdp(): Cdp {
    if (!this.#chromium) throw new Error('Chromium has not been started.');
    return this.#chromium.cdp;
  }

  // What Electron offers.

  whenReady(): Promise<void> {
    return this.#ready.promise;
  }
  isReady(): boolean {
    return this.#isReady;
  }
  getName(): string {
    return this.#identity.name;
  }
  getVersion(): string {
    return this.#identity.version;
  }
  getAppPath(): string {
    return this.#identity.path;
  }
  getLocale(): string {
    return 'en-US';
  }
  enableSandbox(): void {
    // Nothing to do: every page is an ordinary page of a Chromium, without Node.
  }

  getPath(name: string): string {
    const config = process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config');
    const known: Readonly<Record<string, string>> = { home: homedir(), temp: tmpdir(), appData: config, userData: join(config, this.getName()), exe: process.execPath };
    const path = this.#paths.get(name) ?? known[name];
    if (path === undefined) throw new Error(`Failed to get '${name}' path`);
    return path;
  }
  setPath(name: string, path: string): void {
    if (!isAbsolute(path)) throw new Error('Path must be absolute');
    this.#paths.set(name, path);
  }

  requestSingleInstanceLock(): boolean {
    const folder = this.getPath('userData');
    mkdirSync(folder, { recursive: true });
    const release = takeLock(folder, { argv: process.argv, workingDirectory: process.cwd() }, ({ argv, workingDirectory }) => {
      void this.#ready.promise.then(() => this.emit('second-instance', {}, argv, workingDirectory));
    });
    if (release) process.once('exit', release);
    return release !== null;
  }

  /** Asks, closes the windows, asks again, ends; either answer may be no. */
  quit(): void {
    if (this.#ending !== 'no') return;
    if (this.#isReady && this.#refuses('before-quit')) return;
    this.#ending = 'asked';
    for (const window of [...windows]) window.close();
    this.windowsChanged();
  }

  /** Ends at once: nobody is asked. */
  exit(code = 0): void {
    if (this.#ending === 'exiting') return;
    this.#ending = 'exiting';
    this.emit('quit', {}, code);
    void (this.#chromium?.close() ?? Promise.resolve()).finally(() => process.exit(code));
  }

  /** Told by each window that has closed, and by `quit` when there may be none. */
  windowsChanged(): void {
    if (windows.size > 0) return;
    if (this.#ending === 'no') {
      if (this.listenerCount('window-all-closed') > 0) this.emit('window-all-closed');
      else this.quit();
    } else if (this.#ending === 'asked') {
      if (this.#isReady && this.#refuses('will-quit')) this.#ending = 'no';
      else this.exit(0);
    }
  }

  #refuses(question: 'before-quit' | 'will-quit'): boolean {
    let refused = false;
    this.emit(question, { preventDefault: () => (refused = true) });
    return refused;
  }
}

export const app = new App();
