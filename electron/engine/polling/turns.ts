/** Asks devices in their turns: a bounded number at a time, never one of them twice at once. What became of a question whose device was removed or changed meanwhile is passed over. */
import type { Clock, Stop } from '../clock.ts';
import { messageOf } from '../log.ts';
import { Scheduler, type Served } from './scheduler.ts';

/** When a question was asked, by both clocks. */
export type AskedAt = { readonly at: number; readonly ms: number };
/** Our own trouble. */
export type Failed = { readonly kind: 'failed'; readonly reason: string };

export type TurnsParts<Asked, Answer> = {
  readonly clock: Clock;
  /** Settles in a bounded time. */
  readonly ask: (asked: Asked) => Promise<Answer>;
  /** False where its turn is to pass without asking. */
  readonly wants: (asked: Asked) => boolean;
  readonly onAnswer: (asked: Asked, answer: Answer | Failed, when: AskedAt) => void;
  /** Asking met a fault of the console; the answer is `failed`. */
  readonly onBug: (error: unknown) => void;
};

type Turn<Asked> = { readonly asked: Asked; busy: boolean };

const turnMs = 200;
const mostAtOnce = 64;

/** `Asked`: what is asked, and whatever belongs to it. */
export class Turns<Asked, Answer> {
  readonly #parts: TurnsParts<Asked, Answer>;
  readonly #scheduler = new Scheduler();
  readonly #turns = new Map<number, Turn<Asked>>();
  #underWay = 0;
  #stop: Stop = () => {};

  constructor(parts: TurnsParts<Asked, Answer>) {
    this.#parts = parts;
  }

  start(): void {
    this.#stop = this.#parts.clock.every(turnMs, () => this.#scheduler.serve(this.#parts.clock.monotonicMs(), id => this.#offer(id)));
  }

  stop(): void {
    this.#stop();
    this.#turns.clear();
  }

  get(id: number): Asked | undefined {
    return this.#turns.get(id)?.asked;
  }

  /** Takes one up, or puts it in the place of what was asked under this id: what is under way for that is passed over. */
  set(id: number, periodMs: number, asked: Asked): void {
    this.#turns.set(id, { asked, busy: false });
    this.#scheduler.set(id, periodMs, this.#parts.clock.monotonicMs());
  }

  remove(id: number): void {
    this.#turns.delete(id);
    this.#scheduler.remove(id);
  }

  /** Asks at once, outside its turns, whatever else is under way. */
  askNow(id: number): void {
    const turn = this.#turns.get(id);
    if (turn && !turn.busy) void this.#ask(id, turn);
  }

  /** Makes its turn now. */
  hasten(id: number): void {
    this.#scheduler.hasten(id, this.#parts.clock.monotonicMs());
  }

  /** Nobody could be asked until now: the turns of then are not missed. */
  skip(): void {
    this.#scheduler.skipTo(this.#parts.clock.monotonicMs());
  }

  /** The same, and what is under way was asked before and is passed over. `next`: what is asked from now on in its place. */
  beginAnew(next: (asked: Asked) => Asked): void {
    this.skip();
    for (const [id, { asked }] of this.#turns) this.#turns.set(id, { asked: next(asked), busy: false });
  }

  /** Turns since the start that were not served. */
  get missed(): number {
    return this.#scheduler.missed;
  }

  #offer(id: number): Served {
    const turn = this.#turns.get(id);
    if (!turn) return 'done';
    if (turn.busy) return 'later';
    if (!this.#parts.wants(turn.asked)) return 'done';
    if (this.#underWay >= mostAtOnce) return 'full';
    void this.#ask(id, turn);
    return 'done';
  }

  async #ask(id: number, turn: Turn<Asked>): Promise<void> {
    const { clock, onAnswer } = this.#parts;
    const when = { at: clock.now(), ms: clock.monotonicMs() };
    turn.busy = true;
    this.#underWay++;
    const answer = await this.#answer(turn.asked);
    turn.busy = false;
    this.#underWay--;
    if (this.#turns.get(id) === turn) onAnswer(turn.asked, answer, when);
  }

  async #answer(asked: Asked): Promise<Answer | Failed> {
    try {
      return await this.#parts.ask(asked);
    } catch (error) {
      this.#parts.onBug(error);
      return { kind: 'failed', reason: `it met a fault of the console (${messageOf(error).replace(/\.$/, '')})` };
    }
  }
}
