/** How figures and times are written, in the language in use. */
import i18n from 'i18next';

/** No value: never measured. */
export const dash = '–';

/** Length of time in its two largest units: "4 min 12 s", "3 h 5 min", "12 d 4 h". Negative counts as none. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return join([days, 'units.day'], [hours % 24, 'units.hour']);
  if (hours > 0) return join([hours, 'units.hour'], [minutes % 60, 'units.minute']);
  if (minutes > 0) return join([minutes, 'units.minute'], [seconds % 60, 'units.second']);
  return `${seconds} ${i18n.t('units.second')}`;
}

/** An age in its largest unit only: "8 s", "3 min". */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return `${seconds} ${i18n.t('units.second')}`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} ${i18n.t('units.minute')}`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} ${i18n.t('units.hour')}`;
  return `${Math.floor(seconds / 86_400)} ${i18n.t('units.day')}`;
}

/** Microseconds as milliseconds with three significant digits: 0.412, 8.30, 143, 1240. The unit is in the header. */
export function formatRtt(rttUs: number | null): string {
  if (rttUs === null) return dash;
  const ms = rttUs / 1_000;
  if (ms >= 99.95) return ms.toFixed(0);
  if (ms >= 9.995) return ms.toFixed(1);
  if (ms >= 0.9995) return ms.toFixed(2);
  return ms.toFixed(3);
}

/** Percent: whole numbers, below ten one decimal. The unit is in the header. */
export function formatPercent(percent: number | null): string {
  if (percent === null) return dash;
  if (percent === 0) return '0';
  return percent < 9.95 ? percent.toFixed(1) : percent.toFixed(0);
}

/** Wall time in the zone of this computer: "14:05:09", with the date unless it is today's. */
export function formatMoment(at: number, now: number): string {
  const text = formatDate(at);
  return new Date(at).toDateString() === new Date(now).toDateString() ? text.slice(text.indexOf(' ') + 1) : text;
}

/** The same always with its date: in a list of many days a bare time says less. */
export function formatDate(at: number): string {
  const moment = new Date(at);
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())} ${two(moment.getHours())}:${two(moment.getMinutes())}:${two(moment.getSeconds())}`;
}

/** The same without seconds, for what lasts longer than a minute or is not known to the second: "02:10". */
export function formatMinute(at: number, now: number): string {
  return formatMoment(at, now).slice(0, -3);
}

/** A share that is nearly the whole, in percent with two decimals: cut, not rounded, so that only a whole is written as one. */
export function formatUptime(percent: number): string {
  return percent >= 100 ? '100' : (Math.floor(percent * 100) / 100).toFixed(2);
}

/** A share in percent that must not read as the whole when it is only nearly that: 42, 99.7, 100. */
export function formatShare(percent: number): string {
  return percent > 99 && percent < 100 ? (Math.floor(percent * 10) / 10).toFixed(1) : formatPercent(percent);
}

/** Bytes in the largest unit that leaves a figure of at least one: "412 kB", "1.4 GB". Decimal units. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : value.toFixed(0)} ${units[unit] ?? ''}`;
}

function join(...parts: readonly (readonly [number, string])[]): string {
  return parts.map(([count, unit]) => `${count} ${i18n.t(unit)}`).join(' ');
}

const two = (part: number): string => String(part).padStart(2, '0');
