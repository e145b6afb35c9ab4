/**
 * Keeps the write-ahead log short. SQLite folds it into the file by itself while nobody reads for long; a reader that does not let go makes it grow with every write. Our own
 * readers are short by construction; another program's is not, so beyond a limit samples are not written, and counted, until it lets go.
 */
import { statSync } from 'node:fs';
import type { Db } from './connection.ts';

export type LogLimits = {
  /** From here on the log is folded in by hand. */
  readonly foldBytes: number;
  /** From here on samples are not written. */
  readonly holdBytes: number;
};

export const usualLimits: LogLimits = { foldBytes: 24 * 2 ** 20, holdBytes: 128 * 2 ** 20 };
const busyTimeoutMs = 2_000;
/** Decisions go on being written: it is tried again for every so much that they add. */
const againBytes = 2 ** 20;

const guards = new WeakMap<Db, LogGuard>();

/** Null for a connection that nobody guards: one in a test, say. */
export const guardOf = (db: Db): LogGuard | null => guards.get(db) ?? null;

export class LogGuard {
  readonly #db: Db;
  readonly #file: string;
  readonly #limits: LogLimits;
  #triedAtBytes = 0;
  #held = false;

  constructor(db: Db, file: string, limits: LogLimits = usualLimits) {
    this.#db = db;
    this.#file = `${file}-wal`;
    this.#limits = limits;
    guards.set(db, this);
  }

  /** Someone reads, and the log is as long as it may become. */
  get held(): boolean {
    return this.#held;
  }

  /** After each operation; does nothing while the log is short. */
  look(): void {
    const bytes = this.#bytes();
    if (bytes < this.#limits.foldBytes) {
      this.#held = false;
      this.#triedAtBytes = 0;
      return;
    }
    if (!this.#held && bytes < this.#triedAtBytes + againBytes) return;
    this.#triedAtBytes = this.#fold() ? 0 : bytes;
    this.#held = this.#bytes() >= this.#limits.holdBytes;
  }

  #bytes(): number {
    return statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Folds in what can be, without waiting for anybody; true when all was, and the log is empty. */
  #fold(): boolean {
    this.#db.pragma('busy_timeout = 0');
    try {
      const [row] = this.#db.pragma('wal_checkpoint(TRUNCATE)') as { readonly busy: number }[]; // The pragma's documented result shape.
      return row?.busy === 0;
    } finally {
      this.#db.pragma(`busy_timeout = ${busyTimeoutMs}`);
    }
  }
}
