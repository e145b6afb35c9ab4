/** The figures of exactly the time that is shown. */
import { Paper } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Uptime } from '../../../shared/model/observation.ts';
import type { AppError } from '../../../shared/rpc/contract.ts';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import { dash } from '../../ui/format.ts';
import { durationFigure, uptimeFigures } from '../../ui/uptime-words.ts';

/** null: not here yet; the figures keep their places. */
export function UptimeFigures({ uptime, error }: { readonly uptime: Uptime | null; readonly error: AppError | null }): ReactElement {
  const { t } = useTranslation('history');
  const told = uptime ? uptimeFigures(uptime) : { uptime: dash, observed: dash, outages: dash, mttr: dash, mtbf: dash };
  const isPartly = uptime !== null && uptime.observedPct !== null && uptime.observedPct < 100;
  const figures = [
    { name: t('uptime.share'), value: told.uptime === dash ? dash : `${told.uptime} %`, more: isPartly ? t('uptime.observed', { percent: told.observed }) : '' },
    { name: t('uptime.outages'), value: told.outages, more: '' },
    { name: t('uptime.down'), value: durationFigure(uptime && uptime.uptimePct !== null ? uptime.downMs : null), more: '' },
    { name: t('uptime.mttr'), value: told.mttr, more: t('uptime.mttrMeans') },
    { name: t('uptime.mtbf'), value: told.mtbf, more: t('uptime.mtbfMeans') },
    { name: t('common:state.unreachable'), value: durationFigure(uptime?.unreachableMs ?? null), more: '' },
    { name: t('uptime.notObserved'), value: durationFigure(uptime?.notObservedMs ?? null), more: '' },
    { name: t('uptime.maintenance'), value: durationFigure(uptime?.maintenanceMs ?? null), more: '' },
  ];
  return (
    <Paper component="section" aria-label={t('uptime.title')} withBorder p={16}>
      <ErrorSentence error={error} />
      <dl className="figure-row">
        {figures.map(({ name, value, more }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="figures">{value}</dd>
            <dd className="figure-more">{more}</dd>
          </div>
        ))}
      </dl>
    </Paper>
  );
}
