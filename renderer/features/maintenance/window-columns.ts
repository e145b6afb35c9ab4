/** The columns of the list of maintenance windows. */
import type { MaintenanceRow } from '../../../shared/model/maintenance.ts';
import { dash, formatMinute } from '../../ui/format.ts';
import type { Column } from '../../ui/grid-column.ts';
import { scopeWords } from '../../ui/scope-words.ts';
import type { Words } from '../../ui/shown-state.ts';
import { whenWords } from './window-words.ts';

type WindowState = 'active' | 'planned' | 'over' | 'off';
const states: readonly WindowState[] = ['active', 'planned', 'off', 'over'];
const classes: Readonly<Record<WindowState, string>> = { active: 'state state-maintenance', planned: 'state state-clock', off: 'state state-paused', over: 'state state-no-data' };

export function windowState({ enabled, activeUntil, nextAt }: Pick<MaintenanceRow, 'enabled' | 'activeUntil' | 'nextAt'>): WindowState {
  if (!enabled) return 'off';
  if (activeUntil !== null) return 'active';
  return nextAt === null ? 'over' : 'planned';
}

/** `t` is of the "maintenance" texts; Georgian words are longer. */
export function windowColumns(t: Words, language: string, zone: string, nameOf: (deviceId: string) => string | undefined): readonly Column<MaintenanceRow>[] {
  const isLong = language.startsWith('ka');
  const when = (window: MaintenanceRow): string => whenWords(window, zone, t);
  const scope = (window: MaintenanceRow): string => scopeWords(window.scope, t, nameOf);
  const moment = (id: string, at: (window: MaintenanceRow) => number | null): Column<MaintenanceRow> => ({
    id,
    header: t(`column.${id}`),
    width: 150,
    value: at,
    text: (window, now) => {
      const moment = at(window);
      return moment === null ? dash : formatMinute(moment, now);
    },
    cellClass: () => 'figures',
  });
  return [
    { id: 'state', header: t('column.state'), width: isLong ? 150 : 110, value: window => states.indexOf(windowState(window)), text: window => t(`state.${windowState(window)}`), cellClass: window => classes[windowState(window)], sort: 'asc' },
    { id: 'name', header: t('column.name'), width: 150, grow: 4, value: window => window.name, text: window => window.name, tooltip: window => window.reason || window.name },
    { id: 'when', header: t('column.when'), width: isLong ? 200 : 230, grow: 3, value: when, text: when, tooltip: when },
    moment('activeUntil', window => window.activeUntil),
    moment('nextAt', window => window.nextAt),
    { id: 'scope', header: t('column.scope'), width: 95, grow: 2, value: scope, text: scope, tooltip: scope },
    { id: 'devices', header: t('column.devices'), width: isLong ? 90 : 80, align: 'right', value: window => window.devices, text: window => String(window.devices) },
    { id: 'createdBy', header: t('column.createdBy'), width: 105, value: window => window.createdBy, text: window => window.createdBy },
  ];
}
