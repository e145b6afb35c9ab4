/** The times of a window as instants: which lie in a range, which is now, which is next. */
import type { Occurrence } from '../../../shared/model/maintenance.ts';
import type { WindowTimes } from './times.ts';

/** Clocks are set by a day at most: a time later by the wall is never more than this earlier. */
const slackMs = 86_400_000;
/** As many starts lie within it. */
const slackStarts = 25;

/** Those that overlap a range, in order, the first `most` of them. It lasts as long as it lasts, whatever clocks do meanwhile. */
export function occurrences({ zone, durationMs, starts }: WindowTimes, from: number, to: number, most: number): Occurrence[] {
  const lastWall = zone.wallOf(to) + slackMs;
  // Where clocks skip an hour, two starts can be one instant, and a later one can come first.
  const found = new Set<number>();
  for (const wall of starts(zone.wallOf(from - durationMs) - slackMs)) {
    if (wall > lastWall || found.size >= most + slackStarts) break;
    const { at } = zone.named(wall);
    if (at <= to && at + durationMs > from) found.add(at);
  }
  return [...found].sort((a, b) => a - b).slice(0, most).map(at => ({ from: at, to: at + durationMs }));
}

/** The one that is on, the longest of several; null: none. */
export function activeAt(times: WindowTimes, now: number): Occurrence | null {
  return occurrences(times, now, now, Infinity).at(-1) ?? null;
}

/** When it begins next, after now; null: never within the horizon. */
export function nextStart({ zone, starts }: WindowTimes, now: number): number | null {
  let next: { readonly at: number; readonly wall: number } | null = null;
  for (const wall of starts(zone.wallOf(now) - slackMs)) {
    if (next && wall > next.wall + slackMs) break;
    const { at } = zone.named(wall);
    if (at > now && (!next || at < next.at)) next = { at, wall };
  }
  return next?.at ?? null;
}
