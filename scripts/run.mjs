/** Runs a program on behalf of this one: its output, its exit code, our signals, and no orphan left behind. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { projectNode, root, toolEnv } from './setup.mjs';

/** Runs the project's Node with `args` to its end, and ends this process with its exit code. */
export async function become(args) {
  process.exit(await runChild(spawn(projectNode, args, { cwd: root, env: toolEnv(), stdio: 'inherit' })));
}

/** Passes our signals on to the child until it ends, and answers with the exit code to end with. */
export function runChild(child) {
  const pass = signal => {
    // On a terminal, Ctrl-C reaches the whole group: passed on, it would arrive twice.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, pass);
  const stopWatching = onParentGone(() => child.kill('SIGTERM'));
  return new Promise(resolve => {
    child.once('error', error => {
      process.stderr.write(`${error.message}\n`);
      resolve(1);
    });
    child.once('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 1)));
  }).finally(() => {
    stopWatching();
    for (const signal of signals) process.off(signal, pass);
  });
}

/**
 * A signal that npm gets ends the shell between npm and us, and never reaches us; all that we see is that our parent is gone. Returns stop.
 * Only under npm: whoever starts a script by itself may well mean it to outlive its shell.
 */
export function onParentGone(gone) {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return () => {};
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    gone();
  }, 200);
  return () => clearInterval(watch);
}
