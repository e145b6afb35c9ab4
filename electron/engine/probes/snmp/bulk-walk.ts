/** Asks one agent for the columns of a table, question by question, within bounds of time and of lost packets. */
import snmp, { type Varbind } from 'net-snmp';
import type { SnmpOutcome } from '../probe.ts';
import type { TableWalk } from './table-walk.ts';

/** Why there are no values. */
export type NoAnswer = Exclude<SnmpOutcome, { readonly kind: 'answer' }>;

/** One GetBulk. The first of `oids` is asked for once, the others `repetitions` times. */
export type AskBulk = (oids: readonly string[], repetitions: number) => Promise<BulkOutcome>;
export type BulkOutcome =
  | { readonly kind: 'values'; readonly once: Varbind | undefined; readonly repeated: readonly (readonly Varbind[])[] }
  /** The agent cannot send so much at a time. */
  | { readonly kind: 'too-big' }
  | NoAnswer;

const mostMs = 20_000;
/** A few lost packets do not cost a reading of a hundred questions. */
const mostRetries = 5;
export const sysUpTime = '1.3.6.1.2.1.1.3';

export const isEnd = (type: number): boolean => type === snmp.ObjectType.NoSuchObject || type === snmp.ObjectType.NoSuchInstance || type === snmp.ObjectType.EndOfMibView;

/** Several tables of one agent share its time and its patience. `what` they are, for sentences: "interfaces". */
export class BulkWalk {
  readonly #ask: AskBulk;
  readonly #nowMs: () => number;
  readonly #what: string;
  readonly #beganMs: number;
  #retries = 0;
  #isAnswered = false;

  constructor(ask: AskBulk, nowMs: () => number, what: string) {
    this.#ask = ask;
    this.#nowMs = nowMs;
    this.#what = what;
    this.#beganMs = nowMs();
  }

  /** Since the first question could be asked. */
  get elapsedMs(): number {
    return this.#nowMs() - this.#beganMs;
  }

  /** Null when the walk came to its end. `onValues`: after each answer, with what came of how long the agent has been running. */
  async walk(table: TableWalk, onValues: (upTime: Varbind | undefined) => void = () => {}): Promise<NoAnswer | null> {
    for (let request = table.next; request; request = table.next) {
      if (this.elapsedMs > mostMs) return { kind: 'bad-answer', reason: `Its ${this.#what} could not be read within ${mostMs / 1_000} s` };
      const outcome = await this.#ask([sysUpTime, ...request.oids], request.repetitions);
      this.#isAnswered ||= outcome.kind === 'values';
      if (outcome.kind === 'values') {
        const problem = table.take(outcome.repeated);
        if (problem !== null) return { kind: 'bad-answer', reason: `The ${this.#what} cannot be read: ${problem}` };
        onValues(outcome.once);
      } else if (outcome.kind === 'too-big') {
        if (!table.shrink()) return { kind: 'bad-answer', reason: `The agent cannot send one row of its ${this.#what} in one message` };
      } else if (outcome.kind === 'no-answer' && this.#retries < (this.#isAnswered ? mostRetries : 1)) {
        // Large answers may be what gets lost. An agent that has not answered at all is asked once more only.
        this.#retries++;
        table.shrink();
      } else return outcome;
    }
    return null;
  }
}
