import { z } from 'zod';
import { RttSeries } from '../model/history.ts';
import { DeviceId, Ms } from '../model/ids.ts';
import { Uptime } from '../model/observation.ts';
import { query } from '../rpc/contract.ts';

export const history = {
  /** At most `maxPoints` points; minima and maxima are kept, so no spike vanishes. */
  'history.series': query(
    z.object({ deviceId: DeviceId, metric: z.enum(['rtt']).default('rtt'), from: Ms, to: Ms, maxPoints: z.int().min(10).max(20_000).default(600) }).refine(v => v.from < v.to, '"from" must be before "to".'),
    RttSeries,
  ),
  'history.uptime': query(z.object({ deviceId: DeviceId, from: Ms, to: Ms }).refine(v => v.from < v.to, '"from" must be before "to".'), Uptime),
};
