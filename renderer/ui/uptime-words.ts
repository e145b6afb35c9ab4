/** How much of a time something was up, as a person reads it. */
import type { Uptime } from '../../shared/model/observation.ts';
import { dash, formatDuration, formatShare, formatUptime } from './format.ts';

type UptimeFigures = Readonly<Record<'uptime' | 'observed' | 'outages' | 'mttr' | 'mtbf', string>>;

/** Shares in percent, without the unit. Where nothing was observed, nothing is said: a zero would be a lie. */
export function uptimeFigures({ uptimePct, observedPct, outages, mttrMs, mtbfMs }: Pick<Uptime, 'uptimePct' | 'observedPct' | 'outages' | 'mttrMs' | 'mtbfMs'>): UptimeFigures {
  const observed = observedPct === null ? dash : formatShare(observedPct);
  if (uptimePct === null) return { uptime: dash, observed, outages: dash, mttr: dash, mtbf: dash };
  return { uptime: formatUptime(uptimePct), observed, outages: String(outages), mttr: durationFigure(mttrMs), mtbf: durationFigure(mtbfMs) };
}

/** A length of time, or a dash where there is none to tell. */
export function durationFigure(ms: number | null): string {
  return ms === null ? dash : formatDuration(ms);
}
