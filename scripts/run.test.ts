import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

let scratch = '';
let script = '';

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'run-'));
  script = join(scratch, 'wrapper.mjs');
  // A command like ours: it runs a program that does what the first argument says, then tells its process id.
  writeFileSync(script, `
    import { spawn } from 'node:child_process';
    import { runChild } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'run.mjs')).href)};
    const child = spawn(process.execPath, ['-e', process.argv[2] + '; console.log(process.pid)'], { stdio: 'inherit' });
    process.exit(await runChild(child));
  `);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const waits = 'process.on("SIGTERM", () => process.exit(7)); setInterval(() => {}, 1000)';

/** Settles when the process is gone; the test's own deadline is its limit. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      // No such process: what was waited for.
      return;
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

test.skipIf(process.platform === 'win32')("a signal reaches the program, and its exit code comes back", async () => {
  const wrapper = spawn(process.execPath, [script, waits], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(wrapper.stdout, 'data');
  wrapper.kill('SIGTERM');
  await once(wrapper, 'exit');
  expect(wrapper.exitCode).toBe(7);
});

test.skipIf(process.platform === 'win32')('a program ends with the shell that npm started it through', async () => {
  // `true` keeps the shell from becoming the command, as npm's shell does not.
  const shell = spawn('sh', ['-c', `"${process.execPath}" "${script}" '${waits}'; true`], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, npm_lifecycle_event: 'serve' } });
  const [said] = (await once(shell.stdout, 'data')).map(String);
  shell.kill('SIGTERM');
  await gone(Number(said));
  expect(Number(said)).toBeGreaterThan(0);
});
