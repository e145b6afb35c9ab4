/**
 * Sends what the outbox holds: each recipient for itself, one delivery at a time, each conversation strictly in order. An attempt is recorded before it is made and its outcome after,
 * so a crash in between sends the message again, under the same id, and never loses it.
 */
import type { TargetId } from '../../../shared/model/ids.ts';
import type { MessageRow, TargetConfig } from '../../../shared/model/notification.ts';
import type { Clock, Stop } from '../clock.ts';
import { describe, messageOf, type Log } from '../log.ts';
import { attempted } from './attempt.ts';
import { calm, fullForMs, hourMs, newLane, type Lane, type LaneStatus } from './lane.ts';
import { backoffMs, choose, conversationOf, deliveryId, isLasting, reasonLeft, settle, type Waiting } from './queue.ts';
import type { Sender, Sent } from './sender.ts';

/** A recipient as the courier needs it. */
export type Addressee = { readonly config: TargetConfig; readonly secret: string | null; readonly staleAfterMs: number; readonly mostPerHour: number };

export type Outcome = Pick<MessageRow, 'id' | 'state' | 'dueAt' | 'attempts' | 'doneAt' | 'problem'>;

export type CourierParts = {
  readonly clock: Clock;
  readonly outbox: {
    /** The oldest of every recipient, in the order in which they were decided. A recipient that takes nothing must not hide the others. */
    waiting(): Promise<readonly Waiting[]>;
    record(outcomes: readonly Outcome[]): Promise<void>;
    /** Deliveries since then, one entry each: asked once, so that a restart does not begin a new hour. */
    deliveriesSince(at: number): Promise<readonly { readonly targetId: TargetId; readonly at: number }[]>;
  };
  /** null: gone, or switched off. */
  readonly recipient: (id: TargetId) => Addressee | null;
  readonly send: Sender;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** How a recipient stands has changed, and these messages of it. */
  readonly onChange: (id: TargetId, messages: readonly MessageRow[]) => void;
  readonly log: Log;
};

/** A recipient that fails is tried at least so often with what is due, while each message keeps to its own longer waits: one bad message must not hold up the rest. */
const longestPauseMs = 60_000;
const stopWaitMs = 5_000;
const outboxRetryMs = 5_000;
/** The end of what was told is tried so much longer than other messages when it is refused: credentials can be mended. */
const refusedPatience = 6;

export class Courier {
  readonly #parts: CourierParts;
  readonly #lanes = new Map<TargetId, Lane>();
  readonly #runs = new Set<Promise<void>>();
  readonly #aborts = new Set<AbortController>();
  #reading: Promise<void> | null = null;
  #again = false;
  #restored = false;
  #stopping = false;
  #retryRead: Stop | null = null;

  constructor(parts: CourierParts) {
    this.#parts = parts;
  }

  /** There may be something to send: to be called at start and after each commit that wrote messages. */
  wake(): void {
    if (this.#stopping) return;
    this.#again = true;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
      if (this.#again && this.#retryRead === null) this.wake();
    });
  }

  /** A recipient was made, changed, switched on or off, or removed: what failed may work now. */
  changed(id: TargetId): void {
    const lane = this.#laneOf(id);
    calm(lane);
    lane.anew = true;
    this.wake();
  }

