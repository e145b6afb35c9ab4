/** The work that keeps history small: closed hours are folded as they end, and once a day what is over is summed up, what is old is dropped, and the disk gets its room back. In slices, between the ticks. */
import type { Settings } from '../../shared/model/settings.ts';
import { AppError } from '../../shared/rpc/contract.ts';
import type { Clock, Stop } from './clock.ts';
import { fillShare } from './store/history/forecast.ts';
import { dayMs, hourMs } from './store/history/keys.ts';
import type { Shrinking } from './store/history/retention.ts';
import type { Store } from './store/store.ts';

export type UpkeepParts = {
  readonly clock: Clock;
  readonly store: Store;
  readonly settings: () => Settings;
  /** When the daily work last began, UTC ms; null: never. */
  readonly lastDailyRunAt: number | null;
  /** With the daily work. Tells its own troubles. */
  readonly backUp: () => Promise<void>;
  readonly onBug: (error: unknown) => void;
};

const turnMs = 1_000;
/** After a start there is enough to do. */
const settleMs = 120_000;
const sizeEveryMs = 60_000;
/** After so long without a daily run the console was off, or the clock is wrong: there is this much time to set it right before what it calls old goes. */
const doubtfulGapMs = 7 * dayMs;
const doubtMs = hourMs;
/** A slice takes some 10 ms of the writer: with so many a turn, five sixths of its time stay free. */
const slicesATurn = 16;
const mb = 1_000_000;

export type UpkeepReport = { /** Blocks of history that were to be added to and cannot be read, since the start. */ readonly damagedBlocks: number; /** The file is at its maximum, and nothing may be dropped any more. */ readonly stuck: boolean };

export class Upkeep {
  readonly #parts: UpkeepParts;
  #stops: Stop[] = [];
  #working: Promise<void> = Promise.resolve();
  #backingUp: Promise<unknown> = Promise.resolve();
  #isWorking = false;
  #stopped = false;
  #mustForget = true;
  #lastDailyRunAt: number;
  #doubtedAtMs: number | null = null;
  #readyAtMs: number;
  #sizeLookedAtMs = -Infinity;
  #damagedBlocks = 0;
  #stuck = false;
  /** Slices left in this turn, and who waits for the next. */
  #slices = 0;
  #nextTurn: (() => void) | null = null;

  constructor(parts: UpkeepParts) {
    this.#parts = parts;
    this.#lastDailyRunAt = parts.lastDailyRunAt ?? 0;
    this.#readyAtMs = parts.clock.monotonicMs() + settleMs;
  }

