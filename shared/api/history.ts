import { z } from 'zod';
import { Forecast, HistoryTarget, Metric, metricsOf, Series, StateSpan, UptimeRow } from '../model/history.ts';
import { DeviceId, Ms } from '../model/ids.ts';
import { Uptime } from '../model/observation.ts';
import { SettingsPatch } from '../model/settings.ts';
import { query } from '../rpc/contract.ts';

type Range = { readonly from: number; readonly to: number };
const inOrder = ({ from, to }: Range): boolean => from < to;
const order = '"from" must be before "to".';

export const history = {
  /** At most `maxPoints` points, from the resolution that fits them; minima and maxima are kept, so no spike vanishes. Left out, the metric is the target's usual one. */
  'history.series': query(
    z.object({ target: HistoryTarget, metric: Metric.optional(), from: Ms, to: Ms, maxPoints: z.int().min(10).max(20_000).default(600) })
      .refine(inOrder, order)
      .refine(({ target, metric }) => metric === undefined || (metricsOf[target.of] as readonly Metric[]).includes(metric), 'That metric is not one of the target\'s.'),
    Series,
  ),
  /** Outages from state events; of an interface or provider from the interfaces' own status. */
  'history.uptime': query(z.object({ target: HistoryTarget, from: Ms, to: Ms }).refine(inOrder, order), Uptime),
  /** What a device was when, in order: the newest 5,000 stretches of the range. */
  'history.states': query(z.object({ deviceId: DeviceId, from: Ms, to: Ms }).refine(inOrder, order), z.object({ spans: z.array(StateSpan), more: z.boolean() })),
  /** Uptime of every branch, device or ISP link, in order of their names. */
  'history.report': query(z.object({ by: z.enum(['branch', 'device', 'isp']), from: Ms, to: Ms }).refine(inOrder, order), z.object({ rows: z.array(UptimeRow) })),
  /** What the stored settings, or these instead, keep for this estate. */
  'history.forecast': query(z.object({ patch: SettingsPatch.shape.history }), Forecast),
};
