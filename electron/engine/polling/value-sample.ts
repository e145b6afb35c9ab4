/** One measurement of anything but a ping: what a further check or an interface gave at a moment. */
import type { Metric } from '../../../shared/model/history.ts';

/**
 * `object`: the ifIndex of the interface, or the id of the check. `at`: UTC ms. `outcome`: 0 measured, 1 no answer or failed, 4 not observed; 2 and 3 are of pings
 * alone. `value` is null unless it was measured.
 */
export type ValueSample = {
  readonly deviceId: number;
  readonly metric: Metric;
  readonly object: string;
  readonly at: number;
  readonly outcome: 0 | 1 | 2 | 3 | 4;
  readonly value: number | null;
};
