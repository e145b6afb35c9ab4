/** Whether a recipient's quiet hours are on, by the clocks of their zone. */
import type { TargetInput } from '../../../shared/model/notification.ts';
import { zoneOf } from '../zone.ts';

export type QuietHours = NonNullable<TargetInput['quietHours']>;

const dayMs = 86_400_000;

/**
 * When the quiet hours that are on at `now` end; null: they are not on. They begin and end at times of the wall clock. A time that a change of clocks skips is taken by the offset of before
 * the change, and of one that comes twice the first counts (RFC 5545, 3.3.5), so an hour that comes twice is not quiet twice. Equal times are no quiet hours: rather told than not.
 */
export function quietUntil({ from, to, zone: name }: QuietHours, now: number): number | null {
  const zone = zoneOf(name);
  if (from === to || !zone) return null;
  const today = Math.floor(zone.wallOf(now) / dayMs) * dayMs;
  // Those that began yesterday may end today; where a change of clocks made the two meet, the later end counts.
  const ends = [today - dayMs, today].flatMap(day => {
    const begins = zone.named(day + ofDayMs(from)).at;
    const end = zone.named((from < to ? day : day + dayMs) + ofDayMs(to)).at;
    return begins <= now && now < end ? [end] : [];
  });
  return ends.length === 0 ? null : Math.max(...ends);
}

/** A time of day, "22:00". */
function ofDayMs(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return (hours * 60 + minutes) * 60_000;
}

/** Whether the time zone is one that this computer knows; no other can be saved, but a computer's knowledge may shrink. */
export const isZone = (name: string): boolean => zoneOf(name) !== null;
