/** What the history page shows, as it stands in the address: whose history, and of which time. */
import { HistoryTarget, Metric, metricsOf, type Metric as MetricName } from '../../../shared/model/history.ts';
import { historySpanNames, type HistorySpanName } from '../../ui/history-spans.ts';

/** `target` null: nobody chosen yet. */
export type Place = { readonly target: HistoryTarget | null; readonly metric: MetricName | null; readonly range: Range | null };
/** A stretch up to now, or one between two moments, UTC ms. */
export type Range = { readonly kind: 'last'; readonly span: HistorySpanName } | { readonly kind: 'between'; readonly from: number; readonly to: number };

/** Reads an address that anybody may have typed: what makes no sense is left out. */
export function placeOf(parameters: URLSearchParams): Place {
  const [device, branch, check, isp] = ['device', 'branch', 'check', 'isp'].map(name => parameters.get(name) ?? undefined);
  const ifIndex = parameters.has('interface') ? Number(parameters.get('interface')) : undefined;
  const named = check !== undefined ? { of: 'check', deviceId: device, checkId: check }
    : ifIndex !== undefined ? { of: 'interface', deviceId: device, ifIndex }
    : device !== undefined ? { of: 'device', deviceId: device }
    : branch !== undefined ? { of: 'branch', branchId: branch }
    : { of: 'isp', provider: isp };
  const target = HistoryTarget.safeParse(named).data ?? null;
  const metric = Metric.safeParse(parameters.get('metric')).data ?? null;
  return { target, metric: target && metric && hasMetric(target, metric) ? metric : null, range: rangeOf(parameters) };
}

/** The address of a place, from its # on. */
export function addressOf({ target, metric, range }: Place): string {
  const parameters = new URLSearchParams();
  switch (target?.of) {
    case 'device':
      parameters.set('device', target.deviceId);
      break;
    case 'check':
      parameters.set('device', target.deviceId);
      parameters.set('check', target.checkId);
      break;
    case 'interface':
      parameters.set('device', target.deviceId);
      parameters.set('interface', String(target.ifIndex));
      break;
    case 'branch':
      parameters.set('branch', target.branchId);
      break;
    case 'isp':
      parameters.set('isp', target.provider);
      break;
    case undefined:
      break;
    default:
      target satisfies never;
  }
  if (metric !== null) parameters.set('metric', metric);
  if (range?.kind === 'last') parameters.set('span', range.span);
  if (range?.kind === 'between') {
    parameters.set('from', String(range.from));
    parameters.set('to', String(range.to));
  }
  const said = parameters.toString();
  return said === '' ? '/history' : `/history?${said}`;
}

/** The metrics of a target that are worth a chart, the usual one first: whether an interface was up is told by its uptime. */
export function chartedMetrics(target: HistoryTarget): readonly MetricName[] {
  return metricsOf[target.of].filter(metric => metric !== 'if-status');
}

function hasMetric(target: HistoryTarget, metric: MetricName): boolean {
  return chartedMetrics(target).includes(metric);
}

function rangeOf(parameters: URLSearchParams): Range | null {
  const span = historySpanNames.find(name => name === parameters.get('span'));
  if (span !== undefined) return { kind: 'last', span };
  const [from, to] = [parameters.get('from'), parameters.get('to')].map(text => (text !== null && /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN));
  return from !== undefined && to !== undefined && from < to ? { kind: 'between', from, to } : null;
}
