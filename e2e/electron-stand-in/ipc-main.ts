/** ipcMain: what a page's preload sends arrives here. Only `on`, because the app uses nothing else. */
import { EventEmitter } from 'node:events';

export const ipcMain = new EventEmitter();
