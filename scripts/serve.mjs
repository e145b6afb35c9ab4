/** `npm run serve -- [--data DIR] [--listen 127.0.0.1:PORT] [--token-file FILE] [--read-only]`: the engine and the browser console, without Electron. */
import { become } from './run.mjs';
import { ensureBuilt, ensureInstalled, headless } from './setup.mjs';

ensureInstalled();
if (!ensureBuilt()) process.exit(1);
await become([headless, ...process.argv.slice(2)]);
