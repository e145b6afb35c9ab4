/**
 * `npm run -s ward -- OPERATION [JSON] [--data DIR] [--once]`: calls an operation of the console that is running here and prints JSON.
 * `npm run -s ward -- selftest` needs no console: it tries every way of pinging on this computer.
 * Exit code 0; 1: the operation failed; 2: the command line is wrong, or no console is running.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { defaultDataDir } from '../electron/engine/data-dir.ts';
import { api, type Api } from '../shared/api/index.ts';
import { connect, type Client } from '../shared/rpc/client.ts';
import { AppError, type Asked, type Pipe, type Watched } from '../shared/rpc/contract.ts';
import { runSelfTest } from './ward-selftest.ts';
import { listing, readArguments, readJson, type OperationName, type WardCall } from './ward-arguments.ts';

const connectDeadlineMs = 5_000;
const answerDeadlineMs = 120_000;
const wrongToken = 4401;
/** RFC 6455, section 7.4.1: the message was too big. */
const tooLarge = 1009;

/** Written by a running console into its data folder, readable by its user only. */
const Endpoint = z.object({ url: z.url({ protocol: /^wss?$/ }), token: z.string().regex(/^[\w.~-]+$/) });
type Endpoint = z.output<typeof Endpoint>;

/** Ends the command with one sentence. */
class Ending extends Error {
  readonly exitCode: number;
  constructor(exitCode: 1 | 2, sentence: string) {
    super(sentence);
    this.exitCode = exitCode;
  }
}

/** The exit code. */
async function run(): Promise<0 | 1> {
  const read = readArguments(process.argv.slice(2));
  if (read.kind === 'wrong') throw new Ending(2, read.sentence);
  if (read.kind === 'list') {
    await print(`npm run -s ward -- OPERATION [JSON | -] [--data DIR] [--once]\nnpm run -s ward -- selftest\n\n${listing()}\n`);
    return 0;
  }
  if (read.kind === 'selftest') {
    const { text: table, exitCode } = await runSelfTest();
    await print(table);
    return exitCode;
  }
  const input = await inputOf(read.call);
  const dataDir = read.call.dataDir ?? defaultDataDir();
  const pipe = await openSocket(readEndpoint(dataDir), dataDir);
  const client = connect<Api>(pipe);
  const { name, once: onlyFirst } = read.call;
  try {
    await (isLive(name) ? follow(client, name, input, onlyFirst) : ask(client, name, input));
    return 0;
  } catch (error) {
    if (pipe.closedWith() === tooLarge) throw new Ending(1, `${name} was given more than the console takes at once; split it.`);
    throw pipe.closedWith() === wrongToken ? tokenRefused(dataDir) : error;
  } finally {
    pipe.close();
  }
}

const isLive = (name: OperationName): name is Watched<Api> => api[name].kind === 'live';

async function inputOf({ name, json }: WardCall): Promise<unknown> {
  if (json === null) {
    if (!api[name].input.safeParse({}).success) throw new Ending(2, `${name} needs a JSON value: npm run -s ward -- ${name} '{"…": …}'; docs/contract.md shows its shape.`);
    return {};
  }
  const read = readJson(json === '-' ? await text(process.stdin) : json);
  if (read.kind === 'wrong') throw new Ending(2, read.sentence);
  return read.value;
}

const notRunning = (dataDir: string): Ending => new Ending(2, `No console is running with the data folder ${dataDir}; start one with "npm start" or "npm run serve", or name its folder with --data DIR.`);

function readEndpoint(dataDir: string): Endpoint {
  const file = join(dataDir, 'endpoint.json');
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    // Node's file errors carry a code.
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES') throw new Ending(2, `${file} may be read only by the user that the console runs as; call this command as that user.`);
    throw notRunning(dataDir);
  }
  const json = readJson(content);
  const endpoint = Endpoint.safeParse(json.kind === 'value' ? json.value : undefined);
  if (!endpoint.success) throw new Ending(2, `${file} is damaged; restart the console, which writes it anew.`);
  return endpoint.data;
}

/** `closedWith` is the WebSocket's close code, null while it is open. */
type SocketPipe = Pipe & { closedWith(): number | null };

/** Opens the console's WebSocket, one JSON text a message. Rejects when nobody answers. */
function openSocket({ url, token }: Endpoint, dataDir: string): Promise<SocketPipe> {
  return new Promise((resolve, reject) => {
    let closeCode: number | null = null;
    const socket = new WebSocket(url, ['ward', token]);
    const deadline = setTimeout(() => {
      reject(new Ending(1, `The console at ${url} did not answer within ${connectDeadlineMs / 1_000} s; restart it.`));
      socket.close();
    }, connectDeadlineMs);
    const pipe: SocketPipe = {
      post: message => socket.send(JSON.stringify(message)),
      onMessage: receive => socket.addEventListener('message', event => receive(JSON.parse(String(event.data)))),
      onClose: closed => socket.addEventListener('close', closed),
      close: () => socket.close(),
      closedWith: () => closeCode,
    };
    socket.addEventListener('open', () => {
      clearTimeout(deadline);
      resolve(pipe);
    });
    socket.addEventListener('close', ({ code }) => {
      clearTimeout(deadline);
      closeCode = code;
      // Too late once it is open; what is being asked then fails by itself.
      reject(code === wrongToken ? tokenRefused(dataDir) : notRunning(dataDir));
    });
  });
}

const tokenRefused = (dataDir: string): Ending => new Ending(1, `The console refused the token in ${join(dataDir, 'endpoint.json')}; restart the console, which writes a new one.`);

/** Pretty for a person, one line for a program. */
const shown = (value: unknown): string => `${JSON.stringify(value, null, process.stdout.isTTY ? 2 : undefined)}\n`;

async function print(line: string): Promise<void> {
  if (!process.stdout.write(line)) await once(process.stdout, 'drain');
}

async function ask(client: Client<Api>, name: Asked<Api>, input: unknown): Promise<void> {
  const signal = AbortSignal.timeout(answerDeadlineMs);
  try {
    // The input comes from the command line; the console checks it against the contract.
    await print(shown(await client.ask(name, input as never, signal)));
  } catch (error) {
    if (signal.aborted) throw new Ending(1, `${name} was not answered within ${answerDeadlineMs / 1_000} s.`);
    throw error;
  }
}

/** One line a batch until Ctrl-C, or the rows of the first. */
function follow(client: Client<Api>, name: Watched<Api>, input: unknown, onlyFirst: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      stop();
      resolve();
    };
    // As in `ask`: the console checks the input.
    const stop = client.watch(name, input as never, async batch => {
      if (!onlyFirst) return print(`${JSON.stringify(batch)}\n`);
      await print(shown(batch.upsert));
      end();
    }, reject);
    process.once('SIGINT', end);
    process.once('SIGTERM', end);
  });
}

// Whoever reads our output may stop reading at any time ("| head"): that is the end, not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  process.exitCode = await run();
} catch (error) {
  if (!(error instanceof Ending) && !(error instanceof AppError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof Ending ? error.exitCode : 1;
}
