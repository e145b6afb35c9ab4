/** The device's state in a sentence: since when, why, and what that means. Nothing where the badge says it all. */
import { Text } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Device, DeviceRow } from '../../../shared/model/device.ts';
import { Age } from '../../ui/Age.tsx';
import { formatMinute, formatMoment } from '../../ui/format.ts';
import { stateReason, type Words } from '../../ui/shown-state.ts';
import { downBy } from './device-facts.ts';

type Props = {
  readonly row: DeviceRow;
  /** null: not there yet. */
  readonly device: Device | null;
};

export function StateSentence({ row, device }: Props): ReactElement | null {
  return (
    <>
      {row.maintenanceUntil === null ? null : <Maintenance row={row} until={row.maintenanceUntil} />}
      {row.knownDown === null ? <OwnState row={row} device={device} /> : <KnownDown row={row} said={row.knownDown} />}
    </>
  );
}

function Maintenance({ row, until }: { readonly row: DeviceRow; readonly until: number }): ReactElement {
  const { t } = useTranslation('devices');
  return (
    <Said kind="maintenance" what={t('drawer.maintenanceUntil', { at: formatMinute(until, Date.now()) })}>
      <Text size="sm">{t('drawer.maintenanceMeans', { state: t(`common:state.${row.state}`) })}</Text>
    </Said>
  );
}

/** "Known down since 09:14: decommissioned (by giorgi), until 2026-12-01 08:00". */
function KnownDown({ row, said }: { readonly row: DeviceRow; readonly said: NonNullable<DeviceRow['knownDown']> }): ReactElement {
  const { t } = useTranslation('devices');
  const now = Date.now();
  const until = said.until === null ? '' : `, ${t('common:until.told', { at: formatMinute(said.until, now) })}`;
  return (
    <Said kind="known-down" what={t('drawer.knownDownSince', { at: formatMinute(said.at, now), reason: said.reason, by: said.by }) + until}>
      <Text size="sm">
        {t(said.until === null ? 'drawer.knownDownMeans' : 'drawer.knownDownUntilMeans')}
        {row.downSince === null ? null : (
          <>
            {' '}
            {t('drawer.downFor')} <Age since={row.downSince} />.
          </>
        )}
      </Text>
      <Problem row={row} />
    </Said>
  );
}

function OwnState({ row, device }: Props): ReactElement | null {
  const { t } = useTranslation('devices');
  switch (row.state) {
    case 'down':
      return row.downSince === null ? <Problem row={row} /> : <Down row={row} device={device} since={row.downSince} />;
    case 'unreachable':
      return (
        <Said
          kind="unreachable"
          what={
            <>
              {row.behind === null ? t('drawer.unreachableFor') : t('drawer.behindFor', { name: row.behind })} <Age since={row.stateSince} />
            </>
          }
        >
          <Text size="sm">{t('drawer.behindMeans')}</Text>
          <Problem row={row} />
        </Said>
      );
    case 'not-observed':
      return (
        <Said kind="not-observed" what={notObserved(row, t)}>
          <Text size="sm">{t('drawer.notObservedMeans')}</Text>
        </Said>
      );
    default:
      return <Problem row={row} />;
  }
}

function Down({ row, device, since }: Props & { readonly since: number }): ReactElement {
  const { t } = useTranslation('devices');
  const by = downBy(row, device, Date.now());
  const at = formatMoment(since, Date.now());
  const sentence = { ping: t('drawer.noReplySince', { at }), check: t('drawer.downByCheck', { at }), unknown: t('drawer.downSince', { at }) }[by.kind];
  const problem = by.kind === 'check' ? (by.problem ?? row.problem) : row.problem;
  return (
    <Said
      kind={row.acknowledged ? 'known-down' : 'down'}
      what={
        <>
          {t('drawer.downFor')} <Age since={since} />
        </>
      }
    >
      <Text size="sm">
        {sentence} {t(row.acknowledged ? 'drawer.acknowledged' : 'drawer.notAcknowledged')}
      </Text>
      {problem === null ? null : <Text size="sm">{problem}</Text>}
    </Said>
  );
}

/** "Not observed since 02:10 (this computer slept)". */
function notObserved(row: DeviceRow, t: Words): string {
  const since = row.stateSince === null ? t('common:state.not-observed') : t('drawer.notObservedSince', { at: formatMinute(row.stateSince, Date.now()) });
  const why = stateReason({ ...row, maintenanceUntil: null }, t, Date.now());
  return why === null ? since : `${since} (${why})`;
}

function Problem({ row }: { readonly row: DeviceRow }): ReactElement | null {
  return row.problem === null ? null : <Text size="sm">{row.problem}</Text>;
}

function Said({ kind, what, children }: { readonly kind: 'down' | 'known-down' | 'unreachable' | 'not-observed' | 'maintenance'; readonly what: ReactNode; readonly children: ReactNode }): ReactElement {
  return (
    <div className="said" data-kind={kind} role="status">
      <Text fw={600}>{what}</Text>
      {children}
    </div>
  );
}
