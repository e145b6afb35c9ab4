/** The next times of a window that is being edited, what it is about, and what is odd about it. */
import { Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { MaintenanceInput } from '../../../shared/model/maintenance.ts';
import { useKeptQuery } from '../../client/hooks.ts';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import { formatDate } from '../../ui/format.ts';
import type { WindowMissing } from './window-draft.ts';
import { whenWords, zoneOfThisComputer } from './window-words.ts';

/** A pause in the typing. */
const pauseMs = 300;
/** The name is asked for when it is saved; without one the rest can be judged already. */
const nameless = '–';

export function WindowPreview({ window }: { readonly window: MaintenanceInput | WindowMissing }): ReactElement {
  const { t } = useTranslation('maintenance');
  const asked = typeof window === 'string' ? null : { ...window, name: window.name || nameless };
  const [settled] = useDebouncedValue(JSON.stringify(asked), pauseMs);
  // Its own JSON from the line above, a pause ago.
  const preview = useKeptQuery('maintenance.preview', JSON.parse(settled) as MaintenanceInput | null);
  const found = preview.kept?.value;
  const now = Date.now();
  return (
    <>
      <section className="side-block" aria-label={t('preview.title')}>
        <Title order={2} size={14}>
          {t('preview.title')}
        </Title>
        {typeof window === 'string' ? <span className="state state-degraded">{t(`missing.${window}`)}</span> : <p className="window-words">{whenWords(window, zoneOfThisComputer(), t)}</p>}
        {typeof window === 'string' ? null : <ErrorSentence error={preview.error} />}
        {typeof window !== 'string' && found && preview.error === null ? (
          <>
            <span className={`state ${found.devices === 0 ? 'state-degraded' : 'state-maintenance'}`} role="status">
              {t('preview.devices', { count: found.devices })}
            </span>
            {found.warnings.map(warning => (
              <Text key={warning} size="sm" className="attention">
                {warning}
              </Text>
            ))}
          </>
        ) : null}
      </section>
      {typeof window !== 'string' && found && preview.error === null ? (
        <section className="side-block" aria-label={t('preview.next')}>
          <Title order={2} size={14}>
            {t('preview.next')}
          </Title>
          {found.occurrences.length === 0 ? <Text size="sm">{t('preview.none')}</Text> : null}
          <ol className="occurrences">
            {found.occurrences.map(({ from, to }) => (
              <li key={from} data-now={from <= now && now < to || undefined}>
                <span>{t(`weekday.${weekdayOf(from)}`)}</span>
                <span className="figures">{formatDate(from).slice(0, -3)}</span>
                <span className="figures">– {formatDate(to).slice(formatDate(to).slice(0, 10) === formatDate(from).slice(0, 10) ? 11 : 5, -3)}</span>
              </li>
            ))}
          </ol>
          <Text size="xs" c="dimmed">
            {t('preview.zone', { zone: zoneOfThisComputer() })}
          </Text>
        </section>
      ) : null}
    </>
  );
}

/** By the clocks of this computer. */
function weekdayOf(at: number): string {
  return ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'][new Date(at).getDay()] ?? 'MO';
}
