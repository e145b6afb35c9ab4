import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { takeLock, type SecondInstance } from './single-instance.ts';

const folder = mkdtempSync(join(tmpdir(), 'ward-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Another process that tries to take the lock of `folder`, and dies without tidying up; answers whether it did. */
async function another(name: string): Promise<unknown> {
  const script = join(folder, 'another.mjs');
  const lock = new URL('./single-instance.ts', import.meta.url).href;
  writeFileSync(script, `import { takeLock } from ${JSON.stringify(lock)};\nprocess.send(null !== takeLock(process.argv[2], { argv: ['app', process.argv[3]], workingDirectory: '/' }, () => {}), () => process.kill(process.pid, 'SIGKILL'));`);
  const child = fork(script, [join(folder, 'user data'), name]);
  const [[took]] = await Promise.all([once(child, 'message'), once(child, 'exit')]);
  return took;
}

test('a lock left by a dead process is taken; while it is held, another process is refused and the holder told', async () => {
  expect(await another('dead')).toBe(true);
  const told = Promise.withResolvers<SecondInstance>();
  const release = takeLock(join(folder, 'user data'), { argv: [], workingDirectory: '/' }, told.resolve);
  expect(release).not.toBeNull();
  expect(await another('second')).toBe(false);
  expect(await told.promise).toEqual({ argv: ['app', 'second'], workingDirectory: '/' });
  release?.();
  expect(await another('third')).toBe(true);
});
