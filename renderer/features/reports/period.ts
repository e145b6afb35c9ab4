/** The times a report can be about: the last days, or a calendar month in the zone of this computer. */
const dayMs = 86_400_000;
const shownMonths = 12;

/** `last-7`, `last-30`, or a month as `2026-03`. */
export type Period = string;

/** What there is to choose, the usual one first: the last days, then months from this one back. */
export function periods(now: number): readonly Period[] {
  const today = new Date(now);
  const months = Array.from({ length: shownMonths }, (_, back) => {
    const first = new Date(today.getFullYear(), today.getMonth() - back, 1);
    return `${first.getFullYear()}-${String(first.getMonth() + 1).padStart(2, '0')}`;
  });
  return ['last-30', 'last-7', ...months];
}

/** From and to, UTC ms; nothing is known of what comes after `now`. */
export function stretchOf(period: Period, now: number): { readonly from: number; readonly to: number } {
  const month = monthOf(period);
  if (month === null) return { from: now - (period === 'last-7' ? 7 : 30) * dayMs, to: now };
  const { year, index } = month;
  return { from: new Date(year, index, 1).getTime(), to: Math.min(now, new Date(year, index + 1, 1).getTime()) };
}

/** `index` of the month from 0; null for the last days. */
export function monthOf(period: Period): { readonly year: number; readonly index: number } | null {
  const [, year, month] = /^(\d{4})-(\d{2})$/.exec(period) ?? [];
  return year === undefined || month === undefined ? null : { year: Number(year), index: Number(month) - 1 };
}
