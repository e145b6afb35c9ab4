/** Who knows of a device that is not well, or exactly why nobody was told. */
import { Text, Title } from '@mantine/core';
import { useEffect, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeviceRow } from '../../../shared/model/device.ts';
import { useQueryEvery } from '../../client/hooks.ts';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import { formatMinute } from '../../ui/format.ts';

/** A message that waits is told within this time of being sent. */
const refreshMs = 10_000;

export function WhySilent({ row }: { readonly row: DeviceRow }): ReactElement | null {
  const { t } = useTranslation('devices');
  const asks = row.state !== 'up';
  const { value, error, again } = useQueryEvery('alerts.whySilent', asks ? { deviceId: row.id } : null, refreshMs);
  useEffect(() => again(), [again, row.state, row.acknowledged, row.maintenanceUntil, row.knownDown]);
  if (!asks || (value && value.reasons.length === 0)) return null;
  const title = t(value?.silent ? 'whySilent.silent' : 'whySilent.told');
  return (
    <section aria-label={title}>
      <Title order={3} size={14} mb={4}>
        {title}
      </Title>
      <ErrorSentence error={error} />
      {/* The first decides; the others would, were it not there. */}
      <ol className="why-silent">
        {value?.reasons.map(({ kind, sentence, until }) => (
          <li key={`${kind} ${sentence}`}>
            {sentence}
            {until === null ? null : <span className="quiet-until figures">{t('common:until.told', { at: formatMinute(until, Date.now()) })}</span>}
          </li>
        ))}
      </ol>
      {value ? null : (
        <Text size="sm" c="dimmed">
          …
        </Text>
      )}
    </section>
  );
}
