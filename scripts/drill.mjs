/** `npm run drill [-- --until 08:00 --devices 400]`: a scripted day of a bank through the whole engine, and whether an operator got exactly what they should have. */
import { join } from 'node:path';
import { become } from './run.mjs';
import { ensureInstalled, root } from './setup.mjs';

ensureInstalled();
await become([join(root, 'scripts', 'drill', 'main.ts'), ...process.argv.slice(2)]);
