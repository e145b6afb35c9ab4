/** The columns of the branch list. */
import type { TFunction } from 'i18next';
import type { BranchRow } from '../../../shared/model/branch.ts';
import { dash, formatPercent } from '../../ui/format.ts';
import type { Column } from '../../ui/grid-column.ts';
import { byName, byTrouble, upSharePct } from './branch-order.ts';

/** Counts that are trouble, and the look they have while they are not zero. */
const troubleClasses = { down: 'state state-down', degraded: 'state state-degraded', knownDown: 'state state-known-down', noData: 'state state-no-data' } as const;

/** The widths fit Georgian, whose words are the longer ones. `t` is of the "branches" texts. */
export function branchColumns(t: TFunction<'branches'>): readonly Column<BranchRow>[] {
  const count = (id: 'total' | 'up' | 'paused', header: string, width: number): Column<BranchRow> => ({
    id,
    header,
    width,
    align: 'right',
    value: branch => branch[id],
    text: branch => String(branch[id]),
    cellClass: branch => (branch[id] === 0 ? 'dimmed' : ''),
  });
  const trouble = (id: keyof typeof troubleClasses, header: string, width: number): Column<BranchRow> => ({
    id,
    header,
    width,
    align: 'right',
    value: branch => branch[id],
    text: branch => String(branch[id]),
    cellClass: branch => (branch[id] === 0 ? 'dimmed' : troubleClasses[id]),
  });
  return [
    { id: 'name', header: t('column.name'), width: 150, grow: 2, value: branch => branch.name, text: branch => branch.name, compare: byName },
    { id: 'region', header: t('column.region'), width: 105, grow: 1, value: branch => branch.region, text: branch => branch.region ?? dash },
    // Ascending is worst first: that is the order the page opens with.
    { ...trouble('down', t('common:state.down'), 120), compare: byTrouble, sort: 'asc' },
    trouble('degraded', t('common:state.degraded'), 128),
    trouble('knownDown', t('common:state.known-down'), 148),
    trouble('noData', t('common:state.no-data'), 88),
    count('up', t('common:state.up'), 88),
    count('paused', t('common:state.paused'), 108),
    count('total', t('column.total'), 75),
    { id: 'upShare', header: t('column.upShare'), width: 112, align: 'right', value: upSharePct, text: branch => formatPercent(upSharePct(branch)) },
  ];
}
