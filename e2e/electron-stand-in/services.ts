/** What the operating system does for an app. Nothing here pretends: calls are recorded for a test to read, and answers are the ones it laid out. */
import { EventEmitter } from 'node:events';

type Answer = { readonly api: string; readonly result: unknown };

/** `calls` is what the app asked of the system; `answers` are used up by dialogs in their order. */
export const standIn = {
  calls: [] as { readonly api: string; readonly args: readonly unknown[] }[],
  answers: [] as Answer[],
};

function record(api: string, ...args: unknown[]): void {
  standIn.calls.push({ api, args });
}

/** Records the call; answers what the test laid out, else that the user cancelled. */
function ask<Result>(api: string, cancelled: Result): (...args: unknown[]) => Promise<Result> {
  return async (...args) => {
    record(api, ...args);
    const at = standIn.answers.findIndex(answer => answer.api === api);
    const [answer] = at < 0 ? [] : standIn.answers.splice(at, 1);
    return answer ? (answer.result as Result) : cancelled; // The test says what this dialog answers.
  };
}

export const dialog = {
  showMessageBox: ask('dialog.showMessageBox', { response: 0, checkboxChecked: false }),
  showOpenDialog: ask('dialog.showOpenDialog', { canceled: true, filePaths: [] }),
  showSaveDialog: ask('dialog.showSaveDialog', { canceled: true, filePath: '' }),
  showErrorBox: (title: string, content: string) => record('dialog.showErrorBox', title, content),
};

export const shell = {
  openExternal: ask('shell.openExternal', undefined),
  openPath: ask('shell.openPath', ''),
  showItemInFolder: (path: string) => record('shell.showItemInFolder', path),
};

type MenuTemplate = readonly { readonly role?: string; readonly label?: string; readonly submenu?: MenuTemplate }[];

/** A menu is its template. */
export class Menu {
  static #application: Menu | null = null;
  readonly items: MenuTemplate;

  constructor(items: MenuTemplate) {
    this.items = items;
  }
  static buildFromTemplate(template: MenuTemplate): Menu {
    return new Menu(template);
  }
  static setApplicationMenu(menu: Menu | null): void {
    Menu.#application = menu;
  }
  static getApplicationMenu(): Menu | null {
    return Menu.#application;
  }
}

export class Notification extends EventEmitter {
  readonly #options: unknown;

  constructor(options: unknown) {
    super();
    this.#options = options;
  }
  static isSupported(): boolean {
    return true;
  }
  show(): void {
    record('Notification.show', this.#options);
    setImmediate(() => this.emit('show', {}));
  }
  close(): void {
    this.emit('close', {});
  }
}

const display = { id: 1, scaleFactor: 1, bounds: { x: 0, y: 0, width: 1920, height: 1080 }, workArea: { x: 0, y: 0, width: 1920, height: 1040 } };

export const screen = Object.assign(new EventEmitter(), {
  getPrimaryDisplay: () => structuredClone(display),
  getAllDisplays: () => [structuredClone(display)],
});

export const nativeTheme = Object.assign(new EventEmitter(), { themeSource: 'system', shouldUseDarkColors: false });

const noKeychain = async (): Promise<never> => {
  throw new Error('The stand-in has no keychain.');
};

/** There is no honest equivalent: the app must do without, as on a Linux without a secret service. */
export const safeStorage = {
  isAsyncEncryptionAvailable: async () => false,
  getSelectedStorageBackend: () => 'basic_text',
  encryptStringAsync: noKeychain,
  decryptStringAsync: noKeychain,
};

/** A headless Chromium grants nothing by itself, so the handlers are only known to have been set. */
export const session = {
  defaultSession: {
    setPermissionCheckHandler: (handler: unknown) => record('session.setPermissionCheckHandler', typeof handler),
    setPermissionRequestHandler: (handler: unknown) => record('session.setPermissionRequestHandler', typeof handler),
  },
};
