/** Where a time axis has its marks, and what stands at them: times within a day, days within months, months within years, in the zone of this computer. */

type Tick = { /** UTC ms. */ readonly at: number; readonly label: string };

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** From fine to coarse. `ms` is about how long one step is: days and months differ. */
const steps = [
  ...[1, 5, 10, 30].map(count => ({ by: 'second' as const, count, ms: count * second })),
  ...[1, 2, 5, 10, 15, 30].map(count => ({ by: 'second' as const, count: count * 60, ms: count * minute })),
  ...[1, 2, 3, 6, 12].map(count => ({ by: 'second' as const, count: count * 3_600, ms: count * hour })),
  ...[1, 2, 5, 10].map(count => ({ by: 'day' as const, count, ms: count * day })),
  ...[1, 2, 3, 6].map(count => ({ by: 'month' as const, count, ms: count * 30 * day })),
  ...[1, 2, 5, 10].map(count => ({ by: 'year' as const, count, ms: count * 365 * day })),
] as const;
type Step = (typeof steps)[number];

/** At most about `most` marks between `from` and `to`, UTC ms. `months`: the twelve short names. */
export function timeTicks(from: number, to: number, most: number, months: readonly string[]): readonly Tick[] {
  const step = steps.find(each => (to - from) / each.ms <= most) ?? steps.at(-1);
  if (!step || to <= from) return [];
  const moments = [...new Set(momentsOf(step, new Date(from), to))].filter(at => at >= from && at <= to);
  return moments.map(at => ({ at, label: labelOf(step, new Date(at), months) }));
}

/** All that may lie in the range, and a few before it. By the calendar, so that a change to summer time moves none of them. */
function momentsOf(step: Step, first: Date, to: number): number[] {
  const [year, month, date] = [first.getFullYear(), first.getMonth(), first.getDate()];
  const found: number[] = [];
  const add = (moment: Date): boolean => found.push(moment.getTime()) > 0 && moment.getTime() < to;
  switch (step.by) {
    case 'second': {
      const perDay = day / step.ms;
      let at = Math.floor(Math.max(0, first.getTime() - new Date(year, month, date).getTime()) / step.ms);
      // A day's steps are counted from its own midnight.
      for (let days = 0, going = true; going; days++, at = 0) for (let i = at; i < perDay && going; i++) going = add(new Date(year, month, date + days, 0, 0, i * step.count));
      break;
    }
    case 'day':
      for (let months = 0, going = true; going; months++) {
        const length = new Date(year, month + months + 1, 0).getDate();
        // The last one before the first of the next month must not stand close to it.
        for (let each = 1; each <= length - Math.floor(step.count / 2) && going; each += step.count) going = add(new Date(year, month + months, each));
      }
      break;
    case 'month':
      for (let each = 0; add(new Date(year, each, 1)); each += step.count);
      break;
    case 'year':
      for (let each = Math.floor(year / step.count) * step.count; add(new Date(each, 0, 1)); each += step.count);
      break;
    default:
      step satisfies never;
  }
  return found;
}

function labelOf(step: Step, moment: Date, months: readonly string[]): string {
  const name = months[moment.getMonth()] ?? '';
  switch (step.by) {
    case 'second': {
      const parts = [moment.getHours(), moment.getMinutes(), ...(step.ms < minute ? [moment.getSeconds()] : [])];
      return parts.every(part => part === 0) ? `${moment.getDate()} ${name}` : parts.map(part => String(part).padStart(2, '0')).join(':');
    }
    case 'day':
      return `${moment.getDate()} ${name}`;
    case 'month':
      return moment.getMonth() === 0 ? String(moment.getFullYear()) : name;
    case 'year':
      return String(moment.getFullYear());
    default:
      return step satisfies never;
  }
}
