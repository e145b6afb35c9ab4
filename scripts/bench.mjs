/** `npm run bench [-- NAME…]`: runs the programs in bench/ one after the other; each prints one JSON object a line. Fails when one of them does. */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureMachine, findBrowser, makeLab } from './machine.mjs';
import { runChild } from './run.mjs';
import { ensureBuilt, ensureInstalled, giveUp, projectNode, root, say, toolEnv } from './setup.mjs';

ensureInstalled();
const wanted = process.argv.slice(2);
const all = readdirSync(join(root, 'bench')).filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts')).sort();
const chosen = wanted.length === 0 ? all : all.filter(file => wanted.includes(file.slice(0, -3)));
if (chosen.length === 0) giveUp(`There is no such benchmark; there are: ${all.map(file => file.slice(0, -3)).join(', ')}.`);
const notes = ensureMachine();
if (!ensureBuilt()) process.exit(1);

for (const note of notes) say(`Note: ${note}.`);
const browser = findBrowser();
const env = toolEnv(browser ? { WARD_CHROMIUM: browser } : {});

const failed = [];
for (const file of chosen) {
  // A network of its own for each, where pings may be sent as ordinary users send them, and devices be cut off.
  const { prefix = [], problem, remove } = makeLab();
  if (problem && file === chosen[0]) say(`Note: ${problem}.`);
  const [program, ...args] = [...prefix, projectNode, join(root, 'bench', file)];
  const code = await runChild(spawn(program, args, { cwd: root, env: { ...env, ...(problem ? {} : { WARD_LAB: '1' }) }, stdio: 'inherit' }));
  remove?.();
  if (code >= 130) process.exit(code);
  if (code !== 0) failed.push(file);
}
if (failed.length > 0) say(`Failed: ${failed.join(', ')}.`);
process.exit(failed.length > 0 ? 1 : 0);
