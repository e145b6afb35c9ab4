/** Long pieces of work: told of while they run, cancelled on demand, and awaited when the console stops. */
import { randomUUID } from 'node:crypto';
import type { JobRow } from '../../../shared/model/storage.ts';
import { AppError } from '../../../shared/rpc/contract.ts';
import type { Clock, Stop } from '../clock.ts';
import { LiveTable } from '../live/live-table.ts';

/** What a piece of work learns and tells. A signal that is aborted ends it soon, and nothing of it stays. */
export type Job = { readonly signal: AbortSignal; readonly tell: (now: Partial<Pick<JobRow, 'progress' | 'bytes' | 'rows' | 'message'>>) => void };

/** `done` rejects with what the work threw, or with `cancelled`. */
export type Started<T> = { readonly row: JobRow; readonly done: Promise<T> };

type Running = { readonly abort: AbortController; readonly ended: Promise<unknown> };

const kept = 20;
const flushMs = 250;

export class Jobs {
  readonly rows = new LiveTable<JobRow>();
  readonly #clock: Clock;
  readonly #report: (bug: unknown, what: string) => string;
  readonly #running = new Map<string, Running>();
  readonly #stopFlushing: Stop;
  #stopped = false;

  /** `report` is told of each bug that a piece of work meets, and answers with its incident id. */
  constructor(clock: Clock, report: (bug: unknown, what: string) => string) {
    this.#clock = clock;
    this.#report = report;
    this.#stopFlushing = clock.every(flushMs, () => this.rows.flush());
  }

  /** Begins. One of a kind at a time, and nothing beside a restore; otherwise throws `conflict`. */
  start<T>(kind: JobRow['kind'], file: string, work: (job: Job) => Promise<T>): Started<T> {
    if (this.#stopped) throw new AppError('unavailable', 'The console is stopping.');
    this.#refuseBeside(kind);
    const id = randomUUID();
    const row: JobRow = { id, kind, state: 'running', startedAt: this.#clock.now(), endedAt: null, progress: 0, file, bytes: 0, rows: kind === 'export' ? 0 : null, message: null };
    const abort = new AbortController();
    this.#show(row);
    this.#forgetOld();
    const tell: Job['tell'] = now => {
      const before = this.rows.get(id);
      if (before?.state === 'running') this.rows.upsert({ ...before, ...now });
    };
    const done = this.#run(id, abort.signal, () => work({ signal: abort.signal, tell }));
    const ended = done.catch(() => {}); // Told by its row.
    this.#running.set(id, { abort, ended });
    return { row, done };
  }

  /** Answers when it has ended, with how. One that ended before stays as it is. */
  async cancel(id: string): Promise<JobRow> {
    const running = this.#running.get(id);
    running?.abort.abort();
    await running?.ended;
    const row = this.rows.get(id);
    if (!row) throw new AppError('not-found', 'There is no such work; only the last 20 pieces are remembered.');
    return row;
  }

  /** Returns when nothing of this kind runs. */
  async idle(kind: JobRow['kind']): Promise<void> {
    for (const row of [...this.rows.values()]) if (row.kind === kind) await this.#running.get(row.id)?.ended;
  }

  /** Cancels what runs, and waits for its end. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { abort } of this.#running.values()) abort.abort();
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
    this.#stopFlushing();
  }

  async #run<T>(id: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await Promise.resolve(); // Whoever starts it is answered first.
    try {
      signal.throwIfAborted();
      const value = await work();
      this.#end(id, { state: 'done', progress: 1 });
      return value;
    } catch (error) {
      // Whatever it stumbled over once it had to end is no failure.
      if (signal.aborted) {
        this.#end(id, { state: 'cancelled', message: null });
        throw new AppError('cancelled', 'It was cancelled; nothing of it was kept.');
      }
      if (error instanceof AppError) {
        this.#end(id, { state: 'failed', message: error.message });
        throw error;
      }
      const message = `It failed inside the console (incident ${this.#report(error, this.rows.get(id)?.kind ?? 'job')}); its log says more.`;
      this.#end(id, { state: 'failed', message });
      throw new AppError('internal', message);
    }
  }

  #end(id: string, how: Pick<JobRow, 'state'> & Partial<JobRow>): void {
    this.#running.delete(id);
    const before = this.rows.get(id);
    if (before) this.#show({ ...before, ...how, endedAt: this.#clock.now() });
  }

  #show(row: JobRow): void {
    this.rows.upsert(row);
    this.rows.flush();
  }

  #refuseBeside(kind: JobRow['kind']): void {
    const other = [...this.rows.values()].find(row => row.state === 'running' && (row.kind === kind || row.kind === 'restore' || kind === 'restore'));
    if (other) throw new AppError('conflict', `${named[other.kind]} is under way; wait for its end, or cancel it.`);
  }

  #forgetOld(): void {
    const ended = [...this.rows.values()].filter(row => row.state !== 'running');
    for (const row of ended.slice(0, Math.max(0, this.rows.size - kept))) this.rows.remove(row.id);
  }
}

const named = { backup: 'A backup', export: 'An export', restore: 'A restore' } as const satisfies Record<JobRow['kind'], string>;
