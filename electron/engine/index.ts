/** Entry in Electron's utilityProcess: takes the start message, serves each window's port, stops when told. */
import './frugal-memory.ts';
import { randomBytes } from 'node:crypto';
import type { FromEngine, ToEngine } from '../../shared/api/engine-process.ts';
import { defaultDataDir } from './data-dir.ts';
import { startEngine, StartRefused, type Engine } from './engine.ts';
import { describe } from './log.ts';
import { electronPortPipe, type ElectronPort } from './pipes.ts';
import { writeEndpoint } from './serving/endpoint.ts';
import { listen, type Listener } from './serving/listener.ts';

/** Electron's parentPort, as far as it is used; typed here because the engine does not import Electron. */
type ParentPort = {
  postMessage(message: FromEngine): void;
  on(event: 'message', listener: (event: { readonly data: ToEngine; readonly ports: readonly ElectronPort[] }) => void): void;
};

const exitBug = 70;
const parent = (process as unknown as { readonly parentPort?: ParentPort }).parentPort; // Electron puts it there in a utilityProcess and nowhere else.
if (!parent) throw new Error('this is the entry of a utilityProcess; under plain Node start headless');

// Whatever this process creates is its user's alone, also in a folder that others may enter.
process.umask(0o077);

type Started = { readonly engine: Engine; readonly listener: Listener; readonly removeEndpoint: () => void };
let started: Promise<Started> | null = null;

parent.on('message', ({ data, ports }) => {
  switch (data.kind) {
    case 'start':
      started ??= start(data);
      started.then(
        () => parent.postMessage({ kind: 'ready' }),
        (error: unknown) => {
          if (!(error instanceof StartRefused)) return die(error);
          parent.postMessage({ kind: 'refused', message: error.message });
        },
      );
      return;
    case 'serve':
      for (const port of ports) started?.then(({ engine }) => engine.serve(electronPortPipe(port), false), () => port.close());
      return;
    case 'stop':
      void stop().then(() => process.exit(0), die);
  }
});

/** Other programs of the user reach this console through the endpoint file, as they reach a headless one. */
async function start({ dataDir: chosen, version, dataKey }: Extract<ToEngine, { kind: 'start' }>): Promise<Started> {
  const dataDir = chosen ?? defaultDataDir();
  const token = randomBytes(32).toString('base64url');
  const engine = await startEngine({ dataDir, version, dataKey, onFatal: () => process.exit(exitBug) });
  const listener = await listen({ host: '127.0.0.1', port: 0, token, pageDir: null, serve: pipe => engine.serve(pipe, false), report: engine.report });
  const removeEndpoint = writeEndpoint(dataDir, { url: `ws://127.0.0.1:${listener.port}/contract`, token, pid: process.pid, version });
  return { engine, listener, removeEndpoint };
}

async function stop(): Promise<void> {
  const running = await started?.catch(() => null);
  if (!running) return;
  running.removeEndpoint();
  await running.listener.close();
  await running.engine.stop();
}

function die(error: unknown): void {
  process.stderr.write(`${describe(error)}\n`);
  process.exit(exitBug);
}
