/** History as the contract asks for it: whose series those are, what of them is still in memory, and what settings of retention come to. */
import { metricsOf, metricUnits, type Forecast, type HistoryTarget, type Metric, type Retention, type Series, type StateSpan, type UptimeRow } from '../../shared/model/history.ts';
import type { DeviceId } from '../../shared/model/ids.ts';
import type { Uptime } from '../../shared/model/observation.ts';
import type { Settings, SettingsPatch } from '../../shared/model/settings.ts';
import { AppError } from '../../shared/rpc/contract.ts';
import { forecastOf } from './store/history/forecast.ts';
import { dayMs } from './store/history/keys.ts';
import type { SeriesPart } from './store/history/read.ts';
import type { SeriesName } from './store/history/series.ts';
import type { Store } from './store/store.ts';

export type HistoryParts = {
  readonly store: Store;
  readonly now: () => number;
  readonly settings: () => Settings;
  /** Internal id of a device. Throws `not-found`. */
  readonly idOf: (id: DeviceId) => number;
  /** Internal ids of a branch's devices. Throws `not-found`. */
  readonly branchIds: (id: Extract<HistoryTarget, { of: 'branch' }>['branchId']) => readonly number[];
  /** How many pings a day the devices are sent. */
  readonly pingsPerDay: () => number;
};

type Range = { readonly from: number; readonly to: number };

export class History {
  readonly #parts: HistoryParts;

  constructor(parts: HistoryParts) {
    this.#parts = parts;
  }

  async series(target: HistoryTarget, asked: Metric | undefined, { from, to, maxPoints }: Range & { readonly maxPoints: number }): Promise<Series> {
    const { store, now, idOf } = this.#parts;
    const metric = asked ?? metricsOf[target.of][0];
    const spans = target.of === 'device' ? { deviceId: idOf(target.deviceId), from, to, now: now() } : null;
    const parts = await this.#partsOf(target, metric, { from, to });
    return { unit: metricUnits[metric], ...(await store.read('series', parts, { from, to, maxPoints }, spans)) };
  }

  async uptime(target: HistoryTarget, { from, to }: Range): Promise<Uptime> {
    const { store, now, idOf, branchIds } = this.#parts;
    const range = { from, to, now: now() };
    switch (target.of) {
      case 'device':
        return store.read('uptime', [idOf(target.deviceId)], range);
      case 'branch':
        return store.read('uptime', branchIds(target.branchId), range);
      case 'check':
        throw new AppError('invalid-input', 'A check has no uptime of its own; ask for that of its device.');
      case 'interface':
      case 'isp':
        return store.read('linkUptime', await this.#links(target, range), range);
    }
  }

  states(deviceId: DeviceId, range: Range): Promise<{ spans: StateSpan[]; more: boolean }> {
    return this.#parts.store.read('states', { deviceId: this.#parts.idOf(deviceId), ...range, now: this.#parts.now() });
  }

  async report(by: 'branch' | 'device' | 'isp', { from, to }: Range): Promise<UptimeRow[]> {
    const { store, now } = this.#parts;
    const range = { from, to, now: now() };
    if (by !== 'isp') return store.read('report', by, range);
    return store.read('linkReport', await store.peek('openLinks', { provider: null }, from, to), range);
  }

  /** Throws `not-found` where there is no such device or branch. */
  refuseGone(target: HistoryTarget): void {
    if (target.of !== 'isp') this.#names(target, metricsOf[target.of][0]);
  }

  async forecast(patch: SettingsPatch['history']): Promise<Forecast> {
    const { store, settings, pingsPerDay } = this.#parts;
    const { history, polling } = settings();
    const given = Object.fromEntries(Object.entries(patch ?? {}).filter(([, value]) => value !== undefined)) as Partial<Retention>; // A patch has the fields of the settings.
    const { otherSeries, ...costs } = await store.read('costs', store.health().sizeBytes);
    const samplesPerDay = pingsPerDay() + otherSeries * (dayMs / polling.snmpIntervalMs);
    return forecastOf({ ...history, ...given }, { ...costs, samplesPerDay });
  }

  async #partsOf(target: HistoryTarget, metric: Metric, { from, to }: Range): Promise<SeriesPart[]> {
    const { store } = this.#parts;
    if (target.of === 'isp') return store.peek('openLinkSeries', target.provider, metric, from, to);
    return store.peek('openParts', this.#names(target, metric), from, to);
  }

  #names(target: Exclude<HistoryTarget, { of: 'isp' }>, metric: Metric): SeriesName[] {
    const { idOf, branchIds } = this.#parts;
    switch (target.of) {
      case 'device':
        return [{ deviceId: idOf(target.deviceId), metric, object: '' }];
      case 'branch':
        return branchIds(target.branchId).map(deviceId => ({ deviceId, metric, object: '' }));
      case 'check':
        return [{ deviceId: idOf(target.deviceId), metric, object: target.checkId }];
      case 'interface':
        return [{ deviceId: idOf(target.deviceId), metric, object: String(target.ifIndex) }];
    }
  }

  #links(target: Extract<HistoryTarget, { of: 'interface' | 'isp' }>, { from, to }: Range): Promise<SeriesPart[]> {
    const of = target.of === 'isp' ? { provider: target.provider } : { deviceId: this.#parts.idOf(target.deviceId), ifIndex: target.ifIndex };
    return this.#parts.store.peek('openLinks', of, from, to);
  }
}
