/** The columns of an uptime report. */
import type { TFunction } from 'i18next';
import type { UptimeRow } from '../../../shared/model/history.ts';
import type { Language } from '../../i18n.ts';
import { dash, formatShare, formatUptime } from '../../ui/format.ts';
import type { Column } from '../../ui/grid-column.ts';
import { durationFigure } from '../../ui/uptime-words.ts';

export type ReportKind = 'branch' | 'device' | 'isp';

/** `t` is of the "reports" texts. Everything fits into 1366 pixels in both languages. */
export function reportColumns(t: TFunction<'reports'>, language: Language, by: ReportKind): readonly Column<UptimeRow>[] {
  const width = language === 'ka'
    ? { name: 150, within: 130, provider: 116, devices: 70, uptime: 138, observed: 92, down: 122, outages: 104, mttr: 122, mtbf: 122 }
    : { name: 180, within: 140, provider: 120, devices: 84, uptime: 118, observed: 112, down: 112, outages: 94, mttr: 112, mtbf: 112 };
  // A link's own name is short; its device's is not.
  const [name, within] = by === 'isp' ? [width.within, width.name] : [width.name, width.within];
  const duration = (id: 'downMs' | 'mttrMs' | 'mtbfMs', header: string, its: number): Column<UptimeRow> => ({
    id, header, width: its, align: 'right', value: row => told(row, row[id]), text: row => durationFigure(told(row, row[id])), cellClass: row => (row[id] === 0 ? 'dimmed' : ''),
  });
  return [
    { id: 'name', header: t(`column.name.${by}`), width: name, grow: by === 'isp' ? 1 : 2, value: row => row.name, text: row => row.name },
    { id: 'within', header: t(`column.within.${by}`), width: within, grow: by === 'isp' ? 2 : 1, value: row => row.within, text: row => row.within ?? dash },
    ...(by === 'isp' ? [{ id: 'provider', header: t('column.provider'), width: width.provider, grow: 1, value: (row: UptimeRow) => row.provider, text: (row: UptimeRow) => row.provider ?? dash }] : []),
    ...(by === 'branch' ? [{ id: 'devices', header: t('column.devices'), width: width.devices, align: 'right' as const, value: (row: UptimeRow) => row.devices, text: (row: UptimeRow) => String(row.devices) }] : []),
    {
      // The worst stands first.
      id: 'uptime', header: t('column.uptime'), width: width.uptime, align: 'right', sort: 'asc', value: row => row.uptimePct, text: row => (row.uptimePct === null ? dash : formatUptime(row.uptimePct)),
    },
    { id: 'observed', header: t('column.observed'), width: width.observed, align: 'right', value: row => row.observedPct, text: row => (row.observedPct === null ? dash : formatShare(row.observedPct)) },
    duration('downMs', t('column.down'), width.down),
    { id: 'outages', header: t('column.outages'), width: width.outages, align: 'right', value: row => told(row, row.outages), text: row => String(told(row, row.outages) ?? dash), cellClass: row => (row.outages === 0 ? 'dimmed' : '') },
    duration('mttrMs', t('column.mttr'), width.mttr),
    duration('mtbfMs', t('column.mtbf'), width.mtbf),
  ];
}

/** Without any observed time a zero would say what nobody knows. */
function told(row: UptimeRow, value: number | null): number | null {
  return row.uptimePct === null ? null : value;
}
