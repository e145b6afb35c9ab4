/** What `import ... from 'electron'` gives in the main process of the stand-in: the part of Electron's API this app uses. */
export { app } from './app.ts';
export { BrowserWindow, webContents } from './browser-window.ts';
export { ipcMain } from './ipc-main.ts';
export { MessageChannelMain } from './message-port.ts';
export { dialog, Menu, nativeTheme, Notification, safeStorage, screen, session, shell, standIn } from './services.ts';
export { utilityProcess } from './utility-process.ts';
