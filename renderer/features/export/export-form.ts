/** The export dialog's form, and what it asks of the engine. */
import { metrics, metricsOf, type Metric, type Resolution } from '../../../shared/model/history.ts';
import { Folder, type ExportRequest } from '../../../shared/model/storage.ts';
import type { ExportOffer } from '../../ui/export-offer.ts';
import { momentOf, momentText } from '../../ui/moment-text.ts';

export const exportedKinds = ['samples', 'states', 'alerts', 'journal'] as const satisfies readonly ExportRequest['what'][];

export type ExportForm = {
  readonly what: ExportRequest['what'];
  readonly metric: Metric;
  readonly resolution: Resolution;
  /** Only of whom the page offered; false: of everything. */
  readonly onlyOf: boolean;
  readonly from: string;
  readonly to: string;
  readonly format: ExportRequest['format'];
  readonly folder: string;
};

export function formOf(offer: ExportOffer): ExportForm {
  return { what: offer.what, metric: offer.metric, resolution: 'hour', onlyOf: offer.targets.length > 0, from: momentText(offer.from), to: momentText(offer.to), format: 'csv', folder: '' };
}

/** Whether it can be narrowed to whom the page offered: alerts and the journal are of the whole console. */
export function isNarrowed({ what }: Pick<ExportForm, 'what'>, { targets }: Pick<ExportOffer, 'targets'>): boolean {
  return targets.length > 0 && (what === 'samples' || what === 'states');
}

/** The metrics to choose from. */
export function metricChoices(form: ExportForm, offer: Pick<ExportOffer, 'targets'>): readonly Metric[] {
  const [first] = offer.targets;
  return first && form.onlyOf ? metricsOf[first.of] : metrics;
}

/** What is wrong, by field; `order`: the end is not after the beginning. */
export function problemsOf(form: ExportForm): Partial<Readonly<Record<'from' | 'to' | 'folder', 'moment' | 'order' | 'folder'>>> {
  const [from, to] = [momentOf(form.from), momentOf(form.to)];
  return {
    ...(from === null ? { from: 'moment' as const } : {}),
    ...(to === null ? { to: 'moment' as const } : from !== null && from >= to ? { to: 'order' as const } : {}),
    ...(Folder.safeParse(form.folder).success ? {} : { folder: 'folder' as const }),
  };
}

/** Null while something is wrong. */
export function requestOf(form: ExportForm, offer: Pick<ExportOffer, 'targets' | 'from' | 'to'>): ExportRequest | null {
  // What was not touched is exact, and not cut to the minute.
  const exact = (text: string, offered: number): number | null => (text === momentText(offered) ? offered : momentOf(text));
  const [from, to] = [exact(form.from, offer.from), exact(form.to, offer.to)];
  if (from === null || to === null || from >= to || Object.keys(problemsOf(form)).length > 0) return null;
  const { what, metric, resolution, format } = form;
  return { what, metric, resolution, format, from, to, folder: form.folder.trim(), targets: form.onlyOf && isNarrowed(form, offer) ? offer.targets : [] };
}
