/** Gathers what a ping thread has to report, as `IcmpReport` carries it. */
import type { IcmpReport, OtherOutcome } from './icmp-messages.ts';
import type { Oddity } from '../probe.ts';

/** Outcomes gather this long before they are sent: fewer messages between threads. */
const reportEveryMs = 25;
/** A device or a loop in the network can answer without end; of that a sample says enough. */
const oddsPerReport = 256;

export class OutcomeColumns {
  readonly #report: (report: IcmpReport) => void;
  #columns = new Float64Array(3 * 256);
  #used = 0;
  #others: OtherOutcome[] = [];
  #oddities: Oddity[] = [];
  #reportedMs = 0;

  constructor(report: (report: IcmpReport) => void) {
    this.#report = report;
  }

  reply(id: number, sentAt: number, rttUs: number): void {
    this.#write(id, sentAt, rttUs);
  }

  timeout(id: number, sentAt: number): void {
    this.#write(id, sentAt, -1);
  }

  other(id: number, sentAt: number, outcome: OtherOutcome): void {
    this.#write(id, sentAt, -2 - this.#others.length);
    this.#others.push(outcome);
  }

  odd(oddity: () => Oddity): void {
    if (this.#oddities.length < oddsPerReport) this.#oddities.push(oddity());
  }

  /** Sends what there is when it is time; `now`: in any case. */
  flush(monotonicMs: number, now: boolean): void {
    if (this.#used + this.#oddities.length === 0 || (!now && monotonicMs - this.#reportedMs < reportEveryMs)) return;
    this.#report({ kind: 'outcomes', columns: this.#columns.slice(0, this.#used), others: this.#others, oddities: this.#oddities });
    this.#used = 0;
    this.#others = [];
    this.#oddities = [];
    this.#reportedMs = monotonicMs;
  }

  #write(id: number, sentAt: number, code: number): void {
    if (this.#used === this.#columns.length) {
      const columns = new Float64Array(this.#columns.length * 2);
      columns.set(this.#columns);
      this.#columns = columns;
    }
    const at = this.#used;
    this.#columns[at] = id;
    this.#columns[at + 1] = sentAt;
    this.#columns[at + 2] = code;
    this.#used = at + 3;
  }
}
