/** Starts an app the way Electron does: `electron [-r MODULE]... [SWITCHES] FOLDER|FILE [ARGUMENTS]`. */
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from './app.ts';

const argv = process.argv.slice(2);
// As in Electron: the executable, then everything it was given.
process.argv = [process.argv[0] ?? process.execPath, ...argv];
Object.assign(process.versions, { electron: 'stand-in' });
Object.assign(process, { type: 'browser' });

const { required, target } = read(argv);
const { root, main, name, version } = find(resolve(target));

const require = createRequire(import.meta.url);
for (const module of required) require(module);
process.on('SIGTERM', () => app.quit());
process.on('SIGINT', () => app.quit());

app.identify({ path: root, name, version });
// Chromium starts while the app's main module loads; `ready` comes after both, as in Electron.
const launched = app.launchChromium(argv.includes('--no-sandbox') || process.getuid?.() === 0);
await Promise.all([import(pathToFileURL(main).href), launched]);
app.becomeReady();

/** Sorts the command line. The first bare word is the app; what follows is the app's own business. */
function read(argv: readonly string[]): { required: string[]; target: string } {
  const required: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i] ?? '';
    if (argument === '-r' || argument === '--require') required.push(argv[++i] ?? '');
    else if (!argument.startsWith('-')) return { required, target: argument };
  }
  return { required, target: '.' };
}

function find(target: string): { root: string; main: string; name: string; version: string } {
  const isFolder = statSync(target).isDirectory();
  const root = isFolder ? target : dirname(target);
  const file = join(root, 'package.json');
  // The app's own package.json, in the shape npm prescribes.
  const pkg = JSON.parse(readFileSync(file, 'utf8')) as { main?: string; name?: string; productName?: string; version?: string };
  return { root, main: isFolder ? join(root, pkg.main ?? 'index.js') : target, name: pkg.productName ?? pkg.name ?? 'Electron', version: pkg.version ?? '0.0.0' };
}
