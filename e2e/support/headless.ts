/** The headless console as a user starts it, and its data folder. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../../out/main/engine/headless.js', import.meta.url));

export type Headless = { readonly url: string; readonly child: ChildProcess; readonly output: () => string; stop(): Promise<number | null> };

/** Runs the built console; resolves with its URL, or rejects with what it said when it ended. */
export async function startHeadless(dataDir: string, args: readonly string[] = []): Promise<Headless> {
  const started = await runHeadless(['--data', dataDir, ...(args.includes('--listen') ? [] : ['--listen', '127.0.0.1:0']), ...args]);
  if (started.url === null) throw new Error(`the console ended (${String(started.exitCode)}): ${started.output()}`);
  const { child, output, url } = started;
  return {
    url, child, output,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill('SIGTERM');
      await once(child, 'exit');
      return child.exitCode;
    },
  };
}

/** Resolves when the console prints its URL or ends. */
export async function runHeadless(args: readonly string[]): Promise<{ readonly child: ChildProcess; readonly url: string | null; readonly exitCode: number | null; output(): string }> {
  // The test runner's colour settings make Node print a warning of its own.
  const { FORCE_COLOR: _force, NO_COLOR: _no, ...env } = process.env;
  const child = spawn(process.execPath, [entry, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise<string | null>(resolve => {
    lines.on('line', line => {
      const found = /http:\/\/\S+/.exec(line)?.[0];
      if (found) resolve(found);
    });
    child.once('close', () => resolve(null)); // After its last words.
  });
  return { child, url, exitCode: child.exitCode, output: () => output };
}
