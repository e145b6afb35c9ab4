/** The outbox of a real database in memory, as the courier sees it, for tests; it outlives couriers, as the file outlives the console. */
import { expireOutbox, deliveriesSince, listMessages, listTold, recordOutcomes, waitingMessages, writeMessages, writeTold } from './store/outbox.ts';
import { inTransaction, type Db } from './store/connection.ts';
import { databaseWith } from './store/history/history-for-tests.ts';
import type { MessageRow } from '../../shared/model/notification.ts';
import type { Plan } from './alerting/routing.ts';
import { ToldBook } from './alerting/told.ts';
import type { CourierParts } from './notifying/courier.ts';

export class OutboxForTests {
  readonly #db: Db = databaseWith(0);
  /** The disk refuses. */
  refuses = false;

  write({ messages, told }: Plan): void {
    inTransaction(this.#db, () => {
      writeMessages(this.#db, messages);
      writeTold(this.#db, told);
    });
  }

  told(): ToldBook {
    return ToldBook.from(listTold(this.#db));
  }

  /** Oldest first. */
  all(): MessageRow[] {
    return listMessages(this.#db, 10_000, 10_000).sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  }

  expire(before: number): void {
    expireOutbox(this.#db, before, 10_000);
  }

  clear(): void {
    this.refuses = false;
    this.#db.exec('DELETE FROM outbox; DELETE FROM told');
  }

  /** What a courier is given: of a console that died, nothing more is written. */
  door(isAlive: () => boolean = () => true): CourierParts['outbox'] {
    const check = (): void => {
      if (this.refuses || !isAlive()) throw new Error('The disk is full.');
    };
    return {
      waiting: async () => waitingMessages(this.#db, 100, 1_000),
      record: async outcomes => {
        check();
        inTransaction(this.#db, () => recordOutcomes(this.#db, outcomes));
      },
      deliveriesSince: async at => deliveriesSince(this.#db, at),
    };
  }
}
