/** How many turns may begin: so many a second in all, and so many to one branch. A token bucket for each (RFC 2697 names the idea), a quarter of a second deep. */

const depthMs = 250;

class Bucket {
  #perMs = 0;
  #tokens = 0;
  #filledMs = 0;

  fill(perS: number, nowMs: number): void {
    if (this.#perMs === 0) this.#tokens = Infinity; // Full at first: cut down to its depth below.
    else this.#tokens += (nowMs - this.#filledMs) * this.#perMs;
    this.#perMs = perS / 1_000;
    this.#filledMs = nowMs;
    this.#tokens = Math.min(this.#tokens, Math.max(1, this.#perMs * depthMs));
  }

  get hasOne(): boolean {
    return this.#tokens >= 1;
  }

  take(): void {
    this.#tokens--;
  }
}

export type Limits = { readonly perS: number; readonly perBranchPerS: number };

export class Budget {
  #limits: Limits;
  readonly #all = new Bucket();
  readonly #branches = new Map<string, Bucket>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  set limits(limits: Limits) {
    this.#limits = limits;
  }

  /** Takes a token of each bucket. `full`: none is left in all; `later`: none for this branch. `branch` null: the limit for all alone. */
  take(branch: string | null, nowMs: number): 'taken' | 'later' | 'full' {
    this.#all.fill(this.#limits.perS, nowMs);
    if (!this.#all.hasOne) return 'full';
    const bucket = this.#bucketOf(branch, nowMs);
    if (bucket && !bucket.hasOne) return 'later';
    bucket?.take();
    this.#all.take();
    return 'taken';
  }

  #bucketOf(branch: string | null, nowMs: number): Bucket | null {
    if (branch === null) return null;
    const bucket = this.#branches.get(branch) ?? new Bucket();
    this.#branches.set(branch, bucket);
    bucket.fill(this.#limits.perBranchPerS, nowMs);
    return bucket;
  }
}
