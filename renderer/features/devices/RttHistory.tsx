/** Round trips of one device over the last hour or day, kept current. */
import { Group, SegmentedControl, Title } from '@mantine/core';
import { useEffect, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeviceId } from '../../../shared/model/ids.ts';
import { useQuery } from '../../client/hooks.ts';
import { Chart } from '../../ui/Chart.tsx';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';

const spans = { hour: 3_600_000, day: 86_400_000 } as const;
type Span = keyof typeof spans;

const refreshMs = 10_000;
/** More than the chart is wide would not be seen. */
const maxPoints = 400;

export function RttHistory({ deviceId }: { readonly deviceId: DeviceId }): ReactElement {
  const { t } = useTranslation('devices');
  const [span, setSpan] = useState<Span>('hour');
  const [to, setTo] = useState(() => Date.now());
  const [kept, setKept] = useState<{ readonly span: Span; readonly series: Parameters<typeof Chart>[0]['series'] } | null>(null);
  const from = to - spans[span];
  const { value, error } = useQuery('history.series', { deviceId, from, to, maxPoints });

  useEffect(() => {
    const timer = window.setInterval(() => setTo(Date.now()), refreshMs);
    return () => window.clearInterval(timer);
  }, []);
  // The last answer stays on screen until the next one is here.
  if (value && kept?.series !== value) setKept({ span, series: value });

  return (
    <section>
      <Group justify="space-between" mb={8}>
        <Title order={3} size={14}>
          {t('history.title')}
        </Title>
        <SegmentedControl
          aria-label={t('history.span')}
          value={span}
          onChange={chosen => setSpan(chosen === 'day' ? 'day' : 'hour')}
          data={[
            { value: 'hour', label: t('history.hour') },
            { value: 'day', label: t('history.day') },
          ]}
        />
      </Group>
      <ErrorSentence error={error} />
      <Chart label={t('history.title')} series={kept?.span === span ? kept.series : null} from={from} to={to} height={170} />
    </section>
  );
}
