/** Loss over the last five minutes, in thirty-second steps: ten counters instead of every probe. */

const stepMs = 30_000;
const steps = 10;
/** More in a row is an outage, which is told as such. */
const longestRun = 32;

export class LossWindow {
  readonly #sent = new Uint16Array(steps);
  readonly #lost = new Uint16Array(steps);
  #step = -1;
  #sentSum = 0;
  #lostSum = 0;
  /** The steps of the losses since the last answer. */
  #run: number[] = [];

  /** `ms` is of a clock that only goes forward. */
  add(ms: number, answered: boolean): void {
    this.#moveTo(Math.floor(ms / stepMs));
    const slot = this.#step % steps;
    this.#sent[slot] = (this.#sent[slot] ?? 0) + 1;
    this.#sentSum++;
    if (answered) {
      if (this.#run.length > 0) this.#run = [];
    } else {
      this.#lost[slot] = (this.#lost[slot] ?? 0) + 1;
      this.#lostSum++;
      if (this.#run.length < longestRun) this.#run.push(this.#step);
    }
  }

  /** Percent of the probes in the window, how many there were, and how many of them were lost. */
  loss(): { readonly pct: number | null; readonly probes: number; readonly lost: number } {
    const probes = this.#sentSum;
    const lost = this.#lostSum;
    return { pct: probes === 0 ? null : (100 * lost) / probes, probes, lost };
  }

  /** Takes back the losses since the last answer: they were this console's own. */
  forgive(): void {
    for (const step of this.#run) {
      if (this.#step - step >= steps) continue;
      const slot = step % steps;
      this.#sent[slot] = (this.#sent[slot] ?? 1) - 1;
      this.#lost[slot] = (this.#lost[slot] ?? 1) - 1;
      this.#sentSum--;
      this.#lostSum--;
    }
    this.#run = [];
  }

  clear(): void {
    this.#run = [];
    this.#sentSum = 0;
    this.#lostSum = 0;
    this.#sent.fill(0);
    this.#lost.fill(0);
  }

  #moveTo(step: number): void {
    if (step <= this.#step) return;
    if (step - this.#step >= steps) this.clear();
    else for (let s = this.#step + 1; s <= step; s++) this.#empty(s % steps);
    this.#step = step;
  }

  #empty(slot: number): void {
    this.#sentSum -= this.#sent[slot] ?? 0;
    this.#lostSum -= this.#lost[slot] ?? 0;
    this.#sent[slot] = this.#lost[slot] = 0;
  }
}