  get report(): UpkeepReport {
    return { damagedBlocks: this.#damagedBlocks, stuck: this.#stuck };
  }

  start(): void {
    this.#stops = [this.#parts.clock.every(turnMs, () => this.#turn())];
  }

  /** Returns when the slice under way is done, and a backup that was begun. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const stop of this.#stops) stop();
    this.#nextTurn?.();
    await this.#working;
    await this.#backingUp;
  }

  /** Devices or checks were removed: their history goes, a slice at a time. */
  forgetRemoved(): void {
    this.#mustForget = true;
  }

  #turn(): void {
    this.#slices = slicesATurn;
    const waiting = this.#nextTurn;
    this.#nextTurn = null;
    waiting?.();
    if (this.#isWorking || this.#stopped) return;
    this.#isWorking = true;
    this.#working = this.#work()
      .catch((error: unknown) => this.#failed(error))
      .finally(() => void (this.#isWorking = false));
  }

  /** A disk that refuses is told by the store's health; the next turn tries again. */
  #failed(error: unknown): void {
    if (!(error instanceof AppError)) this.#parts.onBug(error);
  }

  async #work(): Promise<void> {
    await this.#fold();
    if (this.#mustForget) await this.#forget();
    const { clock } = this.#parts;
    if (clock.monotonicMs() < this.#readyAtMs) return;
    if (this.#isDailyDue()) await this.#daily();
    else if (clock.monotonicMs() - this.#sizeLookedAtMs >= sizeEveryMs) await this.#keepSize();
  }

  #isDailyDue(): boolean {
    const { clock, settings } = this.#parts;
    const isDue = isDailyRunDue(settings().history.dailyRunAt, this.#lastDailyRunAt, clock.now());
    const isDoubtful = isDue && this.#lastDailyRunAt > 0 && clock.now() - this.#lastDailyRunAt > doubtfulGapMs;
    this.#doubtedAtMs = isDoubtful ? (this.#doubtedAtMs ?? clock.monotonicMs()) : null;
    return isDue && (this.#doubtedAtMs === null || clock.monotonicMs() - this.#doubtedAtMs >= doubtMs);
  }

  /** One slice a second: a thousand devices are folded in half a minute, and no processor notices. */
  async #fold(): Promise<void> {
    const { store, clock } = this.#parts;
    const { folded, left, damaged } = await store.write('fold', clock.now());
    this.#damagedBlocks += damaged;
    if (folded > 0 && !left) await this.#sliced(() => store.write('purge'));
  }

  async #forget(): Promise<void> {
    await this.#sliced(() => this.#parts.store.write('forgetGone'));
    if (!this.#stopped) this.#mustForget = false;
  }

  async #daily(): Promise<void> {
    const { store, clock, settings } = this.#parts;
    const now = clock.now();
    await this.#sliced(async () => {
      const { folded, left, damaged } = await store.write('fold', now);
      this.#damagedBlocks += damaged;
      return folded > 0 && left;
    });
    await this.#sliced(() => store.write('purge'));
    await this.#cursor(after => store.write('closeDays', after, now));
    await this.#cursor(after => store.write('expire', settings().history, after, now));
    await this.#keepSize();
    await this.#sliced(() => store.write('giveBack', null));
    if (this.#stopped) return;
    await store.write('optimize');
    await store.write('settings', { [dailyRunSetting]: String(now) });
    this.#lastDailyRunAt = now;
    // Aside: a folder on another computer may take hours, and hours are to be folded meanwhile.
    this.#backingUp = Promise.all([this.#backingUp, this.#parts.backUp().catch((error: unknown) => this.#failed(error))]);
  }

  /** The finest data go first when the file has become too large. */
  async #keepSize(): Promise<void> {
    const { store, clock, settings } = this.#parts;
    this.#sizeLookedAtMs = clock.monotonicMs();
    const { maxSizeMb } = settings().history;
    this.#stuck = false;
    if (maxSizeMb === null || store.health().sizeBytes <= maxSizeMb * mb) return;
    let going: Shrinking | null = null;
    await this.#sliced(async () => {
      const slice = await store.write('shrink', maxSizeMb * mb * fillShare, going, clock.now());
      going = slice.next;
      this.#stuck = slice.stuck;
      return slice.more;
    });
    await this.#sliced(() => store.write('giveBack', maxSizeMb * mb));
  }

  async #cursor(step: (after: number) => Promise<{ readonly next: number | null }>): Promise<void> {
    let at = 0;
    await this.#sliced(async () => {
      const { next } = await step(at);
      at = next ?? at;
      return next !== null;
    });
  }

  /** Runs slices until one says that there is no more, so many a turn. */
  async #sliced(slice: () => Promise<boolean>): Promise<void> {
    while (!this.#stopped && (await slice())) {
      if (--this.#slices > 0) continue;
      await new Promise<void>(resolve => void (this.#nextTurn = resolve));
    }
  }
}

/** Kept with the settings, as the store's own note. */
export const dailyRunSetting = 'internal.dailyRun';

/** A run that lies more than a day ahead is of a clock that has been set back since. */
export const isDailyRunDue = (timeOfDay: string, lastRunAt: number, now: number): boolean => lastMoment(timeOfDay, now) > lastRunAt || lastRunAt > now + dayMs;

/** The last time before `now` that a local clock showed this time of day. On the day that skips it, the moment that stands for it. Pure but for the zone of this computer. */
export function lastMoment(timeOfDay: string, now: number): number {
  const [hours = 0, minutes = 0] = timeOfDay.split(':').map(Number);
  const moment = new Date(now);
  moment.setHours(hours, minutes, 0, 0);
  if (moment.getTime() > now) {
    moment.setDate(moment.getDate() - 1);
    moment.setHours(hours, minutes, 0, 0);
  }
  return moment.getTime();
}
