/** The desktop console as a user starts it: on Electron where its binary is there, else on the stand-in host. The specs cannot tell which. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';

const project = fileURLToPath(new URL('../..', import.meta.url));
const standIn = fileURLToPath(new URL('../electron-stand-in', import.meta.url));

/** Playwright asks the npm package for the executable; that package heeds the same variable as users do. */
export function electronHost(): 'electron' | 'stand-in host' {
  if (!process.env['ELECTRON_OVERRIDE_DIST_PATH'] && !hasBinary()) process.env['ELECTRON_OVERRIDE_DIST_PATH'] = standIn;
  return process.env['ELECTRON_OVERRIDE_DIST_PATH'] === standIn ? 'stand-in host' : 'electron';
}

function hasBinary(): boolean {
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  return existsSync(`${folder}/path.txt`) && existsSync(`${folder}/dist`);
}

export type Desktop = { readonly app: ElectronApplication; readonly page: Page; close(): Promise<void> };

/** `homeDir` keeps the window's state and the single-instance lock; `dataDir` the database. */
export async function startDesktop(dataDir: string, homeDir: string): Promise<Desktop> {
  electronHost();
  const app = await _electron.launch({
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), project, '--data', dataDir],
    env: { ...definedEnvironment(), XDG_CONFIG_HOME: homeDir },
  });
  const page = await app.firstWindow();
  await page.setViewportSize({ width: 1366, height: 768 });
  return { app, page, close: () => app.close() };
}

const definedEnvironment = (): Record<string, string> => Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
