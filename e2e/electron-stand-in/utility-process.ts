/** Electron's utilityProcess: a child on the same Node, with a port to its parent and ports handed over. */
import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import type { Readable } from 'node:stream';
import { app } from './app.ts';
import { TransferredPorts, type MessagePortMain } from './message-port.ts';

/** What goes over the child's channel, in both directions; structured clone, as between Electron's processes. */
export type Wire =
  | { readonly kind: 'message'; readonly message: unknown; readonly ports: readonly number[] }
  | { readonly kind: 'port'; readonly id: number; readonly message: unknown }
  | { readonly kind: 'port-close'; readonly id: number };

type ForkOptions = {
  readonly env?: NodeJS.ProcessEnv;
  readonly execArgv?: readonly string[];
  readonly cwd?: string;
  readonly stdio?: readonly ('pipe' | 'ignore' | 'inherit')[] | 'pipe' | 'ignore' | 'inherit';
  readonly serviceName?: string;
};

const childEntry = new URL('./utility-child.ts', import.meta.url);

class UtilityProcess extends EventEmitter {
  readonly #child: ChildProcess;
  readonly #ports = new TransferredPorts();
  #ended = false;

  constructor(modulePath: string, args: readonly string[], { env = process.env, execArgv = [], cwd, stdio = 'inherit' }: ForkOptions) {
    super();
    const [, out = 'inherit', error = 'inherit'] = typeof stdio === 'string' ? ['ignore', stdio, stdio] : stdio;
    this.#child = fork(childEntry, [modulePath, ...args], {
      env,
      execArgv: [...execArgv],
      ...(cwd !== undefined && { cwd }),
      serialization: 'advanced',
      stdio: ['ignore', out, error, 'ipc'],
    });
    const killed = (): void => void this.#child.kill('SIGKILL');
    process.once('exit', killed);
    this.#child.once('spawn', () => this.emit('spawn'));
    this.#child.on('message', message => this.#hear(message as Wire)); // utility-child.ts is the only sender.
    this.#child.once('exit', (code, signal) => {
      process.off('exit', killed);
      this.#ended = true;
      this.#ports.allClosed();
      // Electron gives what waitpid says; a signal has no exit code.
      this.emit('exit', code ?? (signal === 'SIGKILL' ? 9 : 15));
    });
    // A child that ends while a message is on its way to it reports EPIPE here; `exit` tells the same.
    this.#child.on('error', error => {
      if (!this.#child.killed && this.#child.connected) console.error('stand-in:', error);
    });
  }

  get pid(): number | undefined {
    return this.#ended ? undefined : this.#child.pid;
  }
  get stdout(): Readable | null {
    return this.#child.stdout;
  }
  get stderr(): Readable | null {
    return this.#child.stderr;
  }
  kill(): boolean {
    return !this.#ended && this.#child.kill('SIGTERM');
  }

  postMessage(message: unknown, transfer: readonly MessagePortMain[] = []): void {
    const { ids, begin } = this.#ports.give(
      transfer,
      (id, posted) => this.#send({ kind: 'port', id, message: posted }),
      id => this.#send({ kind: 'port-close', id }),
    );
    this.#send({ kind: 'message', message, ports: ids });
    begin();
  }

  #send(wire: Wire): void {
    if (this.#child.connected) this.#child.send(wire);
  }

  #hear(wire: Wire): void {
    switch (wire.kind) {
      case 'message':
        this.emit('message', wire.message);
        return;
      case 'port':
        return this.#ports.message(wire.id, wire.message);
      case 'port-close':
        return this.#ports.closed(wire.id);
      default:
        wire satisfies never;
    }
  }
}

export const utilityProcess = {
  fork(modulePath: string, args: readonly string[] = [], options: ForkOptions = {}): UtilityProcess {
    if (!app.isReady()) throw new Error('utilityProcess cannot be created before app is ready.');
    return new UtilityProcess(modulePath, args, options);
  },
};
