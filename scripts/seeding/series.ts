/** Which series an estate has: pings of every device, and what a branch's router says of its links. */
import type { Metric } from '../../shared/model/history.ts';
import { exponential, randomOf } from './chance.ts';
import type { Blind, Estate, SeededDevice, SeededLink } from './estate.ts';
import type { SeedOptions } from './options.ts';
import type { Gap, SeriesPlan, Signal } from './signals.ts';

export type SeededSeries = SeriesPlan & { readonly deviceId: number; readonly metric: Metric; readonly object: string };

const pingsASample = 2;
const linkStepMs = 60_000;

/** Ids from 1 on: first the pings in order of the devices, then the links. */
export function plansOf({ devices, blinds }: Estate, { intervalMs, seed }: SeedOptions, from: number): SeededSeries[] {
  const stepMs = intervalMs / pingsASample;
  const pings = devices.map((device, i): Omit<SeededSeries, 'id'> => {
    const random = randomOf(seed, `rtt ${device.record.address}`);
    return { deviceId: i + 1, metric: 'ping', object: '', signal: rttOf(device, seed), stepMs, phaseMs: Math.floor(random() * stepMs * 0.9), gaps: gapsOf(device, blinds, from) };
  });
  const links = devices.flatMap((device, i) => device.links.flatMap(link => seriesOfLink(device, link, i + 1, blinds, seed)));
  return [...pings, ...links].map((each, i) => ({ ...each, id: i + 1 }));
}

/** Most branches are some milliseconds away, a few behind slow or busy lines. */
function rttOf({ record: { address, branch } }: SeededDevice, seed: number): Signal {
  const line = randomOf(seed, `line ${branch ?? ''}`);
  const own = randomOf(seed, `host ${address}`);
  return { of: 'rtt', baseUs: 3_000 + exponential(line, 12_000) + own() * 900, noiseUs: 150 + exponential(line, 350) + own() * 100, busy: line() ** 4, loss: 0.0005 + exponential(own, 0.002) };
}

function gapsOf({ downs, unreachable }: SeededDevice, blinds: readonly Blind[], from: number): Gap[] {
  return [...[...downs, ...unreachable].map(span => ({ ...span, as: 'lost' as const })), ...blindGaps(blinds), { from: 0, to: from, as: 'absent' as const }];
}

const blindGaps = (blinds: readonly Blind[]): Gap[] => [...blinds.filter(({ running }) => running).map((span): Gap => ({ ...span, as: 'unseen' })), ...blinds.filter(({ running }) => !running).map((span): Gap => ({ ...span, as: 'absent' }))].map(({ from, to, as }) => ({ from, to, as }));

/** Rates need an answer; the status of a device that does not answer is not observed. */
function seriesOfLink({ record: { address }, downs }: SeededDevice, link: SeededLink, deviceId: number, blinds: readonly Blind[], seed: number): Omit<SeededSeries, 'id'>[] {
  const random = randomOf(seed, `link ${address} ${link.ifIndex}`);
  const common = { deviceId, object: String(link.ifIndex), stepMs: linkStepMs, phaseMs: Math.floor(random() * linkStepMs * 0.9) };
  const silent: Gap[] = [...downs.map((span): Gap => ({ ...span, as: 'absent' })), ...blindGaps(blinds).map((gap): Gap => ({ ...gap, as: 'absent' }))];
  const rate = (metric: Metric, mean: number): Omit<SeededSeries, 'id'> => ({ ...common, metric, signal: { of: 'rate', mean }, gaps: silent });
  const faults = (metric: Metric, share: number): Omit<SeededSeries, 'id'> => ({ ...common, metric, signal: { of: 'faults', share }, gaps: silent });
  const mean = 20_000 + exponential(random, 400_000);
  const isFaulty = random() < 0.12;
  return [
    rate('if-in', mean), rate('if-out', mean * (0.1 + random() * 0.5)),
    faults('if-in-errors', isFaulty ? random() * 0.3 : 0), faults('if-out-errors', 0), faults('if-in-discards', 0), faults('if-out-discards', isFaulty ? random() * 0.1 : 0),
    { ...common, metric: 'if-status', signal: { of: 'status' }, gaps: [...link.downs.map((span): Gap => ({ ...span, as: 'lost' })), ...downs.map((span): Gap => ({ ...span, as: 'unseen' })), ...blindGaps(blinds)] },
  ];
}
