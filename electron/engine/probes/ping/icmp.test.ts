import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

test.runIf(process.platform === 'linux')('a thread that hangs while it starts is given up, and both kinds of socket count as refused', async () => {
  const hangInThreads = `import { isMainThread } from 'node:worker_threads'; if (!isMainThread) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`;
  const script = `
    import { mock } from 'node:test';
    import { openIcmp } from ${JSON.stringify(new URL('./icmp.ts', import.meta.url).href)};
    mock.timers.enable({ apis: ['setTimeout'] });
    const opening = openIcmp(['icmp-dgram', 'icmp-raw']);
    mock.timers.tick(5_000);
    console.log(JSON.stringify(await opening));`;
  // The process also has to end by itself: nothing may hold on to the thread.
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 15_000,
    env: { ...process.env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hangInThreads)}` },
  });
  const reason = 'The ping thread did not start: it said nothing for 5 s.';
  expect(JSON.parse(stdout)).toEqual({ pinger: null, refused: [{ backend: 'icmp-dgram', reason }, { backend: 'icmp-raw', reason }] });
});
