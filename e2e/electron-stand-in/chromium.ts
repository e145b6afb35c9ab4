/** A headless Chromium of the machine, which never outlives this process. */
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cdp } from './cdp.ts';

const startDeadlineMs = 30_000;
const endDeadlineMs = 5_000;

/** Waits for its input to close, which also a killed parent causes, then ends Chromium and removes its profile, which Chromium's children may still be writing for a moment. */
const keeper = `profile=$1; shift
"$@" </dev/null & browser=$!
cat >/dev/null
exec 2>/dev/null # Nobody reads it any more, and writing to it would end this shell.
kill -9 $browser; wait $browser
for try in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$profile" && exit; sleep 0.1; done`;

export type Chromium = {
  readonly cdp: Cdp;
  /** Resolves when Chromium has ended. */
  close(): Promise<void>;
};

/** `switches` as from app.commandLine. Rejects when there is no Chromium or it does not start within 30 s. */
export async function launchChromium(switches: ReadonlyMap<string, string>, noSandbox: boolean): Promise<Chromium> {
  const executable = process.env['WARD_CHROMIUM'] ?? 'chromium';
  const profile = mkdtempSync(join(tmpdir(), 'ward-stand-in-'));
  const given = [...switches].filter(([name]) => name !== 'remote-debugging-port').map(([name, value]) => (value ? `--${name}=${value}` : `--${name}`));
  const own = [
    '--headless=new',
    ...(noSandbox ? ['--no-sandbox'] : []),
    '--no-first-run',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    // Electron treats file: as one origin; Chromium would refuse the page its own modules.
    '--allow-file-access-from-files',
    // Electron's pages are told when the other end of a port closes; Chromium has that behind a switch.
    '--enable-blink-features=MessagePortCloseEvent',
    `--user-data-dir=${profile}`,
    '--remote-debugging-port=0',
    '--no-startup-window',
  ];
  const child = spawn('/bin/sh', ['-c', keeper, 'chromium-keeper', profile, executable, ...own, ...given], { stdio: ['pipe', 'ignore', 'pipe'], detached: true });
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let heard = '';
    const fail = (why: string): void => {
      clearTimeout(deadline);
      child.stdin.end();
      reject(new Error(`The stand-in could not start "${executable}" (${why}). Install Chromium or set WARD_CHROMIUM. ${heard.slice(-500)}`));
    };
    const deadline = setTimeout(() => fail('no answer in 30 s'), startDeadlineMs);
    child.stderr.on('data', (bytes: Buffer) => {
      heard += bytes.toString('utf8');
      const [, found] = /^DevTools listening on (ws:\S+)/m.exec(heard) ?? [];
      if (found === undefined) return;
      clearTimeout(deadline);
      child.stderr.removeAllListeners('data').resume();
      resolve(found);
    });
    child.stderr.once('end', () => fail('it ended'));
    child.once('error', error => fail(error.message));
  });
  const cdp = await Cdp.connect(url);
  // Whoever drives the app looks for this line on its error output.
  process.stderr.write(`DevTools listening on ${url}\n`);
  return {
    cdp,
    async close() {
      child.stdin.end();
      await Promise.race([ended, new Promise(resolve => setTimeout(resolve, endDeadlineMs).unref())]);
    },
  };
}
