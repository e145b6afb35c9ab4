/** What the poller noticed about this console, as entries that begin, grow and end. */
import { randomUUID } from 'node:crypto';
import type { JournalRow } from '../../../../shared/model/observation.ts';
import type { Clock } from '../../clock.ts';
import type { Blindness } from './sight.ts';
import type { Stood } from './standstill.ts';

/** `deviceIds`: who could not be seen; null: everything. */
export type JournalEntry = { readonly row: JournalRow; readonly deviceIds: readonly number[] | null };

export class Journal {
  readonly #clock: Clock;
  readonly #open = new Map<Blindness, JournalRow>();
  readonly #news = new Map<string, JournalEntry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** It began, or met more devices. */
  blind(blindness: Blindness): void {
    const { cause, detail, from } = blindness;
    const row: JournalRow = { id: this.#open.get(blindness)?.id ?? randomUUID(), kind: 'blind', cause, from, to: null, devices: blindness.deviceIds.size, detail };
    this.#open.set(blindness, row);
    this.#note({ row, deviceIds: [...blindness.deviceIds] });
  }

  /** It is over. */
  sees(blindness: Blindness): void {
    const row = this.#open.get(blindness);
    if (!row) return;
    this.#open.delete(blindness);
    this.#note({ row: { ...row, to: Math.max(row.from, this.#clock.now()) }, deviceIds: [...blindness.deviceIds] });
  }

  stood({ cause, from, to, forMs }: Stood): void {
    const seconds = Math.round(forMs / 1_000);
    const detail = cause === 'slept' ? `This computer slept for ${seconds} s.` : `The engine got no time to run for ${seconds} s.`;
    this.#note({ row: { id: randomUUID(), kind: 'blind', cause, from, to, devices: null, detail }, deviceIds: null });
  }

  clockStepped(byMs: number): void {
    const now = this.#clock.now();
    const seconds = Math.round(Math.abs(byMs) / 1_000);
    this.#note({ row: { id: randomUUID(), kind: 'clock-step', cause: null, from: now, to: now, devices: null, detail: `This computer's clock was set ${byMs > 0 ? 'forward' : 'back'} by ${seconds} s.` }, deviceIds: null });
  }

  /** The first of what cannot be seen at present; null when everything is seen. */
  open(): { readonly since: number; readonly cause: NonNullable<JournalRow['cause']>; readonly detail: string } | null {
    const [first] = [...this.#open.keys()].sort((a, b) => a.from - b.from);
    return first ? { since: first.from, cause: first.cause, detail: first.detail } : null;
  }

  /** Everything new since the last call. */
  take(): JournalEntry[] {
    const entries = [...this.#news.values()];
    this.#news.clear();
    return entries;
  }

  #note(entry: JournalEntry): void {
    this.#news.set(entry.row.id, entry);
  }
}
