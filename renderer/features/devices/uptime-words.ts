/** How much of a time a device was up, as a person reads it. */
import type { Uptime } from '../../../shared/model/observation.ts';
import { dash, formatPercent, formatUptime } from '../../ui/format.ts';

type Shares = Pick<Uptime, 'uptimePct' | 'observedPct'>;

/** Both in percent, without the unit; `observed` is null where there is nothing to add: all of the time was observed, or none of it counts. */
export function uptimeFigures({ uptimePct, observedPct }: Shares): { readonly uptime: string; readonly observed: string | null } {
  if (uptimePct === null) return { uptime: dash, observed: null };
  return { uptime: formatUptime(uptimePct), observed: observedPct === null || observedPct >= 100 ? null : shareBelowWhole(observedPct) };
}

/** Nearly the whole must not read as the whole. */
function shareBelowWhole(percent: number): string {
  return percent > 99 ? (Math.floor(percent * 10) / 10).toFixed(1) : formatPercent(percent);
}
