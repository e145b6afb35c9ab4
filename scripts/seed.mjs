/** `npm run seed -- --devices 1000 --days 365 [--data DIR]`: fills a data folder with plausible history, for trying and for benchmarks. */
import { join } from 'node:path';
import { become } from './run.mjs';
import { ensureInstalled, root } from './setup.mjs';

ensureInstalled();
await become([join(root, 'scripts', 'seed.ts'), ...process.argv.slice(2)]);
