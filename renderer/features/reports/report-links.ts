/** Where the history behind a line of a report is. */
import type { UptimeRow } from '../../../shared/model/history.ts';
import type { ReportKind } from './report-columns.ts';

/** The address of the history page for the time of the report. */
export function historyOf(by: ReportKind, { id }: Pick<UptimeRow, 'id'>, { from, to }: { readonly from: number; readonly to: number }): string {
  const parameters = new URLSearchParams({ ...targetOf(by, id), from: String(from), to: String(to) });
  return `/history?${parameters.toString()}`;
}

function targetOf(by: ReportKind, id: string): Readonly<Record<string, string>> {
  if (by !== 'isp') return { [by]: id };
  // The id of a link is its device's, 36 characters, and its ifIndex.
  const [, device = '', ifIndex = ''] = /^(.{36})\D*(\d+)$/.exec(id) ?? [];
  return { device, interface: ifIndex };
}