  status(id: TargetId): LaneStatus {
    const lane = this.#lanes.get(id);
    if (!lane) return { waiting: 0, lastSentAt: null, failingSince: null, problem: null, fullUntil: null };
    const { waiting, lastSentAt, failingSince, problem } = lane;
    const waitMs = fullForMs(lane, this.#parts.recipient(id)?.mostPerHour ?? Infinity, this.#parts.clock.monotonicMs());
    return { waiting, lastSentAt, failingSince, problem, fullUntil: waitMs > 0 ? this.#parts.clock.now() + waitMs : null };
  }

  /** How long the recipient that has failed longest has failed; 0: none does. */
  failingForMs(now: number): number {
    return [...this.#lanes.values()].reduce((most, { id, failingSince }) => (failingSince === null || !this.#parts.recipient(id) ? most : Math.max(most, now - failingSince)), 0);
  }

  /** Lets what is under way end, for some seconds. What does not stays in the outbox. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#retryRead?.();
    for (const lane of this.#lanes.values()) lane.timer?.();
    const hurry = this.#parts.clock.after(stopWaitMs, () => {
      for (const abort of this.#aborts) abort.abort();
    });
    await this.#reading;
    await Promise.all(this.#runs);
    hurry();
  }

  async #read(): Promise<void> {
    const { clock, outbox, log } = this.#parts;
    this.#retryRead?.();
    this.#retryRead = null;
    this.#again = false;
    try {
      if (!this.#restored) await this.#restore();
      const rows = await outbox.waiting();
      if (!this.#stopping) this.#deal(rows);
    } catch (error) {
      // The disk may come back; until then nothing is lost, as what waits is on it.
      log('error', 'outbox-unreadable', { reason: describe(error) });
      if (!this.#stopping) this.#retryRead = clock.after(outboxRetryMs, () => this.wake());
    }
  }

  async #restore(): Promise<void> {
    const { clock, outbox } = this.#parts;
    const now = clock.now();
    for (const { targetId, at } of await outbox.deliveriesSince(now - hourMs)) {
      const lane = this.#laneOf(targetId);
      lane.sentAtMs.push(clock.monotonicMs() - Math.max(0, now - at));
      lane.lastSentAt = at;
    }
    this.#restored = true;
  }

  #deal(rows: readonly Waiting[]): void {
    const queues = Map.groupBy(rows, row => row.targetId);
    for (const lane of this.#lanes.values()) if (!queues.has(lane.id) && !lane.busy) lane.waiting = 0;
    for (const [id, queue] of queues) {
      const lane = this.#laneOf(id);
      lane.waiting = queue[0]?.ofTarget ?? 0;
      if (lane.busy) {
        lane.more = true;
        continue;
      }
      const run = this.#run(lane, queue).finally(() => this.#runs.delete(run));
      this.#runs.add(run);
    }
  }

  #laneOf(id: TargetId): Lane {
    const lane = this.#lanes.get(id) ?? newLane(id);
    this.#lanes.set(id, lane);
    return lane;
  }

  async #run(lane: Lane, queue: readonly Waiting[]): Promise<void> {
    lane.timer?.();
    lane.timer = null;
    lane.busy = true;
    lane.more = false;
    const waitMs = await this.#work(lane, queue);
    lane.busy = false;
    if (this.#stopping) return;
    // Read anew: of what was written meanwhile something may be due.
    if (lane.more || waitMs === 0) this.wake();
    else if (waitMs !== null) lane.timer = this.#parts.clock.after(Math.min(waitMs, hourMs), () => this.wake());
  }

  /** Sends what can be sent. Answers in how long to look again; 0: there is more than was read; null: nothing is left. */
  async #work(lane: Lane, queue: readonly Waiting[]): Promise<number | null> {
    const { clock, recipient } = this.#parts;
    const wasAll = (queue[0]?.ofTarget ?? 0) <= queue.length;
    let left = queue;
    while (!this.#stopping) {
      const now = clock.now();
      const to = recipient(lane.id);
      const fate = to ? settle(left, to.staleAfterMs, now) : { settled: left.map((message): Waiting => ({ ...message, state: 'skipped', doneAt: now, problem: 'The recipient is gone or switched off.' })), left: [] };
      if (fate.settled.length > 0 && !(await this.#record(lane, fate.settled))) return outboxRetryMs;
      left = fate.left;
      // All that could not be sent is too old: nothing is left that fails, and nothing that would ever show that it works again.
      if (left.length === 0 && fate.settled.some(({ state }) => state === 'stale')) lane.failingSince = null;
      if (lane.anew) left = dueNow(left, now);
      lane.anew = false;
      if (!to || left.length === 0) return wasAll ? null : 0;
      const pauseMs = Math.max(lane.notBeforeMs - clock.monotonicMs(), fullForMs(lane, to.mostPerHour, clock.monotonicMs()));
      if (pauseMs > 0) return pauseMs;
      // The last delivery that the hour allows takes everything with it.
      const gather = to.mostPerHour - lane.sentAtMs.length <= 1 && !lane.oneByOne;
      const { batch, dueAt } = choose(left, now, gather);
      if (batch.length === 0) return dueAt === null ? null : Math.max(1, dueAt - now);
      const after = await this.#deliver(lane, to, batch);
      if (!after) return outboxRetryMs;
      left = following(left, after);
    }
    return null;
  }

  /** Answers with the messages as they are then; null: the attempt was not made, or the console stops. */
  async #deliver(lane: Lane, to: Addressee, batch: readonly Waiting[]): Promise<readonly Waiting[] | null> {
    const { clock, send } = this.#parts;
    const begun = batch.map((message): Waiting => ({ ...message, attempts: message.attempts + 1, problem: null }));
    if (!(await this.#record(lane, begun))) return null;
    if (this.#stopping) {
      await this.#record(lane, batch);
      return null;
    }
    const abort = new AbortController();
    this.#aborts.add(abort);
    const sent = await attempted(send, { id: deliveryId(batch), config: to.config, secret: to.secret, contents: batch.map(({ content }) => content) }, abort, this.#parts);
    this.#aborts.delete(abort);
    // Cut off by the console's end: it stays begun, and is sent again.
    if (this.#stopping && abort.signal.aborted && sent.kind !== 'sent') return null;
    const now = clock.now();
    const after = sent.kind === 'sent' ? this.#delivered(lane, begun, now) : this.#failed(lane, to, batch, sent, now);
    while (!(await this.#record(lane, after))) {
      if (this.#stopping) return null;
      await new Promise<void>(resolve => void clock.after(outboxRetryMs, resolve));
    }
    return after;
  }

  #delivered(lane: Lane, begun: readonly Waiting[], now: number): Waiting[] {
    // Several conversations had failed: that was the recipient, not a message. What waits for its turn need not any more.
    if (lane.failed.size > 1) lane.anew = true;
    calm(lane);
    lane.oneByOne = false;
    lane.lastSentAt = now;
    lane.sentAtMs.push(this.#parts.clock.monotonicMs());
    return begun.map((message): Waiting => ({ ...message, state: begun.length === 1 ? 'sent' : 'digested', doneAt: now }));
  }

  #failed(lane: Lane, to: Addressee, batch: readonly Waiting[], sent: Exclude<Sent, { readonly kind: 'sent' }>, now: number): Waiting[] {
    const { clock, random } = this.#parts;
    const chance = random();
    const serverMs = sent.kind === 'retry' ? sent.afterMs : null;
    lane.failures += 1;
    for (const message of batch) lane.failed.add(conversationOf(message));
    lane.notBeforeMs = clock.monotonicMs() + backoffMs(lane.failures, chance, serverMs, longestPauseMs);
    lane.failingSince ??= now;
    lane.problem = sent.reason;
    const refused = sent.kind === 'refused';
    const isGathered = batch.length > 1;
    if (refused && isGathered) lane.oneByOne = true;
    return batch.map((before): Waiting => {
      const attempts = before.attempts + 1;
      const isGivenUp = !isLasting(before) || now - before.content.at >= refusedPatience * to.staleAfterMs;
      if (refused && !isGathered && isGivenUp) return { ...before, attempts, state: 'failed', doneAt: now, problem: sent.reason };
      // Of a gathered message nothing is known of the parts: each is tried alone, at once when the pause is over.
      const dueAt = refused && isGathered ? now : now + backoffMs(attempts, chance, serverMs);
      return { ...before, attempts, dueAt, problem: reasonLeft(before, sent.reason) };
    });
  }

  /** Answers whether it was recorded. */
  async #record(lane: Lane, messages: readonly Waiting[]): Promise<boolean> {
    const { outbox, onChange, log } = this.#parts;
    try {
      await outbox.record(messages.map(({ id, state, dueAt, attempts, doneAt, problem }) => ({ id, state, dueAt, attempts, doneAt, problem })));
    } catch (error) {
      lane.problem = `The outbox cannot be written: ${messageOf(error)}`;
      log('error', 'outbox-unwritable', { reason: describe(error) });
      onChange(lane.id, []);
      return false;
    }
    lane.waiting = Math.max(0, lane.waiting - messages.filter(({ state }) => state !== 'waiting').length);
    onChange(lane.id, messages.map(({ opened: _opened, ofTarget: _ofTarget, ...message }) => message));
    return true;
  }
}

const dueNow = (left: readonly Waiting[], now: number): Waiting[] => left.map(message => ({ ...message, dueAt: Math.min(message.dueAt, now) }));

/** What waits after an attempt, in its order: what was not sent stays in its place, and what follows a problem knows whether it was delivered. */
function following(left: readonly Waiting[], after: readonly Waiting[]): Waiting[] {
  const attempted = new Map(after.map(message => [message.id, message]));
  const problems = new Map(after.filter(({ content, state }) => content.kind === 'problem' && state !== 'waiting').map(message => [conversationOf(message), message.state !== 'failed']));
  return left.map(message => attempted.get(message.id) ?? { ...message, opened: problems.get(conversationOf(message)) ?? message.opened }).filter(({ state }) => state === 'waiting');
}
