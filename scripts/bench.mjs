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

// Where pings may be sent as ordinary users send them, and devices be cut off.
const lab = makeLab();
if (lab.problem) notes.push(lab.problem);
for (const note of notes) say(`Note: ${note}.`);
const browser = findBrowser();
const env = toolEnv({ ...(lab.prefix ? { WARD_LAB: '1' } : {}), ...(browser ? { WARD_CHROMIUM: browser } : {}) });

const failed = [];
let stoppedWith = 0;
try {
  for (const file of chosen) {
    const [program, ...args] = [...(lab.prefix ?? []), projectNode, join(root, 'bench', file)];
    const code = await runChild(spawn(program, args, { cwd: root, env, stdio: 'inherit' }));
    if (code >= 130) {
      stoppedWith = code;
      break;
    }
    if (code !== 0) failed.push(file);
  }
} finally {
  lab.remove?.();
}
if (failed.length > 0) say(`Failed: ${failed.join(', ')}.`);
process.exit(stoppedWith || (failed.length > 0 ? 1 : 0));
