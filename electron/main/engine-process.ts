/** Keeps the engine process running: starts it, hands it the windows' ports, starts it again within a crash budget, stops it with a deadline. */
import { MessageChannelMain, utilityProcess, type MessagePortMain, type UtilityProcess } from 'electron';
import type { FromEngine, ToEngine } from '../../shared/api/engine-process.ts';
import type { EngineStatus } from '../../shared/api/shell.ts';
import { afterCrash } from './crash-budget.ts';
import type { VaultResult } from './vault.ts';

const stopDeadlineMs = 5_000;

export type EngineProcessOptions = {
  /** The built entry of the engine. */
  readonly entry: string;
  readonly env: Record<string, string>;
  readonly dataDir: string | null;
  readonly version: string;
  /** Asked at every start; a refusal is shown and nothing is started. */
  readonly unlock: () => Promise<VaultResult>;
};

type State =
  | { readonly kind: 'starting' | 'running'; readonly child: UtilityProcess | null }
  | { readonly kind: 'restarting'; readonly timer: NodeJS.Timeout }
  | { readonly kind: 'stopped'; readonly reason: string }
  /** The app is ending. */
  | { readonly kind: 'ending' };

export class EngineProcess {
  readonly #options: EngineProcessOptions;
  readonly #statusListeners = new Set<(status: EngineStatus) => void>();
  readonly #readyListeners = new Set<() => void>();
  #state: State = { kind: 'stopped', reason: 'The engine has not been started.' };
  #crashes: readonly number[] = [];
  #lastCrash: string | null = null;
  #stopping: Promise<void> | null = null;

  constructor(options: EngineProcessOptions) {
    this.#options = options;
  }

  get status(): EngineStatus {
    const state = this.#state.kind === 'ending' ? 'stopped' : this.#state.kind;
    const reason = this.#state.kind === 'stopped' ? this.#state.reason : state === 'restarting' ? this.#lastCrash : null;
    return { id: 'engine', state, crashes: this.#crashes.length, reason };
  }

  /** Calls back at every change of `status`. Returns stop. */
  onStatus(listener: (status: EngineStatus) => void): () => void {
    this.#statusListeners.add(listener);
    return () => this.#statusListeners.delete(listener);
  }

  /** Calls back each time an engine has begun to serve: ports of an earlier one are dead. Returns stop. */
  onReady(listener: () => void): () => void {
    this.#readyListeners.add(listener);
    return () => this.#readyListeners.delete(listener);
  }

  /** Starts a stopped or waiting engine with a fresh crash budget; otherwise does nothing. */
  start(): void {
    if (this.#state.kind !== 'stopped' && this.#state.kind !== 'restarting') return;
    if (this.#state.kind === 'restarting') clearTimeout(this.#state.timer);
    this.#crashes = [];
    this.#launch();
  }

  /** A new connection to the running engine, or null while there is none: `onReady` tells when to ask again. */
  connect(): MessagePortMain | null {
    if (this.#state.kind !== 'running' || !this.#state.child) return null;
    const { port1, port2 } = new MessageChannelMain();
    this.#state.child.postMessage({ kind: 'serve' } satisfies ToEngine, [port1]);
    return port2;
  }

  /** Asks the engine to stop, and kills it when it has not ended in 5 s. Nothing starts again after this; a second call waits for the first. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const before = this.#state;
    this.#enter({ kind: 'ending' });
    if (before.kind === 'restarting') clearTimeout(before.timer);
    if ((before.kind !== 'running' && before.kind !== 'starting') || !before.child) return;
    await end(before.child);
  }

  #enter(state: State): void {
    this.#state = state;
    for (const listener of this.#statusListeners) listener(this.status);
  }

  #launch(): void {
    this.#enter({ kind: 'starting', child: null });
    this.#options.unlock().then(
      vault => {
        if (this.#state.kind !== 'starting') return;
        if (vault.kind === 'refused') this.#enter({ kind: 'stopped', reason: vault.message });
        else this.#fork(vault.dataKey);
      },
      (error: unknown) => {
        if (this.#state.kind === 'starting') this.#enter({ kind: 'stopped', reason: `The engine could not be started: ${error instanceof Error ? error.message : String(error)}.` });
      },
    );
  }

  #fork(dataKey: string | null): void {
    const { entry, env, dataDir, version } = this.#options;
    const child = utilityProcess.fork(entry, [], { serviceName: 'Ward Console engine', env, stdio: ['ignore', 'inherit', 'pipe'] });
    const lastWords = new LastWords();
    child.stderr?.on('data', (bytes: Buffer) => {
      process.stderr.write(bytes);
      lastWords.hear(bytes);
    });
    child.on('message', (message: FromEngine) => this.#hear(child, message));
    child.once('exit', code => this.#ended(child, code, lastWords.line));
    // The key goes by message: arguments and environment can be read by other processes.
    child.postMessage({ kind: 'start', dataDir, version, dataKey } satisfies ToEngine);
    // No deadline until `ready`: bringing a large file to a new version may take minutes, and the status says "starting".
    this.#enter({ kind: 'starting', child });
  }

  #hear(child: UtilityProcess, message: FromEngine): void {
    if (!this.#isCurrent(child)) return;
    switch (message.kind) {
      case 'ready':
        this.#enter({ kind: 'running', child });
        for (const listener of this.#readyListeners) listener();
        return;
      case 'refused':
        // Told as stopped once it has ended: a new engine must not find the old one still holding the database.
        this.#enter({ kind: 'starting', child: null });
        void end(child).then(() => {
          if (this.#state.kind === 'starting') this.#enter({ kind: 'stopped', reason: message.message });
        });
        return;
      default:
        message satisfies never;
    }
  }

  #ended(child: UtilityProcess, code: number, lastWords: string): void {
    if (!this.#isCurrent(child)) return;
    this.#lastCrash = `The engine ended unexpectedly (code ${code}${lastWords && `: ${lastWords}`}).`;
    const next = afterCrash(this.#crashes, performance.now());
    this.#crashes = next.crashes;
    if (next.kind === 'stop') return this.#enter({ kind: 'stopped', reason: `${this.#lastCrash} It has now done so ${next.crashes.length} times within five minutes, and was not started again.` });
    this.#enter({ kind: 'restarting', timer: setTimeout(() => this.#launch(), next.delayMs) });
  }

  #isCurrent(child: UtilityProcess): boolean {
    return (this.#state.kind === 'starting' || this.#state.kind === 'running') && this.#state.child === child;
  }
}

/** Resolves when the process has ended, by itself or killed after the deadline. */
function end(child: UtilityProcess): Promise<void> {
  return new Promise(resolve => {
    const { pid } = child;
    const deadline = setTimeout(() => {
      // Not child.kill(): that is SIGTERM, and an engine that hangs does not hear it.
      if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
    }, stopDeadlineMs);
    child.once('exit', () => {
      clearTimeout(deadline);
      resolve();
    });
    if (pid === undefined) {
      clearTimeout(deadline);
      return resolve(); // It has ended already, or never came up.
    }
    child.postMessage({ kind: 'stop' } satisfies ToEngine);
  });
}

/** Remembers the last line of an error output that names an error. */
class LastWords {
  #tail = '';

  hear(bytes: Buffer): void {
    this.#tail = (this.#tail + bytes.toString('utf8')).slice(-4_096);
  }

  get line(): string {
    const line = this.#tail.split('\n').findLast(line => /^\s*(Uncaught )?\w*Error\b/.test(line)) ?? '';
    return line.trim().slice(0, 300);
  }
}
