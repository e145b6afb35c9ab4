/** The columns of the branch list. */
import type { TFunction } from 'i18next';
import type { BranchRow } from '../../../shared/model/branch.ts';
import type { Language } from '../../i18n.ts';
import { dash, formatPercent } from '../../ui/format.ts';
import type { Column } from '../../ui/grid-column.ts';
import { byName, byTrouble, upSharePct } from './branch-order.ts';

/** Counts that are trouble, and the look they have while they are not zero. */
const troubleClasses = {
  down: 'state state-down', unreachable: 'state state-unreachable', degraded: 'state state-degraded', knownDown: 'state state-known-down', maintenance: 'state state-maintenance', notObserved: 'state state-not-observed', noData: 'state state-no-data',
} as const;

/** Everything fits into 1366 pixels in both languages; the widths fit their words. `t` is of the "branches" texts. */
export function branchColumns(t: TFunction<'branches'>, language: Language): readonly Column<BranchRow>[] {
  const width =
    language === 'ka'
      ? { name: 92, region: 82, down: 112, unreachable: 114, degraded: 118, knownDown: 116, maintenance: 104, notObserved: 76, noData: 80, up: 78, paused: 108, total: 58, upShare: 102 }
      : { name: 130, region: 90, down: 76, unreachable: 104, degraded: 92, knownDown: 106, maintenance: 108, notObserved: 110, noData: 80, up: 60, paused: 80, total: 78, upShare: 110 };
  const count = (id: 'total' | 'up' | 'paused', header: string): Column<BranchRow> => ({
    id,
    header,
    width: width[id],
    align: 'right',
    value: branch => branch[id],
    text: branch => String(branch[id]),
    cellClass: branch => (branch[id] === 0 ? 'dimmed' : ''),
  });
  const trouble = (id: keyof typeof troubleClasses, header: string): Column<BranchRow> => ({
    id,
    header,
    width: width[id],
    align: 'right',
    value: branch => branch[id],
    text: branch => String(branch[id]),
    cellClass: branch => (branch[id] === 0 ? 'dimmed' : troubleClasses[id]),
  });
  return [
    { id: 'name', header: t('column.name'), width: width.name, grow: 2, value: branch => branch.name, text: branch => branch.name, compare: byName },
    { id: 'region', header: t('column.region'), width: width.region, grow: 1, value: branch => branch.region, text: branch => branch.region ?? dash },
    // Ascending is worst first: that is the order the page opens with.
    { ...trouble('down', t('common:state.down')), compare: byTrouble, sort: 'asc' },
    trouble('unreachable', t('common:state.unreachable')),
    trouble('degraded', t('common:state.degraded')),
    trouble('knownDown', t('column.knownDown')),
    trouble('maintenance', t('common:state.maintenance')),
    trouble('notObserved', t('common:state.not-observed')),
    trouble('noData', t('common:state.no-data')),
    count('up', t('common:state.up')),
    { ...count('paused', t('common:state.paused')), hidden: true },
    count('total', t('column.total')),
    { id: 'upShare', header: t('column.upShare'), width: width.upShare, align: 'right', value: upSharePct, text: branch => formatPercent(upSharePct(branch)) },
  ];
}
