/** The last pings of one device, for conditions over a window. 8 bytes a ping: an estate's are gone through in one round, and what does not fit into the processor's caches takes most of its time. */

/** What one window holds. Times in us; NaN where nothing was answered. `jitterUs`: mean difference between one round trip and the next. */
export type WindowFigures = { readonly sent: number; readonly lost: number; readonly minUs: number; readonly avgUs: number; readonly maxUs: number; readonly jitterUs: number };

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export const noFigures = (): Mutable<WindowFigures> => ({ sent: 0, lost: 0, minUs: Number.NaN, avgUs: Number.NaN, maxUs: Number.NaN, jitterUs: Number.NaN });

/** Twelve days. */
const farthestMs = 2 ** 30;
const lostMark = -1;
const smallest = 16;

export class PingRing {
  /** From `#base` on, ms. */
  #at: Int32Array;
  #rttUs: Int32Array;
  #base = 0;
  #next = 0;
  #count = 0;

  constructor(capacity: number) {
    const size = powerOfTwo(capacity);
    this.#at = new Int32Array(size);
    this.#rttUs = new Int32Array(size);
  }

  /** Keeps what fits when it becomes smaller. */
  resize(capacity: number): void {
    const size = powerOfTwo(capacity);
    if (size === this.#at.length) return;
    const keep = Math.min(this.#count, size);
    const [at, rttUs] = [new Int32Array(size), new Int32Array(size)];
    for (let i = 0; i < keep; i++) {
      const from = (this.#next - keep + i) & (this.#at.length - 1);
      at[i] = this.#at[from] ?? 0;
      rttUs[i] = this.#rttUs[from] ?? lostMark;
    }
    this.#at = at;
    this.#rttUs = rttUs;
    this.#count = keep;
    this.#next = keep & (size - 1);
  }

  /** `rttUs` null: lost. Answers come out of order by a second at most: the window looks at the newest first and stops at the first that is too old. */
  add(at: number, rttUs: number | null): void {
    if (this.#count === 0) this.#base = at;
    if (Math.abs(at - this.#base) > farthestMs) this.#rebase(at);
    this.#at[this.#next] = at - this.#base;
    this.#rttUs[this.#next] = rttUs ?? lostMark;
    this.#next = (this.#next + 1) & (this.#at.length - 1);
    if (this.#count < this.#at.length) this.#count++;
  }

  /** The losses since the last answer prove nothing: this console could not see, or what it stands behind was down. */
  forgive(): void {
    while (this.#count > 0 && this.#rttUs[(this.#next - 1) & (this.#at.length - 1)] === lostMark) {
      this.#next = (this.#next - 1) & (this.#at.length - 1);
      this.#count--;
    }
  }

  /** The wall clock was set by so much: what was sent lies as far back as before. */
  shift(byMs: number): void {
    this.#base += byMs;
  }

  /** What is too far away to be counted from there is older, or newer, than any window asks for. */
  #rebase(base: number): void {
    const byMs = base - this.#base;
    this.#base = base;
    for (let i = 0; i < this.#at.length; i++) this.#at[i] = Math.max(-farthestMs, Math.min(farthestMs, (this.#at[i] ?? 0) - byMs));
  }

  clear(): void {
    this.#count = 0;
  }

  /** What was sent later than `after`, up to `now`. */
  figures(after: number, now: number): WindowFigures {
    const figures = noFigures();
    this.figuresOver([now - after], now, [figures]);
    return figures;
  }

  /** The same of several windows that end now, the shortest first, in one walk. */
  figuresOver(windowsMs: readonly number[], now: number, into: readonly Mutable<WindowFigures>[]): void {
    const [ats, rtts, mask] = [this.#at, this.#rttUs, this.#at.length - 1];
    let sent = 0, lost = 0, sum = 0, minUs = Infinity, maxUs = -Infinity, jitter = 0, jumps = 0, previous = lostMark;
    let window = 0;
    const nowAt = now - this.#base;
    let after = nowAt - (windowsMs[0] ?? 0);
    for (let i = 1; window < windowsMs.length; i++) {
      const slot = (this.#next - i) & mask;
      const at = i > this.#count ? -Infinity : (ats[slot] ?? 0);
      while (at <= after) {
        const figures = into[window];
        if (figures) {
          const answered = sent - lost;
          figures.sent = sent;
          figures.lost = lost;
          figures.minUs = answered > 0 ? minUs : Number.NaN;
          figures.avgUs = answered > 0 ? sum / answered : Number.NaN;
          figures.maxUs = answered > 0 ? maxUs : Number.NaN;
          figures.jitterUs = jumps > 0 ? jitter / jumps : Number.NaN;
        }
        window++;
        if (window >= windowsMs.length) return;
        after = nowAt - (windowsMs[window] ?? 0);
      }
      if (at > nowAt) continue;
      const rttUs = rtts[slot] ?? lostMark;
      sent++;
      if (rttUs === lostMark) lost++;
      else {
        sum += rttUs;
        if (rttUs < minUs) minUs = rttUs;
        if (rttUs > maxUs) maxUs = rttUs;
        if (previous !== lostMark) {
          jitter += Math.abs(rttUs - previous);
          jumps++;
        }
      }
      previous = rttUs;
    }
  }

  /** The value that the share `q` of the answered round trips is not above: the nearest rank (ISO 3534-1). NaN without an answer. */
  quantileUs(q: number, after: number, now: number): number {
    const mask = this.#at.length - 1;
    const [afterAt, nowAt] = [after - this.#base, now - this.#base];
    let found = 0;
    if (scratch.length < this.#count) scratch = new Int32Array(this.#at.length);
    for (let i = 1; i <= this.#count; i++) {
      const slot = (this.#next - i) & mask;
      const at = this.#at[slot] ?? 0;
      if (at <= afterAt) break;
      const rttUs = this.#rttUs[slot] ?? lostMark;
      if (at <= nowAt && rttUs !== lostMark) scratch[found++] = rttUs;
    }
    if (found === 0) return Number.NaN;
    const sorted = scratch.subarray(0, found).sort();
    return sorted[Math.max(0, Math.ceil(q * found) - 1)] ?? Number.NaN;
  }
}

/** Shared: one window is looked at at a time. */
let scratch = new Int32Array(256);

const powerOfTwo = (n: number): number => 2 ** Math.ceil(Math.log2(Math.max(smallest, n)));
