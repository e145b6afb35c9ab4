/** What somebody said of devices: that they are down, why, and until when. It ends with its time, or when the device answers again. */
import { AppError } from '../../../shared/rpc/contract.ts';
import type { KnownDown } from '../store/devices.ts';

/** A mark that ended by itself. `expired`: its time passed; `answers`: the device is up again. */
export type EndedMark = { readonly deviceId: number; readonly mark: KnownDown; readonly because: 'expired' | 'answers' };

export class KnownDownMarks {
  readonly #write: (ids: readonly number[], mark: KnownDown | null) => Promise<void>;
  readonly #marks = new Map<number, KnownDown>();
  /** Ended, and not written yet. */
  readonly #unwritten = new Set<number>();
  #ended: EndedMark[] = [];

  constructor(write: (ids: readonly number[], mark: KnownDown | null) => Promise<void>) {
    this.#write = write;
  }

  of(deviceId: number): KnownDown | null {
    return this.#marks.get(deviceId) ?? null;
  }

  /** As it was before a restart. */
  restore(deviceId: number, mark: KnownDown): void {
    this.#marks.set(deviceId, mark);
  }

  /** At once, and all of them or none: where the write is refused they are as before, unless something else happened to one meanwhile. */
  async mark(ids: readonly number[], mark: KnownDown | null): Promise<void> {
    if (ids.length === 0) return;
    const before = ids.map(id => [id, this.of(id)] as const);
    for (const id of ids) this.#set(id, mark);
    try {
      await this.#write(ids, mark);
    } catch (error) {
      for (const [id, last] of before) if (this.of(id) === mark) this.#set(id, last);
      throw error;
    }
  }

  /** The device is up. False when it was not marked. */
  answered(deviceId: number): boolean {
    return this.#end(deviceId, 'answers');
  }

  /** Ends those whose time has passed; returns their devices. */
  expire(now: number): number[] {
    return [...this.#marks].filter(([id, { until }]) => until !== null && until <= now && this.#end(id, 'expired')).map(([id]) => id);
  }

  /** What ended by itself since this was last asked, once that is written. A disk that refuses is asked again next time: it changes nothing of what is so. */
  async takeEnded(): Promise<EndedMark[]> {
    const ended = this.#ended;
    this.#ended = [];
    // Marked anew since, and that is written.
    const ids = [...this.#unwritten].filter(id => !this.#marks.has(id));
    this.#unwritten.clear();
    try {
      if (ids.length > 0) await this.#write(ids, null);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      for (const id of ids) this.#unwritten.add(id);
    }
    return ended;
  }

  /** The device is gone. */
  forget(deviceId: number): void {
    this.#marks.delete(deviceId);
    this.#unwritten.delete(deviceId);
  }

  #set(deviceId: number, mark: KnownDown | null): void {
    if (mark) this.#marks.set(deviceId, mark);
    else this.#marks.delete(deviceId);
  }

  #end(deviceId: number, because: EndedMark['because']): boolean {
    const mark = this.#marks.get(deviceId);
    if (!mark) return false;
    this.#marks.delete(deviceId);
    this.#unwritten.add(deviceId);
    this.#ended.push({ deviceId, mark, because });
    return true;
  }
}
