/** `npm run -s ward -- OPERATION [JSON]`: calls an operation of the console that is running here. */
import { join } from 'node:path';
import { become } from './run.mjs';
import { ensureInstalled, root } from './setup.mjs';

ensureInstalled();
await become([join(root, 'scripts', 'ward-client.ts'), ...process.argv.slice(2)]);
