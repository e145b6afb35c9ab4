/** `npm run bench [-- NAME…]`: runs the programs in bench/ one after the other; each prints one JSON object a line. Fails when one of them does. */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './run.mjs';
import { ensureBuilt, ensureInstalled, giveUp, projectNode, root, say, toolEnv } from './setup.mjs';

ensureInstalled();
if (!ensureBuilt()) process.exit(1);
const wanted = process.argv.slice(2);
const all = readdirSync(join(root, 'bench')).filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts')).sort();
const chosen = wanted.length === 0 ? all : all.filter(file => wanted.includes(file.slice(0, -3)));
if (chosen.length === 0) giveUp(`There is no such benchmark; there are: ${all.map(file => file.slice(0, -3)).join(', ')}.`);

const failed = [];
for (const file of chosen) {
  const code = await runChild(spawn(projectNode, [join(root, 'bench', file)], { cwd: root, env: toolEnv(), stdio: 'inherit' }));
  if (code >= 130) process.exit(code);
  if (code !== 0) failed.push(file);
}
if (failed.length > 0) say(`Failed: ${failed.join(', ')}.`);
process.exit(failed.length > 0 ? 1 : 0);
