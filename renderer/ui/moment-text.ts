/** Moments as a person writes them, to the minute. */

/** "2026-03-12 14:05" in the zone of this computer, the time may be left out; null for anything else, and for moments that no calendar has. */
export function momentOf(text: string): number | null {
  const [, year, month, day, hour = '0', minute = '0'] = /^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]+(\d{1,2}):(\d{2}))?\s*$/.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return null;
  const moment = new Date(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
  const same = moment.getMonth() === Number(month) - 1 && moment.getDate() === Number(day) && Number(hour) < 24 && Number(minute) < 60;
  return same ? moment.getTime() : null;
}

/** The other way. */
export function momentText(at: number): string {
  const moment = new Date(at);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())} ${two(moment.getHours())}:${two(moment.getMinutes())}`;
}
