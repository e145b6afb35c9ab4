/** A moment where there is little room: the drawer and the tooltip have all of it. */

/** In the zone of this computer: today "14:05:09", this year "11-22 14:05", before that "2025-11-22". */
export function shortMoment(at: number, now: number): string {
  const moment = new Date(at);
  const today = new Date(now);
  const time = [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map(two);
  const day = [moment.getMonth() + 1, moment.getDate()].map(two).join('-');
  if (moment.toDateString() === today.toDateString()) return time.join(':');
  return moment.getFullYear() === today.getFullYear() ? `${day} ${time.slice(0, 2).join(':')}` : `${moment.getFullYear()}-${day}`;
}

const dayMs = 86_400_000;

/** A moment to come, to the minute: "04:00" within the next day, later "11-22 14:05". */
export function comingMoment(at: number, now: number): string {
  const moment = new Date(at);
  if (at >= now && at - now < dayMs) return [moment.getHours(), moment.getMinutes()].map(two).join(':');
  const text = shortMoment(at, now);
  return text.length === 8 ? text.slice(0, 5) : text;
}

const two = (part: number): string => String(part).padStart(2, '0');
