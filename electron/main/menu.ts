/** The application menu: what every desktop app offers, and nothing the page does itself. */
import { Menu, type MenuItemConstructorOptions } from 'electron';

/** `development` adds the developer tools. */
export function setMenu(platform: NodeJS.Platform, development: boolean): void {
  const mac = platform === 'darwin';
  const tools: MenuItemConstructorOptions[] = development ? [{ role: 'toggleDevTools' }] : [];
  const view: MenuItemConstructorOptions = {
    role: 'viewMenu',
    submenu: [
      { role: 'reload' },
      ...tools,
      { type: 'separator' },
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { type: 'separator' },
      { role: 'togglefullscreen' },
    ],
  };
  // macOS expects the app's own menu first and the window menu; elsewhere File has Quit.
  const template: MenuItemConstructorOptions[] = mac
    ? [{ role: 'appMenu' }, { role: 'fileMenu' }, { role: 'editMenu' }, view, { role: 'windowMenu' }]
    : [{ role: 'fileMenu' }, { role: 'editMenu' }, view];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
