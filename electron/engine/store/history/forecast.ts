/** What settings of retention come to for an estate: how large the file becomes, and what a maximum size leaves of the days. Pure. */
import type { Forecast, Retention } from '../../../../shared/model/history.ts';
import { hourDaysOf, leastDays } from './retention.ts';

/** What an estate costs. Bytes include keys and what pages leave empty. */
export type Costs = {
  readonly samplesPerDay: number;
  readonly bytesPerSample: number;
  readonly series: number;
  /** Of one series and day. */
  readonly fiveMinBytesPerDay: number;
  readonly hourBytesPerDay: number;
  /** Everything that is not samples: devices, events, alerts. */
  readonly otherBytes: number;
  readonly bytesNow: number;
};

const mb = 1_000_000;
/** The file is kept a little below what is allowed, so that the work of a day fits. */
export const fillShare = 0.95;

/** The finest data give way first, down to `leastDays`; when even those do not fit, the maximum is impossible. */
export function forecastOf({ rawDays, fiveMinDays, maxSizeMb, ...asked }: Retention, costs: Costs): Forecast {
  const hourDays = hourDaysOf({ fiveMinDays, ...asked });
  const rawPerDay = costs.samplesPerDay * costs.bytesPerSample;
  const fivePerDay = costs.series * costs.fiveMinBytesPerDay;
  const hourPerDay = costs.series * costs.hourBytesPerDay;
  const sizeOf = (raw: number, five: number, hour: number): number => costs.otherBytes + raw * rawPerDay + five * fivePerDay + hour * hourPerDay;
  const bytesFull = sizeOf(rawDays, fiveMinDays, hourDays);
  const least = { raw: Math.min(rawDays, leastDays.raw), five: Math.min(fiveMinDays, leastDays.fiveMin), hour: Math.min(hourDays, leastDays.hour) };
  const leastSizeMb = Math.ceil(sizeOf(least.raw, least.five, least.hour) / fillShare / mb);
  const common = { samplesPerDay: Math.round(costs.samplesPerDay), bytesPerSample: Math.round(costs.bytesPerSample * 100) / 100, bytesNow: costs.bytesNow, bytesFull: Math.round(bytesFull), leastSizeMb };
  const room = maxSizeMb === null ? Infinity : maxSizeMb * mb * fillShare;
  if (bytesFull <= room) return { ...common, rawDays, fiveMinDays, hourDays, verdict: 'kept', message: null };
  const fit = (asked: number, few: number, perDay: number, others: number): number => (perDay === 0 ? asked : Math.max(few, Math.min(asked, Math.floor((room - others) / perDay))));
  const raw = fit(rawDays, least.raw, rawPerDay, sizeOf(0, fiveMinDays, hourDays));
  const five = fit(fiveMinDays, least.five, fivePerDay, sizeOf(raw, 0, hourDays));
  const hour = fit(hourDays, least.hour, hourPerDay, sizeOf(raw, five, 0));
  const kept = { ...common, rawDays: raw, fiveMinDays: five, hourDays: hour };
  if (sizeOf(raw, five, hour) > room) {
    return { ...kept, verdict: 'impossible', message: `This estate needs at least ${leastSizeMb} MB; with at most ${maxSizeMb} MB not even ${least.raw} days of single samples could be kept. Allow more, or watch fewer devices less often.` };
  }
  const shorter = [
    raw < rawDays ? `single samples for ${raw} instead of ${rawDays} days` : '',
    five < fiveMinDays ? `five-minute figures for ${five} instead of ${fiveMinDays} days` : '',
    hour < hourDays ? `hours and days for ${hour} instead of ${hourDays} days` : '',
  ].filter(part => part !== '');
  return { ...kept, verdict: 'shortened', message: `At most ${maxSizeMb} MB keep ${shorter.join(', ')}.` };
}
