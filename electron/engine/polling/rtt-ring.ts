/** The last quarter of an hour of a device's probes, in memory: quantiles, loss and jitter of any window in it. */

/** Sums up one window. RTTs in us; null without the replies it takes. */
export type RttWindow = {
  readonly sent: number;
  readonly lost: number;
  readonly medianUs: number | null;
  readonly p95Us: number | null;
  /** Mean difference between one reply's round trip and the next one's. */
  readonly jitterUs: number | null;
};

const longestMs = 15 * 60_000;
/** Room for the extra probes that confirm losses. */
const spareShare = 1.25;
const mostProbes = 2_048;

export class RttRing {
  /** Of the forward clock, kept modulo 2^32 ms: differences are right for 49 days. */
  readonly #sentMs: Uint32Array;
  readonly #rttUs: Int32Array;
  #count = 0;

  /** `periodMs`: how often a probe is sent. At very short periods the ring holds fewer than fifteen minutes. */
  constructor(periodMs: number) {
    const size = Math.min(mostProbes, Math.max(16, Math.ceil((longestMs / periodMs) * spareShare)));
    this.#sentMs = new Uint32Array(size);
    this.#rttUs = new Int32Array(size);
  }

  /** `rttUs` null: lost. */
  add(sentMs: number, rttUs: number | null): void {
    const at = this.#count++ % this.#sentMs.length;
    this.#sentMs[at] = sentMs;
    this.#rttUs[at] = rttUs ?? -1;
  }

  /** Whether a probe that was sent between the two moments was answered. */
  answeredBetween(fromMs: number, toMs: number): boolean {
    const size = this.#sentMs.length;
    const from = Math.floor(fromMs);
    for (let i = this.#count - 1; i >= Math.max(0, this.#count - size); i--) {
      const afterMs = ((this.#sentMs[i % size] ?? 0) - from) >>> 0;
      if (afterMs >= 2 ** 31) return false; // Sent before.
      if (afterMs <= toMs - from && (this.#rttUs[i % size] ?? -1) >= 0) return true;
    }
    return false;
  }

  /** Takes back the losses since the last answer: they were this console's own. */
  forgive(): void {
    const size = this.#sentMs.length;
    for (let i = 0; i < size && this.#count > 0 && (this.#rttUs[(this.#count - 1) % size] ?? 0) < 0; i++) this.#count--;
  }

  /** The probes sent within `lengthMs` before `nowMs`. */
  window(nowMs: number, lengthMs: number): RttWindow {
    const rtts: number[] = [];
    let sent = 0;
    let jumps = 0;
    const size = this.#sentMs.length;
    for (let i = this.#count - 1; i >= Math.max(0, this.#count - size); i--) {
      const agoMs = (nowMs - (this.#sentMs[i % size] ?? 0)) >>> 0;
      if (agoMs > lengthMs && agoMs < 2 ** 31) break; // Half the circle back is the future: sent in this very millisecond.
      sent++;
      const rttUs = this.#rttUs[i % size] ?? -1;
      if (rttUs < 0) continue;
      const next = rtts.at(-1);
      if (next !== undefined) jumps += Math.abs(next - rttUs);
      rtts.push(rttUs);
    }
    const jitterUs = rtts.length < 2 ? null : Math.round(jumps / (rtts.length - 1));
    rtts.sort((a, b) => a - b);
    return { sent, lost: sent - rtts.length, medianUs: quantile(rtts, 0.5), p95Us: quantile(rtts, 0.95), jitterUs };
  }
}

/** Nearest rank: always a value that was measured. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}
