/** The stretches of time up to now that histories are shown for. */

const hour = 3_600_000;
const day = 24 * hour;

export const historySpans = { hour, day, week: 7 * day, month: 30 * day, year: 365 * day } as const;
export type HistorySpanName = keyof typeof historySpans;
export const historySpanNames: readonly HistorySpanName[] = ['hour', 'day', 'week', 'month', 'year'];

/** How often a stretch that ends now is asked for again: about when it has moved by a pixel. */
export function refreshMs(spanMs: number): number {
  return Math.min(300_000, Math.max(10_000, spanMs / 600));
}
