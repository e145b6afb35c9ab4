/** A length of time as it is typed: an amount, and the unit that a person thinks in. */
import { formatDuration } from './format.ts';

export const durationUnits = ['s', 'min', 'h', 'd'] as const;
export type DurationUnit = (typeof durationUnits)[number];
const factors: Readonly<Record<DurationUnit, number>> = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** `amount`: an input gives a string while it is empty or unfinished. */
export type DurationDraft = { readonly amount: number | string; readonly unit: DurationUnit };

/** In the largest of the units that leaves a whole number; nothing is nothing of the first. */
export function durationDraft(ms: number, offered: readonly DurationUnit[] = durationUnits): DurationDraft {
  const unit = (ms === 0 ? undefined : offered.findLast(each => ms % factors[each] === 0)) ?? offered[0] ?? 's';
  return { amount: ms / factors[unit], unit };
}

/** Whole milliseconds; null while it is no length of time. */
export function durationMs({ amount, unit }: DurationDraft): number | null {
  if (typeof amount !== 'number' || !Number.isFinite(amount) || amount < 0) return null;
  return Math.round(amount * factors[unit]);
}

/** "5 min", "1 h 30 min", "90 s" as "1 min 30 s": without a second part that is nothing. */
export function durationWords(ms: number): string {
  return formatDuration(ms).replace(/ 0 \S+$/, '');
}
