/** Entry under plain Node: the engine and the browser console, on loopback. Prints one line with the URL, and one sentence where it cannot. */
import './frugal-memory.ts';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startEngine, StartRefused, type Engine } from './engine.ts';
import { parseHeadlessOptions, tokenFrom, UsageError, usage, type HeadlessOptions } from './headless-options.ts';
import { describe, messageOf } from './log.ts';
import { writeEndpoint, type Endpoint } from './serving/endpoint.ts';
import { listen, type Listener } from './serving/listener.ts';

const stopDeadlineMs = 4_500;
const exitUsage = 2;
const exitRefused = 1;
const exitBug = 70;

// Whatever this process creates is its user's alone, also in a folder that others may enter.
process.umask(0o077);

const say = (sentence: string): void => void process.stderr.write(`${sentence}\n`);

async function main(): Promise<void> {
  const options = parseHeadlessOptions(process.argv.slice(2), process.env);
  if (options === 'help') return void process.stdout.write(usage);
  // From the first moment on: a signal that comes while starting ends what has been started.
  const stopAsked = new Promise<void>(resolve => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, resolve);
  });
  const version = productVersion();
  const token = tokenFrom(options.tokenFile);
  const engine = await startEngine({ dataDir: options.dataDir, version, dataKey: null, onFatal: () => process.exit(exitBug) });
  const listener = await orStop(engine, listenerOf(engine, options, token));
  const host = listener.host.includes(':') ? `[${listener.host}]` : listener.host;
  const removeEndpoint = await orStop(engine, announce(options.dataDir, { url: `ws://${host}:${listener.port}/contract`, token, pid: process.pid, version }));
  process.stdout.write(`Ward Console: http://${host}:${listener.port}/#token=${token}\n`);
  if (engine.notice) say(engine.notice);

  await stopAsked;
  setTimeout(() => process.exit(exitBug), stopDeadlineMs).unref();
  removeEndpoint();
  await listener.close();
  await engine.stop();
  process.exit(0);
}

/** What cannot be started ends the engine first: everything written, the folder free. */
async function orStop<T>(engine: Engine, started: Promise<T>): Promise<T> {
  try {
    return await started;
  } catch (error) {
    await engine.stop();
    throw error;
  }
}

async function announce(dataDir: string, endpoint: Endpoint): Promise<() => void> {
  try {
    return writeEndpoint(dataDir, endpoint);
  } catch (error) {
    throw new StartRefused(`The endpoint file in "${dataDir}" cannot be written (${messageOf(error)}); make it writable, free some space, or choose another folder with --data.`);
  }
}

async function listenerOf(engine: Engine, { host, port, readOnly }: HeadlessOptions, token: string): Promise<Listener> {
  try {
    return await listen({ host, port, token, pageDir: pageDir(), serve: pipe => engine.serve(pipe, readOnly), report: engine.report });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'EADDRINUSE') throw new StartRefused(`Port ${port} on ${host} is already taken by another program; choose another with --listen ${host}:PORT (0 picks a free one).`);
    if (code === 'EACCES') throw new StartRefused(`Port ${port} may not be opened by this user; choose one above 1023 with --listen ${host}:PORT.`);
    if (code === 'EADDRNOTAVAIL') throw new StartRefused(`${host} is not an address of this computer; choose one with --listen 127.0.0.1:PORT.`);
    throw error;
  }
}

/** The built page: beside the built engine, or in out/ when the engine runs from its sources. */
function pageDir(): string | null {
  const candidates = ['../../renderer', '../../out/renderer'].map(path => fileURLToPath(new URL(path, import.meta.url)));
  return candidates.find(folder => existsSync(`${folder}/index.html`) && existsSync(`${folder}/assets`)) ?? null;
}

function productVersion(): string {
  const file = ['../../package.json', '../../../package.json'].map(path => fileURLToPath(new URL(path, import.meta.url))).find(existsSync);
  if (!file) throw new Error(`no package.json above ${fileURLToPath(import.meta.url)}`);
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof parsed === 'object' && parsed !== null && 'version' in parsed && typeof parsed.version === 'string') return parsed.version;
  throw new Error(`${file} has no version`);
}

main().catch((error: unknown) => {
  if (error instanceof UsageError) {
    say(error.message);
    process.exit(exitUsage);
  }
  say(error instanceof StartRefused ? error.message : describe(error));
  process.exit(error instanceof StartRefused ? exitRefused : exitBug);
});
