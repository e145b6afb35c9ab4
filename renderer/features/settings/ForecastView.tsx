/** What settings of history come to for this estate: the size of the file, and the days that each resolution is really kept. */
import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Forecast } from '../../../shared/model/history.ts';
import type { Settings } from '../../../shared/model/settings.ts';
import type { AppError } from '../../../shared/rpc/contract.ts';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import { dash, formatBytes } from '../../ui/format.ts';
import { forecastSentence, keptDays } from './history-draft.ts';

/** `forecast` null: not here yet; its figures keep their places. */
export function ForecastView({ asked, forecast, error }: { readonly asked: Settings['history']; readonly forecast: Forecast | null; readonly error: AppError | null }): ReactElement {
  const { t, i18n } = useTranslation('settings');
  const number = (value: number, digits = 0): string => new Intl.NumberFormat(i18n.language, { maximumFractionDigits: digits, minimumFractionDigits: digits }).format(value);
  // What the settings come to: all of it, or what fits. What is impossible comes to nothing: then this says what it would take.
  const impossible = forecast?.verdict === 'impossible';
  const comesTo = forecast && (asked.maxSizeMb === null || impossible ? forecast.bytesFull : Math.min(forecast.bytesFull, asked.maxSizeMb * 1_000_000));
  const figures = [
    { name: t('forecast.now'), value: forecast ? formatBytes(forecast.bytesNow) : dash },
    { name: t('forecast.full'), value: comesTo === null ? dash : formatBytes(comesTo) },
    { name: t('forecast.perDay'), value: forecast ? number(forecast.samplesPerDay) : dash },
    { name: t('forecast.perSample'), value: forecast ? t('forecast.bytes', { bytes: number(forecast.bytesPerSample, 1) }) : dash },
  ];
  return (
    <section className="forecast" aria-label={t('forecast.title')}>
      <dl className="forecast-figures">
        {figures.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="figures">{value}</dd>
          </div>
        ))}
      </dl>
      <dl className="forecast-figures">
        {(forecast ? keptDays(asked, forecast) : []).map(({ resolution, asked: wanted, kept }) => (
          <div key={resolution}>
            <dt>{t(`forecast.kept.${resolution}`)}</dt>
            <dd className="figures">
              {impossible ? dash : kept < wanted ? <span className="state state-degraded">{t('forecast.daysOf', { kept: number(kept), asked: number(wanted) })}</span> : t('forecast.days', { count: kept, days: number(kept) })}
            </dd>
          </div>
        ))}
      </dl>
      <ErrorSentence error={error} />
      {forecast && forecast.verdict !== 'kept' ? (
        <Text size="sm" role={forecast.verdict === 'impossible' ? 'alert' : 'status'} className={forecast.verdict === 'impossible' ? 'trouble' : 'attention'}>
          {forecastSentence(forecast, t, i18n.language)}
        </Text>
      ) : null}
    </section>
  );
}
