/** `npm start`: installs what is missing, builds what is stale, and opens the console; in the browser where Electron's program cannot be had. */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findElectron } from './electron-binary.mjs';
import { runChild } from './run.mjs';
import { ensureBuilt, ensureInstalled, headless, memory, projectNode, root, say, toolEnv } from './setup.mjs';

const retryFlag = '--retry-electron';
const args = process.argv.slice(2).filter(arg => arg !== retryFlag);
const hasDesktop = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

ensureInstalled();
if (!ensureBuilt()) process.exit(1);
const electron = await findElectron({ retry: process.argv.includes(retryFlag) });
if (electron.path === undefined) {
  say(`No Electron window: ${electron.problem}. Give one with ELECTRON_MIRROR=URL (a mirror) or ELECTRON_OVERRIDE_DIST_PATH=FOLDER (an unpacked Electron); until then the console is served to your browser.`);
} else if (!hasDesktop) {
  say('No Electron window: there is no desktop session here (DISPLAY and WAYLAND_DISPLAY are unset), so the console is served to a browser.');
}
process.exit(await (electron.path !== undefined && hasDesktop ? openWindow(electron.path) : serveBrowser()));

function openWindow(path) {
  // Chromium refuses its sandbox to root on Linux.
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const env = toolEnv();
  delete env.ELECTRON_RUN_AS_NODE;
  return runChild(spawn(path, [...asRoot, root, ...args], { cwd: root, env, stdio: 'inherit' }));
}

/** Runs the headless engine, which prints its own URL, and shows that URL where there is somebody to look at it. */
function serveBrowser() {
  const engine = spawn(projectNode, [headless, ...args], { cwd: root, env: toolEnv(), stdio: ['inherit', 'pipe', 'inherit'] });
  let printed = '';
  let opened = !hasDesktop || Boolean(process.env.CI);
  engine.stdout.setEncoding('utf8').on('data', text => {
    process.stdout.write(text);
    if (opened) return;
    printed = (printed + text).slice(-4_000);
    const url = /https?:\/\/\S+(?=\s)/.exec(printed)?.[0];
    if (url === undefined) return;
    opened = true;
    openBrowser(url);
  });
  return runChild(engine);
}

/**
 * Only a convenience: the URL is on the screen in any case. It holds the token, which a command line would show to every user of the computer,
 * so the browser is given a page of ours instead that leads there.
 */
function openBrowser(url) {
  const page = join(memory, 'open.html');
  mkdirSync(memory, { recursive: true });
  rmSync(page, { force: true });
  writeFileSync(page, `<!doctype html><meta http-equiv="refresh" content="0;url=${url}"><title>Ward Console</title>`, { mode: 0o600 });
  const command = { darwin: 'open', win32: 'explorer.exe' }[process.platform] ?? 'xdg-open';
  const browser = spawn(command, [page], { stdio: 'ignore', detached: true });
  browser.once('error', () => say('No browser could be opened; open the address above yourself.'));
  browser.unref();
}
