/** Child processes of a probe: a bounded number at a time, each with a deadline, their output line by line, all ended together. */
import { type ChildProcess, spawn } from 'node:child_process';

type Run = {
  readonly command: string;
  readonly args: readonly string[];
  /** Its errors come between its output, as written. By way of `sh`, which Windows does not have. */
  readonly oneStream?: boolean;
  /** How long it may wait for its turn. */
  readonly patienceMs: number;
  /** How long it may run before it is killed. */
  readonly deadlineMs: number;
  readonly onStart?: () => void;
  readonly onLine: (line: string) => void;
};

/** `ended` also after a kill at the deadline; whoever asked knows its own time. `unable`: it never ran, and why (ENOENT: not installed). */
type RunOutcome = { readonly kind: 'ended' } | { readonly kind: 'unable'; readonly reason: string };

/** Lines longer than this are cut: no program we start writes any. */
const longestLine = 4_096;

export class Children {
  readonly #limit: number;
  readonly #running = new Set<ChildProcess>();
  readonly #queue = new Set<() => void>();
  #closed = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Never rejects. */
  async run(run: Run): Promise<RunOutcome> {
    if (this.#closed) return closed;
    if (this.#running.size >= this.#limit && !(await this.#turn(run.patienceMs))) return this.#closed ? closed : { kind: 'unable', reason: `More than ${this.#limit} ${run.command} processes are needed at a time.` };
    return this.#start(run);
  }

  /** Kills what runs and refuses the rest; resolves when all have ended. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const wake of this.#queue) wake();
    await Promise.all([...this.#running].map(ended));
  }

  /** True once a place is free; false when patience ran out first. */
  #turn(patienceMs: number): Promise<boolean> {
    return new Promise(resolve => {
      const leave = (): void => {
        clearTimeout(timer);
        this.#queue.delete(leave);
        resolve(!this.#closed && this.#running.size < this.#limit);
      };
      const timer = setTimeout(leave, patienceMs);
      this.#queue.add(leave);
    });
  }

  #start(run: Run): Promise<RunOutcome> {
    return new Promise(resolve => {
      // Output is read by machine: without translation.
      const [command, args] = run.oneStream ? ['sh', ['-c', 'command -v "$0" >/dev/null || exit 127; exec "$0" "$@" 2>&1', run.command, ...run.args]] as const : [run.command, run.args] as const;
      const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C' }, windowsHide: true });
      this.#running.add(child);
      const deadline = setTimeout(() => child.kill('SIGKILL'), run.deadlineMs);
      const end = (outcome: RunOutcome): void => {
        clearTimeout(deadline);
        if (!this.#running.delete(child)) return;
        resolve(this.#closed ? closed : outcome);
        const [next] = this.#queue;
        next?.();
      };
      child.once('spawn', () => run.onStart?.());
      const notInstalled = { kind: 'unable', reason: `${run.command} is not installed.` } as const;
      child.once('error', error => end(errorCode(error) === 'ENOENT' ? notInstalled : { kind: 'unable', reason: `${run.command} could not be started (${error.message}).` }));
      child.once('close', code => end(run.oneStream && code === 127 ? notInstalled : { kind: 'ended' }));
      eachLine(child.stdout, run.onLine);
      eachLine(child.stderr, run.onLine);
    });
  }
}

const closed: RunOutcome = { kind: 'unable', reason: 'The pinger was closed.' };

const ended = (child: ChildProcess): Promise<void> =>
  new Promise(resolve => {
    child.once('close', () => resolve());
    child.kill('SIGKILL');
  });

const errorCode = (error: Error): unknown => ('code' in error ? error.code : undefined);

function eachLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split(/\r?\n/);
    rest = (lines.pop() ?? '').slice(0, longestLine);
    for (const line of lines) onLine(line);
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}
