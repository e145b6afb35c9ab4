/** The columns of the device grid. */
import type { TFunction } from 'i18next';
import type { DeviceRow } from '../../../shared/model/device.ts';
import type { Language } from '../../i18n.ts';
import { dash, formatAge, formatDuration, formatPercent, formatRtt } from '../../ui/format.ts';
import type { Column } from '../../ui/grid-column.ts';
import { shownState, stateClass, stateReason, stateWords } from '../../ui/shown-state.ts';
import { areFiguresOld, compareUrgency, isOld, isStateOld } from './device-view.ts';

/** Lost packets worth a colour. */
const lossPct = 10;

/** `t` is of the `devices` namespace. */
export function deviceColumns(t: TFunction<'devices'>, language: Language): Column<DeviceRow>[] {
  // Everything fits into 1366 pixels in both languages; the state has room for what a device stands behind.
  const width = language === 'ka' ? { state: 190, loss: 80, branch: 88, region: 80, type: 94, sysName: 110 } : { state: 180, loss: 74, branch: 86, region: 84, type: 108, sysName: 110 };
  const header = (id: string): string => t(`columns.${id}`);
  const plain = (id: 'branch' | 'region' | 'sysName'): Column<DeviceRow> => ({
    id, header: header(id), width: width[id], grow: 1, filter: 'text', value: row => row[id], text: row => row[id] ?? '',
  });
  return [
    {
      id: 'state', header: header('state'), width: width.state, sort: 'asc', ticks: true, compare: compareUrgency,
      value: row => shownState(row),
      text: row => stateWords(row, t),
      cellClass: (row, now) => `${stateClass(row, now)}${isStateOld(row, now) ? ' dimmed' : ''}`,
      // The words too, as a narrow column cuts them.
      tooltip: row => [stateWords(row, t), stateReason(row, t, Date.now()), row.failingChecks > 0 ? t('checks.failingOf', { failing: row.failingChecks, all: row.checkCount }) : null].filter(part => part !== null).join(': '),
    },
    { id: 'name', header: header('name'), width: 122, grow: 3, filter: 'text', value: row => row.name, text: row => row.name, tooltip: row => row.name },
    {
      id: 'address', header: header('address'), width: 136, filter: 'text',
      value: row => row.address,
      text: row => row.address,
      cellClass: row => `figures${row.sharedAddress ? ' shared-address' : ''}`,
      tooltip: row => (row.sharedAddress ? `${row.address}: ${t('sharedAddress')}` : row.address),
    },
    {
      id: 'downFor', header: header('downFor'), width: 96, align: 'right', ticks: true,
      value: row => row.downSince,
      // The longest outage is the one that began first.
      compare: (a, b) => (b.downSince ?? Number.MAX_SAFE_INTEGER) - (a.downSince ?? Number.MAX_SAFE_INTEGER),
      text: (row, now) => (row.downSince === null ? '' : formatDuration(now - row.downSince)),
      cellClass: row => (shownState(row) === 'down' ? 'trouble' : 'dimmed'),
    },
    { id: 'rtt', header: header('rtt'), width: 74, align: 'right', value: row => row.rttUs, text: row => formatRtt(row.rttUs), cellClass: (row, now) => (areFiguresOld(row, now) ? 'dimmed' : '') },
    {
      id: 'loss', header: header('loss'), width: width.loss, align: 'right',
      value: row => row.lossPct,
      text: row => formatPercent(row.lossPct),
      cellClass: (row, now) => (areFiguresOld(row, now) ? 'dimmed' : (row.lossPct ?? 0) > lossPct ? 'attention' : ''),
    },
    {
      id: 'lastCheck', header: header('lastCheck'), width: 86, align: 'right', ticks: true,
      value: row => row.lastCheckAt,
      text: (row, now) => (row.lastCheckAt === null ? dash : formatAge(now - row.lastCheckAt)),
      cellClass: (row, now) => (isOld(row, now) ? 'dimmed' : ''),
    },
    plain('branch'),
    plain('region'),
    { id: 'type', header: header('type'), width: width.type, value: row => t(`common:type.${row.type}`), text: row => t(`common:type.${row.type}`) },
    { ...plain('sysName'), hidden: true },
  ];
}
