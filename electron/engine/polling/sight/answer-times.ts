/** When something was sent that has been answered: hundredths of a second of the last forty seconds, of the forward clock. */

const bucketMs = 10;
const buckets = 4_000;

export class AnswerTimes {
  /** The bucket that each place holds; most places hold one that is long past. */
  readonly #marked = new Int32Array(buckets).fill(-1);

  mark(ms: number): void {
    const bucket = Math.floor(ms / bucketMs);
    this.#marked[bucket % buckets] = bucket;
  }

  /** Whether anything was sent between the two moments and answered. */
  any(fromMs: number, toMs: number): boolean {
    for (let bucket = Math.max(0, Math.floor(fromMs / bucketMs)); bucket <= Math.floor(toMs / bucketMs); bucket++) if (this.#marked[bucket % buckets] === bucket) return true;
    return false;
  }
}
